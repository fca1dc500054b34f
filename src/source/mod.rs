//! A file's text, read once and shared: byte spans, the line index, and the map from decoded text back to the file.

mod file;
mod map;
mod span;
mod store;

pub use file::{Position, SourceFile};
pub use map::{MapBuilder, TextMap};
pub use span::{FileId, Location, Span};
pub use store::{Sources, TooManyFiles};
