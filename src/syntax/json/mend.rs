//! How the machine goes on after the mistakes that people make.

use super::{
    machine::{Build, Machine, Want},
    scan::{Piece, PieceKind, PlainKind, is_plain},
};
use crate::source::Span;

impl<B: Build> Machine<'_, B> {
    /// Whether a typographic quotation mark or the like stands here.
    pub(super) fn quote_like(&self) -> bool {
        let c = self.text.get(self.at..).and_then(|t| t.chars().next());
        matches!(c, Some('\u{a0}' | '\u{2000}'..='\u{200f}' | '\u{2018}'..='\u{201f}' | '\u{feff}' | '\u{3000}'))
    }

    /// What to do where something else should stand.
    pub(super) fn mend(&mut self, want: Want, byte: u8) -> Option<Want> {
        let c = self.text.get(self.at..).and_then(|t| t.chars().next()).unwrap_or('\0');
        let here = Span::new(self.at, self.at + c.len_utf8());
        match (want, byte) {
            (_, b'/' | b'#') if byte == b'#' || matches!(self.bytes.get(self.at + 1), Some(b'/' | b'*')) => {
                let span = self.comment();
                self.error(span, "JSON has no comments", Some("remove it"))?;
                return Some(want);
            }
            (_, b'$') if self.bytes.get(self.at + 1) == Some(&b'{') && want != Want::End => {
                return self.placeholder(want);
            }
            (Want::End, _) => {
                let help = Some("remove what follows, or put both into one list");
                self.error(here, "more text follows the end of the JSON value", help)?;
                return None;
            }
            (Want::Value, b']') if self.in_list() => {
                return self.trailing_comma(here, "]");
            }
            (Want::Key, b'}') => return self.trailing_comma(here, "}"),
            (Want::Next, _) if byte == b'"' || is_plain(byte) && !self.quote_like() || matches!(byte, b'{' | b'[') => {
                if !self.loose {
                    self.error(here, "a comma is missing before this", Some("put `,` between the two"))?;
                }
                self.loose = false;
                return Some(if self.in_list() { Want::Value } else { Want::Key });
            }
            (Want::Colon, _) if matches!(byte, b'"' | b'{' | b'[') || is_plain(byte) && !self.quote_like() => {
                self.error(here, "a colon is missing between the key and this value", Some("write `\"key\": value`"))?;
                return Some(Want::Value);
            }
            (_, b']' | b'}') => return self.wrong_close(here, byte, want),
            (Want::Key | Want::FirstKey, b) if is_plain(b) && !self.quote_like() => return self.bare_key(),
            _ => {}
        }
        let help = match c {
            '\'' | '\u{2018}'..='\u{201f}' | '`' => Some("strings of JSON stand in straight double quotes `\"`"),
            '\u{a0}' | '\u{2000}'..='\u{200f}' | '\u{feff}' | '\u{3000}' => {
                Some("it looks like a space or like nothing; remove it")
            }
            '%' => Some("template directives are not part of JSON"),
            ',' => Some("remove one comma"),
            '=' if want == Want::Colon => Some("JSON writes `:` here"),
            _ => None,
        };
        let shown = if c.is_control() || c.is_whitespace() || ('\u{2000}'..='\u{200f}').contains(&c) {
            format!("U+{:04X}", u32::from(c))
        } else {
            format!("`{c}`")
        };
        let expected = match want {
            Want::Value | Want::FirstItem => "a value",
            Want::Key | Want::FirstKey => "a key in double quotes",
            Want::Colon => "`:`",
            Want::Next if self.in_list() => "`,` or `]`",
            Want::Next | Want::End => "`,` or `}`",
        };
        self.error(here, format!("{expected} is expected, {shown} stands here"), help)?;
        self.at += c.len_utf8();
        Some(if c == '=' && want == Want::Colon { Want::Value } else { want })
    }

    /// `${…}` of another language, in a text that is nothing but JSON.
    fn placeholder(&mut self, want: Want) -> Option<Want> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let line = rest.split(|b| *b == b'\n').next().unwrap_or_default();
        let len = memchr::memchr(b'}', line).map_or(2, |i| i + 1);
        self.at = start + len;
        let span = Span::new(start, self.at);
        self.error(
            span,
            "JSON has no placeholders outside of strings",
            Some("put it into double quotes, or render it first"),
        )?;
        Some(match want {
            Want::Value | Want::FirstItem => {
                let value = self.build.plain(span, PlainKind::Word);
                self.put(value)
            }
            Want::Key | Want::FirstKey => {
                self.loose = true;
                Want::Next
            }
            other => other,
        })
    }

    fn trailing_comma(&mut self, here: Span, close: &str) -> Option<Want> {
        self.error(here, format!("the comma before this `{close}` is one too many"), Some("remove the comma"))?;
        Some(self.close())
    }

    fn bare_key(&mut self) -> Option<Want> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|b| is_plain(*b)) {
            self.at += 1;
        }
        let span = Span::new(start, self.at);
        let shown: String = self.text.get(span.range()).unwrap_or_default().chars().take(40).collect();
        let help = format!("write `\"{shown}\"`");
        self.error(span, format!("the key `{shown}` must stand in double quotes"), Some(&help))?;
        let piece = Piece { span, kind: PieceKind::Verbatim };
        let key = self.build.key(span, &[piece]);
        Some(self.put_key(key))
    }

    /// A bracket that closes nothing, or not what is open.
    fn wrong_close(&mut self, here: Span, byte: u8, want: Want) -> Option<Want> {
        let shown = char::from(byte);
        match self.frames.last() {
            Some(f) if f.list == (byte == b']') => {
                self.error(here, format!("a value is missing before this `{shown}`"), None)?;
                if let Some(frame) = self.frames.last_mut() {
                    frame.key = None;
                }
                Some(self.close())
            }
            Some(f) => {
                let (open, close) = if f.list { ('[', ']') } else { ('{', '}') };
                let help = format!("close it with `{close}` first");
                self.error(here, format!("this `{shown}` stands where a `{open}` is still open"), Some(&help))?;
                if self.frames.len() > 1 {
                    if let Some(frame) = self.frames.last_mut() {
                        frame.key = None;
                    }
                    return Some(self.close_frame());
                }
                self.at += 1;
                Some(want)
            }
            None => {
                self.error(here, format!("this `{shown}` closes nothing"), Some("remove it"))?;
                self.at += 1;
                Some(want)
            }
        }
    }

    /// Skips a comment and gives its span.
    fn comment(&mut self) -> Span {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let len = if rest.starts_with(b"/*") {
            memchr::memmem::find(rest.get(2..).unwrap_or_default(), b"*/").map(|i| i + 4)
        } else {
            memchr::memchr(b'\n', rest)
        };
        self.at = start + len.unwrap_or(rest.len());
        Span::new(start, self.at)
    }
}
