use std::borrow::Cow;

use super::{Reader, Scalar, Tag, properties};
use crate::{
    source::Span,
    syntax::yaml::{
        events::{Event, Style},
        flow,
    },
};

impl<'t> Reader<'t, '_> {
    /// A scalar that is a value, to the end of its last line.
    pub(super) fn value(&mut self, mut scalar: Scalar<'t>, tag: Option<Tag>) -> Option<()> {
        let mut stop = scalar.stop;
        if scalar.style == Style::Plain && self.byte(stop) == Some(b'\n') {
            stop = self.folded(&mut scalar)?;
        }
        self.out.take(Event::Scalar(scalar.text, scalar.style, properties(tag)), scalar.span);
        // Before a comment there is white space, which is no part of a plain scalar.
        let from = if self.byte(stop) == Some(b'#') { stop - 1 } else { stop };
        self.rest_of_line(from)
    }

    /// Adds the further lines of a plain scalar. Where it stops.
    fn folded(&mut self, scalar: &mut Scalar<'t>) -> Option<usize> {
        let above = self.blocks.last()?.column;
        let mut stop = scalar.stop;
        loop {
            let mut line = stop + 1;
            let mut blank = 0;
            let at = loop {
                let at = self.skip_spaces(line);
                if self.byte(at) != Some(b'\n') {
                    break at;
                }
                blank += 1;
                line = at + 1;
            };
            if at - line <= above || matches!(self.byte(at), None | Some(b'#')) {
                return Some(stop);
            }
            let next = self.scalar(at, false).filter(|s| s.style == Style::Plain)?;
            if self.byte(next.stop) == Some(b':') || self.byte(at) == Some(b'-') {
                return None;
            }
            let text = scalar.text.to_mut();
            if blank == 0 {
                text.push(' ');
            }
            text.extend(std::iter::repeat_n('\n', blank));
            text.push_str(&next.text);
            scalar.span.end = next.span.end;
            stop = next.stop;
            if self.byte(stop) != Some(b'\n') {
                return Some(stop);
            }
        }
    }

    /// A scalar that is plain or in quotes, as far as its line goes.
    pub(super) fn scalar(&self, at: usize, bracketed: bool) -> Option<Scalar<'t>> {
        match self.byte(at)? {
            quote @ (b'"' | b'\'') => self.quoted(at, quote, false),
            b'-' if self.is_blank(at + 1) || bracketed => None,
            b':' if !self.is_blank(at + 1) && !bracketed => self.plain(at, bracketed),
            b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@'
            | b'`' | b'\t' => None,
            _ => self.plain(at, bracketed),
        }
    }

    fn plain(&self, at: usize, bracketed: bool) -> Option<Scalar<'t>> {
        let mut stop = at;
        let mut end = at;
        loop {
            match self.byte(stop) {
                None | Some(b'\n') => break,
                Some(b':') if self.is_blank(stop + 1) => break,
                Some(b'#') if end < stop => break,
                Some(b'\t') => return None,
                Some(b' ') => stop += 1,
                Some(b',' | b']' | b'}') if bracketed => break,
                Some(b'[' | b'{') if bracketed => return None,
                Some(b':') if bracketed && matches!(self.byte(stop + 1), Some(b',' | b'[' | b']' | b'{' | b'}')) => {
                    return None;
                }
                Some(_) => {
                    stop += 1;
                    end = stop;
                }
            }
        }
        let text = self.text.get(at..end).filter(|t| !t.is_empty())?;
        Some(Scalar { text: Cow::Borrowed(text), style: Style::Plain, span: Span::new(at, end), stop })
    }

    pub(super) fn quoted(&self, at: usize, quote: u8, over_lines: bool) -> Option<Scalar<'t>> {
        let single = quote == b'\'';
        let mut decoded = false;
        let mut end = at + 1;
        loop {
            let rest = self.bytes.get(end..)?;
            end += memchr::memchr3(quote, if single { b'\n' } else { b'\\' }, b'\n', rest)?;
            match self.byte(end)? {
                b'\n' => {
                    decoded = true;
                    end = self.next_quoted_line(end).filter(|_| over_lines)?;
                }
                b'\\' => {
                    decoded = true;
                    if !matches!(self.byte(end + 1)?, b'"' | b'\\' | b'/' | b'n' | b't' | b'r') {
                        return None;
                    }
                    end += 2;
                }
                _ if single && self.byte(end + 1) == Some(b'\'') => {
                    decoded = true;
                    end += 2;
                }
                _ => break,
            }
        }
        let (span, style) = (Span::new(at, end + 1), if single { Style::Single } else { Style::Double });
        let text = if decoded {
            Cow::Owned(flow::read(self.text, self.file, span, style).0)
        } else {
            Cow::Borrowed(self.text.get(at + 1..end)?)
        };
        Some(Scalar { text, style, span, stop: end + 1 })
    }

    /// Where a quoted string goes on after the end of a line. It may be indented less than the block around it, as for
    /// the other parser when lines are joined, but not begin where a document could end.
    fn next_quoted_line(&self, mut end: usize) -> Option<usize> {
        loop {
            let at = self.skip_spaces(end + 1);
            match self.byte(at)? {
                b'\n' => end = at,
                b'\t' => return None,
                _ if at == end + 1 => return None,
                _ => return Some(at),
            }
        }
    }

    /// A scalar of the lines that follow.
    pub(super) fn block_scalar(&mut self, at: usize, tag: Option<Tag>) -> Option<()> {
        let above = self.blocks.last()?.column;
        let folded = self.byte(at)? == b'>';
        let strip = self.byte(at + 1) == Some(b'-');
        self.rest_of_line(at + 1 + usize::from(strip))?;
        let mut text = String::new();
        let mut widest = 0;
        let (mut line, indent) = loop {
            let start = self.skip_spaces(self.at);
            let indent = start - self.at;
            if self.byte(start)? != b'\n' {
                break (self.at, indent);
            }
            widest = widest.max(indent);
            text.push('\n');
            self.at = start + 1;
        };
        if indent <= above || widest > indent {
            return None;
        }
        let start = line + indent;
        // The line breaks since the last line with content.
        let mut breaks = 0;
        let end = loop {
            let content = self.skip_spaces(line);
            let Some(byte) = self.byte(content) else {
                if content > line {
                    return None;
                }
                break content;
            };
            if byte == b'\n' && content - line <= indent {
                breaks += 1;
                line = content + 1;
                continue;
            }
            if content - line < indent {
                if byte == b'\t' {
                    return None;
                }
                break content;
            }
            if folded && (content - line > indent || byte == b'\t') {
                return None;
            }
            match breaks {
                1 if folded => text.push(' '),
                _ => text.extend(std::iter::repeat_n('\n', if folded { breaks.max(1) - 1 } else { breaks })),
            }
            let line_end = self.line_end(content);
            text.push_str(self.text.get(line + indent..line_end)?);
            // Without a line break at its end the last line is another matter.
            self.byte(line_end)?;
            breaks = 1;
            line = line_end + 1;
        };
        self.at = line;
        if !strip {
            text.push('\n');
        }
        let style = if folded { Style::Folded } else { Style::Literal };
        self.emit(Event::Scalar(Cow::Owned(text), style, properties(tag)), start, end);
        Some(())
    }
}
