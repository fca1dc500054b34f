//! The tokens of JSON that have an inner structure: strings and plain scalars.

use super::machine::{Build, Hole, Machine};
use crate::source::Span;

/// A stretch of a string between its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Where it stands.
    pub span: Span,
    /// What it means.
    pub kind: PieceKind,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum PieceKind {
    /// The text itself.
    Verbatim,
    /// An escape sequence, for this character.
    Escape(char),
    /// A part of the text that is not known; one byte stands for it.
    Hole,
}

/// What a plain scalar is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PlainKind {
    Null,
    Bool(bool),
    Number,
    /// No JSON; an error has been noted.
    Word,
}

/// Bytes that end the plain stretch of a string.
static STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut i = 0;
    while i < 0x20 {
        stops[i] = true;
        i += 1;
    }
    stops[b'"' as usize] = true;
    stops[b'\\' as usize] = true;
    stops
};

impl<B: Build> Machine<'_, B> {
    /// Reads a string whose opening quote is at the current position, its pieces into `self.pieces`; returns its span
    /// with the quotes. `None` when the text is uncertain and nothing more can be said.
    pub(super) fn string(&mut self) -> Option<Span> {
        self.pieces.clear();
        let open = self.at;
        let mut from = open + 1;
        self.at = from;
        loop {
            while self.bytes.get(self.at).is_some_and(|b| !STOPS[*b as usize]) {
                self.at += 1;
            }
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.verbatim(from);
                    self.at += 1;
                    return Some(Span::new(open, self.at));
                }
                Some(b'\\') => {
                    self.verbatim(from);
                    self.escape()?;
                    from = self.at;
                }
                Some(0) if self.hole().is_some() => {
                    self.verbatim(from);
                    let hole = Span::new(self.at, self.at + 1);
                    self.pieces.push(Piece { span: hole, kind: PieceKind::Hole });
                    self.at += 1;
                    from = self.at;
                }
                Some(b'\n' | b'\r') | None => {
                    self.verbatim(from);
                    let span = Span::new(open, self.at);
                    self.loose = true;
                    self.error(
                        span,
                        "the string is not closed on its line",
                        Some("close it with `\"`; a line break in a string is written `\\n`"),
                    )?;
                    return Some(span);
                }
                Some(&control) => {
                    let name = if control == b'\t' { "a tab".to_owned() } else { format!("U+{control:04X}") };
                    let message = format!("{name} in a string must be escaped");
                    let help = if control == b'\t' {
                        "write `\\t`".to_owned()
                    } else {
                        format!("write `\\u{control:04x}`, or remove it")
                    };
                    self.error(Span::new(self.at, self.at + 1), message, Some(&help))?;
                    self.at += 1;
                }
            }
        }
    }

    fn verbatim(&mut self, from: usize) {
        if from < self.at {
            self.pieces.push(Piece { span: Span::new(from, self.at), kind: PieceKind::Verbatim });
        }
    }

    fn escape(&mut self) -> Option<()> {
        let start = self.at;
        let letter = self.bytes.get(start + 1).copied();
        self.at = start + 2;
        let c = match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unicode(start)?,
            _ => {
                // The backslash stands for itself, and what follows is read as if it were not there.
                self.at = start + 1;
                let shown = self.text.get(self.at..).and_then(|t| t.chars().next());
                let shown = shown.filter(|c| !c.is_control()).map_or_else(|| "\\".to_owned(), |c| format!("\\{c}"));
                self.error(
                    Span::new(start, self.at),
                    format!("`{shown}` is no escape sequence of JSON"),
                    Some("write `\\\\` for a backslash"),
                )?;
                '\\'
            }
        };
        self.pieces.push(Piece { span: Span::new(start, self.at), kind: PieceKind::Escape(c) });
        Some(())
    }

    fn unicode(&mut self, start: usize) -> Option<char> {
        let Some(high) = self.hex() else {
            let span = Span::new(start, self.at);
            self.error(span, "`\\u` must be followed by four hexadecimal digits", None)?;
            return Some(char::REPLACEMENT_CHARACTER);
        };
        if let Some(c) = char::from_u32(high) {
            return Some(c);
        }
        let after = self.at;
        if high < 0xDC00 && self.bytes.get(after..after + 2) == Some(b"\\u") {
            self.at += 2;
            match self.hex() {
                Some(low @ 0xDC00..=0xDFFF) => {
                    return char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00));
                }
                _ => self.at = after,
            }
        }
        let help = Some("write both halves, as in `\\ud83d\\ude00`, or the character itself");
        self.error(Span::new(start, self.at), "half a surrogate pair is no character", help)?;
        Some(char::REPLACEMENT_CHARACTER)
    }

    /// Four hexadecimal digits; the position stays where the first that is none stands.
    fn hex(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value * 16 + char::from(*self.bytes.get(self.at)?).to_digit(16)?;
            self.at += 1;
        }
        Some(value)
    }

    /// Reads a number or word; `None` when the text is uncertain and nothing more can be said.
    pub(super) fn plain(&mut self) -> Option<(Span, PlainKind)> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|b| is_plain(*b)) {
            self.at += 1;
        }
        let span = Span::new(start, self.at);
        let word = self.bytes.get(span.range()).unwrap_or_default();
        let kind = match word {
            b"null" => PlainKind::Null,
            b"true" => PlainKind::Bool(true),
            b"false" => PlainKind::Bool(false),
            _ if is_number(word) => PlainKind::Number,
            // What is glued to a part that is not known cannot be judged alone.
            _ if self.hole().is_some() => PlainKind::Word,
            _ => {
                let shown: String = self.text.get(span.range()).unwrap_or_default().chars().take(40).collect();
                let digits = word.iter().all(u8::is_ascii_digit);
                let help = match shown.to_ascii_lowercase().as_str() {
                    w @ ("true" | "false" | "null") => format!("write `{w}`"),
                    "none" | "nil" => "write `null`".to_owned(),
                    _ if digits && word.len() == 12 => format!("an account id is a string: write `\"{shown}\"`"),
                    _ if digits => "a number has no leading zero; put it into quotes if it is no number".to_owned(),
                    _ => "put it into double quotes".to_owned(),
                };
                let what = if digits { "number" } else { "value" };
                self.error(span, format!("`{shown}` is no {what} of JSON"), Some(&help))?;
                PlainKind::Word
            }
        };
        Some((span, kind))
    }

    /// The hole at the current position.
    pub(super) fn hole(&self) -> Option<Hole> {
        match self.bytes.get(self.at) {
            Some(0) => self.build.hole(self.at),
            _ => None,
        }
    }
}

