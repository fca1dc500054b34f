use std::sync::{Arc, OnceLock};

use memchr::memchr_iter;

use super::Span;

/// A line and column as people count: both start at 1, columns count Unicode scalar values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values.
    pub column: usize,
}

/// A file's text with an index of its lines, made when first asked for.
pub struct SourceFile {
    name: Arc<str>,
    text: String,
    lines: OnceLock<Vec<u32>>,
    /// The number of characters before each block of [`BLOCK`] bytes.
    blocks: OnceLock<Vec<u32>>,
}

/// So many bytes are counted at most to know a column, however long the line is.
const BLOCK: usize = 1024;

impl SourceFile {
    /// A file from the name it is shown by (relative to the current directory, with `/`) and its text.
    pub fn new(name: impl Into<Arc<str>>, text: String) -> Self {
        Self { name: name.into(), text, lines: OnceLock::new(), blocks: OnceLock::new() }
    }

    /// The name that reports show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, as it stands on disk.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text under a span, clamped to the file and to character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_else(|| self.clamped(span))
    }

    #[cold]
    fn clamped(&self, span: Span) -> &str {
        let start = self.floor(span.start as usize);
        let end = self.floor(span.end as usize).max(start);
        self.text.get(start..end).unwrap_or("")
    }

    fn floor(&self, offset: usize) -> usize {
        let mut at = offset.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// Byte offsets at which lines begin; the first is 0.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let newlines = memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(newlines.map(|i| u32::try_from(i + 1).unwrap_or(u32::MAX))).collect()
        })
    }

    /// The number, from 0, of the line that holds a byte offset.
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The span of a line, numbered from 0, without its line break.
    pub fn line_span(&self, line: usize) -> Span {
        let starts = self.line_starts();
        let start = starts.get(line).map_or(self.text.len(), |s| *s as usize);
        let next = starts.get(line + 1).map_or(self.text.len(), |s| *s as usize);
        let text = self.text.get(start..next).unwrap_or("");
        Span::new(start, start + text.trim_end_matches(['\n', '\r']).len())
    }

    /// Line and column of a byte offset. Offsets past the end are those of the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.floor(offset as usize);
        let line = self.line_of(u32::try_from(offset).unwrap_or(u32::MAX));
        let start = self.line_starts().get(line).map_or(0, |s| *s as usize);
        // A byte order mark is not a character that an editor counts.
        let mark = usize::from(start == 0 && offset > 0 && self.text.starts_with('\u{feff}'));
        // Most lines are short.
        let column = match self.text.as_bytes().get(start..offset) {
            Some(before) if before.len() <= BLOCK => characters(before),
            _ => self.characters_before(offset) - self.characters_before(start),
        } - mark;
        Position { line: line + 1, column: column + 1 }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let blocks = self.blocks.get_or_init(|| {
            let mut before = 0;
            let chunks = self.text.as_bytes().chunks(BLOCK);
            let ends = chunks.map(|block| {
                before += u32::try_from(characters(block)).unwrap_or(u32::MAX);
                before
            });
            std::iter::once(0).chain(ends).collect()
        });
        let block = offset / BLOCK;
        let rest = self.text.as_bytes().get(block * BLOCK..offset).unwrap_or_default();
        blocks.get(block).map_or(0, |n| *n as usize) + characters(rest)
    }
}

/// How many characters begin in these bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_that_counting_gives() {
        let line = "aé€😀".repeat(3_000);
        let text = format!("\u{feff}first\n{line}\r\n{line}");
        let file = SourceFile::new("x", text.clone());
        for offset in (0..text.len()).step_by(97).chain([0, 3, 4, text.len(), text.len() + 9]) {
            let mut at = offset.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let before = &text[..at];
            let start = before.rfind('\n').map_or(0, |i| i + 1);
            let column = before[start..].trim_start_matches('\u{feff}').chars().count() + 1;
            let line = before.matches('\n').count() + 1;
            let position = file.position(u32::try_from(offset).unwrap());
            assert_eq!((position.line, position.column), (line, column), "{offset}");
        }
    }
}
