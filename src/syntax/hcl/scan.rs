//! A scanner that knows just enough of HCL to tell code from strings, heredocs and comments. It never fails, and takes
//! one pass.

use std::collections::HashMap;

use hcl_edit::Ident;
use memchr::{memchr, memchr2, memmem};

use super::runs;
use crate::source::Span;

/// What the scanner meets outside of literals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token {
    Newline,
    Comment,
    /// An identifier, keyword or number.
    Word,
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    /// `"` that begins a string.
    Quote,
    /// `"` that ends a string, or nothing where the line ends before.
    EndQuote,
    /// `<<EOF` with its line break.
    Heredoc,
    /// The delimiter that ends a heredoc.
    EndHeredoc,
    /// A line of a heredoc that begins like the delimiter and goes on.
    FalseEnd,
    /// `${` or `%{`.
    Template,
    /// The `}` of a template sequence.
    EndTemplate,
    /// Any other character.
    Other(u8),
}

/// Takes what the scanner meets.
pub(super) trait Sink {
    /// `depth` is the number of brackets, strings and template sequences that the token stands in.
    fn token(&mut self, token: Token, span: Span, depth: usize);
}

/// Something that is opened and never closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unclosed {
    pub what: What,
    pub span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    Bracket(u8),
    String,
    Heredoc,
    Template,
    Comment,
}

enum Context {
    Bracket(u8, usize),
    Quote(usize),
    Heredoc { delimiter: Span, strict: bool },
    Template(usize),
}

struct Scanner<'t, S> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    stack: Vec<Context>,
    sink: &'t mut S,
    unclosed: Vec<Unclosed>,
    /// Where the next line stands that is such a delimiter, as far as it was looked for; `None` when there is none.
    ends: HashMap<(&'t str, bool), Option<usize>>,
}

/// Scans a text; gives what is never closed, in order.
pub(super) fn scan<S: Sink>(text: &str, sink: &mut S) -> Vec<Unclosed> {
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut s = Scanner {
        text,
        bytes: text.as_bytes(),
        at,
        stack: Vec::new(),
        sink,
        unclosed: Vec::new(),
        ends: HashMap::new(),
    };
    while s.at < s.bytes.len() {
        match s.stack.last() {
            Some(Context::Quote(_)) => s.quoted(),
            Some(Context::Heredoc { delimiter, strict }) => {
                let (delimiter, strict) = (*delimiter, *strict);
                s.heredoc_line(delimiter, strict);
            }
            _ => s.code(),
        }
    }
    let open = s.stack.iter().filter_map(|c| match c {
        Context::Bracket(b, at) => Some((What::Bracket(*b), *at, 1)),
        Context::Quote(at) => Some((What::String, *at, 1)),
        Context::Template(at) => Some((What::Template, *at, 2)),
        Context::Heredoc { .. } => None,
    });
    s.unclosed.extend(open.map(|(what, at, len)| Unclosed { what, span: Span::new(at, at + len) }));
    s.unclosed.sort_by_key(|u| u.span);
    s.unclosed
}

impl<'t, S: Sink> Scanner<'t, S> {
    #[inline]
    fn emit(&mut self, token: Token, len: usize) {
        let start = self.at;
        self.at += len;
        self.sink.token(token, between(start, self.at), self.stack.len());
    }

    fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Code up to where a string or a heredoc begins, or anything ends.
    fn code(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' => self.emit(Token::Newline, 1),
                b'(' | b'[' | b'{' => {
                    self.emit(Token::Open(byte), 1);
                    self.stack.push(Context::Bracket(byte, self.at - 1));
                }
                b'=' | b',' | b'.' | b':' | b'?' => self.emit(Token::Other(byte), 1),
                _ if runs::is_word_start(byte) => {
                    let end = runs::word(self.bytes, self.at + 1);
                    self.emit(Token::Word, end - self.at);
                }
                _ => return self.rare(byte),
            }
        }
    }

    /// What is none of the most frequent characters of code.
    fn rare(&mut self, byte: u8) {
        let rest = self.rest();
        match byte {
            b'#' => self.line_comment(),
            b'/' if rest.get(1) == Some(&b'/') => self.line_comment(),
            b'/' if rest.get(1) == Some(&b'*') => {
                let end = memmem::find(rest.get(2..).unwrap_or_default(), b"*/");
                if end.is_none() {
                    self.unclosed.push(Unclosed { what: What::Comment, span: Span::new(self.at, self.at + 2) });
                }
                self.emit(Token::Comment, end.map_or(rest.len(), |i| i + 4));
            }
            b'"' => {
                self.emit(Token::Quote, 1);
                self.stack.push(Context::Quote(self.at - 1));
            }
            b')' | b']' | b'}' => self.close(byte),
            b'<' if rest.get(1) == Some(&b'<') => self.heredoc(),
            _ => self.emit(Token::Other(byte), 1),
        }
    }

    fn line_comment(&mut self) {
        let rest = self.rest();
        let len = memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..len).unwrap_or_default();
        self.emit(Token::Comment, line.len() - usize::from(line.ends_with(b"\r")));
    }

    /// A closing bracket ends the nearest bracket of its kind within the string or template sequence it stands in.
    fn close(&mut self, byte: u8) {
        let mut keep = self.stack.len();
        for context in self.stack.iter().rev() {
            match context {
                Context::Bracket(open, _) if closes(*open, byte) => {
                    self.drop_to(keep);
                    self.stack.pop();
                    return self.emit(Token::Close(byte), 1);
                }
                // A missing `)` or `]` does not take the block with it.
                Context::Bracket(b'(' | b'[', _) if byte == b'}' => keep -= 1,
                Context::Template(_) if byte == b'}' => {
                    self.drop_to(keep);
                    self.stack.pop();
                    return self.emit(Token::EndTemplate, 1);
                }
                _ => break,
            }
        }
        self.drop_to(keep);
        self.emit(Token::Close(byte), 1);
    }

    /// Closes what is never closed itself but stands in something that is.
    fn drop_to(&mut self, len: usize) {
        for context in self.stack.drain(len..) {
            if let Context::Bracket(byte, at) = context {
                self.unclosed.push(Unclosed { what: What::Bracket(byte), span: Span::new(at, at + 1) });
            }
        }
    }

    fn quoted(&mut self) {
        self.at = runs::plain(self.bytes, self.at);
        match self.rest() {
            [b'"', ..] => {
                self.stack.pop();
                self.emit(Token::EndQuote, 1);
            }
            [b'\\', b'\n', ..] => self.at += 1,
            [b'\\', ..] => self.at = (self.at + 2).min(self.bytes.len()),
            [b'\n', ..] => {
                if let Some(Context::Quote(at)) = self.stack.pop() {
                    self.unclosed.push(Unclosed { what: What::String, span: Span::new(at, self.at) });
                }
                self.emit(Token::EndQuote, 0);
            }
            _ => self.dollar(),
        }
    }

    /// At `$` or `%`: the beginning of a template sequence, or text.
    fn dollar(&mut self) {
        match self.rest() {
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => self.at += 3,
            [b'$' | b'%', b'{', ..] => {
                self.emit(Token::Template, 2);
                self.stack.push(Context::Template(self.at - 2));
            }
            [_, ..] => self.at += 1,
            [] => {}
        }
    }

    fn heredoc(&mut self) {
        let rest = self.rest();
        let name = 2 + usize::from(rest.get(2) == Some(&b'-'));
        let len = runs::word(rest, name) - name;
        let delimiter = Span::new(self.at + name, self.at + name + len);
        let after = rest.get(name + len..).unwrap_or_default();
        let line_break = if after.starts_with(b"\n") { 1 } else { 2 * usize::from(after.starts_with(b"\r\n")) };
        let word = self.text.get(delimiter.range()).unwrap_or_default();
        if line_break == 0 || Ident::try_new(word).is_err() {
            return self.emit(Token::Other(b'<'), 1);
        }
        let body = self.at + name + len + line_break;
        let strict = self.ends(word, body, true);
        if !strict && !self.ends(word, body, false) {
            self.unclosed.push(Unclosed { what: What::Heredoc, span: Span::new(self.at, delimiter.end as usize) });
            return self.emit(Token::Other(b'<'), name + len);
        }
        self.emit(Token::Heredoc, name + len + line_break);
        self.stack.push(Context::Heredoc { delimiter, strict });
    }

    /// Whether some line from an offset on is the delimiter: alone on its line, or with more after it.
    fn ends(&mut self, word: &'t str, from: usize, strict: bool) -> bool {
        match self.ends.get(&(word, strict)) {
            Some(None) => return false,
            Some(Some(at)) if *at >= from => return true,
            _ => {}
        }
        let mut at = from;
        let mut lines = self.text.get(from..).unwrap_or_default().split_inclusive('\n');
        let found = lines.find_map(|line| {
            at += line.len();
            delimiter_of(line.as_bytes(), word.as_bytes(), strict).then_some(at - line.len())
        });
        self.ends.insert((word, strict), found);
        found.is_some()
    }

    /// The line of a heredoc that begins here, or what is left of it after a template sequence.
    fn heredoc_line(&mut self, delimiter: Span, strict: bool) {
        let at_start = self.at == 0 || self.bytes.get(self.at - 1) == Some(&b'\n');
        let rest = self.rest();
        let len = memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let line = rest.get(..len).unwrap_or_default();
        let end = self.at + len;
        if at_start {
            let word = self.bytes.get(delimiter.range()).unwrap_or_default();
            if delimiter_of(line, word, false) {
                let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
                self.at += blanks;
                if !strict || delimiter_of(line, word, true) {
                    self.stack.pop();
                    return self.emit(Token::EndHeredoc, word.len());
                }
                self.emit(Token::FalseEnd, word.len());
            }
        }
        match memchr2(b'$', b'%', self.bytes.get(self.at..end).unwrap_or_default()) {
            Some(i) => {
                self.at += i;
                self.dollar();
            }
            None => self.at = end,
        }
    }
}

