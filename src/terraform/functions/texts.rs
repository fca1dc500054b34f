//! Strings that are known in parts: stretches of known text that can be cut, each piece keeping its place.

use std::{borrow::Cow, ops::Range, sync::Arc};

use super::call::{Stop, check_text};
use crate::{
    source::{Span, TextMap},
    terraform::{convert::settled, unify::MOST_DEPTH},
    value::{Kind, Origin, Part, Reason, Symbol, Text, Unknown, Value, json_string},
};

/// A stretch of a text.
pub(super) enum Segment<'t> {
    /// Known text.
    Known(Run<'t>),
    /// A hole or a symbol.
    Open(&'t Part),
}

/// Neighbouring known parts as one text.
pub(super) struct Run<'t> {
    /// The text of all parts.
    pub text: Cow<'t, str>,
    parts: Vec<(usize, &'t Part)>,
}

impl Run<'_> {
    /// The parts under a byte range of the text.
    pub fn slice(&self, range: Range<usize>, out: &mut Vec<Part>) {
        let first = self.parts.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        for (start, part) in self.parts.get(first..).unwrap_or(&[]) {
            if *start >= range.end {
                break;
            }
            let Part::Known { text, .. } = part else { continue };
            let from = range.start.saturating_sub(*start);
            let to = (range.end - start).min(text.len());
            if from < to {
                out.push(cut(part, from..to));
            }
        }
    }

    /// The text under a byte range.
    pub fn piece(&self, range: Range<usize>) -> Text {
        let mut parts = Vec::new();
        self.slice(range, &mut parts);
        Text::new(parts)
    }
}

/// A byte range of a known part.
fn cut(part: &Part, range: Range<usize>) -> Part {
    let Part::Known { text, .. } = part else { return part.clone() };
    if range == (0..text.len()) {
        return part.clone();
    }
    let origin = part.origin_of(Span::new(range.start, range.end));
    let piece: Arc<str> = text.get(range).unwrap_or("").into();
    let place = origin.source();
    let map = (place.span.len() == piece.len() && matches!(part, Part::Known { map: Some(_), .. }))
        .then(|| TextMap::verbatim(place.file, place.span));
    Part::Known { text: piece, origin, map }
}

/// The part with another text of the same origin; it keeps its map when lengths are equal.
pub(super) fn rewritten(part: &Part, new: String) -> Part {
    match part {
        Part::Known { text, origin, map } => {
            let map = if text.len() == new.len() { map.clone() } else { None };
            Part::Known { text: new.into(), origin: origin.clone(), map }
        }
        other => other.clone(),
    }
}

/// A known part that was computed.
pub(super) fn made(text: impl Into<Arc<str>>, origin: Origin) -> Part {
    Part::Known { text: text.into(), origin, map: None }
}

/// The segments of a text; JSON parts must have been written out before.
pub(super) fn segments(text: &Text) -> Vec<Segment<'_>> {
    let mut out: Vec<Segment<'_>> = Vec::new();
    for part in text.parts() {
        match part {
            Part::Known { text, .. } => {
                if let Some(Segment::Known(run)) = out.last_mut() {
                    run.parts.push((run.text.len(), part));
                    run.text.to_mut().push_str(text);
                } else {
                    out.push(Segment::Known(Run { text: Cow::Borrowed(text), parts: vec![(0, part)] }));
                }
            }
            Part::Symbol(..) | Part::Hole(..) | Part::Json(..) => out.push(Segment::Open(part)),
        }
    }
    out
}

/// The text as one run when all of it is known.
pub(super) fn whole(text: &Text) -> Option<Run<'_>> {
    let mut segments = segments(text);
    match (segments.pop(), segments.pop()) {
        (None, _) => Some(Run { text: Cow::Borrowed(""), parts: Vec::new() }),
        (Some(Segment::Known(run)), None) => Some(run),
        _ => None,
    }
}

/// Whether what is open may hold any of these characters.
pub(super) fn may_hold(part: &Part, characters: &str) -> bool {
    let symbol = match part {
        Part::Symbol(symbol, _) => symbol,
        // A pattern that only lists words, as `iam|sts`.
        Part::Hole(u, _) if let Some(words) = u.pattern.as_deref().filter(|p| lists_words(p)) => {
            return characters.chars().all(|c| words.contains(c));
        }
        _ => return true,
    };
    characters.chars().all(|c| match symbol {
        Symbol::OwnAccount | Symbol::AwsServiceAccount => c.is_ascii_digit(),
        // The letters of the partitions that there are.
        Symbol::Partition => "aws-cnugovibef".contains(c),
        Symbol::Region | Symbol::OwnOrganization => c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
        Symbol::DnsSuffix => c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'),
    })
}

fn lists_words(pattern: &str) -> bool {
    pattern.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'|'))
}

