//! The tree that both syntaxes of Terraform are read into: bodies, blocks, expressions, each with its place.

use std::sync::Arc;

use super::member::{Member, Members};

use crate::{
    source::{Location, Span, TextMap},
    syntax::tree::Node,
    value::{Number, Part, Text},
};

/// An expression.
#[derive(Debug)]
pub(crate) struct Expr {
    pub at: Location,
    pub kind: ExprKind,
}

impl Expr {
    /// The expression itself where it is parsed on demand.
    pub fn now(&self) -> &Self {
        match &self.kind {
            ExprKind::Later(later) => later.get(),
            _ => self,
        }
    }

    /// The name that a reference begins with, and the steps after it.
    pub fn as_reference(&self) -> Option<(&str, &[Access])> {
        match &self.kind {
            ExprKind::Name(name) => Some((name, &[])),
            ExprKind::Traversal(base, steps) => match &base.kind {
                ExprKind::Name(name) => Some((name, steps)),
                _ => None,
            },
            _ => None,
        }
    }

    /// A bare word that stands for itself, as the key of an object does.
    pub fn word(word: Arc<str>, at: Location) -> Self {
        let map = (at.span.len() == word.len()).then(|| TextMap::verbatim(at.file, at.span));
        let part = Part::Known { text: word, origin: at.into(), map };
        Self { at, kind: ExprKind::String(Text::one(part)) }
    }
}

/// What an expression is.
#[derive(Debug)]
pub(crate) enum ExprKind {
    Null,
    Bool(bool),
    Number(Number),
    String(Text),
    Template(Vec<Piece>),
    Tuple(Vec<Expr>),
    Object(Vec<(Expr, Expr)>),
    For(Box<ForExpr>),
    Conditional(Box<[Expr; 3]>),
    Call(Box<Call>),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<(Expr, Expr)>),
    Name(Word),
    Traversal(Box<Expr>, Vec<Access>),
    Parenthesis(Box<Expr>),
    /// Text that cannot be parsed; carries the error.
    Broken(String),
    /// The value of an attribute that is parsed when it is evaluated.
    Later(super::later::LateExpr),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unary {
    Negate,
    Not,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Binary {
    Equal,
    NotEqual,
    LessOrEqual,
    GreaterOrEqual,
    Less,
    Greater,
    Plus,
    Minus,
    Multiply,
    Divide,
    Modulo,
    And,
    Or,
}

/// `[for k, v in c : …]` and `{for …}`.
#[derive(Debug)]
pub(crate) struct ForExpr {
    pub key_name: Option<Arc<str>>,
    pub value_name: Arc<str>,
    pub collection: Expr,
    /// The key expression: set for `{for …}`.
    pub key: Option<Expr>,
    pub value: Expr,
    pub condition: Option<Expr>,
    pub grouping: bool,
}

/// A function call. Provider-defined functions keep their namespace in the name.
#[derive(Debug)]
pub(crate) struct Call {
    pub name: Arc<str>,
    pub args: Vec<Expr>,
    pub expand_final: bool,
}

/// One step of a traversal.
#[derive(Debug)]
pub(crate) enum Access {
    Attribute(Arc<str>),
    Index(Box<Expr>),
    LegacyIndex(u64, Location),
    AttributeSplat,
    FullSplat,
}

/// One piece of a template; strip markers and heredoc indentation are already applied.
#[derive(Debug)]
pub(crate) enum Piece {
    Literal(Part),
    Interpolation(Expr),
    If { condition: Expr, then: Vec<Piece>, otherwise: Vec<Piece> },
    For { key_name: Option<Arc<str>>, value_name: Arc<str>, collection: Expr, body: Vec<Piece> },
}

/// The content of a file or block.
#[derive(Debug)]
pub(crate) enum Body {
    Hcl(HclBody),
    Json(JsonBody),
    /// A block in native syntax that is parsed when somebody asks for what it holds.
    Later(super::later::LateBody),
    /// The body of the first block with what the second, of an override file, replaces in it.
    Merged(Member<Block>, Member<Block>),
}

/// A body in native syntax.
#[derive(Debug, Default)]
pub(crate) struct HclBody {
    pub attributes: Members<Attribute>,
    pub blocks: Members<Block>,
}

/// A body in JSON syntax; what is a block and what an attribute depends on who asks.
#[derive(Debug)]
pub(crate) struct JsonBody {
    pub file: crate::source::FileId,
    pub properties: Vec<(Arc<str>, Location, Arc<Node>)>,
}

/// `name = value`.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// `None` while it is what stands at its place in the file that the value is parsed from later.
    name: Option<Arc<str>>,
    pub name_at: Location,
    pub value: Expr,
}

impl Attribute {
    /// An attribute whose name was read.
    pub fn new(name: Arc<str>, name_at: Location, value: Expr) -> Self {
        Self { name: Some(name), name_at, value }
    }

    /// An attribute of which nothing was read yet.
    pub fn later(name_at: Location, value_at: Location, value: super::later::LateExpr) -> Self {
        Self { name: None, name_at, value: Expr { at: value_at, kind: ExprKind::Later(value) } }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match (&self.name, &self.value.kind) {
            (Some(name), _) => name,
            (None, ExprKind::Later(value)) => value.text(self.name_at.span),
            (None, _) => "",
        }
    }

    /// Whether it has that name.
    fn is(&self, name: &str) -> bool {
        // A name that was not read yet is as long as its place.
        (self.name.is_some() || self.name_at.span.len() == name.len()) && self.name() == name
    }

