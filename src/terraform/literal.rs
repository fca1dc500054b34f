use std::ops::Range;

use crate::{
    source::{FileId, Location, MapBuilder, Span, TextMap},
    value::{Part, Text},
};

/// The text that expressions are read from: a file, or a string inside one.
#[derive(Clone, Copy)]
pub(super) struct Ground<'s> {
    pub text: &'s str,
    pub file: FileId,
    /// Where the text stands in the file; `None` when it is the file itself.
    pub map: Option<&'s TextMap>,
}

/// Which escapes a literal has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// Backslash escapes and doubled template markers.
    Quoted,
    /// Doubled template markers only.
    Template,
}

/// A literal on its way from the source to a part of a text.
#[derive(Default)]
pub(super) struct Literal {
    chunks: Vec<Chunk>,
}

struct Chunk {
    text: String,
    source: Range<usize>,
    verbatim: bool,
}

impl Ground<'_> {
    pub fn at(&self, range: Range<usize>) -> Location {
        let span = Span::new(range.start, range.end);
        match self.map {
            None => Location::new(self.file, span),
            Some(map) => map.locate(span).unwrap_or(Location::new(self.file, Span::default())),
        }
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or("")
    }

    /// Decodes the literal that stands at a range.
    pub fn literal(&self, range: Range<usize>, escapes: Escapes) -> Literal {
        let mut out = Literal::default();
        let raw = self.slice(range.clone());
        let bytes = raw.as_bytes();
        let mut plain = 0;
        let mut i = 0;
        while let Some(b) = bytes.get(i) {
            let made = match b {
                b'\\' if escapes == Escapes::Quoted => escape(&raw[i..]),
                b'$' if bytes.get(i + 1..i + 3) == Some(b"${") => Some(('$', 2)),
                b'%' if bytes.get(i + 1..i + 3) == Some(b"%{") => Some(('%', 2)),
                _ => None,
            };
            let Some((char, len)) = made else {
                i += 1;
                continue;
            };
            out.verbatim(&raw[plain..i], range.start + plain);
            let source = range.start + i..range.start + i + len;
            out.chunks.push(Chunk { text: char.to_string(), source, verbatim: false });
            i += len;
            plain = i;
        }
        out.verbatim(raw.get(plain..).unwrap_or(""), range.start + plain);
        out
    }

    /// The text of a literal, with its map.
    pub fn finish(&self, literal: &Literal, whole: Range<usize>) -> Part {
        let mut text = String::new();
        let mut map = MapBuilder::new(self.file);
        for chunk in &literal.chunks {
            text.push_str(&chunk.text);
            self.map_chunk(chunk, &mut map);
        }
        let range = match (literal.chunks.first(), literal.chunks.last()) {
            (Some(first), Some(last)) => first.source.start..last.source.end,
            _ => whole,
        };
        Part::Known { text: text.into(), origin: self.at(range).into(), map: Some(std::sync::Arc::new(map.finish())) }
    }

    /// A whole quoted string or bare word as a text. `whole` is the text with its quotes.
    pub fn string(&self, whole: Range<usize>) -> Text {
        let quoted = self.slice(whole.clone()).starts_with('"') && whole.len() >= 2;
        let inner = if quoted { whole.start + 1..whole.end - 1 } else { whole.clone() };
        let part = self.finish(&self.literal(inner, Escapes::Quoted), whole.clone());
        let Part::Known { text, map, .. } = part else { return Text::new(vec![part]) };
        Text::new(vec![Part::Known { text, origin: self.at(whole).into(), map }])
    }

    fn map_chunk(&self, chunk: &Chunk, builder: &mut MapBuilder) {
        let Some(outer) = self.map else {
            if chunk.verbatim {
                builder.verbatim(chunk.text.len(), chunk.source.start);
            } else {
                builder.collapsed(chunk.text.len(), Span::new(chunk.source.start, chunk.source.end));
            }
            return;
        };
        let mut offset = chunk.source.start;
        for char in chunk.text.chars() {
            let (len, step) = if chunk.verbatim { (char.len_utf8(), char.len_utf8()) } else { (chunk.source.len(), 0) };
            let span = outer.locate(Span::new(offset, offset + len)).map_or(Span::default(), |l| l.span);
            if chunk.verbatim && span.len() == char.len_utf8() {
                builder.verbatim(char.len_utf8(), span.start as usize);
            } else {
                builder.collapsed(char.len_utf8(), span);
            }
            offset += step;
        }
    }
}

/// The character of a backslash escape at the start of `raw`, and the escape's length.
fn escape(raw: &str) -> Option<(char, usize)> {
    let hex = |digits: usize| {
        let code = u32::from_str_radix(raw.get(2..2 + digits)?, 16).ok()?;
        Some((char::from_u32(code)?, 2 + digits))
    };
    match raw.as_bytes().get(1)? {
        b'n' => Some(('\n', 2)),
        b'r' => Some(('\r', 2)),
        b't' => Some(('\t', 2)),
        b'"' => Some(('"', 2)),
        b'\\' => Some(('\\', 2)),
        b'u' => hex(4),
        b'U' => hex(8),
        _ => None,
    }
}

impl Literal {
    fn verbatim(&mut self, text: &str, start: usize) {
        if !text.is_empty() {
            let source = start..start + text.len();
            self.chunks.push(Chunk { text: text.to_owned(), source, verbatim: true });
        }
    }

    pub fn is_empty(&self) -> bool {
        self.chunks.iter().all(|c| c.text.is_empty())
    }

    /// Removes white space from the start.
    pub fn trim_start(&mut self) {
        while let Some(first) = self.chunks.first_mut() {
            let kept = first.text.trim_start().len();
            if kept == 0 {
                self.chunks.remove(0);
                continue;
            }
            first.cut_start(first.text.len() - kept);
            return;
        }
    }

    /// Removes white space from the end.
    pub fn trim_end(&mut self) {
        while let Some(last) = self.chunks.last_mut() {
            let kept = last.text.trim_end().len();
            if kept == 0 {
                self.chunks.pop();
                continue;
            }
            if last.verbatim {
                last.source.end -= last.text.len() - kept;
            }
            last.text.truncate(kept);
            return;
        }
    }

    /// The white-space characters that it starts with; `None` when it is a blank line.
    pub fn indent(&self) -> Option<usize> {
        let mut count = 0;
        for char in self.chunks.iter().flat_map(|c| c.text.chars()) {
            if !char.is_whitespace() {
                return Some(count);
            }
            if char == '\n' {
                return None;
            }
            count += 1;
        }
        Some(count)
    }

    /// Removes that many characters of white space from the start.
    pub fn dedent(&mut self, by: usize) {
        if let Some(first) = self.chunks.first_mut()
            && first.verbatim
        {
            let bytes = first.text.chars().take(by).take_while(|c| c.is_whitespace() && *c != '\n').map(char::len_utf8);
            first.cut_start(bytes.sum());
        }
    }

    /// Whether a new line begins after it.
    pub fn ends_line(&self) -> bool {
        self.chunks.last().is_some_and(|c| c.text.ends_with('\n'))
    }

    /// Joins another literal to the end.
    pub fn append(&mut self, other: Self) {
        self.chunks.extend(other.chunks);
    }
}

impl Chunk {
    fn cut_start(&mut self, bytes: usize) {
        self.text.drain(..bytes);
        if self.verbatim {
            self.source.start += bytes;
        }
    }
}
