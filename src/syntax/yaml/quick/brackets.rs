use super::{MOST_KEY, Reader, Tag, properties};
use crate::syntax::yaml::events::{Event, Layout};

/// The deepest nesting of brackets.
const MOST_BRACKETS: usize = 16;

impl Reader<'_, '_> {
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
    pub(super) fn brackets(&mut self, open: usize, tag: Option<Tag>, above: usize, depth: usize) -> Option<usize> {
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
}
