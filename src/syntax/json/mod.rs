//! JSON with spans, of files and of strings that are known only in part.
//!
//! One machine reads both. It keeps duplicate keys, goes on after the mistakes that people make (a trailing comma, a
//! missing comma, a comment), and gives what it has read when it cannot go on.

mod machine;
mod mend;
mod outline;
mod scan;
#[cfg(test)]
mod tests;
mod text;
mod tree;

use std::sync::Arc;

pub use outline::{Outline, outline};

use super::tree::{Comment, Node, SyntaxError};
use crate::{
    source::FileId,
    value::{Origin, Text, Value},
};

/// The deepest nesting of lists and objects that is read.
pub const MOST_DEPTH: usize = 512;

/// Reading stops after so many mistakes.
pub const MOST_ERRORS: usize = 20;

/// A file as a tree.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The tree; `None` when nothing could be read. After an error it is what could be read.
    pub root: Option<Arc<Node>>,
    /// What is wrong, in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// JSON has none; here so that all languages look alike.
    pub comments: Vec<Comment>,
}

/// A string as the value that its JSON stands for.
#[derive(Clone, Debug, Default)]
pub struct ParsedText {
    /// The value; `None` when nothing could be read. After an error it is what could be read.
    pub value: Option<Value>,
    /// What is wrong, in the order of the text.
    pub errors: Vec<TextError>,
}

/// Why and where a string is no JSON.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct TextError {
    /// What is wrong, lower-case, without period.
    pub message: String,
    /// Where, and the way the text took.
    pub origin: Origin,
    /// What to do, when that is known.
    pub help: Option<String>,
}

/// Parses a file. Numbers, `true` and `false` keep the text that was typed.
pub fn parse(text: &str, file: FileId) -> Parsed {
    crate::fault::fault("json", || text.to_owned());
    let (root, errors) = machine::run(text, tree::TreeBuilder::new(text, file));
    let errors = errors.into_iter().map(|e| SyntaxError { message: e.message, span: e.span, help: e.help }).collect();
    Parsed { root, errors, comments: Vec::new() }
}

/// Parses a string that is made of known and unknown parts.
///
/// A part that is not known gives, inside a JSON string, a string with that part; as a whole value an unknown value; in
/// a list an unknown that stands for any number of items; between the entries of an object an entry whose key and value
/// are unknown and which stands for any number of entries. What follows an unknown part outside of strings is read as
/// if the part were balanced; where that fails, the rest is unknown too instead of an error. A [`Part::Json`] that is a
/// whole value is the value in it. A text without parts has no place and gives neither value nor error.
///
/// [`Part::Json`]: crate::value::Part::Json
pub fn parse_text(text: &Text) -> ParsedText {
    crate::fault::fault("json-text", || format!("{text:?}"));
    text::parse(text)
}
