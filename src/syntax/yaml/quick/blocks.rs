use std::borrow::Cow;

use super::{Block, MOST_KEY, Pending, Reader, Scalar, Tag, properties};
use crate::syntax::yaml::events::{Event, Layout, Style};

/// The deepest nesting of blocks.
const MOST_BLOCKS: usize = 64;

impl Reader<'_, '_> {
    pub(super) fn documents(&mut self) -> Option<()> {
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
}
