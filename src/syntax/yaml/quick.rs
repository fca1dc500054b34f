//! The YAML that nearly all files are written in, read quickly: block mappings and lists, scalars, brackets. What is
//! anything else, or wrong, is left to the parser that knows all of YAML; this one never reports a mistake.

use std::{borrow::Cow, sync::Arc};

use super::{
    build::Builder,
    events::{Event, Layout, Properties, Style},
    flow,
};
use crate::source::{FileId, Span};

/// The deepest nesting of blocks.
const MOST_BLOCKS: usize = 64;
/// The deepest nesting of brackets.
const MOST_BRACKETS: usize = 16;
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

impl<'t> Reader<'t, '_> {
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

    fn documents(&mut self) -> Option<()> {
        let mut pending: Option<Pending> = None;
        let (mut begun, mut marked) = (false, false);
        while let Some((line, at)) = self.next_content()? {
            let column = at - line;
            if column == 0 && !begun && !marked && self.is_version(at) {
                self.at = self.line_end(at) + 1;
                if !self.is_marker(self.at) {
                    return None;
                }
                continue;
            }
            if column == 0 && self.is_marker(at) {
                if let Some(absent) = pending.take() {
                    self.absent(absent)?;
                }
                if marked && !begun {
                    return None;
                }
                self.close(|_| true);
                self.emit(Event::DocumentStart, at, at + 3);
                (begun, marked) = (false, true);
                self.rest_of_line(at + 3)?;
                continue;
            }
            if let Some(value) = pending.take() {
                let above = self.blocks.last()?.column;
                if column > above {
                    pending = self.node(at, line, value.tag, true)?;
                    continue;
                }
                if value.colon.is_some() && column == above && self.is_dash(at) {
                    pending = self.flush_list(at, line, value.tag)?;
                    continue;
                }
                self.absent(value)?;
            }
            let dash = self.is_dash(at);
            self.close(|block| column < block.column || block.flush && column == block.column && !dash);
            pending = match self.blocks.last() {
                None if begun => return None,
                None => {
                    begun = true;
                    self.root(at, line)?
                }
                Some(block) if block.column != column || block.list != dash => return None,
                Some(block) if block.list => self.item(at, line)?,
                Some(_) => self.pair(at)?,
            };
        }
        if let Some(absent) = pending {
            self.absent(absent)?;
        }
        self.close(|_| true);
        begun.then_some(())
    }

    fn close(&mut self, ends: impl Fn(Block) -> bool) {
        while let Some(block) = self.blocks.pop_if(|b| ends(*b)) {
            self.emit(if block.list { Event::SequenceEnd } else { Event::MappingEnd }, self.at, self.at);
        }
    }

    fn open(&mut self, at: usize, column: usize, list: bool, flush: bool, tag: Option<Tag>) -> Option<()> {
        if self.blocks.len() >= MOST_BLOCKS {
            return None;
        }
        self.blocks.push(Block { column, list, flush });
        let start = if list { Event::SequenceStart } else { Event::MappingStart };
        self.emit(start(Layout::Block, properties(tag)), at, at);
        Some(())
    }

    /// A key without a value.
    fn absent(&mut self, value: Pending) -> Option<()> {
        let colon = value.colon.filter(|_| value.tag.is_none())?;
        self.emit(Event::Scalar(Cow::Borrowed("~"), Style::Plain, properties(None)), colon, colon);
        Some(())
    }

    fn root(&mut self, at: usize, line: usize) -> Option<Option<Pending>> {
        let begins = self.is_dash(at) || !matches!(self.byte(at), Some(b'!' | b'[' | b'{' | b'|' | b'>'));
        let pending = if begins { self.node(at, line, None, true)? } else { return None };
        // A scalar alone is no document of ours.
        if self.blocks.is_empty() { None } else { Some(pending) }
    }

    fn flush_list(&mut self, at: usize, line: usize, tag: Option<Tag>) -> Option<Option<Pending>> {
        let first = self.skip_spaces(at + 1);
        if self.line_is_over(at + 1) {
            return None;
        }
        self.open(first, at - line, true, true, tag)?;
        self.item(at, line)
    }

    /// An item of the innermost list.
    fn item(&mut self, dash: usize, line: usize) -> Option<Option<Pending>> {
        if self.line_is_over(dash + 1) {
            self.rest_of_line(dash + 1)?;
            return Some(Some(Pending { tag: None, colon: None }));
        }
        self.node(self.skip_spaces(dash + 1), line, None, true)
    }

    /// A key of the innermost mapping, with its value.
    fn pair(&mut self, at: usize) -> Option<Option<Pending>> {
        let key = self.scalar(at, false)?;
        let colon = self.colon(&key)?;
        self.key(key, colon)
    }

    fn key(&mut self, key: Scalar<'_>, colon: usize) -> Option<Option<Pending>> {
        if key.span.len() > MOST_KEY {
            return None;
        }
        self.out.take(Event::Scalar(key.text, key.style, properties(None)), key.span);
        if self.line_is_over(colon + 1) {
            self.rest_of_line(colon + 1)?;
            return Some(Some(Pending { tag: None, colon: Some(colon) }));
        }
        self.node(self.skip_spaces(colon + 1), 0, None, false)
    }

    /// The colon that makes a scalar a key.
    fn colon(&self, key: &Scalar<'_>) -> Option<usize> {
        let at = self.skip_spaces(key.stop);
        (self.byte(at) == Some(b':') && self.is_blank(at + 1)).then_some(at)
    }

    /// A node in the innermost block. A mapping or list can begin here when `block` says so.
    fn node(&mut self, at: usize, line: usize, tag: Option<Tag>, block: bool) -> Option<Option<Pending>> {
        match self.byte(at)? {
            b'!' => {
                if tag.is_some() {
                    return None;
                }
                let (tag, end) = self.tag(at)?;
                if self.line_is_over(end) {
                    self.rest_of_line(end)?;
                    // Its value may not be absent; a list may stand flush with the key.
                    return Some(Some(Pending { tag: Some(tag), colon: if block { None } else { Some(at) } }));
                }
                self.node(self.skip_spaces(end), line, Some(tag), false)
            }
            b'-' if self.is_dash(at) => {
                if !block {
                    return None;
                }
                self.open(at, at - line, true, false, tag)?;
                self.item(at, line)
            }
            b'|' | b'>' => {
                self.block_scalar(at, tag)?;
                Some(None)
            }
            b'[' | b'{' => {
                let above = self.blocks.last()?.column;
                let end = self.brackets(at, tag, above, 0)?;
                self.rest_of_line(end)?;
                Some(None)
            }
            quote @ (b'"' | b'\'') if self.scalar(at, false).is_none() => {
                let scalar = self.quoted(at, quote, true)?;
                self.value(scalar, tag)?;
                Some(None)
            }
            _ => {
                let scalar = self.scalar(at, false)?;
                if let Some(colon) = self.colon(&scalar) {
                    if !block {
                        return None;
                    }
                    self.open(at, at - line, false, false, tag)?;
                    return self.key(scalar, colon);
                }
                self.value(scalar, tag)?;
                Some(None)
            }
        }
    }

    /// A scalar that is a value, to the end of its last line.
    fn value(&mut self, mut scalar: Scalar<'t>, tag: Option<Tag>) -> Option<()> {
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

    fn tag(&self, at: usize) -> Option<(Tag, usize)> {
        let rest = self.bytes.get(at + 1..)?;
        let len = rest.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let end = at + 1 + len;
        if len == 0 || !self.is_blank(end) {
            return None;
        }
        Some(((self.text.get(at + 1..end)?.into(), Span::new(at, end)), end))
    }

    /// A scalar that is plain or in quotes, as far as its line goes.
    fn scalar(&self, at: usize, bracketed: bool) -> Option<Scalar<'t>> {
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

    fn quoted(&self, at: usize, quote: u8, over_lines: bool) -> Option<Scalar<'t>> {
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

    /// Where a quoted string goes on after the end of a line. It may be indented less than the block around it, as for the
    /// other parser when lines are joined, but not begin where a document could end.
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

    /// Goes over white space within brackets. Each further line is indented more than the block that they stand in.
    fn skip_lines(&self, mut at: usize, above: usize) -> Option<usize> {
        loop {
            at = self.skip_spaces(at);
            if self.byte(at) != Some(b'\n') {
                return Some(at);
            }
            let line = at + 1;
            at = self.skip_spaces(line);
            if self.byte(at) != Some(b'\n') && at - line <= above {
                return None;
            }
        }
    }

    /// A list or mapping in brackets. Where it ends.
    fn brackets(&mut self, open: usize, tag: Option<Tag>, above: usize, depth: usize) -> Option<usize> {
        if depth >= MOST_BRACKETS {
            return None;
        }
        let list = self.byte(open)? == b'[';
        let close = if list { b']' } else { b'}' };
        let start = if list { Event::SequenceStart } else { Event::MappingStart };
        self.emit(start(Layout::Flow, properties(tag)), open, open + 1);
        let mut at = self.skip_lines(open + 1, above)?;
        while self.byte(at)? != close {
            if !list {
                let key = self.scalar(at, true)?;
                let colon = self.colon(&key).filter(|_| key.span.len() <= MOST_KEY)?;
                self.out.take(Event::Scalar(key.text, key.style, properties(None)), key.span);
                at = self.skip_lines(colon + 1, above)?;
            }
            at = self.bracketed(at, above, depth)?;
            at = self.skip_lines(at, above)?;
            match self.byte(at)? {
                b',' => at = self.skip_lines(at + 1, above)?,
                end if end == close => {}
                _ => return None,
            }
        }
        self.emit(if list { Event::SequenceEnd } else { Event::MappingEnd }, at, at + 1);
        Some(at + 1)
    }

    /// A value within brackets. Where it ends.
    fn bracketed(&mut self, mut at: usize, above: usize, depth: usize) -> Option<usize> {
        let mut tag = None;
        if self.byte(at)? == b'!' {
            let (found, end) = self.tag(at)?;
            tag = Some(found);
            at = self.skip_spaces(end);
        }
        if matches!(self.byte(at)?, b'[' | b'{') {
            return self.brackets(at, tag, above, depth + 1);
        }
        let scalar = self.scalar(at, true)?;
        if matches!(self.byte(self.skip_spaces(scalar.stop))?, b':' | b'#') {
            return None;
        }
        self.out.take(Event::Scalar(scalar.text, scalar.style, properties(tag)), scalar.span);
        Some(scalar.stop)
    }

    /// A scalar of the lines that follow.
    fn block_scalar(&mut self, at: usize, tag: Option<Tag>) -> Option<()> {
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
