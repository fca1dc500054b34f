//! What stands at the top of a file, found in one pass and without building a tree, so that blocks nobody needs are
//! never parsed.

mod frame;
mod text;
mod value;

use std::collections::HashMap;

use frame::Frame;
use memchr::{memchr, memmem};
use text::{Heredoc, Text};

use super::{runs, scan::between};
use crate::source::Span;

/// A block or an attribute, by its places in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The type of the block or the name of the attribute.
    pub name: Span,
    /// The labels of a block, with their quotes.
    pub labels: Labels,
    /// All of it.
    pub at: Span,
    /// What it holds.
    pub content: Content,
    /// The items of a block, where they were asked for.
    pub items: Option<Vec<Item>>,
}

/// The labels of a block, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Labels {
    /// Those of nearly all blocks; an empty place is none.
    Few([Span; 2]),
    /// More than two.
    Many(Vec<Span>),
}

impl Labels {
    #[inline]
    fn push(&mut self, label: Span) {
        match self {
            Self::Few([first, _]) if first.is_empty() => *first = label,
            Self::Few([_, second]) if second.is_empty() => *second = label,
            Self::Few(both) => *self = Self::Many([&both[..], &[label]].concat()),
            Self::Many(all) => all.push(label),
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Span> {
        let all = match self {
            Self::Few(few) => &few[..],
            Self::Many(all) => all,
        };
        all.iter().copied().filter(|label| !label.is_empty())
    }
}

impl FromIterator<Span> for Labels {
    fn from_iter<I: IntoIterator<Item = Span>>(labels: I) -> Self {
        let mut all = Self::default();
        labels.into_iter().for_each(|label| all.push(label));
        all
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self::Few([Span::default(); 2])
    }
}

/// What an [`Item`] holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// A block, with what stands between its braces.
    Block(Span),
    /// The value of an attribute.
    Value(Span),
}

/// The items of a file or of what stands between the braces of a block; `None` when something in it looks as if it
/// could not be parsed. Text that gives an outline can still be wrong in ways that a parser alone sees.
pub fn outline(text: &str) -> Option<Vec<Item>> {
    outline_with(text, &[])
}

/// The outline of a file with the items of all blocks of some types at its top.
pub(crate) fn outline_with(text: &str, listed: &[&str]) -> Option<Vec<Item>> {
    Reader::new(text, 0, listed)?.items(0, None)
}

/// The items between the braces of a block of a file that has an outline. Their places are those in the file.
pub(crate) fn outline_of_body(text: &str, body: Span) -> Option<Vec<Item>> {
    let (start, end) = (body.start as usize, body.end as usize);
    Reader::new(text, start, &[])?.items(start, Some(end))
}

/// What is nested deeper has no outline; the parser takes less.
const MOST_FRAMES: usize = 256;

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// What is open around the innermost frame.
    frames: [Frame; MOST_FRAMES - 1],
    depth: usize,
    heredocs: Vec<Heredoc>,
    /// Where the last line begins that has a word and nothing else, by the word; made when first asked for.
    lines_of_one_word: Option<HashMap<&'t [u8], usize>>,
    /// The types of the blocks whose items are wanted too.
    listed: &'t [&'t str],
    /// How deep blocks may be nested whose items are wanted now.
    wanted: usize,
    /// The labels that were met last, of a block that is wanted.
    labels: Labels,
}

/// What begins with a name at the beginning of a line.
enum Statement {
    /// An attribute and its value.
    Attribute(Span),
    /// A block whose body begins at this offset.
    Block(usize),
}

