//! Decoding: from a value to a policy.
//!
//! Nothing that is wrong hides the rest: it becomes a problem in a list, and the statement is kept as what it would
//! mean.
//!
//! # Keys that stand twice
//! AWS refuses such a policy on one path and takes the last copy on another. Each copy is therefore judged, and the one
//! that lets most callers in counts:
//! - an Allow of which a principal, an action or an effect stands twice has the union of both;
//! - an Allow of which a condition stands twice becomes several statements with the same index, one for each copy;
//! - a Deny of which a condition stands twice keeps all copies, so that it denies only what every copy denies;
//! - any other Deny with a copy gets a condition that cannot be decided ([`Condition::undecided`]): nothing relies on
//!   it, and nothing is certain against it.

mod actions;
mod arn;
mod conditions;
mod document;
mod items;
mod principals;
mod statement;
mod values;

use std::sync::Arc;

use super::{Policy, Problem, ProblemKind, UnknownPart, What};
use crate::{
    source::{FileId, Location, Span, TextMap},
    value::{Origin, Text, Unknown, Value},
};

/// What a policy is attached to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PolicyKind {
    /// To a role, to say who may assume it.
    Trust,
    /// To a user, group or role, to say what it may do.
    Identity,
}

/// Decodes a policy from a value without choices ([`crate::value::worlds`] resolves those). A string is parsed as JSON.
pub fn decode(value: &Value, kind: PolicyKind) -> Policy {
    crate::fault::fault("policy", || format!("{value:?}"));
    let mut decoder = Decoder { kind, problems: Vec::new(), unknowns: Vec::new(), statement: None };
    decoder.policy(value)
}

/// Decodes a trust policy from JSON text that stands as a whole in `file`.
pub fn from_json(text: &str, file: FileId) -> Policy {
    let span = Span::new(0, text.len());
    let origin = Origin::from(Location::new(file, span));
    let mapped = Text::mapped(text, origin.clone(), TextMap::verbatim(file, span));
    decode(&Value::new(crate::value::Kind::String(mapped), origin), PolicyKind::Trust)
}

/// What is collected on the way.
struct Decoder {
    kind: PolicyKind,
    problems: Vec<Problem>,
    unknowns: Vec<UnknownPart>,
    /// The statement that is being decoded.
    statement: Option<usize>,
}

impl Decoder {
    fn is_trust(&self) -> bool {
        self.kind == PolicyKind::Trust
    }

    fn problem(&mut self, kind: ProblemKind, origin: &Origin, message: impl Into<String>) {
        self.note(kind, origin, message.into(), None);
    }

    fn problem_with_help(
        &mut self,
        kind: ProblemKind,
        origin: &Origin,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.note(kind, origin, message.into(), Some(help.into()));
    }

    fn note(&mut self, kind: ProblemKind, origin: &Origin, message: String, help: Option<String>) {
        let problem = Problem { kind, statement: self.statement, message, help, origin: origin.clone() };
        self.problems.push(problem);
    }

    fn unknown(&mut self, what: What, unknown: &Arc<Unknown>, origin: &Origin) {
        let part = UnknownPart { what, statement: self.statement, unknown: unknown.clone(), origin: origin.clone() };
        self.unknowns.push(part);
    }

    /// Notes the first hole of a text.
    fn holes(&mut self, what: What, text: &Text, origin: &Origin) {
        if let Some(unknown) = text.first_hole() {
            self.unknown(what, unknown, origin);
        }
    }
}
