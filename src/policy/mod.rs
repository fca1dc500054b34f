//! The IAM policy language as types: document, statement, principal, action, condition.
//!
//! Decoding is lenient: what is wrong becomes a [`Problem`] in a list, and the statement is still kept as what it would
//! mean. Every part knows where it stands.

mod condition;
mod decode;
pub mod glob;
mod instantiate;
mod mention;
mod pieces;
mod principal;
pub mod scalars;
pub(crate) mod spelling;
#[cfg(test)]
mod tests;
mod types;

pub use condition::{Condition, Family, Operator, SetQuantifier, Test};
pub use decode::{PolicyKind, decode, from_json};
pub use instantiate::{Place, dns_suffix};
pub(crate) use mention::may_hold;
pub use mention::may_name;
pub use principal::{Principal, PrincipalKind, Who};
pub use types::{
    Actions, Effect, Literal, Policy, Principals, Problem, ProblemKind, Statement, UnknownPart, Version, What,
};
