//! YAML with spans: tags, anchors, merge keys, duplicate keys and comments kept.

mod block;
mod build;
mod events;
mod flow;
mod quick;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::tree::{Comment, Node, SyntaxError};
use crate::source::FileId;

/// The deepest nesting that is read, aliases followed.
pub const MOST_DEPTH: usize = 512;

/// The most nodes of a file, each alias counted as all that it stands for.
pub const MOST_NODES: u64 = 1_000_000;

/// The most pairs that merge keys may bring into a file.
pub const MOST_MERGED: usize = 100_000;

/// So many quoted strings with lines that are indented too little are read.
const MOST_JOINS: usize = 32;

/// Reading stops after so many mistakes.
pub const MOST_ERRORS: usize = 20;

/// A file as trees, one for each document.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The documents. Of a document with an error it is what stands before the error.
    pub documents: Vec<Arc<Node>>,
    /// What is wrong, in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// The comments, in the order of the text.
    pub comments: Vec<Comment>,
}

/// Parses a file of any number of documents.
///
/// Lines of a quoted string may be indented less than YAML asks for, as the parsers of AWS allow: they are joined
/// before the text is read, without moving a byte.
pub fn parse(text: &str, file: FileId) -> Parsed {
    crate::fault::fault("yaml", || text.to_owned());
    match build::Builder::new(text, text, file).run_quickly() {
        Some(parsed) => parsed,
        None => parse_slowly(text, file),
    }
}

fn parse_slowly(text: &str, file: FileId) -> Parsed {
    let mut joined: Option<String> = None;
    for _ in 0..MOST_JOINS {
        match build::Builder::new(text, joined.as_deref().unwrap_or(text), file).run(true) {
            Ok(parsed) => return parsed,
            Err(at) => joined = Some(flow::joined(joined.as_deref().unwrap_or(text), at)),
        }
    }
    build::Builder::new(text, joined.as_deref().unwrap_or(text), file).run(false).unwrap_or_default()
}
