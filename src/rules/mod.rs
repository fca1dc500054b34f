//! The rules: one file each, with its documentation, metadata and check.

mod context;
mod page;
mod registry;
mod rule;
mod shared;

mod bad_suppression;
mod invalid_trust_policy;
mod missing_mfa_or_external_id;
mod public_trust;
mod unparsable_file;
mod unresolved_trust;
mod untrusted_account;
mod unused_suppression;

#[cfg(test)]
mod tests;

pub use context::{IdentityContext, Report, RoleContext, RunContext};
pub use page::{all_markdown, markdown, text};
pub use registry::{find, nearest};
pub use rule::{Examples, Mapping, Rule, RuleKind};
pub use shared::{Draft, Subject};

/// All rules, by name.
pub static ALL: &[&Rule] = &[
    &bad_suppression::RULE,
    &invalid_trust_policy::RULE,
    &missing_mfa_or_external_id::RULE,
    &public_trust::RULE,
    &unparsable_file::RULE,
    &unresolved_trust::RULE,
    &untrusted_account::RULE,
    &unused_suppression::RULE,
];
