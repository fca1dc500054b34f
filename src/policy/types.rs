use std::{borrow::Cow, sync::Arc};

use super::{Condition, Principal};
use crate::value::{Origin, Text, Unknown};

/// A string of a policy with the place where it stands.
#[derive(Clone, Debug)]
pub struct Literal {
    /// The text; it may hold symbols and holes.
    pub text: Text,
    /// The smallest place that a person would edit to change it.
    pub origin: Origin,
}

impl Literal {
    /// The text when all of it is known.
    pub fn known(&self) -> Option<Cow<'_, str>> {
        self.text.as_known()
    }
}

/// A policy document.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The language version that it is evaluated by.
    pub version: Version,
    /// The `Version` element, when there is one.
    pub version_text: Option<Literal>,
    /// The statements that could be told apart, in order.
    pub statements: Vec<Statement>,
    /// What AWS would refuse, in order of place.
    pub problems: Vec<Problem>,
    /// What is not known.
    pub unknowns: Vec<UnknownPart>,
    /// Where the document enters the role, and the way to where it is written. The origins of its parts begin there.
    pub origin: Origin,
    /// Characters without white space, as the quota counts them; symbols count as what they usually stand for. `None`
    /// when there are holes, unless what is known is over the default quota already.
    pub length: Option<usize>,
}

impl Policy {
    /// The position of the first statement of that index.
    pub fn position_of(&self, index: usize) -> Option<usize> {
        let at = self.statements.partition_point(|s| s.index < index);
        self.statements.get(at).filter(|s| s.index == index).map(|_| at)
    }
}

/// The policy language version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    /// `2012-10-17`: policy variables are replaced.
    V2012,
    /// `2008-10-17`, or no `Version` at all: policy variables are plain text.
    V2008,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Position in the document, from 0, counting every item of `Statement`. Several statements have the same one where
    /// an Allow has a condition twice: one for each copy.
    pub index: usize,
    /// The `Sid`.
    pub sid: Option<Literal>,
    /// Allow or Deny.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`.
    pub principals: Principals,
    /// `Action` or `NotAction`.
    pub actions: Actions,
    /// All conditions; all must hold.
    pub conditions: Vec<Condition>,
    /// `Resource` values; a trust policy has none, an identity policy needs them.
    pub resources: Option<Vec<Literal>>,
    /// `NotResource` values.
    pub not_resources: Option<Vec<Literal>>,
    /// The places of conditions that a known value leaves out (an empty parameter), each with the way to that value.
    pub voided: Vec<Origin>,
    /// Where the statement stands.
    pub origin: Origin,
    /// The statement's text as one line of JSON with holes shown, for fingerprints; of a text that no quota admits its
    /// beginning and a hash.
    pub text: String,
}

/// The `Effect` of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Allow.
    Allow,
    /// Deny.
    Deny,
    /// Missing, misspelt or not known. A misspelt or missing effect is judged as Allow by nobody: AWS refuses it.
    Unknown,
}

/// Whom a statement speaks of.
#[derive(Clone, Debug)]
pub enum Principals {
    /// The element is missing.
    Missing,
    /// `Principal`: these.
    Only(Vec<Principal>),
    /// `NotPrincipal`: all but these.
    AllBut(Vec<Principal>),
}

/// What a statement speaks of.
#[derive(Clone, Debug)]
pub struct Actions {
    /// Whether it is `NotAction`.
    pub negated: bool,
    /// The patterns, `*` and `?` in them are wildcards.
    pub patterns: Vec<Literal>,
    /// Whether neither `Action` nor `NotAction` stands in the statement.
    pub missing: bool,
}

/// Something that AWS refuses, or that cannot mean what it says.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What it is.
    pub kind: ProblemKind,
    /// The statement, when it stands in one.
    pub statement: Option<usize>,
    /// One sentence: what is wrong, lower-case, without period.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The smallest place to edit.
    pub origin: Origin,
}

/// Kinds of problems, so that rules can choose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// The text is no JSON.
    Syntax,
    /// A key stands twice.
    DuplicateKey,
    /// An element is missing, unknown, doubled or of the wrong type.
    Element,
    /// `Resource` or `NotResource` in a trust policy.
    Resource,
    /// A principal that no trust policy may have.
    Principal,
    /// An action that no `sts` call has.
    Action,
    /// An operator that does not exist, or a form of one that does not.
    Operator,
    /// A value that its operator cannot read.
    ConditionValue,
    /// A `Version` that does not exist.
    Version,
    /// `Sid` with wrong characters, or the same one twice.
    Sid,
}

/// A part of a policy that is not known.
#[derive(Clone, Debug)]
pub struct UnknownPart {
    /// Which part.
    pub what: What,
    /// The statement, when it is part of one.
    pub statement: Option<usize>,
    /// What stands in the way, and why.
    pub unknown: Arc<Unknown>,
    /// Where it enters the policy.
    pub origin: Origin,
}

/// Which part of a policy is not known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum What {
    /// The whole document.
    Document,
    /// One or more whole statements.
    Statement,
    /// An effect.
    Effect,
    /// A principal, or the account in one.
    Principal,
    /// The name in a principal of which the account is known.
    PrincipalName,
    /// An action.
    Action,
    /// A condition's operator, key or value.
    Condition,
    /// A resource.
    Resource,
}
