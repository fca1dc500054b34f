//! Blocks and arguments of which only the place is known, parsed when somebody needs them.

use std::sync::{Arc, Mutex, OnceLock};

use super::{
    ast::{Attribute, Block, Body, Expr, ExprKind, HclBody},
    lower::Lower,
    quick,
};
use crate::{
    source::{FileId, Location, SourceFile, Span},
    syntax::{
        SyntaxError,
        hcl::{
            self,
            outline::{Content, Item, outline},
            text::Source,
        },
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

/// The value of an attribute, parsed when it is first asked for.
pub(crate) struct LateExpr {
    part: Part,
    /// The attribute with its name.
    at: Span,
    parsed: OnceLock<Expr>,
}

/// What a block holds, found out when it is first asked for.
pub(crate) struct LateBody {
    part: Part,
    /// The block with its header.
    at: Span,
    /// What stands between the braces.
    inner: Span,
    parsed: OnceLock<Body>,
}

/// Where parts of a file belong.
#[derive(Clone)]
struct Part {
    source: Arc<SourceFile>,
    id: FileId,
    problems: Arc<LateProblems>,
}

impl std::fmt::Debug for LateExpr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.part.source.slice(self.at))
    }
}

impl std::fmt::Debug for LateBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.part.source.slice(self.at))
    }
}

impl LateExpr {
    /// The value; an error when it cannot be parsed.
    pub fn get(&self) -> &Expr {
        self.parsed.get_or_init(|| {
            if let Some(value) = self.part.value(self.at) {
                return value;
            }
            let found = self.part.parse(self.at).attributes.into_iter().next().and_then(Arc::into_inner);
            let at = Location::new(self.part.id, self.at);
            let broken = || Expr { at, kind: ExprKind::Broken("it cannot be parsed".to_owned()) };
            found.map_or_else(broken, |attribute| attribute.value)
        })
    }
}

impl LateBody {
    /// The body; without anything in it when it cannot be parsed.
    pub fn get(&self) -> &Body {
        self.parsed.get_or_init(|| {
            if let Some(items) = outline(self.part.source.slice(self.inner)) {
                return Body::Hcl(self.part.body(&items, self.inner.start as usize));
            }
            let found = self.part.parse(self.at).blocks.into_iter().next().and_then(Arc::into_inner);
            found.map_or_else(|| Body::Hcl(HclBody::default()), |block| block.body)
        })
    }
}

/// The body of a file of which an outline was made: nothing in it is parsed yet.
pub(super) fn body(source: Arc<SourceFile>, id: FileId, items: &[Item], problems: &Arc<LateProblems>) -> HclBody {
    Part { source, id, problems: problems.clone() }.body(items, 0)
}

impl Part {
    /// The value of a plain attribute.
    fn value(&self, at: Span) -> Option<Expr> {
        quick::attribute(self.source.slice(at), self.id, at.start as usize)
    }

    fn parse(&self, at: Span) -> HclBody {
        let text = self.source.slice(at);
        let parsed = hcl::parse(text);
        let offset = at.start as usize;
        let shifted = |e: SyntaxError| SyntaxError { span: e.span.shift(offset), ..e };
        self.problems.add(parsed.errors.into_iter().map(|e| shifted(e).problem(self.id, self.source.name())));
        Lower::new(Source::part(text, self.id, offset), Location::new(self.id, at)).body(&parsed.items)
    }

    /// The items of a text that begins at an offset of the file.
    fn body(&self, items: &[Item], offset: usize) -> HclBody {
        let mut body = HclBody::default();
        for item in items {
            let at = item.at.shift(offset);
            let name = item.name.shift(offset);
            match &item.content {
                Content::Value(value) => {
                    let late = LateExpr { part: self.clone(), at, parsed: OnceLock::new() };
                    body.attributes.push(Arc::new(Attribute {
                        name: self.source.slice(name).into(),
                        name_at: Location::new(self.id, name),
                        value: Expr {
                            at: Location::new(self.id, value.shift(offset)),
                            kind: ExprKind::Later(Box::new(late)),
                        },
                    }));
                }
                Content::Block(inner) => {
                    let header = item.labels.last().map_or(name, |l| name.cover(l.shift(offset)));
                    let label = |l: &Span| self.source.slice(l.shift(offset)).trim_matches('"').into();
                    let inner = inner.shift(offset);
                    let late = LateBody { part: self.clone(), at, inner, parsed: OnceLock::new() };
                    body.blocks.push(Arc::new(Block {
                        kind: self.source.slice(name).into(),
                        labels: item.labels.iter().map(label).collect(),
                        header: Location::new(self.id, header),
                        at: Location::new(self.id, at),
                        body: Body::Later(Box::new(late)),
                    }));
                }
            }
        }
        body
    }
}
