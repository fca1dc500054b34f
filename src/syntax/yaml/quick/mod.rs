//! The YAML that nearly all files are written in, read quickly: block mappings and lists, scalars, brackets. What is
//! anything else, or wrong, is left to the parser that knows all of YAML; this one never reports a mistake.

mod blocks;
mod brackets;
mod scalars;

use std::{borrow::Cow, sync::Arc};

use super::{
    build::Builder,
    events::{Event, Properties, Style},
};
use crate::source::{FileId, Span};

/// The most bytes of a key.
const MOST_KEY: usize = 500;

/// Reads a text to its end. `None` when that is not for this reader, whatever was built by then.
pub(super) fn read<'t>(text: &'t str, file: FileId, out: &mut Builder<'t>) -> Option<()> {
    if !is_plain_text(text) {
        return None;
    }
    Reader { text, bytes: text.as_bytes(), file, at: 0, out, blocks: Vec::new() }.documents()
}

fn is_plain_text(text: &str) -> bool {
    let odd = |b: u8| (b < 0x20) & (b != b'\n') & (b != b'\t') | (b == 0x7f);
    let controls = text.bytes().fold(false, |found, b| found | odd(b));
    let wide = |c: char| {
        c.is_ascii() || !c.is_control() && !matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}')
    };
    !controls && (text.is_ascii() || text.chars().all(wide))
}

struct Reader<'t, 'b> {
    text: &'t str,
    bytes: &'t [u8],
    file: FileId,
    /// Where the next line begins.
    at: usize,
    out: &'b mut Builder<'t>,
    /// The open mappings and lists.
    blocks: Vec<Block>,
}

#[derive(Clone, Copy)]
struct Block {
    column: usize,
    list: bool,
    /// A list that is not indented more than the mapping that it stands in.
    flush: bool,
}

type Tag = (Arc<str>, Span);

/// A value that begins on a later line, when there is one.
struct Pending {
    tag: Option<Tag>,
    /// The colon before it; `None` for an item of a list.
    colon: Option<usize>,
}

/// A scalar on one line.
struct Scalar<'t> {
    text: Cow<'t, str>,
    style: Style,
    span: Span,
    /// What stops it: for plain ones a colon, a comment or the end of the line.
    stop: usize,
}

fn properties(tag: Option<Tag>) -> Properties {
    Properties { anchor: 0, tag, string: false }
}

impl Reader<'_, '_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Whether a line, or a word, ends here.
    fn is_blank(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b' ' | b'\n'))
    }

    fn skip_spaces(&self, mut at: usize) -> usize {
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        at
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |i| at + i)
    }

    fn is_version(&self, at: usize) -> bool {
        matches!(self.bytes.get(at..self.line_end(at)), Some(b"%YAML 1.1" | b"%YAML 1.2"))
    }

    fn is_marker(&self, at: usize) -> bool {
        self.bytes.get(at..at + 3) == Some(b"---") && self.is_blank(at + 3)
    }

    fn is_dash(&self, at: usize) -> bool {
        self.byte(at) == Some(b'-') && self.is_blank(at + 1)
    }

    fn emit(&mut self, event: Event<'_>, start: usize, end: usize) {
        self.out.take(event, Span::new(start, end));
    }

    fn comment(&mut self, at: usize) {
        let end = self.line_end(at);
        self.emit(Event::Comment, at, end);
        self.at = end + 1;
    }

    /// Nothing but a comment follows on the line. Goes to the next one.
    fn rest_of_line(&mut self, from: usize) -> Option<()> {
        let at = self.skip_spaces(from);
        match self.byte(at) {
            None | Some(b'\n') => self.at = at + 1,
            Some(b'#') if at > from => self.comment(at),
            _ => return None,
        }
        Some(())
    }

    /// Whether nothing, or a comment, follows after spaces.
    fn line_is_over(&self, from: usize) -> bool {
        let at = self.skip_spaces(from);
        matches!(self.byte(at), None | Some(b'\n')) || self.byte(at) == Some(b'#') && at > from
    }

    /// The next line with content: where it begins, and where its content does. The inner `None` at the end.
    fn next_content(&mut self) -> Option<Option<(usize, usize)>> {
        loop {
            let line = self.at;
            let at = self.skip_spaces(line);
            match self.byte(at) {
                None => return Some(None),
                Some(b'\n') => self.at = at + 1,
                Some(b'#') => self.comment(at),
                Some(b'\t') => return None,
                Some(_) => return Some(Some((line, at))),
            }
        }
    }

    /// The colon that makes a scalar a key.
    fn colon(&self, key: &Scalar<'_>) -> Option<usize> {
        let at = self.skip_spaces(key.stop);
        (self.byte(at) == Some(b':') && self.is_blank(at + 1)).then_some(at)
    }

    fn tag(&self, at: usize) -> Option<(Tag, usize)> {
        let rest = self.bytes.get(at + 1..)?;
        let len = rest.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let end = at + 1 + len;
        if len == 0 || !self.is_blank(end) {
            return None;
        }
        Some(((self.text.get(at + 1..end)?.into(), Span::new(at, end)), end))
    }
}
