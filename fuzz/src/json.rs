//! Any text is read as JSON without a panic, as a file and as a string with unknown parts (where the text has a
//! `\x01`).

use std::sync::Arc;

use iac_trust_lint::{
    source::{FileId, Location, Span, TextMap},
    syntax::json::{parse, parse_text},
    value::{Part, Reason, Text, Unknown},
};

fn at(start: usize, end: usize) -> Location {
    Location::new(FileId(0), Span::new(start, end))
}

pub fn run(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let parsed = parse(text, FileId(0));
    for e in &parsed.errors {
        assert!(text.get(e.span.range()).is_some());
    }
    for e in parse_text(&with_holes(text)).errors {
        assert!(text.get(e.origin.at.span.range()).is_some());
    }
}

/// The text with an unknown part in place of each `\x01`.
pub fn with_holes(text: &str) -> Text {
    let mut parts = Vec::new();
    let mut start = 0;
    for known in text.split('\x01') {
        if start > 0 {
            let unknown = Unknown::new("x", Reason::Undeclared, at(start - 1, start));
            parts.push(Part::Hole(Arc::new(unknown), at(start - 1, start).into()));
        }
        let place = at(start, start + known.len());
        let map = Some(TextMap::verbatim(FileId(0), place.span));
        parts.push(Part::Known { text: known.into(), origin: place.into(), map });
        start += known.len() + 1;
    }
    Text::new(parts)
}