/// What stands before the body of a block.
struct Header {
    labels: Labels,
    /// Where the body begins.
    open: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, start: usize, listed: &'t [&'t str]) -> Option<Self> {
        let bytes = text.as_bytes();
        if starts_with_mark(bytes, start) {
            return None;
        }
        Some(Self {
            text,
            bytes,
            frames: [Frame::Body; MOST_FRAMES - 1],
            depth: 0,
            heredocs: Vec::new(),
            lines_of_one_word: None,
            listed,
            wanted: 0,
            labels: Labels::default(),
        })
    }

    /// Opens another frame within one; `None` where it is nested deeper than the parser follows too.
    #[inline]
    fn open(&mut self, outer: Frame) -> Option<()> {
        *self.frames.get_mut(self.depth)? = outer;
        self.depth += 1;
        Some(())
    }

    /// Closes the innermost frame; gives the one around it.
    #[inline]
    fn close(&mut self) -> Option<Frame> {
        self.depth = self.depth.checked_sub(1)?;
        self.frames.get(self.depth).copied()
    }

    /// The items from an offset on, up to the end of the text or to the `}` that stands at an offset.
    fn items(mut self, start: usize, end: Option<usize>) -> Option<Vec<Item>> {
        let bytes = self.bytes;
        let mut done = Vec::with_capacity(8);
        let mut inner = Vec::new();
        let mut open: Vec<(Span, Header)> = Vec::new();
        let mut at = start;
        // After the `}` of a block the line has to end.
        let mut fresh = true;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b' ' => at = runs::spaces(bytes, at + 1),
                b'\t' | b'\r' => at += 1,
                b'\n' => {
                    fresh = true;
                    at = runs::spaces(bytes, at + 1);
                }
                b'}' if self.depth == 0 => return (end == Some(at)).then_some(done),
                b'}' => {
                    self.close()?;
                    at += 1;
                    fresh = false;
                    if self.depth <= self.wanted {
                        let (name, Header { labels, open }) = open.pop()?;
                        let at = Span { start: name.start, ..between(at, at) };
                        let body = Span { end: at.end - 1, ..between(open, open) };
                        let content = Content::Block(body);
                        let lists = self.depth == 0 && self.wanted > 0;
                        let items = lists.then(|| std::mem::take(&mut inner));
                        let found = Item { name, labels, at, content, items };
                        if self.depth == 0 { done.push(found) } else { inner.push(found) }
                    }
                }
                _ if fresh && runs::is_word_start(byte) => {
                    let name_end = runs::word(bytes, at + 1);
                    let name = between(at, name_end);
                    if self.depth == 0 {
                        let is_name = |listed: &&str| bytes.get(name.range()) == Some(listed.as_bytes());
                        self.wanted = usize::from(self.listed.iter().any(is_name));
                    }
                    let statement;
                    (statement, at) = self.statement(name_end)?;
                    match statement {
                        Statement::Attribute(value) if self.depth <= self.wanted => {
                            let at = Span { end: value.end, ..name };
                            let content = Content::Value(value);
                            let found = Item { name, labels: Labels::default(), at, content, items: None };
                            if self.depth == 0 { done.push(found) } else { inner.push(found) }
                        }
                        Statement::Attribute(_) => {}
                        Statement::Block(body) => {
                            if starts_with_mark(bytes, body) {
                                self.wanted = 0;
                            }
                            let labels = std::mem::take(&mut self.labels);
                            if self.depth <= self.wanted {
                                open.push((name, Header { labels, open: body }));
                            }
                            self.open(Frame::Body)?;
                        }
                    }
                }
                b'#' | b'/' if self.is_comment(at) => at = self.comment(at)?,
                _ => return None,
            }
        }
        (self.depth == 0 && end.is_none()).then_some(done)
    }

    /// What follows a name: the value of an attribute, or the labels of a block and its `{`. And the offset after it.
    fn statement(&mut self, mut at: usize) -> Option<(Statement, usize)> {
        let bytes = self.bytes;
        let mut has_labels = false;
        loop {
            let byte = *bytes.get(at)?;
            match byte {
                b' ' => at = runs::spaces(bytes, at + 1),
                b'\t' | b'\r' => at += 1,
                b'=' if !has_labels => {
                    let start = self.after_blanks(at + 1)?;
                    let (end, after) = self.value(start)?;
                    return Some((Statement::Attribute(between(start, end)), after));
                }
                b'{' => return Some((Statement::Block(at + 1), at + 1)),
                b'"' => {
                    let Text::Closed(end) = self.quoted(at + 1)? else { return None };
                    self.open(Frame::Body)?;
                    self.close()?;
                    has_labels = true;
                    if self.depth <= self.wanted {
                        self.labels.push(between(at, end));
                    }
                    at = end;
                }
                _ if runs::is_word_start(byte) => {
                    let end = runs::word(bytes, at + 1);
                    has_labels = true;
                    if self.depth <= self.wanted {
                        self.labels.push(between(at, end));
                    }
                    at = end;
                }
                b'#' | b'/' if self.is_comment(at) => at = self.comment(at)?,
                _ => return None,
            }
        }
    }

    /// The first offset where something stands that is neither blank nor a comment, on the same line.
    fn after_blanks(&self, mut at: usize) -> Option<usize> {
        loop {
            match self.bytes.get(at) {
                Some(b' ') => at = runs::spaces(self.bytes, at + 1),
                Some(b'\t' | b'\r') => at += 1,
                Some(b'#' | b'/') if self.is_comment(at) => at = self.comment(at)?,
                _ => return Some(at),
            }
        }
    }

    /// Whether a comment begins at `#` or `/`.
    fn is_comment(&self, at: usize) -> bool {
        matches!(self.bytes.get(at..), Some([b'#', ..] | [b'/', b'/' | b'*', ..]))
    }

    /// Where a comment ends; `None` when it never does.
    fn comment(&self, at: usize) -> Option<usize> {
        let rest = self.bytes.get(at..)?;
        match rest.strip_prefix(b"/*") {
            Some(rest) => Some(at + memmem::find(rest, b"*/")? + 4),
            None => Some(at + memchr(b'\n', rest).unwrap_or(rest.len())),
        }
    }
}

/// Whether a byte order mark stands at an offset. What begins with one has no outline.
fn starts_with_mark(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with("\u{feff}".as_bytes()))
}
