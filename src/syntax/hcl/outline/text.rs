//! The texts of strings and heredocs, passed over.

use std::collections::HashMap;

use hcl_edit::Ident;
use memchr::{memchr, memchr2};

use super::{super::runs, Reader};
use crate::source::Span;

/// Where the text of a string or heredoc goes on.
pub(super) enum Text {
    /// After its end, at this offset.
    Closed(usize),
    /// After `${` or `%{`, at this offset.
    Template(usize),
}

/// A heredoc whose end was not met yet.
#[derive(Clone, Copy)]
pub(super) struct Heredoc {
    delimiter: Span,
    /// Where its first line begins.
    pub body: usize,
}

impl<'t> Reader<'t> {
    /// From within a string. `None` where the line or the file ends in it.
    #[inline]
    pub(super) fn quoted(&self, mut at: usize) -> Option<Text> {
        loop {
            at = runs::plain(self.bytes, at);
            match self.bytes.get(at..)? {
                [b'"', ..] => return Some(Text::Closed(at + 1)),
                [b'\\', b'\n', ..] | [b'\n', ..] | [] => return None,
                [b'\\', ..] => at += 2,
                [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => at += 3,
                [b'$' | b'%', b'{', ..] => return Some(Text::Template(at + 2)),
                [_, ..] => at += 1,
            }
        }
    }

    /// At `<<`: the heredoc that begins there, unless these are operators.
    pub(super) fn heredoc(&self, at: usize) -> Option<Heredoc> {
        let name = at + 2 + usize::from(self.bytes.get(at + 2) == Some(&b'-'));
        let end = runs::word(self.bytes, name);
        let line_break = match self.bytes.get(end..)? {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return None,
        };
        Ident::try_new(self.text.get(name..end)?).ok()?;
        Some(Heredoc { delimiter: Span::new(name, end), body: end + line_break })
    }

    /// From within the heredoc that was begun last, which is forgotten at its end. `None` when it has none, or one that
    /// could be a line of it.
    pub(super) fn heredoc_text(&mut self, mut at: usize) -> Option<Text> {
        let heredoc = *self.heredocs.last()?;
        let word = self.bytes.get(heredoc.delimiter.range())?;
        loop {
            let rest = self.bytes.get(at..).filter(|rest| !rest.is_empty())?;
            let line = rest.get(..memchr(b'\n', rest).map_or(rest.len(), |i| i + 1))?;
            if self.bytes.get(at.wrapping_sub(1)) == Some(&b'\n') {
                let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
                let after = line.get(blanks..).and_then(|l| l.strip_prefix(word));
                if let Some(after) = after.filter(|after| !after.first().is_some_and(|b| runs::is_word(*b))) {
                    if !after.trim_ascii().is_empty() && self.stands_alone(word, heredoc.body) {
                        return None;
                    }
                    self.heredocs.pop();
                    return Some(Text::Closed(at + blanks + word.len()));
                }
            }
            match memchr2(b'$', b'%', line) {
                Some(i) => {
                    at += i;
                    match self.bytes.get(at..)? {
                        [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => at += 3,
                        [_, b'{', ..] => return Some(Text::Template(at + 2)),
                        _ => at += 1,
                    }
                }
                None => at += line.len(),
            }
        }
    }

    /// Whether a word has a line of its own from an offset on.
    fn stands_alone(&mut self, word: &[u8], from: usize) -> bool {
        let bytes = self.bytes;
        let lines = self.lines_of_one_word.get_or_insert_with(|| last_lines(bytes));
        lines.get(word).is_some_and(|at| *at >= from)
    }
}

/// Where the last line begins that has a word and nothing else, by the word.
fn last_lines(bytes: &[u8]) -> HashMap<&[u8], usize> {
    let mut found = HashMap::new();
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let word = line.get(blanks..).unwrap_or_default().trim_ascii_end();
        if !word.is_empty() && word.iter().all(|b| runs::is_word(*b)) {
            found.insert(word, at);
        }
        at += line.len();
    }
    found
}
