//! What several rules need: building findings, asking the solver, words for people.

mod ask;
mod draft;
mod place;
mod words;

pub(crate) use ask::{Fresh, Unguarded, conditions_on, grant_query, key_is};
pub use draft::{Draft, Subject};
pub(crate) use place::{party_literal, principal_origin, principals};
pub(crate) use words::{account_phrase, list, party_phrase, role_phrase};
