//! Puts the rooms together: files, frontends, worlds, policies, analysis, rules, findings, what keeps them quiet.
//!
//! [`lint`] judges a set of files that it is given, reads them through one provider and holds no global state: two runs
//! can live in one process.

mod changes;
mod copies;
mod filter;
mod finish;
mod frontends;
mod guarded;
mod input;
mod judge;
mod large;
mod options;
mod order;
mod reach;
mod run;
mod same;
mod suppress;
mod together;
mod units;

pub use changes::{Changes, Lines};
pub use frontends::Inputs;
pub(crate) use guarded::guarded;
pub use judge::{JudgedRole, JudgedWorld};
pub use options::{Filters, Options};
pub use run::{Run, lint};
