//! The value of an attribute, passed over.

use super::{
    super::runs,
    Reader,
    frame::{Frame, State},
    text::Text,
};

/// Which bytes mean something within a `for` expression or a template sequence: only brackets, literals and comments.
const MATTERS_IN_FREE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte as u8, b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'"' | b'#' | b'/' | b'<');
        byte += 1;
    }
    table
};

impl Reader<'_> {
    /// Where the last token of the value ends that begins at an offset, and where the line goes on: at its break, at
    /// the `}` of the block, or at the end of the text. `None` when it does not look sound.
    pub(super) fn value(&mut self, mut at: usize) -> Option<(usize, usize)> {
        let bytes = self.bytes;
        let mut frame = Frame::Line;
        let mut state = State::Start;
        let mut end = at;
        if let Some(after) = self.plain_operand(at) {
            if bytes.get(after) == Some(&b'\n') {
                return Some((after, after));
            }
            (at, end, state) = (after, after, State::Operand);
        }
        self.open(Frame::Body)?;
        loop {
            let free = frame.is_free();
            if free {
                while bytes.get(at).is_some_and(|b| !MATTERS_IN_FREE[usize::from(*b)]) {
                    at += 1;
                }
            }
            let Some(&byte) = bytes.get(at) else { break };
            match byte {
                b' ' => at = runs::spaces(bytes, at + 1),
                b'\t' | b'\r' => at += 1,
                b'\n' => {
                    match frame {
                        Frame::Line => break,
                        Frame::Brace if matches!(state, State::Wanted | State::Step | State::Spread) => return None,
                        Frame::Brace => state = State::Fresh,
                        _ => {}
                    }
                    at = runs::spaces(bytes, at + 1);
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80.. => {
                    let from = at;
                    at = runs::word(bytes, at + 1);
                    match state {
                        State::Operand => return None,
                        State::Fresh if bytes.get(from..at) == Some(b"for") => frame = frame.freed(),
                        _ => {}
                    }
                    at = self.attributes(at);
                    state = State::Operand;
                    end = at;
                    if let Some([b' ', b'=', b' ', ..]) = bytes.get(at..) {
                        state = State::Wanted;
                        at += 3;
                    }
                }
                b'"' => {
                    if !free && !state.takes_operand() {
                        return None;
                    }
                    self.open(frame)?;
                    at = runs::plain(bytes, at + 1);
                    if bytes.get(at) == Some(&b'"') {
                        (at, frame) = (at + 1, self.close()?);
                    } else {
                        (at, frame) = self.text(Frame::Quote, at)?;
                    }
                    state = State::Operand;
                    end = at;
                }
                b'(' | b'[' | b'{' => {
                    if !free && !state.takes_operand() && (state != State::Operand || byte == b'{') {
                        return None;
                    }
                    self.open(frame)?;
                    frame = match byte {
                        b'(' => Frame::Paren,
                        b'[' => Frame::Square,
                        _ => Frame::Brace,
                    };
                    state = State::Fresh;
                    at += 1;
                }
                b')' | b']' | b'}' => {
                    if byte == b'}' && frame == Frame::Line {
                        break;
                    }
                    if !frame.ends_with(byte) || (!free && !matches!(state, State::Fresh | State::Operand)) {
                        return None;
                    }
                    at += 1;
                    frame = self.close()?;
                    if matches!(frame, Frame::Quote | Frame::Heredoc) {
                        (at, frame) = self.text(frame, at)?;
                    }
                    state = State::Operand;
                    end = at;
                }
                b'#' | b'/' if self.is_comment(at) => at = self.comment(at)?,
                b'<' if bytes.get(at + 1) == Some(&b'<')
                    && let Some(heredoc) = self.heredoc(at) =>
                {
                    if !free && !state.takes_operand() {
                        return None;
                    }
                    self.open(frame)?;
                    self.heredocs.push(heredoc);
                    (at, frame) = self.text(Frame::Heredoc, heredoc.body)?;
                    state = State::Operand;
                    end = at;
                }
                _ => {
                    if !free {
                        state = state.after(byte)?;
                    }
                    at += 1;
                    end = at;
                }
            }
        }
        self.close()?;
        (frame == Frame::Line && state == State::Operand).then_some((end, at))
    }

    /// Where a string without templates ends, or a word with the attributes after it: most values are no more than
    /// that. `None` also where something may be nested too deep.
    #[inline]
    fn plain_operand(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes;
        let byte = *bytes.get(at)?;
        if self.depth + 2 > self.frames.len() {
            None
        } else if byte == b'"' {
            let end = runs::plain(bytes, at + 1);
            (bytes.get(end) == Some(&b'"')).then_some(end + 1)
        } else if runs::is_word_start(byte) {
            Some(self.attributes(runs::word(bytes, at + 1)))
        } else {
            None
        }
    }

    /// Where the attributes end that follow a word.
    #[inline]
    fn attributes(&self, mut at: usize) -> usize {
        while let Some([b'.', next, ..]) = self.bytes.get(at..)
            && runs::is_word_start(*next)
        {
            at = runs::word(self.bytes, at + 2);
        }
        at
    }

    /// From within a string or heredoc to after its end or its next template sequence, and what is met there.
    #[inline]
    fn text(&mut self, frame: Frame, at: usize) -> Option<(usize, Frame)> {
        let text = if frame == Frame::Quote { self.quoted(at) } else { self.heredoc_text(at) };
        match text? {
            Text::Closed(after) => Some((after, self.close()?)),
            Text::Template(after) => {
                self.open(frame)?;
                Some((after, Frame::Template))
            }
        }
    }
}
