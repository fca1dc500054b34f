use std::{borrow::Cow, sync::Arc, vec::Drain};

use super::{
    ParsedText, TextError,
    machine::{self, Build, Hole, Mistake},
    scan::{Piece, PieceKind, PlainKind},
};
use crate::{
    source::{MapBuilder, Span},
    value::{Entry, Kind, ListKind, Number, ObjectKind, Origin, Part, Text, Unknown, Value},
};

pub(super) fn parse(text: &Text) -> ParsedText {
    let layout = Layout::new(text);
    let joined = layout.joined();
    let (value, mistakes) = machine::run(&joined, ValueBuilder { text: &joined, layout: &layout, complaint: None });
    let errors = mistakes
        .into_iter()
        .filter_map(|m| Some(TextError { message: m.message, origin: layout.origin(m.span)?, help: m.help }));
    ParsedText { value, errors: errors.collect() }
}

/// The parts of a text as one string, in which one byte stands for each part that is no text.
struct Layout<'t> {
    parts: Vec<(u32, &'t Part)>,
}

impl<'t> Layout<'t> {
    fn new(text: &'t Text) -> Self {
        let mut parts = Vec::with_capacity(text.parts().len());
        let mut at = 0_u32;
        for part in text.parts() {
            let len = match part {
                Part::Known { text, .. } => u32::try_from(text.len()).unwrap_or(u32::MAX),
                _ => 1,
            };
            // An empty part still tells where an empty text stands.
            if len > 0 || text.parts().len() == 1 {
                parts.push((at, part));
            }
            at = at.saturating_add(len);
        }
        Self { parts }
    }

    fn joined(&self) -> Cow<'t, str> {
        if let [(_, Part::Known { text, .. })] = &*self.parts {
            return Cow::Borrowed(text);
        }
        let mut joined = String::new();
        for (_, part) in &self.parts {
            match part {
                Part::Known { text, .. } => joined.push_str(text),
                _ => joined.push('\0'),
            }
        }
        Cow::Owned(joined)
    }

    fn index(&self, offset: u32) -> usize {
        self.parts.partition_point(|(start, _)| *start <= offset).saturating_sub(1)
    }

    /// The part that the byte at an offset belongs to, and where that part begins.
    fn part(&self, offset: u32) -> Option<(u32, &'t Part)> {
        self.parts.get(self.index(offset)).copied()
    }

    /// The part that stands at an offset and is no text.
    fn opaque(&self, offset: usize) -> Option<&'t Part> {
        let offset = u32::try_from(offset).ok()?;
        match self.part(offset)? {
            (_, Part::Known { .. }) => None,
            (_, part) => Some(part),
        }
    }

    /// Where a span of the joined text came from; the first place when it came from several texts.
    fn origin(&self, span: Span) -> Option<Origin> {
        let (start, first) = self.part(span.start)?;
        let last_byte = span.end.max(span.start + 1) - 1;
        let (last_start, last) = self.part(last_byte)?;
        if start == last_start {
            return Some(first.origin_of(local(span, start)));
        }
        let from = first.origin_of(local(Span { start: span.start, end: last_start }, start));
        let to = last.origin_of(local(Span { start: last_start, end: span.end }, last_start));
        let (a, b) = (from.source(), to.source());
        if !from.comes_with(&to) || a.file != b.file {
            return Some(from);
        }
        let mut whole = a;
        whole.span = a.span.cover(b.span);
        Some(from.narrowed(whole))
    }
}

fn local(span: Span, start: u32) -> Span {
    Span { start: span.start.saturating_sub(start), end: span.end.saturating_sub(start) }
}

struct ValueBuilder<'t> {
    text: &'t str,
    layout: &'t Layout<'t>,
    complaint: Option<Mistake>,
}

/// A known part in the making: pieces of one part of the text.
struct Run<'t> {
    start: u32,
    part: &'t Part,
    range: Span,
    text: String,
    map: Option<MapBuilder>,
}