/// The part as a hole that says the same of why it is open, for when it was changed.
pub(super) fn hole(part: &Part) -> Part {
    match part {
        Part::Hole(unknown, origin) => {
            if unknown.pattern.is_none() && !unknown.many {
                return part.clone();
            }
            Part::Hole(Arc::new(plain(unknown)), origin.clone())
        }
        Part::Symbol(symbol, origin) => {
            let reference = symbol.name();
            Part::Hole(Arc::new(Unknown::new(reference, Reason::OnlyAws, origin.at)), origin.clone())
        }
        other => other.clone(),
    }
}

/// The unknown as that of a single value that may be anything.
pub(super) fn plain(unknown: &Unknown) -> Unknown {
    Unknown { many: false, pattern: None, ..unknown.clone() }
}

/// The value as a text: strings, and unknown values as a hole.
pub(super) fn of_value(value: &Value) -> Option<Text> {
    match &value.kind {
        Kind::String(text) => Some(text.clone()),
        Kind::Unknown(u) => Some(Text::one(hole(&Part::Hole(u.clone(), value.origin.clone())))),
        _ => None,
    }
}

/// The text with JSON parts written out as text, what is unknown in them as holes.
pub(super) fn flat(text: &Text) -> Result<Text, Stop> {
    if text.is_plain() {
        return Ok(text.clone());
    }
    let mut parts = Vec::new();
    for part in text.parts() {
        match part {
            Part::Json(value, origin) => {
                let mut writer = Writer { parts: Vec::new(), pending: String::new(), origin, bytes: 0 };
                writer.value(value, 0)?;
                writer.flush();
                parts.append(&mut writer.parts);
            }
            other => parts.push(other.clone()),
        }
    }
    Ok(Text::new(parts))
}

struct Writer<'o> {
    parts: Vec<Part>,
    pending: String,
    origin: &'o Origin,
    bytes: usize,
}

impl Writer<'_> {
    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let text = std::mem::take(&mut self.pending);
            self.parts.push(made(text, self.origin.clone()));
        }
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Stop> {
        if depth > MOST_DEPTH {
            return Err(Stop::Limit(format!("more than {MOST_DEPTH} levels")));
        }
        check_text(self.bytes + self.pending.len())?;
        match &value.kind {
            Kind::Null => self.pending.push_str("null"),
            Kind::Bool(b) => self.pending.push_str(if *b { "true" } else { "false" }),
            Kind::Number(n) => self.pending.push_str(&n.to_string()),
            Kind::String(text) => self.text(text, depth)?,
            Kind::List(_, _) => {
                self.pending.push('[');
                for (i, item) in value.items().into_iter().flatten().enumerate() {
                    if i > 0 {
                        self.pending.push(',');
                    }
                    self.value(&item, depth + 1)?;
                }
                self.pending.push(']');
            }
            Kind::Object(object) => {
                self.pending.push('{');
                for (i, entry) in settled(object).into_iter().enumerate() {
                    if i > 0 {
                        self.pending.push(',');
                    }
                    self.text(&entry.key.within(&value.origin), depth)?;
                    self.pending.push(':');
                    self.value(&inside(&entry.value, &value.origin), depth + 1)?;
                }
                self.pending.push('}');
            }
            Kind::Unknown(u) => self.open(Part::Hole(u.clone(), value.origin.clone())),
            Kind::Choice(c) => {
                let unknown = c.subject.unknown();
                self.open(Part::Hole(Arc::new(unknown), value.origin.clone()));
            }
        }
        Ok(())
    }

    fn open(&mut self, part: Part) {
        self.flush();
        self.parts.push(part);
    }

    fn text(&mut self, text: &Text, depth: usize) -> Result<(), Stop> {
        self.pending.push('"');
        self.flush();
        for part in flat_at(text, depth)?.parts() {
            match part {
                Part::Known { text, .. } => {
                    self.bytes += text.len();
                    self.parts.push(rewritten(part, escaped(text)));
                }
                other => self.parts.push(other.clone()),
            }
        }
        self.pending.push('"');
        Ok(())
    }
}

fn flat_at(text: &Text, depth: usize) -> Result<Text, Stop> {
    if depth > MOST_DEPTH {
        return Err(Stop::Limit(format!("more than {MOST_DEPTH} levels")));
    }
    flat(text)
}

/// A value as a child of a container with that origin.
fn inside(value: &Value, container: &Origin) -> Value {
    let kind = match &value.kind {
        Kind::String(text) => Kind::String(text.within(container)),
        other => other.clone(),
    };
    Value { kind, origin: value.origin.within(container) }
}

/// The text as it stands between the quotes of a JSON string that Terraform writes.
fn escaped(text: &str) -> String {
    if !text.contains(|c: char| c.is_control() || matches!(c, '"' | '\\' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}')) {
        return text.to_owned();
    }
    let quoted = json_string(text);
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}
