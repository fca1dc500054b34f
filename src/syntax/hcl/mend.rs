//! Mends what the parser refuses and Terraform takes, without moving a byte: line breaks in `for` expressions of
//! objects and in template directives, duplicate keys of objects, a byte order mark, and lines of a heredoc that begin
//! like its delimiter.

use std::collections::{HashMap, HashSet};

use super::scan::{Sink, Token, scan};
use crate::source::Span;

/// The text with everything mended; `None` when there is nothing to mend. The result has as many bytes as the text.
pub(super) fn mended(text: &str) -> Option<String> {
    let mut mender = Mender::new(text);
    scan(text, &mut mender);
    mender.abandon(0);
    if text.starts_with('\u{feff}') {
        mender.edits.push((Span::new(0, 3), Edit::Blank, 0));
    }
    let Mender { mut edits, abandoned, .. } = mender;
    edits.retain(|(_, _, frame)| !abandoned.contains(frame));
    if edits.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    for (span, edit, _) in edits {
        for byte in bytes.get_mut(span.range()).unwrap_or_default() {
            match edit {
                Edit::Blank => *byte = b' ',
                Edit::BlankLines if matches!(byte, b'\n' | b'\r') => {}
                Edit::BlankLines => *byte = b' ',
                Edit::Rename => *byte = b'_',
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// The text with some spans blanked out, line breaks kept.
pub(super) fn without(text: &str, spans: &[Span]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for span in spans {
        for byte in bytes.get_mut(span.range()).unwrap_or_default() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    // Whole characters are replaced, so this is still text.
    String::from_utf8(bytes).unwrap_or_default()
}

#[derive(Clone, Copy)]
enum Edit {
    Blank,
    BlankLines,
    Rename,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The body of a block or of the file.
    Body,
    Object,
    /// Brackets with a `for` expression, or a template sequence: line breaks mean nothing.
    Flow,
    /// Anything else.
    Other,
}

struct Frame {
    id: usize,
    kind: Kind,
    /// Whether nothing has stood in it yet.
    fresh: bool,
    /// In a body: whether the `=` of an attribute has been passed. In an object: whether that of the item has.
    assigned: bool,
    item: Option<u32>,
    key: Option<(u32, u32)>,
    keys: HashMap<String, Span>,
}

struct Mender<'t> {
    text: &'t str,
    frames: Vec<Frame>,
    /// Each with the frame it was made in.
    edits: Vec<(Span, Edit, usize)>,
    made: usize,
    /// Frames that are never closed: who knows where they should end, so nothing is mended in them.
    abandoned: HashSet<usize>,
    /// Where the last token ends that is neither white space nor comment.
    last: u32,
}

impl<'t> Mender<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            frames: vec![Frame::new(0, Kind::Body)],
            edits: Vec::new(),
            made: 0,
            abandoned: HashSet::new(),
            last: 0,
        }
    }

    fn slice(&self, from: u32, to: u32) -> &'t str {
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }

    /// The current item of an object ends.
    fn end_item(&mut self, end: u32) {
        let Some(frame) = self.frames.last_mut() else { return };
        frame.assigned = false;
        let (Some(start), Some((from, to))) = (frame.item.take(), frame.key.take()) else { return };
        let key = self.text.get(from as usize..to as usize).unwrap_or_default();
        if let Some(earlier) = frame.keys.insert(normalized(key), Span { start, end }) {
            self.edits.push((earlier, Edit::BlankLines, frame.id));
        }
    }

    /// A bracket, string or template sequence begins.
    fn open(&mut self, token: Token, depth: usize) {
        self.abandon(depth + 1);
        let kind = match (self.frames.last(), token) {
            (_, Token::Template) => Kind::Flow,
            (Some(f), Token::Open(b'{')) if f.kind == Kind::Body && !f.assigned => Kind::Body,
            (_, Token::Open(b'{')) => Kind::Object,
            _ => Kind::Other,
        };
        self.made += 1;
        self.frames.push(Frame::new(self.made, kind));
    }

    fn close(&mut self, depth: usize) {
        self.abandon(depth + 2);
        if self.frames.len() > depth + 1 {
            self.end_item(self.last);
            self.frames.pop();
        }
    }

    /// Drops the frames above that number, which are never closed.
    fn abandon(&mut self, keep: usize) {
        if let Some(dropped) = self.frames.get(keep..) {
            self.abandoned.extend(dropped.iter().filter(|f| f.kind != Kind::Body).map(|f| f.id));
            self.frames.truncate(keep);
        }
    }
}

impl Frame {
    fn new(id: usize, kind: Kind) -> Self {
        Self { id, kind, fresh: true, assigned: false, item: None, key: None, keys: HashMap::new() }
    }
}

impl Sink for Mender<'_> {
    fn token(&mut self, token: Token, span: Span, depth: usize) {
        let (frame, kind) = self.frames.last().map_or((0, Kind::Other), |f| (f.id, f.kind));
        match (token, kind) {
            (Token::Newline, Kind::Flow) => {
                let span = self.line_break(span);
                return self.edits.push((span, Edit::Blank, frame));
            }
            (Token::Newline, Kind::Object) => return self.end_item(self.last),
            (Token::Newline, _) => {
                if let Some(f) = self.frames.last_mut() {
                    f.assigned = false;
                }
                return;
            }
            (Token::Comment, Kind::Flow) => return self.edits.push((span, Edit::Blank, frame)),
            (Token::Comment, _) => return,
            (Token::FalseEnd, _) => {
                let first = Span { start: span.start, end: span.start + 1 };
                self.edits.push((first, Edit::Rename, frame));
            }
            _ => {}
        }
        if let Some(f) = self.frames.last_mut()
            && !matches!(token, Token::Close(_) | Token::EndQuote | Token::EndHeredoc | Token::EndTemplate)
        {
            let is_for = f.fresh && matches!(f.kind, Kind::Object | Kind::Other) && token == Token::Word;
            f.fresh = false;
            if is_for && self.text.get(span.range()) == Some("for") && f.kind != Kind::Flow {
                f.kind = Kind::Flow;
            } else if f.kind == Kind::Object {
                f.item.get_or_insert(span.start);
            }
        }
        match token {
            Token::Open(_) | Token::Quote | Token::Heredoc | Token::Template => self.open(token, depth),
            Token::Close(_) | Token::EndQuote | Token::EndHeredoc | Token::EndTemplate => self.close(depth),
            Token::Other(b'=' | b':') => {
                let last = self.last;
                if let Some(f) = self.frames.last_mut()
                    && !f.assigned
                {
                    f.assigned = true;
                    f.key = f.item.map(|start| (start, last));
                }
            }
            Token::Other(b',') if self.frames.last().is_some_and(|f| f.kind == Kind::Object) => {
                self.end_item(span.end);
            }
            _ => {}
        }
        self.last = span.end;
    }
}

impl Mender<'_> {
    /// A line break with its carriage return.
    fn line_break(&self, span: Span) -> Span {
        let before = span.start.saturating_sub(1);
        if self.slice(before, span.start) == "\r" { Span { start: before, end: span.end } } else { span }
    }
}

/// A key so that equal keys have equal texts: `a` and `"a"` are one.
fn normalized(key: &str) -> String {
    let key = key.trim();
    match key.strip_prefix('"').and_then(|k| k.strip_suffix('"')) {
        Some(inner) if !inner.contains(['"', '\\', '$', '%']) => inner.to_owned(),
        _ if key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) => key.to_owned(),
        // No plain key has such a first character.
        _ => format!("\0{key}"),
    }
}