impl<'t> Run<'t> {
    fn new(start: u32, part: &'t Part, at: u32) -> Self {
        let map = match part {
            Part::Known { map: Some(map), .. } => map.file().map(MapBuilder::new),
            _ => None,
        };
        let at = at.saturating_sub(start);
        Self { start, part, range: Span { start: at, end: at }, text: String::new(), map }
    }

    /// Adds what the bytes of `span` decode to.
    fn push(&mut self, decoded: &str, span: Span, verbatim: bool) {
        let range = local(span, self.start);
        self.range = self.range.cover(range);
        self.text.push_str(decoded);
        if let (Some(b), Part::Known { map: Some(map), .. }) = (&mut self.map, self.part) {
            if verbatim {
                b.mapped(map, range);
            } else if let Some(at) = map.locate(range) {
                b.collapsed(decoded.len(), at.span);
            }
        }
    }

    fn finish(self) -> Part {
        let origin = self.part.origin_of(self.range);
        Part::Known { text: self.text.into(), origin, map: self.map.map(MapBuilder::finish) }
    }
}

impl<'t> ValueBuilder<'t> {
    fn origin(&self, span: Span) -> Option<Origin> {
        self.layout.origin(span)
    }

    fn value(&self, kind: Kind, span: Span) -> Value {
        match self.origin(span) {
            Some(origin) => Value { kind, origin },
            // A text without parts is empty, and nothing is built from it.
            None => Value { kind: Kind::Null, origin: nowhere() },
        }
    }

    fn pieces(&mut self, token: Span, pieces: &[Piece]) -> Text {
        let mut parts = Vec::new();
        let mut run: Option<Run<'t>> = None;
        for piece in pieces {
            match piece.kind {
                PieceKind::Verbatim => {
                    let mut from = piece.span.start;
                    while from < piece.span.end {
                        let to = self.part_end(from).min(piece.span.end).max(from + 1);
                        let span = Span { start: from, end: to };
                        let text = self.text.get(span.range()).unwrap_or_default();
                        self.extend(&mut run, &mut parts, text, span, true);
                        from = to;
                    }
                }
                PieceKind::Escape(c) => {
                    let end = self.part_end(piece.span.start).min(piece.span.end);
                    let span = Span { start: piece.span.start, end: end.max(piece.span.start) };
                    self.extend(&mut run, &mut parts, c.encode_utf8(&mut [0; 4]), span, false);
                }
                PieceKind::Hole => {
                    parts.extend(run.take().map(Run::finish));
                    if let Some(part) = self.layout.opaque(piece.span.start as usize) {
                        let part = self.inside_string(part, piece.span);
                        parts.push(part);
                    }
                }
            }
        }
        parts.extend(run.map(Run::finish));
        match self.origin(token) {
            Some(origin) if parts.is_empty() => Text::known("", origin),
            _ => Text::new(parts),
        }
    }

    fn extend(&self, run: &mut Option<Run<'t>>, done: &mut Vec<Part>, decoded: &str, span: Span, verbatim: bool) {
        let Some((start, part)) = self.layout.part(span.start) else { return };
        if run.as_ref().is_some_and(|r| r.start != start) {
            done.extend(run.take().map(Run::finish));
        }
        run.get_or_insert_with(|| Run::new(start, part, span.start)).push(decoded, span, verbatim);
    }

    /// Where the part ends that the byte at an offset belongs to.
    fn part_end(&self, offset: u32) -> u32 {
        self.layout.parts.get(self.layout.index(offset) + 1).map_or(u32::MAX, |(start, _)| *start)
    }

    /// A part that is no text, between the quotes of a string.
    fn inside_string(&mut self, part: &Part, span: Span) -> Part {
        let Part::Json(value, origin) = part else { return part.clone() };
        if has_quotes(value) {
            self.complaint.get_or_insert(Mistake {
                message: "JSON inside a quoted string ends that string at its first quotation mark".to_owned(),
                span,
                help: Some("remove the quotation marks around it".to_owned()),
            });
            return part.clone();
        }
        if let Kind::Unknown(u) = &value.kind {
            return Part::Hole(u.clone(), origin.clone());
        }
        match Text::one(part.clone()).as_known() {
            Some(text) => Part::Known { text: text.into(), origin: origin.clone(), map: None },
            None => part.clone(),
        }
    }
}

