//! The map of plain and quoted scalars, folded over lines or not.

use super::events::Style;
use crate::source::{FileId, MapBuilder, Span, TextMap};

/// The map from the decoded text of a scalar to the file. `span` covers the quotes. Where this reading of the scalar is
/// not the parser's, each byte is mapped to all of the scalar.
pub(super) fn map(text: &str, file: FileId, span: Span, style: Style, decoded: &str) -> TextMap {
    let quotes = usize::from(style != Style::Plain);
    let range = (span.start as usize + quotes)..(span.end as usize).saturating_sub(quotes);
    let Some(inner) = text.get(range.clone()) else { return whole(file, span, decoded) };
    if inner == decoded {
        return TextMap::verbatim(file, Span::new(range.start, range.end));
    }
    let (own, map) = read(text, file, span, style);
    if own == decoded { map } else { whole(file, span, decoded) }
}

/// The decoded text of a scalar and its map.
pub(super) fn read(text: &str, file: FileId, span: Span, style: Style) -> (String, TextMap) {
    let quotes = usize::from(style != Style::Plain);
    let (at, end) = (span.start as usize + quotes, (span.end as usize).saturating_sub(quotes));
    let mut reader = Reader { text, at, end, style, decoded: String::new(), map: MapBuilder::new(file) };
    reader.run();
    (reader.decoded, reader.map.finish())
}

/// The text with the lines of a quoted string joined: the one that has text at an offset to the one before it, and
/// those that follow as far as they certainly belong to the string.
pub(super) fn joined(text: &str, at: usize) -> String {
    let at = at.min(text.len());
    let mut bytes = text.as_bytes().to_vec();
    let before = text.get(..at).unwrap_or_default();
    let start = before.trim_end_matches([' ', '\t', '\r', '\n']).len();
    let rest = text.get(at..).unwrap_or_default();
    let end = at + rest.find(['"', '\'']).unwrap_or(rest.len());
    for byte in bytes.get_mut(start..end).unwrap_or_default() {
        if matches!(byte, b'\r' | b'\n' | b'\t') {
            *byte = b' ';
        }
    }
    // Only one-byte characters were replaced.
    String::from_utf8(bytes).unwrap_or_default()
}

/// A map that knows no better than the whole scalar.
pub(super) fn whole(file: FileId, span: Span, decoded: &str) -> TextMap {
    let mut map = MapBuilder::new(file);
    map.collapsed(decoded.len(), span);
    map.finish()
}

/// The length in bytes of the line break at an offset, 0 when there is none.
pub(super) fn break_at(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([b'\r' | b'\n', ..]) => 1,
        _ => 0,
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    style: Style,
    decoded: String,
    map: MapBuilder,
}

impl Reader<'_> {
    fn run(&mut self) {
        while self.at < self.end {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.blank(),
                Some(b'\\') if self.style == Style::Double => self.escape(),
                Some(b'\'') if self.style == Style::Single => self.collapsed("'", 2),
                _ => {
                    let rest = self.text.get(self.at..self.end).unwrap_or_default();
                    let stop = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\\' | '\'');
                    let len = rest.char_indices().skip(1).find(|(_, c)| stop(*c)).map_or(rest.len(), |(i, _)| i);
                    self.verbatim(len);
                }
            }
        }
    }

    fn verbatim(&mut self, len: usize) {
        let len = len.max(1);
        self.decoded.push_str(self.text.get(self.at..self.at + len).unwrap_or_default());
        self.map.verbatim(len, self.at);
        self.at += len;
    }

    fn collapsed(&mut self, decoded: &str, len: usize) {
        self.decoded.push_str(decoded);
        self.map.collapsed(decoded.len(), Span::new(self.at, (self.at + len).min(self.end)));
        self.at += len;
    }

    fn blanks(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..self.end).unwrap_or_default();
        rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
    }

    /// White space: itself inside a line; at a line break a space, or one break less than there are.
    fn blank(&mut self) {
        let start = self.at;
        let inside = self.blanks(start);
        let mut at = start + inside;
        if at >= self.end || break_at(self.text, at) == 0 {
            return self.verbatim(inside);
        }
        at += break_at(self.text, at);
        let mut newlines = 0;
        self.at = at + self.blanks(at);
        while self.at < self.end && break_at(self.text, self.at) > 0 {
            self.collapsed("\n", break_at(self.text, self.at));
            newlines += 1;
            self.at += self.blanks(self.at);
        }
        if newlines == 0 {
            let end = self.at;
            self.at = start;
            self.collapsed(" ", end - start);
        }
    }

    fn escape(&mut self) {
        let after = self.at + 1;
        if break_at(self.text, after) > 0 {
            // An escaped break is nothing; the empty lines after it count.
            self.at = after + break_at(self.text, after);
            self.at += self.blanks(self.at);
            while self.at < self.end && break_at(self.text, self.at) > 0 {
                self.collapsed("\n", break_at(self.text, self.at));
                self.at += self.blanks(self.at);
            }
            return;
        }
        let Some(letter) = self.text.get(after..self.end).and_then(|t| t.chars().next()) else {
            return self.verbatim(1);
        };
        let (c, len) = match letter {
            '0' => ('\0', 2),
            'a' => ('\u{7}', 2),
            'b' => ('\u{8}', 2),
            't' => ('\t', 2),
            'n' => ('\n', 2),
            'v' => ('\u{b}', 2),
            'f' => ('\u{c}', 2),
            'r' => ('\r', 2),
            'e' => ('\u{1b}', 2),
            'N' => ('\u{85}', 2),
            '_' => ('\u{a0}', 2),
            'L' => ('\u{2028}', 2),
            'P' => ('\u{2029}', 2),
            'x' => self.hex(2),
            'u' => self.hex(4),
            'U' => self.hex(8),
            other => (other, 1 + other.len_utf8()),
        };
        self.collapsed(c.encode_utf8(&mut [0; 4]), len);
    }

    /// The character of an escape with so many digits, and the length of the escape; of two halves when they are two.
    fn hex(&self, digits: usize) -> (char, usize) {
        let value =
            |at: usize| u32::from_str_radix(self.text.get(at..at + digits).unwrap_or_default(), 16).unwrap_or(0);
        let high = value(self.at + 2);
        let second = self.at + 2 + digits;
        if (0xD800..0xDC00).contains(&high) && self.text.get(second..second + 2) == Some("\\u") {
            let low = value(second + 2).wrapping_sub(0xDC00) & 0x3FF;
            let c = char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + low);
            return (c.unwrap_or(char::REPLACEMENT_CHARACTER), 2 * (2 + digits));
        }
        (char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 2 + digits)
    }
}
