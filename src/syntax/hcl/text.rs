//! The texts of strings, heredocs and template files, each byte mapped to the file, strip markers and indentation
//! applied as Terraform applies them.
//!
//! Facts are those of HCL's own scanner and template parser: outside of quotes each line is a literal of its own, so
//! that a strip marker reaches to the next line break only; `<<-` removes the smallest indentation of the lines, of
//! which an interpolation or directive at the beginning of a line has none and blank lines do not count.

mod decode;
mod trim;

use std::sync::Arc;

use hcl_edit::{
    expr::Expression,
    template::{Directive, Element, ForDirective, IfDirective, Interpolation, Strip, Template},
};

pub(crate) use self::{
    decode::{Literal, literal},
    trim::{Element as Trimmed, flush, strip},
};
use crate::source::{FileId, Location, Span, TextMap};

/// A text that was parsed, and where it stands.
#[derive(Clone, Copy)]
pub struct Source<'t> {
    text: &'t str,
    base: Base<'t>,
}

#[derive(Clone, Copy)]
enum Base<'t> {
    /// The text is that of the file from an offset on.
    File(FileId, usize),
    Map(&'t TextMap),
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub enum Piece<'e> {
    /// Text. Empty when strip markers left nothing of it.
    Literal {
        /// The decoded text.
        text: Arc<str>,
        /// Where each byte of it stands in the file.
        map: TextMap,
        /// Where it stands in the text that was parsed, before anything was removed.
        span: Span,
    },
    /// `${…}`.
    Interpolation {
        /// The expression.
        expr: &'e Expression,
        /// The whole sequence, in the text that was parsed.
        span: Span,
    },
    /// `%{ if … }…%{ else }…%{ endif }`.
    If {
        /// The condition.
        cond: &'e Expression,
        /// What stands there when it holds.
        then: Vec<Self>,
        /// What stands there when it does not; empty without `else`.
        otherwise: Vec<Self>,
        /// The whole directive, in the text that was parsed.
        span: Span,
    },
    /// `%{ for … in … }…%{ endfor }`.
    For {
        /// The name for the key or index.
        key: Option<&'e str>,
        /// The name for the value.
        value: &'e str,
        /// What is repeated over.
        collection: &'e Expression,
        /// What is repeated.
        body: Vec<Self>,
        /// The whole directive, in the text that was parsed.
        span: Span,
    },
}

impl<'t> Source<'t> {
    /// The text of a file.
    pub fn file(text: &'t str, file: FileId) -> Self {
        Self { text, base: Base::File(file, 0) }
    }

    /// A part of the text of a file that begins at a byte offset.
    pub fn part(text: &'t str, file: FileId, offset: usize) -> Self {
        Self { text, base: Base::File(file, offset) }
    }

    /// A text that was decoded from a file, such as a string of JSON.
    pub fn decoded(text: &'t str, map: &'t TextMap) -> Self {
        Self { text, base: Base::Map(map) }
    }

    /// The text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Where a span of the text stands in the file; `None` when the text has no map.
    pub fn locate(&self, span: Span) -> Option<Location> {
        match self.base {
            Base::File(file, offset) => Some(Location::new(file, span.shift(offset))),
            Base::Map(map) => map.locate(span),
        }
    }
}

/// How a template is written, which decides on escapes and on what a literal is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    /// Between quotes.
    Quoted,
    /// A heredoc; with `<<-` indentation is removed.
    Heredoc { flush: bool },
    /// A template file.
    Bare,
}

/// The pieces of a string, a template string or a heredoc; `None` for any other expression. `source` is the text that
/// the expression was parsed from, as it stands in the file.
pub fn elements<'e>(source: &Source<'_>, expr: &'e Expression) -> Option<Vec<Piece<'e>>> {
    let span = super::span_of(expr);
    match expr {
        Expression::String(_) => {
            let inner = Span::new(span.start as usize + 1, (span.end as usize).saturating_sub(1));
            Some(vec![finished(decode::literal(source, inner, true))])
        }
        Expression::StringTemplate(template) => Some(pieces(source, template, Mode::Quoted)),
        Expression::HeredocTemplate(heredoc) => {
            let header = source.text.get(span.range()).unwrap_or_default();
            let flush = header.starts_with("<<-");
            Some(pieces(source, &heredoc.template, Mode::Heredoc { flush }))
        }
        _ => None,
    }
}

