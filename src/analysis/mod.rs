//! The meaning of a trust policy: which requests it allows.
//!
//! Two engines that share no matching code: the evaluator answers whether a policy allows one request, the solver
//! whether there is a request of a given kind that it allows. Each witness of the solver is replayed through the
//! evaluator.

pub mod deputies;
mod engine;
pub mod evaluator;
mod grant;
mod grants;
pub mod issuers;
pub mod keys;
pub mod known_accounts;
mod names;
mod query;
mod replay;
mod request;
mod solver;
mod standing;
#[cfg(test)]
mod tests;
mod zone;

pub(crate) use engine::Answers;
pub use engine::{Analysis, OwnPlace};
pub use evaluator::{Decision, Evaluation, evaluate};
pub use grant::{Grant, GrantKind, Guard, Standing};
pub(crate) use names::AccountsByStatement;
pub use names::{Named, NamedAt, NamedIn, Names};
pub use query::{Answer, Caller, Certainty, Demand, Query, Strings};
pub use request::{Action, Caller as RequestPrincipal, CallerError, ContextValue, Request};
pub use zone::{ProviderEntry, Requirement, TrustEntry, TrustKind, Zone};
