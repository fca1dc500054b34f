//! What each fuzz target does with its input. The fuzzer calls it from `targets/`; `tests/it/fuzz_smoke.rs` runs the
//! same over the seeds and over mutations of them, where there is no fuzzer.

pub mod bytes;
pub mod config;
pub mod files;
pub mod hcl;
pub mod json;
pub mod policy;
pub mod seeds;
pub mod solver;
mod universe;
pub mod yaml;

/// A target by its name.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 7] = [
    ("hcl", hcl::run),
    ("yaml", yaml::run),
    ("json", json::run),
    ("policy", policy::run),
    ("solver", solver::run),
    ("config", config::run),
    ("files", files::run),
];
