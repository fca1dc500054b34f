use memchr::memchr3;

use super::{Parser, cursor::is_word, string::Unquoted};
use crate::terraform::ast::ExprKind;

impl Parser<'_> {
    /// At the `<<`.
    pub(super) fn heredoc(&mut self) -> Option<ExprKind> {
        if !self.eat_all(b"<<") {
            return None;
        }
        let flush = self.eat(b'-');
        let delimiter = self.word()?.as_bytes();
        self.line_break()?;
        // For hcl-edit the delimiter ends no heredoc that holds nothing.
        if self.delimiter(delimiter)?.is_some() {
            return None;
        }
        let mut unquoted = Unquoted::at(self.at);
        loop {
            let rest = self.rest();
            self.at += memchr3(b'$', b'%', b'\n', rest)?;
            if self.peek() == Some(b'\n') {
                self.at += 1;
                if let Some(end) = self.delimiter(delimiter)? {
                    // What follows on the line is for the parser that also asks whether another line is the end.
                    let line = self.bytes.get(end..)?.split(|b| *b == b'\n').next()?;
                    if !line.trim_ascii().is_empty() {
                        return None;
                    }
                    self.end_literal(&mut unquoted);
                    self.at = end;
                    return Some(self.template(unquoted.elements, false, flush));
                }
                continue;
            }
            self.unquoted(&mut unquoted)?;
        }
    }

    /// Where the delimiter ends that the line begins with, when it begins with one; `None` where only a parser that
    /// knows all characters can tell.
    fn delimiter(&self, delimiter: &[u8]) -> Option<Option<usize>> {
        let rest = self.rest();
        let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let Some(after) = rest.get(blanks..)?.strip_prefix(delimiter) else { return Some(None) };
        match after.first() {
            Some(b) if !b.is_ascii() => None,
            Some(b) if is_word(*b) => Some(None),
            _ => Some(Some(self.at + blanks + delimiter.len())),
        }
    }
}
