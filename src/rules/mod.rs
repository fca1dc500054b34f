//! The rules: one file each, with its documentation, metadata and check.

mod context;
mod page;
mod registry;
mod rule;
mod shared;

mod account_wide_trust;
mod bad_suppression;
mod broad_action;
mod bypassable_condition;
mod cognito_guest_access;
mod dead_statement;
mod ineffective_deny;
mod invalid_trust_policy;
mod missing_mfa_or_external_id;
mod oidc_any_tenant;
mod oidc_broad_subject;
mod oidc_loose_subject;
mod oidc_missing_audience;
mod open_session_tags;
mod orphaned_principal;
mod oversized_policy;
mod public_trust;
mod saml_missing_audience;
mod service_confused_deputy;
mod shared_external_id;
mod unbounded_assume_role;
mod unknown_condition_key;
mod unparsable_file;
mod unresolved_trust;
mod untrusted_account;
mod untrusted_assume_role_target;
mod untrusted_identity_provider;
mod untrusted_organization;
mod untrusted_source;
mod unused_suppression;
mod weak_external_id;

#[cfg(test)]
mod tests;

pub use context::{IdentityContext, Report, RoleContext, RunContext};
pub use page::{all_markdown, markdown, text};
pub use registry::{find, nearest};
pub use rule::{Examples, Mapping, Rule, RuleKind};
pub use shared::{Draft, Subject, concern_identity};

/// All rules, by name.
pub static ALL: &[&Rule] = &[
    &account_wide_trust::RULE,
    &bad_suppression::RULE,
    &broad_action::RULE,
    &bypassable_condition::RULE,
    &cognito_guest_access::RULE,
    &dead_statement::RULE,
    &ineffective_deny::RULE,
    &invalid_trust_policy::RULE,
    &missing_mfa_or_external_id::RULE,
    &oidc_any_tenant::RULE,
    &oidc_broad_subject::RULE,
    &oidc_loose_subject::RULE,
    &oidc_missing_audience::RULE,
    &open_session_tags::RULE,
    &orphaned_principal::RULE,
    &oversized_policy::RULE,
    &public_trust::RULE,
    &saml_missing_audience::RULE,
    &service_confused_deputy::RULE,
    &shared_external_id::RULE,
    &unbounded_assume_role::RULE,
    &unknown_condition_key::RULE,
    &unparsable_file::RULE,
    &unresolved_trust::RULE,
    &untrusted_account::RULE,
    &untrusted_assume_role_target::RULE,
    &untrusted_identity_provider::RULE,
    &untrusted_organization::RULE,
    &untrusted_source::RULE,
    &unused_suppression::RULE,
    &weak_external_id::RULE,
];
