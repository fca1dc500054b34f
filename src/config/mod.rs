//! The config file and the zone of trust as users write it.
//!
//! Reading goes through serde types whose `Deserialize` validates, so that every mistake has a line and a column.

mod checked;
mod date;
mod entry;
mod error;
mod find;
mod ids;
mod model;
mod near;
mod pattern;
mod schema;
mod zone;

pub use date::{Date, DateError};
pub use entry::{Party, Trust};
pub use error::ConfigError;
pub use find::{Found, find};
pub(crate) use find::{misnamed, repository};
pub use ids::AccountId;
pub use model::{Config, Level, Override, Threshold};
pub use near::nearest;
pub use pattern::{NamePattern, PathPattern};
pub use schema::schema;
pub use zone::{Effective, Expired, Subject};
