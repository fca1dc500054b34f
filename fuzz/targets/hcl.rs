#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| iac_trust_lint_fuzz::hcl::run(data));
