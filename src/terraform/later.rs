//! Blocks and local values of which only the place is known, parsed when somebody needs them.

use std::sync::{Arc, Mutex, OnceLock};

use hcl_edit::structure::Structure;

use super::{
    ast::{Attribute, Block, Body, Expr, ExprKind, HclBody},
    lower::Lower,
};
use crate::{
    source::{FileId, Location, SourceFile, Span},
    syntax::hcl::{
        self,
        outline::{Content, Item},
        text::Source,
    },
    value::InputProblem,
};

/// What turned out to be wrong with parts of a module when they were parsed.
#[derive(Debug, Default)]
pub(crate) struct LateProblems(Mutex<Vec<InputProblem>>);

impl LateProblems {
    /// All so far.
    pub fn all(&self) -> Vec<InputProblem> {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }

    fn add(&self, more: impl Iterator<Item = InputProblem>) {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).extend(more);
    }
}

/// A block or attribute that is parsed when it is first asked for.
pub(crate) struct Later {
    source: Arc<SourceFile>,
    at: Location,
    problems: Arc<LateProblems>,
    body: OnceLock<Body>,
    expr: OnceLock<Expr>,
}

impl std::fmt::Debug for Later {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.source.slice(self.at.span))
    }
}

impl Later {
    fn new(file: &Outlined, span: Span) -> Self {
        Self {
            source: file.source.clone(),
            at: Location::new(file.id, span),
            problems: file.problems.clone(),
            body: OnceLock::new(),
            expr: OnceLock::new(),
        }
    }

    /// The body of the block; without anything in it when it cannot be parsed.
    pub fn body(&self) -> &Body {
        self.body.get_or_init(|| {
            let parsed = self.parse();
            let found = parsed.blocks.into_iter().next().and_then(Arc::into_inner);
            found.map_or_else(|| Body::Hcl(HclBody::default()), |block| block.body)
        })
    }

    /// The value of the attribute.
    pub fn expr(&self) -> &Expr {
        self.expr.get_or_init(|| {
            let parsed = self.parse();
            let found = parsed.attributes.into_iter().next().and_then(Arc::into_inner);
            let broken = || Expr { at: self.at, kind: ExprKind::Broken("it cannot be parsed".to_owned()) };
            found.map_or_else(broken, |attribute| attribute.value)
        })
    }

    fn parse(&self) -> HclBody {
        let text = self.source.slice(self.at.span);
        let parsed = hcl::parse(text);
        let offset = self.at.span.start as usize;
        self.problems.add(parsed.errors.into_iter().map(|e| InputProblem {
            file: self.source.name().to_owned(),
            at: Some(Location::new(self.at.file, e.span.shift(offset))),
            message: e.message,
            help: e.help,
        }));
        let items: Vec<Structure> = parsed.items;
        Lower::new(Source::part(text, self.at.file, offset), self.at).body(&items)
    }
}

/// A file of which an outline was made.
pub(super) struct Outlined {
    pub source: Arc<SourceFile>,
    pub id: FileId,
    pub problems: Arc<LateProblems>,
}

impl Outlined {
    /// The body of the file, with everything in it parsed later.
    pub fn body(&self, items: &[Item]) -> HclBody {
        let mut body = HclBody::default();
        for item in items {
            match &item.content {
                Content::Value(_) => body.attributes.push(Arc::new(self.attribute(item))),
                Content::Block(inner) => body.blocks.push(Arc::new(self.block(item, inner.as_deref()))),
            }
        }
        body
    }

    fn text(&self, span: Span) -> &str {
        self.source.slice(span)
    }

    fn at(&self, span: Span) -> Location {
        Location::new(self.id, span)
    }

    fn attribute(&self, item: &Item) -> Attribute {
        let at = match &item.content {
            Content::Value(span) => *span,
            Content::Block(_) => item.at,
        };
        let later = Later::new(self, item.at);
        Attribute {
            name: self.text(item.name).into(),
            name_at: self.at(item.name),
            value: Expr { at: self.at(at), kind: ExprKind::Later(Box::new(later)) },
        }
    }

    fn block(&self, item: &Item, inner: Option<&[Item]>) -> Block {
        let header = item.labels.last().map_or(item.name, |l| item.name.cover(*l));
        let body = match inner {
            Some(items) => Body::Hcl(self.body(items)),
            None => Body::Later(Box::new(Later::new(self, item.at))),
        };
        Block {
            kind: self.text(item.name).into(),
            labels: item.labels.iter().map(|l| self.text(*l).trim_matches('"').into()).collect(),
            header: self.at(header),
            at: self.at(item.at),
            body,
        }
    }
}