/// The pieces of a template file, or of a string of `.tf.json`, as [`parse_template`](super::parse_template) parsed it
/// from the text of `source`.
pub fn bare_elements<'e>(source: &Source<'_>, template: &'e Template) -> Vec<Piece<'e>> {
    pieces(source, template, Mode::Bare)
}

/// Templates as one sequence of literals and marks, as HCL's own parser sees them.
enum Flat<'e> {
    Literal(decode::Literal),
    Interpolation(&'e Interpolation),
    If(&'e IfDirective),
    Else(&'e IfDirective),
    EndIf(&'e IfDirective),
    For(&'e ForDirective),
    EndFor(&'e ForDirective),
}

impl trim::Element for Flat<'_> {
    fn literal(&mut self) -> Option<&mut Literal> {
        match self {
            Self::Literal(literal) => Some(literal),
            _ => None,
        }
    }

    fn strips(&self) -> (bool, bool) {
        let strip = match self {
            Self::Literal(_) => Strip::None,
            Self::Interpolation(i) => i.strip,
            Self::If(d) => d.if_expr.strip,
            Self::Else(d) => d.else_expr.as_ref().map_or(Strip::None, |e| e.strip),
            Self::EndIf(d) => d.endif_expr.strip,
            Self::For(d) => d.for_expr.strip,
            Self::EndFor(d) => d.endfor_expr.strip,
        };
        (strip.strip_start(), strip.strip_end())
    }
}

fn pieces<'e>(source: &Source<'_>, template: &'e Template, mode: Mode) -> Vec<Piece<'e>> {
    let mut flat = Vec::new();
    flatten(source, template, mode, &mut flat);
    trim::strip(&mut flat);
    if mode == (Mode::Heredoc { flush: true }) {
        trim::flush(&mut flat);
    }
    let mut rest = flat.into_iter();
    let (pieces, _) = build(&mut rest);
    pieces
}

fn flatten<'e>(source: &Source<'_>, template: &'e Template, mode: Mode, out: &mut Vec<Flat<'e>>) {
    for element in template {
        match element {
            Element::Literal(literal) => {
                out.push(Flat::Literal(decode::literal(source, super::span_of(literal), mode == Mode::Quoted)));
            }
            Element::Interpolation(interpolation) => out.push(Flat::Interpolation(interpolation)),
            Element::Directive(directive) => match &**directive {
                Directive::If(d) => {
                    out.push(Flat::If(d));
                    flatten(source, &d.if_expr.template, mode, out);
                    if let Some(otherwise) = &d.else_expr {
                        out.push(Flat::Else(d));
                        flatten(source, &otherwise.template, mode, out);
                    }
                    out.push(Flat::EndIf(d));
                }
                Directive::For(d) => {
                    out.push(Flat::For(d));
                    flatten(source, &d.for_expr.template, mode, out);
                    out.push(Flat::EndFor(d));
                }
            },
        }
    }
}

fn finished<'e>(literal: Literal) -> Piece<'e> {
    let span = literal.span;
    let (text, map) = literal.finish();
    Piece::Literal { text, map, span }
}

/// What ended a sequence of pieces.
#[derive(PartialEq, Eq)]
enum Ended {
    Else,
    End,
}

fn build<'e>(rest: &mut std::vec::IntoIter<Flat<'e>>) -> (Vec<Piece<'e>>, Ended) {
    let mut out = Vec::new();
    while let Some(next) = rest.next() {
        match next {
            Flat::Literal(literal) => out.push(finished(literal)),
            Flat::Interpolation(i) => out.push(Piece::Interpolation { expr: &i.expr, span: super::span_of(i) }),
            Flat::If(d) => {
                let (then, ended) = build(rest);
                let otherwise = if ended == Ended::Else { build(rest).0 } else { Vec::new() };
                out.push(Piece::If { cond: &d.if_expr.cond_expr, then, otherwise, span: super::span_of(d) });
            }
            Flat::For(d) => {
                let (body, _) = build(rest);
                let f = &d.for_expr;
                out.push(Piece::For {
                    key: f.key_var.as_ref().map(|k| k.as_str()),
                    value: f.value_var.as_str(),
                    collection: &f.collection_expr,
                    body,
                    span: super::span_of(d),
                });
            }
            Flat::Else(_) => return (out, Ended::Else),
            Flat::EndIf(_) | Flat::EndFor(_) => return (out, Ended::End),
        }
    }
    (out, Ended::End)
}
