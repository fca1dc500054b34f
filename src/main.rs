//! The command `iac-trust-lint`.

fn main() -> std::process::ExitCode {
    iac_trust_lint::cli::main()
}
