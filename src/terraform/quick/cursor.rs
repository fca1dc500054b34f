use memchr::{memchr2, memmem};

use super::Parser;
use crate::syntax::hcl::runs;

impl<'t> Parser<'t> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, by: usize) -> Option<u8> {
        self.bytes.get(self.at + by).copied()
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Takes a byte when it comes next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let eats = self.peek() == Some(byte);
        self.at += usize::from(eats);
        eats
    }

    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    /// Takes some bytes when they come next.
    pub(super) fn eat_all(&mut self, bytes: &[u8]) -> bool {
        let eats = self.rest().starts_with(bytes);
        self.at += if eats { bytes.len() } else { 0 };
        eats
    }

    /// Takes an identifier of ASCII.
    pub(super) fn word(&mut self) -> Option<&'t str> {
        let start = self.at;
        if !is_word_start(self.peek()?) {
            return None;
        }
        let rest = self.rest();
        self.at += rest.iter().position(|b| !is_word(*b)).unwrap_or(rest.len());
        Some(self.slice(start, self.at))
    }

    /// Takes a keyword.
    pub(super) fn keyword(&mut self, word: &[u8]) -> Option<()> {
        (self.eat_all(word) && !self.peek().is_some_and(|b| is_word(b) || !b.is_ascii())).then_some(())
    }

    /// Takes blanks and comments, and line breaks as well when they mean nothing.
    pub(super) fn blank(&mut self, newlines: bool) -> Option<()> {
        if newlines { self.trivia() } else { self.space() }
    }

    /// Takes blanks and comments within a line.
    pub(super) fn space(&mut self) -> Option<()> {
        loop {
            match self.peek() {
                Some(b' ') => self.at = runs::spaces(self.bytes, self.at + 1),
                Some(b'\t') => self.at += 1,
                Some(b'/') if self.peek_at(1) == Some(b'*') => self.block_comment()?,
                _ => return Some(()),
            }
        }
    }

    /// Whether an operand ends here for certain, as nearly all do that are no more than an operand.
    #[inline]
    pub(super) fn at_end(&self, newlines: bool) -> bool {
        match self.peek() {
            None | Some(b',' | b')' | b']' | b'}') => true,
            Some(b'\n') => !newlines,
            _ => false,
        }
    }

    /// Takes blanks, line breaks and comments.
    pub(super) fn trivia(&mut self) -> Option<()> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n') => self.at = runs::spaces(self.bytes, self.at + 1),
                Some(b'\t' | b'\r') => self.at += 1,
                Some(b'#') => self.line_comment()?,
                Some(b'/') => match self.peek_at(1) {
                    Some(b'/') => self.line_comment()?,
                    Some(b'*') => self.block_comment()?,
                    _ => return Some(()),
                },
                _ => return Some(()),
            }
        }
    }

    /// Takes the rest of the line but its line break.
    pub(super) fn line_comment(&mut self) -> Option<()> {
        let rest = self.rest();
        let len = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        self.at += len;
        // A carriage return that ends no line.
        (self.peek() != Some(b'\r') || self.peek_at(1) == Some(b'\n')).then_some(())
    }

    fn block_comment(&mut self) -> Option<()> {
        let end = memmem::find(self.rest().get(2..)?, b"*/")?;
        self.at += end + 4;
        Some(())
    }

    /// Takes a line break.
    pub(super) fn line_break(&mut self) -> Option<()> {
        (self.eat(b'\n') || self.eat_all(b"\r\n")).then_some(())
    }
}

pub(super) fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii() && runs::is_word(byte)
}
