//! The machine that reads JSON, whatever is built from it.

use super::{
    MOST_DEPTH, MOST_ERRORS,
    scan::{Piece, PlainKind, is_plain},
};
use crate::source::Span;

/// What is built while the machine reads.
pub(super) trait Build {
    /// A value.
    type Value;
    /// A key of an object.
    type Key;
    /// A string; `token` covers the quotes.
    fn string(&mut self, token: Span, pieces: &[Piece]) -> Self::Value;
    /// A key; `token` covers the quotes.
    fn key(&mut self, token: Span, pieces: &[Piece]) -> Self::Key;
    /// A number, a literal, or a word that is none.
    fn plain(&mut self, token: Span, kind: PlainKind) -> Self::Value;
    /// A list.
    fn list(&mut self, token: Span, items: Vec<Self::Value>) -> Self::Value;
    /// An object.
    fn object(&mut self, token: Span, entries: Vec<(Self::Key, Self::Value)>) -> Self::Value;
    /// The hole that the byte at an offset stands for.
    fn hole(&self, offset: usize) -> Option<Hole>;
    /// The value of the hole at an offset; `many` where it stands for any number of items or entries.
    fn hole_value(&mut self, offset: usize, many: bool) -> Self::Value;
    /// The hole at an offset as a key.
    fn hole_key(&mut self, offset: usize) -> Self::Key;
    /// What is wrong with the pieces of the string that was read last, beyond JSON itself.
    fn complaint(&mut self) -> Option<Mistake>;
}

/// A stretch of the text that is not there as text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hole {
    /// Nobody knows what stands there.
    Unknown,
    /// A whole value stands there.
    Value,
}

/// Something that is wrong.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub message: String,
    pub span: Span,
    pub help: Option<String>,
}

struct Frame<K> {
    open: usize,
    list: bool,
    /// Where this frame's items or entries begin.
    base: usize,
    key: Option<K>,
}

/// What must come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Value,
    /// An item, or the end of the list.
    FirstItem,
    Key,
    /// A key, or the end of the object.
    FirstKey,
    Colon,
    /// A comma, or the end of the list or object.
    Next,
    End,
}

pub(super) struct Machine<'t, B: Build> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) build: B,
    pub(super) pieces: Vec<Piece>,
    /// A comma may be missing here.
    pub(super) loose: bool,
    /// The first hole outside of strings: from there on nothing is certain.
    uncertain: Option<usize>,
    /// Whether that hole stands before the root.
    before_root: bool,
    frames: Vec<Frame<B::Key>>,
    items: Vec<B::Value>,
    entries: Vec<(B::Key, B::Value)>,
    root: Option<B::Value>,
    errors: Vec<Mistake>,
}

/// Reads a text to its end, or to where nothing more can be said.
pub(super) fn run<B: Build>(text: &str, build: B) -> (Option<B::Value>, Vec<Mistake>) {
    let mut m = Machine {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        build,
        pieces: Vec::new(),
        loose: false,
        uncertain: None,
        before_root: false,
        frames: Vec::new(),
        items: Vec::new(),
        entries: Vec::new(),
        root: None,
        errors: Vec::new(),
    };
    let whole = m.document().is_some();
    m.close_all(whole);
    (m.root, m.errors)
}