/// Whether the value's encoding certainly has quotation marks.
fn has_quotes(value: &Value) -> bool {
    match &value.kind {
        Kind::String(_) => true,
        Kind::Object(o) => !o.entries().is_empty(),
        Kind::List(_, items) => items.iter().any(has_quotes),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) | Kind::Choice(_) => false,
    }
}

fn nowhere() -> Origin {
    crate::source::Location::new(crate::source::FileId(u32::MAX), Span::default()).into()
}

impl Build for ValueBuilder<'_> {
    type Value = Value;
    type Key = (Text, Origin);

    fn string(&mut self, token: Span, pieces: &[Piece]) -> Value {
        let text = self.pieces(token, pieces);
        self.value(Kind::String(text), token)
    }

    fn key(&mut self, token: Span, pieces: &[Piece]) -> (Text, Origin) {
        let text = self.pieces(token, pieces);
        (text, self.origin(token).unwrap_or_else(nowhere))
    }

    fn plain(&mut self, token: Span, kind: PlainKind) -> Value {
        let typed = self.text.get(token.range()).unwrap_or_default();
        let kind = match kind {
            PlainKind::Null => Kind::Null,
            PlainKind::Bool(b) => Kind::Bool(b),
            PlainKind::Number => match typed.parse::<i128>() {
                Ok(i) => Kind::Number(Number::int(i)),
                Err(_) => Kind::Number(Number::Float(typed.parse().unwrap_or(f64::NAN))),
            },
            PlainKind::Word => {
                let piece = Piece { span: token, kind: PieceKind::Verbatim };
                Kind::String(self.pieces(token, &[piece]))
            }
        };
        self.value(kind, token)
    }

    fn list(&mut self, token: Span, items: Drain<'_, Value>) -> Value {
        self.value(Kind::List(ListKind::Tuple, items.collect()), token)
    }

    fn object(&mut self, token: Span, entries: Drain<'_, ((Text, Origin), Value)>) -> Value {
        let entries = entries.map(|((key, key_origin), value)| Entry { key, key_origin, value }).collect();
        self.value(Kind::Object(Arc::new(crate::value::Object::new(ObjectKind::Object, entries))), token)
    }

    fn hole(&self, offset: usize) -> Option<Hole> {
        Some(match self.layout.opaque(offset)? {
            Part::Hole(..) => Hole::Unknown,
            Part::Json(v, _) if matches!(v.kind, Kind::Unknown(_)) => Hole::Unknown,
            _ => Hole::Value,
        })
    }

    fn hole_value(&mut self, offset: usize, many: bool) -> Value {
        let unknown = |u: &Arc<Unknown>| {
            if many && !u.many { Arc::new(Unknown::clone(u).many()) } else { u.clone() }
        };
        match self.layout.opaque(offset) {
            Some(Part::Hole(u, origin)) => Value { kind: Kind::Unknown(unknown(u)), origin: origin.clone() },
            Some(Part::Json(v, origin)) => match &v.kind {
                Kind::Unknown(u) => Value { kind: Kind::Unknown(unknown(u)), origin: v.origin.within(origin) },
                _ => v.within(origin),
            },
            Some(part @ Part::Symbol(_, origin)) => {
                Value { kind: Kind::String(Text::one(part.clone())), origin: origin.clone() }
            }
            _ => Value { kind: Kind::Null, origin: nowhere() },
        }
    }

    fn hole_key(&mut self, offset: usize) -> (Text, Origin) {
        let part = self.layout.opaque(offset);
        let origin = part.map_or_else(nowhere, |p| p.origin().clone());
        let text = match part {
            Some(Part::Json(v, _)) => match &v.kind {
                Kind::String(text) => text.within(&origin),
                Kind::Unknown(u) => Text::one(Part::Hole(u.clone(), origin.clone())),
                _ => Text::new(part.cloned().into_iter().collect()),
            },
            _ => Text::new(part.cloned().into_iter().collect()),
        };
        (text, origin)
    }

    fn complaint(&mut self) -> Option<Mistake> {
        self.complaint.take()
    }
}