/// Whether a byte can belong to a number or a word. Bytes of other alphabets do, so that a word is one mistake.
pub(super) fn is_plain(byte: u8) -> bool {
    // 0xC2 leads the no-break space and no letter.
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'+' | b'.' | b'_' | b'*' | 0xC3..)
        || matches!(byte, 0x80..=0xBF)
}

fn is_number(word: &[u8]) -> bool {
    let rest = word.strip_prefix(b"-").unwrap_or(word);
    let (whole, rest) = digits(rest);
    if whole.is_empty() || (whole.len() > 1 && whole.first() == Some(&b'0')) {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        Some(after) => match digits(after) {
            (fraction, rest) if !fraction.is_empty() => rest,
            _ => return false,
        },
        None => rest,
    };
    match rest {
        [] => true,
        [b'e' | b'E', after @ ..] => {
            let after = after.strip_prefix(b"+").or_else(|| after.strip_prefix(b"-")).unwrap_or(after);
            let (exponent, rest) = digits(after);
            !exponent.is_empty() && rest.is_empty()
        }
        _ => false,
    }
}

fn digits(word: &[u8]) -> (&[u8], &[u8]) {
    let end = word.iter().position(|b| !b.is_ascii_digit()).unwrap_or(word.len());
    word.split_at(end)
}