impl<B: Build> Machine<'_, B> {
    /// Notes a mistake. `None` when reading must stop: after a hole in the structure nobody can tell whether it is one.
    pub(super) fn error(&mut self, span: Span, message: impl Into<String>, help: Option<&str>) -> Option<()> {
        if self.uncertain.is_some() {
            return None;
        }
        self.errors.push(Mistake { message: message.into(), span, help: help.map(str::to_owned) });
        (self.errors.len() < MOST_ERRORS).then_some(())
    }

    /// `None` when reading had to stop before the end of the text.
    fn document(&mut self) -> Option<()> {
        let mut want = Want::Value;
        loop {
            self.blank();
            let Some(&byte) = self.bytes.get(self.at) else { return self.end(want) };
            want = match (want, byte) {
                (_, 0) if self.hole().is_some() => self.at_hole(want)?,
                (Want::Value | Want::FirstItem, b'"') => {
                    let token = self.string()?;
                    let value = self.build.string(token, &self.pieces);
                    self.complain()?;
                    self.put(value)
                }
                (Want::Value | Want::FirstItem, b'{' | b'[') => self.open(byte)?,
                (Want::Value | Want::FirstItem, b) if is_plain(b) && !self.quote_like() => self.scalar()?,
                (Want::Key | Want::FirstKey, b'"') => {
                    let token = self.string()?;
                    let key = self.build.key(token, &self.pieces);
                    self.complain()?;
                    self.put_key(key)
                }
                (Want::Colon, b':') => {
                    self.at += 1;
                    Want::Value
                }
                (Want::Next, b',') => {
                    self.at += 1;
                    self.loose = false;
                    if self.in_list() { Want::Value } else { Want::Key }
                }
                (Want::Next | Want::FirstItem, b']') if self.in_list() => self.close(),
                (Want::Next | Want::FirstKey, b'}') if !self.in_list() => self.close(),
                _ => self.mend(want, byte)?,
            };
        }
    }

    fn in_list(&self) -> bool {
        self.frames.last().is_some_and(|f| f.list)
    }

    fn blank(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn complain(&mut self) -> Option<()> {
        match self.build.complaint() {
            Some(m) => self.error(m.span, m.message, m.help.as_deref()),
            None => Some(()),
        }
    }

    fn open(&mut self, byte: u8) -> Option<Want> {
        if self.frames.len() >= MOST_DEPTH {
            // What would follow makes no sense without what is left out.
            let message = format!("lists and objects are nested more than {MOST_DEPTH} levels deep");
            self.error(Span::new(self.at, self.at + 1), message, Some("flatten the document"));
            return None;
        }
        let list = byte == b'[';
        let base = if list { self.items.len() } else { self.entries.len() };
        self.frames.push(Frame { open: self.at, list, base, key: None });
        self.at += 1;
        self.loose = false;
        Some(if list { Want::FirstItem } else { Want::FirstKey })
    }

    fn scalar(&mut self) -> Option<Want> {
        let (token, kind) = self.plain()?;
        let value = if self.hole().is_some() {
            // A word and a hole without anything between are one scalar.
            self.uncertain.get_or_insert(self.at);
            self.at += 1;
            self.build.hole_value(self.at - 1, false)
        } else {
            self.build.plain(token, kind)
        };
        Some(self.put(value))
    }

    fn put(&mut self, value: B::Value) -> Want {
        match self.frames.last_mut() {
            None => {
                self.root = Some(value);
                return Want::End;
            }
            Some(frame) if frame.list => self.items.push(value),
            Some(frame) => {
                if let Some(key) = frame.key.take() {
                    self.entries.push((key, value));
                }
            }
        }
        Want::Next
    }

    fn put_key(&mut self, key: B::Key) -> Want {
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some(key);
        }
        Want::Colon
    }

    fn close(&mut self) -> Want {
        self.at += 1;
        self.loose = false;
        self.close_frame()
    }

    fn close_frame(&mut self) -> Want {
        let Some(frame) = self.frames.pop() else { return Want::End };
        let token = Span::new(frame.open, self.at);
        let value = if frame.list {
            let items = self.items.drain(frame.base..).collect();
            self.build.list(token, items)
        } else {
            let entries = self.entries.drain(frame.base..).collect();
            self.build.object(token, entries)
        };
        self.put(value)
    }

    /// Closes what is still open. Where a hole made the rest uncertain, each open list and object says so.
    fn close_all(&mut self, whole: bool) {
        let hole = self.uncertain.filter(|_| !whole);
        while let Some(frame) = self.frames.last_mut() {
            let key = frame.key.take();
            let list = frame.list;
            if let Some(hole) = hole {
                let value = self.build.hole_value(hole, key.is_none());
                if list {
                    self.items.push(value);
                } else {
                    let key = key.unwrap_or_else(|| self.build.hole_key(hole));
                    self.entries.push((key, value));
                }
            }
            self.close_frame();
        }
        if let Some(hole) = self.uncertain
            && (self.root.is_none() || self.before_root && !whole)
        {
            self.root = Some(self.build.hole_value(hole, false));
        }
    }

    fn end(&mut self, want: Want) -> Option<()> {
        match self.frames.last() {
            None if want == Want::End => Some(()),
            None if self.uncertain.is_some() => Some(()),
            None => self.error(Span::new(self.at, self.at), "the text is empty, a JSON value is expected", None),
            Some(frame) => {
                let span = Span::new(frame.open, frame.open + 1);
                let (open, close) = if frame.list { ('[', ']') } else { ('{', '}') };
                self.error(span, format!("this `{open}` is never closed"), Some(&format!("close it with `{close}`")))?;
                None
            }
        }
    }

    /// A hole outside of strings.
    fn at_hole(&mut self, want: Want) -> Option<Want> {
        let offset = self.at;
        let hole = self.hole()?;
        if hole == Hole::Value && matches!(want, Want::Value | Want::FirstItem) {
            self.at += 1;
            let value = self.build.hole_value(offset, false);
            return Some(self.put(value));
        }
        if matches!(want, Want::Key | Want::FirstKey) && self.colon_follows() {
            self.at += 1;
            let key = self.build.hole_key(offset);
            return Some(self.put_key(key));
        }
        if hole == Hole::Value && want != Want::End {
            let span = Span::new(offset, offset + 1);
            self.error(span, "a whole value stands where none can stand", Some("put a comma or a key before it"))?;
        }
        self.at += 1;
        if want == Want::End {
            // Only white space can follow a whole value.
            return Some(want);
        }
        self.before_root |= self.frames.is_empty() && self.uncertain.is_none();
        self.uncertain.get_or_insert(offset);
        let Some(frame) = self.frames.last_mut() else {
            // Only white space can stand before a whole value; without one the hole is all there is.
            return Some(want);
        };
        self.loose = true;
        if frame.list {
            let value = self.build.hole_value(offset, true);
            self.items.push(value);
        } else {
            let key = frame.key.take();
            let value = self.build.hole_value(offset, key.is_none());
            let key = key.unwrap_or_else(|| self.build.hole_key(offset));
            self.entries.push((key, value));
        }
        Some(Want::Next)
    }

    fn colon_follows(&self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        rest.iter().find(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t')) == Some(&b':')
    }

    /// Whether a typographic quotation mark or the like stands here.
    fn quote_like(&self) -> bool {
        let c = self.text.get(self.at..).and_then(|t| t.chars().next());
        matches!(c, Some('\u{a0}' | '\u{2000}'..='\u{200f}' | '\u{2018}'..='\u{201f}' | '\u{feff}' | '\u{3000}'))
    }

    /// What to do where something else should stand.
    fn mend(&mut self, want: Want, byte: u8) -> Option<Want> {
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
        let piece = Piece { span, kind: super::scan::PieceKind::Verbatim };
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
