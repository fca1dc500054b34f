use std::{ops::Range, sync::Arc};

use super::{Base, Source};
use crate::source::{FileId, MapBuilder, Span, TextMap};

/// A literal of a template: all of its decoded text, and what of it counts.
pub(crate) struct Literal {
    /// Where it stands in the text that was parsed.
    pub span: Span,
    text: String,
    map: TextMap,
    /// The scanner's tokens, each a part of the decoded text.
    pub tokens: Vec<Range<usize>>,
}

impl Literal {
    /// The text of a token.
    pub fn token(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The text without what was removed, and where each byte of it stands.
    pub fn finish(self) -> (Arc<str>, TextMap) {
        if let [whole] = &*self.tokens
            && *whole == (0..self.text.len())
        {
            return (self.text.into(), self.map);
        }
        let mut text = String::with_capacity(self.text.len());
        let mut map = MapBuilder::new(self.map.file().unwrap_or(FileId(u32::MAX)));
        for token in &self.tokens {
            text.push_str(self.token(token));
            map.mapped(&self.map, Span::new(token.start, token.end));
        }
        (text.into(), map.finish())
    }
}

/// Decodes the literal that stands at a span. Between quotes it is one token, elsewhere each line is one.
pub(crate) fn literal(source: &Source<'_>, span: Span, quoted: bool) -> Literal {
    let mut d = Decoder::new(source, span);
    let raw = source.text.get(span.range()).unwrap_or_default();
    let mut at = 0;
    while let Some(rest) = raw.get(at..).filter(|r| !r.is_empty()) {
        let plain = rest.find(|c| matches!(c, '$' | '%') || c == '\\' && quoted).unwrap_or(rest.len());
        d.verbatim(rest.get(..plain).unwrap_or_default(), at);
        at += plain;
        let rest = rest.get(plain..).unwrap_or_default();
        let len = if rest.starts_with("$${") || rest.starts_with("%%{") {
            let kept = rest.get(1..3).unwrap_or_default();
            d.collapsed(kept, at, 3);
            3
        } else if let Some((c, len)) = rest.strip_prefix('\\').and_then(escape) {
            d.collapsed(c.encode_utf8(&mut [0; 4]), at, len + 1);
            len + 1
        } else {
            let len = rest.chars().next().map_or(1, char::len_utf8);
            d.verbatim(rest.get(..len).unwrap_or_default(), at);
            len
        };
        at += len;
    }
    let whole = 0..d.text.len();
    let tokens = if quoted { Vec::from([whole]) } else { lines(&d.text) };
    Literal { span, map: d.map.finish(), text: d.text, tokens }
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let line = |line: &str| {
        at += line.len();
        at - line.len()..at
    };
    text.split_inclusive('\n').map(line).collect()
}

/// The character that an escape stands for, and its length without the backslash.
fn escape(rest: &str) -> Option<(char, usize)> {
    let hex = |digits: usize| {
        let value = u32::from_str_radix(rest.get(1..=digits)?, 16).ok()?;
        Some((char::from_u32(value)?, digits + 1))
    };
    match rest.chars().next()? {
        'n' => Some(('\n', 1)),
        'r' => Some(('\r', 1)),
        't' => Some(('\t', 1)),
        '"' => Some(('"', 1)),
        '\\' => Some(('\\', 1)),
        'u' => hex(4),
        'U' => hex(8),
        _ => None,
    }
}

struct Decoder<'t> {
    base: Base<'t>,
    start: usize,
    text: String,
    map: MapBuilder,
}

impl<'t> Decoder<'t> {
    fn new(source: &Source<'t>, span: Span) -> Self {
        let file = match source.base {
            Base::File(file, _) => file,
            Base::Map(map) => map.file().unwrap_or(FileId(u32::MAX)),
        };
        let text = String::with_capacity(span.len());
        Self { base: source.base, start: span.start as usize, text, map: MapBuilder::new(file) }
    }

    fn verbatim(&mut self, decoded: &str, at: usize) {
        self.text.push_str(decoded);
        let at = self.start + at;
        match self.base {
            Base::File(_, offset) => self.map.verbatim(decoded.len(), at + offset),
            Base::Map(map) => self.map.mapped(map, Span::new(at, at + decoded.len())),
        }
    }

    fn collapsed(&mut self, decoded: &str, at: usize, len: usize) {
        self.text.push_str(decoded);
        let span = Span::new(self.start + at, self.start + at + len);
        match self.base {
            Base::File(_, offset) => self.map.collapsed(decoded.len(), span.shift(offset)),
            Base::Map(map) => {
                let at = map.locate(span).map_or_else(Span::default, |l| l.span);
                self.map.collapsed(decoded.len(), at);
            }
        }
    }
}
