//! The machine that reads JSON, whatever is built from it.

use std::vec::Drain;

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
    fn list(&mut self, token: Span, items: Drain<'_, Self::Value>) -> Self::Value;
    /// An object.
    fn object(&mut self, token: Span, entries: Drain<'_, (Self::Key, Self::Value)>) -> Self::Value;
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

pub(super) struct Frame<K> {
    pub open: usize,
    pub list: bool,
    /// Where this frame's items or entries begin.
    base: usize,
    pub key: Option<K>,
}

/// What must come next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
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
    pub(super) frames: Vec<Frame<B::Key>>,
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

    pub(super) fn in_list(&self) -> bool {
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

    pub(super) fn put(&mut self, value: B::Value) -> Want {
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

    pub(super) fn put_key(&mut self, key: B::Key) -> Want {
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some(key);
        }
        Want::Colon
    }

    pub(super) fn close(&mut self) -> Want {
        self.at += 1;
        self.loose = false;
        self.close_frame()
    }

    pub(super) fn close_frame(&mut self) -> Want {
        let Some(frame) = self.frames.pop() else { return Want::End };
        let token = Span::new(frame.open, self.at);
        let value = if frame.list {
            self.build.list(token, self.items.drain(frame.base..))
        } else {
            self.build.object(token, self.entries.drain(frame.base..))
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
}
