use memchr::memchr2;

use super::Parser;
use crate::{
    source::{Location, Span, TextMap},
    syntax::hcl::{
        runs,
        text::{self, Literal, Trimmed},
    },
    terraform::ast::{Expr, ExprKind, Piece},
    value::{Part, Text},
};

/// An element of a template.
pub(super) enum Element {
    /// A literal without escapes, of which nothing has to be removed.
    Plain(Span),
    Literal(Literal),
    Interpolation {
        expr: Expr,
        strips: (bool, bool),
    },
}

impl Trimmed for Element {
    fn literal(&mut self) -> Option<&mut Literal> {
        match self {
            Self::Literal(literal) => Some(literal),
            _ => None,
        }
    }

    fn strips(&self) -> (bool, bool) {
        match self {
            Self::Interpolation { strips, .. } => *strips,
            _ => (false, false),
        }
    }
}

/// A template without quotes as far as it was read.
pub(super) struct Unquoted {
    pub elements: Vec<Element>,
    /// Where the literal begins that is being read.
    from: usize,
    /// Whether it stands for itself.
    plain: bool,
}

impl Unquoted {
    pub fn at(from: usize) -> Self {
        Self { elements: Vec::new(), from, plain: true }
    }
}

impl Parser<'_> {
    /// At the `"`.
    pub(super) fn quoted(&mut self) -> Option<ExprKind> {
        let start = self.at;
        self.at += 1;
        let mut elements = Vec::new();
        loop {
            let from = self.at;
            let plain = self.quoted_literal()?;
            let ends = self.peek()? == b'"';
            if ends && elements.is_empty() {
                let span = Span::new(from, self.at);
                self.at += 1;
                let origin = self.place(start, self.at);
                return Some(ExprKind::String(Text::one(self.whole(span, plain, origin))));
            }
            if self.at > from {
                elements.push(self.literal(Span::new(from, self.at), plain, true));
            }
            if ends {
                self.at += 1;
                break;
            }
            elements.push(self.interpolation()?);
        }
        if let [Element::Interpolation { .. }] = &*elements
            && let Some(Element::Interpolation { expr, .. }) = elements.pop()
        {
            return Some(ExprKind::Parenthesis(Box::new(expr)));
        }
        Some(self.template(elements, true, false))
    }

    /// Takes text up to the closing quote or the next sequence; whether it stands for itself.
    fn quoted_literal(&mut self) -> Option<bool> {
        let mut plain = true;
        loop {
            self.at = runs::plain(self.bytes, self.at);
            match self.peek()? {
                b'"' => return Some(plain),
                b'\n' => return None,
                b'\\' => {
                    plain = false;
                    self.escape()?;
                }
                b'$' | b'%' => match self.marker()? {
                    Marker::Escaped => plain = false,
                    Marker::Text => {}
                    Marker::Sequence => return Some(plain),
                },
                _ => self.at += 1,
            }
        }
    }

    /// At the backslash.
    fn escape(&mut self) -> Option<()> {
        let digits = match self.peek_at(1)? {
            b'n' | b'r' | b't' | b'"' | b'\\' => 0,
            b'u' => 4,
            b'U' => 8,
            _ => return None,
        };
        if digits > 0 {
            let hex = self.text.get(self.at + 2..self.at + 2 + digits)?;
            if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
                return None;
            }
            char::from_u32(u32::from_str_radix(hex, 16).ok()?)?;
        }
        self.at += 2 + digits;
        Some(())
    }

    /// At `$` or `%`: takes it when it is text. Directives are given up on.
    fn marker(&mut self) -> Option<Marker> {
        match self.rest() {
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => {
                self.at += 3;
                Some(Marker::Escaped)
            }
            [b'$', b'{', ..] => Some(Marker::Sequence),
            [b'%', b'{', ..] => None,
            _ => {
                self.at += 1;
                Some(Marker::Text)
            }
        }
    }

    /// At the `${`.
    fn interpolation(&mut self) -> Option<Element> {
        self.at += 2;
        let before = self.eat(b'~');
        self.trivia()?;
        let expr = self.nested(true)?;
        self.trivia()?;
        let after = self.eat(b'~');
        self.expect(b'}')?;
        Some(Element::Interpolation { expr, strips: (before, after) })
    }

    fn literal(&self, span: Span, plain: bool, quoted: bool) -> Element {
        if plain { Element::Plain(span) } else { Element::Literal(text::literal(&self.source(), span, quoted)) }
    }

    /// What the elements of a template come to; with `flush` without the indentation of the lines.
    pub(super) fn template(&self, elements: Vec<Element>, quoted: bool, flush: bool) -> ExprKind {
        let mut pieces = self.pieces(elements, quoted, flush);
        match &*pieces {
            [] => ExprKind::String(Text::new(Vec::new())),
            [Piece::Literal(_)] => match pieces.pop() {
                Some(Piece::Literal(part)) => ExprKind::String(Text::one(part)),
                _ => ExprKind::String(Text::new(Vec::new())),
            },
            _ => ExprKind::Template(pieces),
        }
    }

    /// All of the text as a template of its own.
    pub(super) fn bare(&mut self) -> Option<Vec<Piece>> {
        let mut unquoted = Unquoted::at(self.at);
        while let Some(next) = memchr2(b'$', b'%', self.rest()) {
            self.at += next;
            self.unquoted(&mut unquoted)?;
        }
        self.at = self.text.len();
        self.end_literal(&mut unquoted);
        Some(self.pieces(unquoted.elements, false, false))
    }

    /// At `$` or `%` of a template without quotes.
    pub(super) fn unquoted(&mut self, so_far: &mut Unquoted) -> Option<()> {
        match self.marker()? {
            Marker::Escaped => so_far.plain = false,
            Marker::Text => {}
            Marker::Sequence => {
                self.end_literal(so_far);
                so_far.elements.push(self.interpolation()?);
                so_far.from = self.at;
            }
        }
        Some(())
    }

    /// Where a literal of a template without quotes ends, if there is one.
    pub(super) fn end_literal(&self, so_far: &mut Unquoted) {
        if self.at > so_far.from {
            so_far.elements.push(self.literal(Span::new(so_far.from, self.at), so_far.plain, false));
        }
        so_far.plain = true;
    }

    fn pieces(&self, mut elements: Vec<Element>, quoted: bool, flush: bool) -> Vec<Piece> {
        let strips = elements.iter().any(|e| e.strips() != (false, false));
        if strips || flush {
            for element in &mut elements {
                if let Element::Plain(span) = element {
                    *element = Element::Literal(text::literal(&self.source(), *span, quoted));
                }
            }
            text::strip(&mut elements);
            if flush {
                text::flush(&mut elements);
            }
        }
        elements.into_iter().filter_map(|e| self.piece(e)).collect()
    }

    /// A piece of a template; nothing when there is nothing left of it.
    fn piece(&self, element: Element) -> Option<Piece> {
        let part = match element {
            Element::Interpolation { expr, .. } => return Some(Piece::Interpolation(expr)),
            Element::Plain(span) => self.whole(span, true, Location::new(self.file, span.shift(self.offset))),
            Element::Literal(literal) => {
                let (text, map) = literal.finish();
                let at = map.locate(Span::new(0, text.len()))?;
                Part::Known { text, origin: at.into(), map: Some(map) }
            }
        };
        Some(Piece::Literal(part))
    }

    /// All of a literal.
    fn whole(&self, span: Span, plain: bool, origin: Location) -> Part {
        let (text, map) = if plain {
            let map = TextMap::verbatim(self.file, span.shift(self.offset));
            (self.slice(span.start as usize, span.end as usize).into(), map)
        } else {
            text::literal(&self.source(), span, true).finish()
        };
        Part::Known { text, origin: origin.into(), map: Some(map) }
    }
}

/// What `$` or `%` in a template is.
enum Marker {
    /// `$${` or `%%{`.
    Escaped,
    Text,
    /// The beginning of an interpolation.
    Sequence,
}
