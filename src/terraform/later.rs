//! Blocks and arguments of which only the place is known, parsed when somebody needs them.

use std::sync::{Arc, Mutex, OnceLock};

use super::{
    ast::{Attribute, Block, Body, Expr, ExprKind, HclBody, Labels},
    lower::Lower,
    quick,
};
use crate::{
    source::{FileId, Location, SourceFile, Span},
    syntax::{
        SyntaxError,
        hcl::{
            self,
            outline::{self, Content, Item, outline_of_body, outline_with},
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
    part: Arc<Part>,
    /// The attribute with its name.
    at: Span,
    parsed: OnceLock<Box<Expr>>,
}

/// What a block holds, found out when it is first asked for.
pub(crate) struct LateBody {
    part: Arc<Part>,
    /// The block with its header.
    at: Span,
    /// What stands between the braces.
    inner: Span,
    parsed: OnceLock<Box<Body>>,
}

/// The file that parts belong to.
pub(super) struct Part {
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

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.source.name())
    }
}

impl LateExpr {
    /// The text at a place of the file that it stands in.
    pub fn text(&self, at: Span) -> &str {
        self.part.text(at)
    }

    /// The value; an error when it cannot be parsed.
    pub fn get(&self) -> &Expr {
        self.parsed.get_or_init(|| {
            if let Some(value) = self.part.value(self.at) {
                return Box::new(value);
            }
            let found = self.part.parse(self.at).0.into_iter().next();
            let at = Location::new(self.part.id, self.at);
            let broken = || Expr { at, kind: ExprKind::Broken("it cannot be parsed".to_owned()) };
            Box::new(found.map_or_else(broken, |attribute| attribute.value))
        })
    }
}

impl LateBody {
    /// The body; without anything in it when it cannot be parsed.
    pub fn get(&self) -> &Body {
        self.parsed.get_or_init(|| {
            if let Some(items) = outline_of_body(self.part.source.text(), self.inner) {
                return Box::new(Body::Hcl(self.part.body(items)));
            }
            let found = self.part.parse(self.at).1.into_iter().next();
            Box::new(found.map_or_else(|| Body::Hcl(HclBody::default()), |block| block.body))
        })
    }
}

/// The blocks whose arguments are always asked for: by whoever reads a module, and by whoever follows its calls.
const NEEDED: [&str; 2] = ["locals", "module"];

/// The body of a file that has an outline: nothing in it is parsed yet.
pub(super) fn body(source: Arc<SourceFile>, id: FileId, problems: &Arc<LateProblems>) -> Option<HclBody> {
    let items = outline_with(source.text(), &NEEDED)?;
    Some(Arc::new(Part { source, id, problems: problems.clone() }).body(items))
}

impl Part {
    /// The text at a place of the file.
    pub fn text(&self, at: Span) -> &str {
        self.source.slice(at)
    }

    /// The value of a plain attribute.
    fn value(&self, at: Span) -> Option<Expr> {
        quick::attribute(self.text(at), self.id, at.start as usize)
    }

    /// What hcl-edit makes of a part: the attributes in it and the blocks.
    fn parse(&self, at: Span) -> (Vec<Attribute>, Vec<Block>) {
        let text = self.text(at);
        let parsed = hcl::parse(text);
        let offset = at.start as usize;
        let shifted = |e: SyntaxError| SyntaxError { span: e.span.shift(offset), ..e };
        self.problems.add(parsed.errors.into_iter().map(|e| shifted(e).problem(self.id, self.source.name())));
        Lower::new(Source::part(text, self.id, offset), Location::new(self.id, at)).parts(parsed.items.iter())
    }

    fn body(self: &Arc<Self>, items: Vec<Item>) -> HclBody {
        let count = items.iter().filter(|i| matches!(i.content, Content::Value(_))).count();
        let mut attributes = Vec::with_capacity(count);
        let mut blocks = Vec::with_capacity(items.len() - count);
        for item in items {
            let content = match item.content {
                Content::Value(value) => {
                    let late = LateExpr { part: self.clone(), at: item.at, parsed: OnceLock::new() };
                    let (name, value) = (Location::new(self.id, item.name), Location::new(self.id, value));
                    attributes.push(Attribute::later(name, value, late));
                    continue;
                }
                Content::Block(inner) => match item.items {
                    Some(items) => Body::Hcl(self.body(items)),
                    None => Body::Later(LateBody { part: self.clone(), at: item.at, inner, parsed: OnceLock::new() }),
                },
            };
            let header = item.labels.iter().last().map_or(item.name, |l| item.name.cover(l));
            blocks.push(Block {
                kind: self.text(item.name).into(),
                labels: self.labels(&item.labels),
                header: Location::new(self.id, header),
                at: Location::new(self.id, item.at),
                body: content,
            });
        }
        HclBody { attributes: attributes.into(), blocks: blocks.into() }
    }

    fn labels(self: &Arc<Self>, labels: &outline::Labels) -> Labels {
        let bare = |label: Span| {
            let quotes = u32::from(self.text(label).starts_with('"'));
            Span { start: label.start + quotes, end: label.end - quotes }
        };
        match *labels {
            outline::Labels::Few([first, _]) if first.is_empty() => Labels::Read(Vec::new()),
            outline::Labels::Few([one, other]) => Labels::Late(self.clone(), [bare(one), bare(other)]),
            outline::Labels::Many(ref all) => Labels::Read(all.iter().map(|l| self.text(bare(*l)).into()).collect()),
        }
    }
}
