//! The IAM policy language as types: document, statement, principal, action, condition.
//!
//! Decoding is lenient: what is wrong becomes a [`Problem`] in a list, and the statement is still kept as what it would
//! mean. Every part knows where it stands.

mod condition;
mod principal;
mod types;

pub use condition::{Condition, Operator, SetQuantifier, Test};
pub use principal::{Principal, PrincipalKind, Who};
pub use types::{
    Actions, Effect, Literal, Policy, Principals, Problem, ProblemKind, Statement, UnknownPart, Version, What,
};