/// A span of a text, which has less than 4 GiB.
#[expect(clippy::cast_possible_truncation, reason = "larger files are refused before they are parsed")]
pub(super) fn between(start: usize, end: usize) -> Span {
    Span { start: start as u32, end: end as u32 }
}

fn closes(open: u8, close: u8) -> bool {
    matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}

/// Whether a line begins with the delimiter of a heredoc; with `strict`, whether it has nothing else.
fn delimiter_of(line: &[u8], word: &[u8], strict: bool) -> bool {
    let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let Some(after) = line.get(blanks..).and_then(|l| l.strip_prefix(word)) else { return false };
    if strict { after.trim_ascii().is_empty() } else { !after.first().is_some_and(|b| runs::is_word(*b)) }
}

/// Collects comments.
#[derive(Default)]
pub(super) struct Comments(pub Vec<Span>);

impl Sink for Comments {
    fn token(&mut self, token: Token, span: Span, _: usize) {
        if token == Token::Comment {
            self.0.push(span);
        }
    }
}

/// Splits a body into its attributes and blocks.
#[derive(Default)]
pub(super) struct Statements {
    pub spans: Vec<Span>,
    open: bool,
}

impl Sink for Statements {
    fn token(&mut self, token: Token, span: Span, depth: usize) {
        match token {
            Token::Newline if depth == 0 => self.open = false,
            Token::Newline | Token::Comment => {}
            _ if !self.open => {
                self.open = true;
                self.spans.push(span);
            }
            _ => {
                if let Some(last) = self.spans.last_mut() {
                    last.end = span.end;
                }
            }
        }
    }
}
