//! Which files to look at, what kind each is, and which ones can be skipped unread.
//!
//! Paths choose what is reported. What is read for that can be more: the callers of a module that a path lies in are
//! found by searching the bytes of all Terraform files under the root.

mod calls;
mod error;
mod expand;
mod ignored;
mod order;
mod pattern;
mod root;
mod search;
mod select;
mod set;
mod top;
mod tree;
mod walk;

pub use error::DiscoverError;
pub use expand::{Target, expand};
pub use root::root_of;
pub use search::{DocumentKind, FileKind, kind_of};
pub use select::Selection;
pub use set::{Document, FileSet, Settings, discover};
pub(crate) use top::ROOT_KEYS;
