//! The rules: one file each, with its documentation, metadata and check.

mod context;
mod rule;

pub use context::{IdentityContext, Report, RoleContext, RunContext};
pub use rule::{Examples, Mapping, Rule, RuleKind};

/// All rules, by name.
pub static ALL: &[&Rule] = &[];
