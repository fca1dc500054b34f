//! A file's text, read once and shared: byte spans, the line index, and the map from decoded text back to the file.

mod code;
mod disk;
mod file;
mod files;
mod guard;
mod listing;
mod map;
mod overlay;
mod span;
mod store;
#[cfg(test)]
mod tests;

pub use disk::{Disk, read_bounded, read_named};
pub(crate) use disk::{make_room, open};
pub use file::{Position, SourceFile};
pub(crate) use files::relative;
pub use files::{DirEntry, EntryKind, Files, Look, MOST_BYTES, Opened, Provider, ReadError, normalized};
pub use guard::guarded;
pub(crate) use guard::report_bug;
pub(crate) use listing::{Listing, Told};
pub use map::{MapBuilder, TextMap};
pub use overlay::Overlay;
pub use span::{FileId, Location, Span};
pub use store::{Sources, TooManyFiles};