    /// Its name, to be kept.
    pub fn shared_name(&self) -> Arc<str> {
        self.name.clone().unwrap_or_else(|| self.name().into())
    }
}

/// The labels of a block.
#[derive(Clone, Debug)]
pub(crate) enum Labels {
    Read(Vec<Arc<str>>),
    /// At most two, by their places in a file.
    Late(Arc<super::later::Part>, [Span; 2]),
}

/// The type of a block, or the name that a reference begins with. The usual ones take no memory of their own.
#[derive(Clone, Debug)]
pub(crate) enum Word {
    Known(&'static str),
    Other(Arc<str>),
}

impl From<&str> for Word {
    fn from(name: &str) -> Self {
        match USUAL.iter().find(|known| **known == name) {
            Some(known) => Self::Known(known),
            None => Self::Other(name.into()),
        }
    }
}

impl From<Word> for Arc<str> {
    fn from(word: Word) -> Self {
        match word {
            Word::Known(name) => name.into(),
            Word::Other(name) => name,
        }
    }
}

impl std::ops::Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Known(name) => name,
            Self::Other(name) => name,
        }
    }
}

const USUAL: [&str; 21] = [
    "local",
    "var",
    "resource",
    "variable",
    "data",
    "output",
    "module",
    "locals",
    "provider",
    "terraform",
    "statement",
    "principals",
    "condition",
    "dynamic",
    "content",
    "lifecycle",
    "validation",
    "assume_role",
    "each",
    "self",
    "path",
];

/// A block.
#[derive(Debug)]
pub(crate) struct Block {
    pub kind: Word,
    pub labels: Labels,
    /// Its kind and labels.
    pub header: Location,
    /// All of it.
    pub at: Location,
    pub body: Body,
}

impl Block {
    /// The label at an index, empty when there is none.
    pub fn label(&self, index: usize) -> &str {
        match &self.labels {
            Labels::Read(labels) => labels.get(index).map_or("", |l| l),
            Labels::Late(part, labels) => labels.get(index).map_or("", |l| part.text(*l)),
        }
    }

    /// A block with another body.
    pub fn with_body(&self, body: Body) -> Self {
        Self { kind: self.kind.clone(), labels: self.labels.clone(), header: self.header, at: self.at, body }
    }
}

impl Body {
    /// The argument of that name.
    pub fn attribute(&self, name: &str) -> Option<Member<Attribute>> {
        match self {
            Self::Later(later) => later.get().attribute(name),
            Self::Hcl(b) => b.attributes.get(b.attributes.as_slice().iter().rposition(|a| a.is(name))?),
            Self::Json(b) => {
                let (name, at, node) = b.properties.iter().rev().find(|(n, ..)| &**n == name)?;
                Some(super::json::attribute(b.file, name, *at, node).into())
            }
            Self::Merged(base, over) => over.body.attribute(name).or_else(|| base.body.attribute(name)),
        }
    }

    /// All arguments. In JSON syntax every property is taken for one.
    pub fn attributes(&self) -> Vec<Member<Attribute>> {
        match self {
            Self::Later(later) => later.get().attributes(),
            Self::Hcl(b) => b.attributes.iter().collect(),
            Self::Json(b) => {
                b.properties.iter().map(|(n, at, node)| super::json::attribute(b.file, n, *at, node).into()).collect()
            }
            Self::Merged(base, over) => {
                let over = over.body.attributes();
                let kept = |a: &Member<Attribute>| !over.iter().any(|o| o.name() == a.name());
                let mut all: Vec<_> = base.body.attributes().into_iter().filter(kept).collect();
                all.extend(over);
                all
            }
        }
    }

    /// The names of all arguments with their places, and in JSON syntax those of nested blocks too.
    pub fn names(&self) -> Vec<(Arc<str>, Location)> {
        match self {
            Self::Later(later) => later.get().names(),
            Self::Hcl(b) => b.attributes.as_slice().iter().map(|a| (a.shared_name(), a.name_at)).collect(),
            Self::Json(b) => b.properties.iter().map(|(n, at, _)| (n.clone(), *at)).collect(),
            Self::Merged(base, over) => [base.body.names(), over.body.names()].concat(),
        }
    }

    /// The blocks of a kind, which has that many labels.
    pub fn blocks(&self, kind: &str, labels: usize) -> Vec<Member<Block>> {
        match self {
            Self::Later(later) => later.get().blocks(kind, labels),
            Self::Hcl(b) => b.blocks.filter(|b| &*b.kind == kind).collect(),
            Self::Json(b) => super::json::blocks(b, kind, labels),
            Self::Merged(base, over) => match &*over.body.blocks(kind, labels) {
                [] => base.body.blocks(kind, labels),
                all => all.to_vec(),
            },
        }
    }

    /// The blocks of a kind without labels, and the `dynamic` blocks that make such, in order.
    pub fn repeated(&self, kind: &str) -> Vec<Member<Block>> {
        match self {
            Self::Later(later) => later.get().repeated(kind),
            Self::Hcl(b) => {
                b.blocks.filter(|b| &*b.kind == kind || (&*b.kind == "dynamic" && b.label(0) == kind)).collect()
            }
            Self::Json(b) => {
                let mut all = super::json::blocks(b, kind, 0);
                all.extend(super::json::blocks(b, "dynamic", 1).into_iter().filter(|b| b.label(0) == kind));
                all
            }
            Self::Merged(base, over) => match &*over.body.repeated(kind) {
                [] => base.body.repeated(kind),
                all => all.to_vec(),
            },
        }
    }
}
