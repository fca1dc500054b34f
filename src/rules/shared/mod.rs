//! What several rules need: building findings, asking the solver, words for people.

mod ask;
mod callers;
mod claims;
mod draft;
mod identity;
mod outside;
mod place;
mod sources;
mod subject;
mod words;

pub(crate) use ask::{Fresh, Unguarded, bounded_by_unknown, conditions_on, grant_query};
pub(crate) use callers::{CallerKind, caller_kinds, known_caller_kinds};
pub(crate) use claims::WideClaim;
pub use draft::{Draft, Subject};
pub use identity::concern_identity;
pub(crate) use identity::{assume_role_statements, resource_account};
pub(crate) use outside::{account_is_outside, arn_account};
pub(crate) use place::{party_literal, principal_origin, principals};
pub(crate) use sources::SourceStrangers;
pub(crate) use subject::{OidcWay, Reach, WideValue, oidc_ways, strange_subject, wide_values};
pub(crate) use words::{account_phrase, list, party_phrase, role_phrase};
