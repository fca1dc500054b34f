mod files;
mod forms;
mod mutations;
mod templates;

use crate::{
    source::{FileId, Location, Span},
    syntax::hcl::{self, text::Source},
    terraform::{ast::Expr, lower::Lower},
};

const FILE: FileId = FileId(3);
const OFFSET: usize = 1000;

/// What hcl-edit and `Lower` make of an attribute; `None` when anything is wrong with it.
fn slow(text: &str) -> Option<Expr> {
    let parsed = hcl::parse(text);
    let at = Location::new(FILE, Span::new(OFFSET, OFFSET + text.len()));
    let (mut attributes, blocks) = Lower::new(Source::part(text, FILE, OFFSET), at).parts(parsed.items.iter());
    let only = parsed.errors.is_empty() && blocks.is_empty() && attributes.len() == 1;
    let attribute = attributes.pop()?;
    only.then_some(attribute.value)
}

/// Whether an attribute is read; what is read must be what hcl-edit and `Lower` make of it.
#[track_caller]
fn reads(text: &str) -> bool {
    let Some(read) = super::attribute(text, FILE, OFFSET) else { return false };
    let Some(expected) = slow(text) else { panic!("read although it is wrong: {text:?}") };
    let (read, expected) = (format!("{read:?}"), format!("{expected:?}"));
    assert!(read == expected, "{text:?}\nread     {read}\nexpected {expected}");
    true
}
