//! The tree that JSON and YAML files are read into. Scalars keep the text that the author typed.

use std::sync::Arc;

use crate::{
    source::{FileId, Location, Span, TextMap},
    value::InputProblem,
};

/// A node. Aliases share the node of their anchor.
#[derive(Clone, Debug)]
pub struct Node {
    /// The node's own text, without its tag and anchor; quotes belong to it.
    pub span: Span,
    /// An application tag: the name without `!`, and where the tag stands. Core tags (`!!str`) are not kept.
    pub tag: Option<Box<(Arc<str>, Span)>>,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// An empty YAML node, `~`, or JSON's `null`.
    Null,
    /// Anything else without children.
    Scalar(Scalar),
    /// A sequence.
    Sequence(Vec<Arc<Node>>),
    /// A mapping, in order, duplicates kept. YAML's merge keys are already merged: merged pairs come first, so that the
    /// last of two equal keys is the one that counts, and have `merged` set.
    Mapping(Vec<Pair>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The key.
    pub key: Arc<Node>,
    /// The value.
    pub value: Arc<Node>,
    /// Whether a merge key brought it here.
    pub merged: bool,
}

/// A scalar.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The decoded text: escapes resolved, lines folded, numbers and booleans as typed.
    pub text: Arc<str>,
    /// How it is written.
    pub style: ScalarStyle,
    /// Where each byte of `text` stands in the file.
    pub map: TextMap,
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScalarStyle {
    /// A YAML plain scalar, or a JSON number or literal: it may mean a number or a boolean.
    Plain,
    /// Quoted: a string.
    Quoted,
    /// A YAML block scalar, `|` or `>`: a string.
    Block,
}

impl Node {
    /// The scalar's text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar(s) => Some(&s.text),
            _ => None,
        }
    }

    /// The last value under a key.
    pub fn get(&self, key: &str) -> Option<&Arc<Node>> {
        match &self.kind {
            NodeKind::Mapping(pairs) => pairs.iter().rev().find(|p| p.key.as_str() == Some(key)).map(|p| &p.value),
            _ => None,
        }
    }
}

/// A comment of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    /// The whole comment with its marker, without the line break.
    pub span: Span,
    /// The text after the marker, trimmed.
    pub text: String,
}

/// Why and where a text cannot be parsed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong, lower-case, without period.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to do, when that is known.
    pub help: Option<String>,
}

impl SyntaxError {
    /// The same as a problem of the input, in a file with the name that reports show.
    pub(crate) fn problem(self, file: FileId, name: &str) -> InputProblem {
        let at = Some(Location::new(file, self.span));
        InputProblem { file: name.to_owned(), at, message: self.message, help: self.help }
    }
}
