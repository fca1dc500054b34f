use std::sync::Arc;

use crate::{
    source::{FileId, Location, Span},
    syntax::tree::Scalar,
    value::{Kind, Origin, Part, Text, Value},
};

/// The text that nodes were read from.
pub(super) enum Body {
    /// A file.
    File(FileId),
    /// A string of something else.
    Virtual(Virtual),
}

impl Body {
    /// The place in a file that a span of this text stands for.
    pub(super) fn at(&self, span: Span) -> Location {
        match self {
            Self::File(file) => Location::new(*file, span),
            Self::Virtual(text) => text.origin(span).source(),
        }
    }

    /// The text of a scalar.
    pub(super) fn text(&self, span: Span, scalar: &Scalar) -> Text {
        match self {
            Self::File(file) => {
                let origin = Origin::from(Location::new(*file, span));
                let (text, map) = (scalar.text.clone(), Some(scalar.map.clone()));
                Text::one(Part::Known { text, origin, map })
            }
            Self::Virtual(text) => text.scalar(scalar),
        }
    }
}

/// What stands in for a part that is not known, with the part's number in between. Private-use characters, which YAML
/// and JSON both take anywhere in a text.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// A string that is read as a template: its text, and the part that each stretch of it came from.
pub(super) struct Virtual {
    text: String,
    /// Where each part begins.
    starts: Vec<usize>,
    parts: Vec<Part>,
    whole: Origin,
}

impl Virtual {
    pub(super) fn new(text: &Text, whole: Origin) -> Self {
        let mut new = Self { text: String::new(), starts: Vec::new(), parts: Vec::new(), whole };
        for part in text.parts() {
            match part {
                Part::Json(value, origin) => new.json(value, origin, 0),
                other => new.part(other.clone()),
            }
        }
        new
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn part(&mut self, part: Part) {
        self.starts.push(self.text.len());
        match &part {
            Part::Known { text, .. } => self.text.push_str(text),
            _ => {
                let number = self.parts.len();
                self.text.push_str(&format!("{OPEN}{number}{CLOSE}"));
            }
        }
        self.parts.push(part);
    }

    fn syntax(&mut self, text: &str, origin: &Origin) {
        self.part(Part::Known { text: text.into(), origin: origin.clone(), map: None });
    }

    fn json(&mut self, value: &Value, origin: &Origin, depth: usize) {
        match &value.kind {
            _ if depth > 200 => self.syntax("null", origin),
            Kind::Null => self.syntax("null", origin),
            Kind::Bool(_) | Kind::Number(_) => self.syntax(&value.as_str().unwrap_or_default(), &value.origin),
            Kind::String(text) => self.quoted(text, &value.origin),
            Kind::List(..) => {
                self.syntax("[", &value.origin);
                for (i, item) in value.items().into_iter().flatten().enumerate() {
                    if i > 0 {
                        self.syntax(",", &value.origin);
                    }
                    self.json(&item, &value.origin, depth + 1);
                }
                self.syntax("]", &value.origin);
            }
            Kind::Object(_) => {
                self.syntax("{", &value.origin);
                for (i, entry) in value.entries().into_iter().flatten().enumerate() {
                    if i > 0 {
                        self.syntax(",", &value.origin);
                    }
                    self.quoted(&entry.key, &entry.key_origin);
                    self.syntax(":", &entry.key_origin);
                    self.json(&entry.value, &value.origin, depth + 1);
                }
                self.syntax("}", &value.origin);
            }
            Kind::Unknown(u) => {
                self.syntax("\"", &value.origin);
                self.part(Part::Hole(u.clone(), value.origin.clone()));
                self.syntax("\"", &value.origin);
            }
            Kind::Choice(_) => {
                self.syntax("\"", &value.origin);
                self.part(Part::Json(Arc::new(value.clone()), value.origin.clone()));
                self.syntax("\"", &value.origin);
            }
        }
    }

    fn quoted(&mut self, text: &Text, origin: &Origin) {
        self.syntax("\"", origin);
        for part in text.parts() {
            match part {
                Part::Known { text, origin, .. } => {
                    let encoded = serde_json::to_string(&**text).unwrap_or_default();
                    let inner = encoded.get(1..encoded.len().saturating_sub(1)).unwrap_or_default();
                    if inner == &**text {
                        self.part(part.clone());
                    } else {
                        self.syntax(inner, origin);
                    }
                }
                other => self.part(other.clone()),
            }
        }
        self.syntax("\"", origin);
    }

    /// The number of the part that holds an offset.
    fn index_of(&self, offset: usize) -> Option<usize> {
        self.starts.partition_point(|s| *s <= offset).checked_sub(1)
    }

    /// The origin of a span of this text: that of its beginning, as far as one part reaches.
    fn origin(&self, span: Span) -> Origin {
        let start = span.start as usize;
        let Some((index, part)) = self.index_of(start).and_then(|i| Some((i, self.parts.get(i)?))) else {
            return self.whole.clone();
        };
        let from = self.starts.get(index).copied().unwrap_or(0);
        let len = match part {
            Part::Known { text, .. } => text.len(),
            _ => return part.origin().clone(),
        };
        let end = (span.end as usize).saturating_sub(from).min(len);
        part.origin_of(Span::new(start - from, end.max(start - from)))
    }

    fn scalar(&self, scalar: &Scalar) -> Text {
        let mut parts = Vec::new();
        let mut from = 0;
        let text = &*scalar.text;
        while let Some(open) = text.get(from..).and_then(|r| r.find(OPEN)).map(|i| from + i) {
            let inside = open + OPEN.len_utf8();
            let Some(close) = text.get(inside..).and_then(|r| r.find(CLOSE)).map(|i| inside + i) else { break };
            let number = text.get(inside..close).and_then(|n| n.parse::<usize>().ok());
            parts.extend(self.known(scalar, from, open));
            parts.extend(number.and_then(|n| self.parts.get(n)).cloned());
            from = close + CLOSE.len_utf8();
        }
        parts.extend(self.known(scalar, from, text.len()));
        if parts.is_empty() {
            let origin = self.whole.clone();
            parts.push(Part::Known { text: "".into(), origin, map: None });
        }
        Text::new(parts)
    }

    /// A stretch of a scalar without parts that are not known.
    fn known(&self, scalar: &Scalar, start: usize, end: usize) -> Option<Part> {
        let text = scalar.text.get(start..end).filter(|t| !t.is_empty())?;
        let Some(at) = scalar.map.locate(Span::new(start, end)).map(|l| l.span) else {
            return Some(Part::Known { text: text.into(), origin: self.whole.clone(), map: None });
        };
        let origin = self.origin(at);
        let index = self.index_of(at.start as usize)?;
        let from = self.starts.get(index).copied()?;
        let map = match self.parts.get(index) {
            Some(Part::Known { text: own, map: Some(map), .. })
                if at.len() == text.len() && at.end as usize <= from + own.len() =>
            {
                Some(map.slice(Span::new(at.start as usize - from, at.end as usize - from)))
            }
            _ => None,
        };
        Some(Part::Known { text: text.into(), origin, map })
    }
}
