use std::{
    path::{Path, PathBuf},
    rc::Rc,
};

use super::body::Body;
use crate::{
    source::{Location, Span},
    syntax::tree::{Node, Scalar},
    value::{Text, Value},
};

/// Where a node stands: the text that it is part of, and the loop variables that are bound there.
#[derive(Clone)]
pub(super) struct Scope {
    body: Rc<Body>,
    path: Rc<PathBuf>,
    loops: Option<Rc<Loop>>,
    /// Whether `${source:address}` are variables of the Serverless Framework here.
    variables: bool,
}

struct Loop {
    name: String,
    value: Value,
    outer: Option<Rc<Loop>>,
}

impl Scope {
    pub(super) fn new(body: Body, path: &Path) -> Self {
        Self { body: Rc::new(body), path: Rc::new(path.to_owned()), loops: None, variables: false }
    }

    /// The same place with one more loop variable.
    pub(super) fn with(&self, name: &str, value: Value) -> Self {
        let inner = Loop { name: name.to_owned(), value, outer: self.loops.clone() };
        Self { loops: Some(Rc::new(inner)), ..self.clone() }
    }

    /// The same place in a configuration of the Serverless Framework.
    pub(super) fn serverless(self) -> Self {
        Self { variables: true, ..self }
    }

    pub(super) fn has_variables(&self) -> bool {
        self.variables
    }

    /// The same variables in another text.
    pub(super) fn moved(&self, body: Body, path: &Path) -> Self {
        Self { body: Rc::new(body), path: Rc::new(path.to_owned()), ..self.clone() }
    }

    /// The file that relative paths are relative to.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many loop variables are bound.
    pub(super) fn nesting(&self) -> usize {
        let mut count = 0;
        let mut next = self.loops.as_deref();
        while let Some(l) = next {
            count += 1;
            next = l.outer.as_deref();
        }
        count
    }

    pub(super) fn has_loops(&self) -> bool {
        self.loops.is_some()
    }

    /// The value of a loop variable.
    pub(super) fn variable(&self, name: &str) -> Option<&Value> {
        let mut next = self.loops.as_deref();
        while let Some(l) = next {
            if l.name == name {
                return Some(&l.value);
            }
            next = l.outer.as_deref();
        }
        None
    }

    pub(super) fn at(&self, span: Span) -> Location {
        self.body.at(span)
    }

    /// Where a node stands, with its tag.
    pub(super) fn at_node(&self, node: &Node) -> Location {
        let span = node.tag.as_deref().map_or(node.span, |(_, tag)| tag.cover(node.span));
        self.at(span)
    }

    /// The text of a scalar, each byte mapped.
    pub(super) fn text(&self, span: Span, scalar: &Scalar) -> Text {
        self.body.text(span, scalar)
    }
}
