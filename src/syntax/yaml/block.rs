//! The map of `|` and `>` scalars.

use super::flow::{break_at, whole};
use crate::source::{FileId, MapBuilder, Span, TextMap};

/// The map from the decoded text of a block scalar to the file. `span` begins at the first character of the first line
/// that is not empty, after its indentation. Where this reading of the scalar is not the parser's, each byte is mapped
/// to all of the scalar.
pub(super) fn map(text: &str, file: FileId, span: Span, folded: bool, decoded: &str) -> TextMap {
    read(text, file, span, folded, decoded).unwrap_or_else(|| whole(file, span, decoded))
}

struct Line {
    /// What stands after the indentation; empty for a line that is shorter.
    content: Span,
    /// The line break; empty at the end of the file.
    end: Span,
}

fn read(text: &str, file: FileId, span: Span, folded: bool, decoded: &str) -> Option<TextMap> {
    let start = span.start as usize;
    let line_start = text.get(..start)?.rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let indent = start - line_start;
    let mut reader = Reader { text, decoded, map: MapBuilder::new(file) };

    let leading = decoded.len() - decoded.trim_start_matches('\n').len();
    for end in breaks_before(text, line_start, leading)? {
        reader.newline(end)?;
    }
    let mut at = line_start;
    // The line breaks since the last line with content, and whether that line is indented further.
    let mut breaks: Vec<Span> = Vec::new();
    let mut last: Option<bool> = None;
    while reader.map.len() < decoded.len() {
        let Some(line) = line(text, at, indent) else { break };
        at = line.end.end as usize;
        if folded && !line.content.is_empty() {
            let further = matches!(text.as_bytes().get(line.content.start as usize), Some(b' ' | b'\t'));
            match (last, &*breaks) {
                (Some(false), [only]) if !further => reader.fold(*only)?,
                (Some(false), [_, rest @ ..]) if !further => rest.iter().try_for_each(|b| reader.newline(*b))?,
                (_, all) => all.iter().try_for_each(|b| reader.newline(*b))?,
            }
            breaks.clear();
            last = Some(further);
        }
        reader.content(line.content)?;
        if folded {
            breaks.push(line.end);
        } else if reader.map.len() < decoded.len() {
            reader.newline(line.end)?;
        }
        if line.end.is_empty() {
            break;
        }
    }
    for end in breaks {
        if reader.map.len() < decoded.len() {
            reader.newline(end)?;
        }
    }
    (reader.map.len() == decoded.len()).then(|| reader.map.finish())
}

/// The breaks of the `count` lines before an offset at which a line begins.
fn breaks_before(text: &str, line_start: usize, count: usize) -> Option<Vec<Span>> {
    let mut out = Vec::with_capacity(count);
    let mut end = line_start;
    for _ in 0..count {
        let before = text.get(..end)?;
        let len = if before.ends_with("\r\n") { 2 } else { usize::from(before.ends_with(['\n', '\r'])) };
        out.push(Span::new(end - len, end));
        end = before.get(..end - len)?.rfind(['\n', '\r']).map_or(0, |i| i + 1);
    }
    out.reverse();
    Some(out)
}

/// The line that begins at an offset; `None` at the end of the text or of the scalar.
fn line(text: &str, at: usize, indent: usize) -> Option<Line> {
    let rest = text.get(at..).filter(|r| !r.is_empty())?;
    let end = at + rest.find(['\n', '\r']).unwrap_or(rest.len());
    let blanks = rest.bytes().take(indent).take_while(|b| *b == b' ').count();
    let start = (at + blanks).min(end);
    if blanks < indent && start < end {
        return None;
    }
    Some(Line { content: Span::new(start, end), end: Span::new(end, end + break_at(text, end)) })
}

struct Reader<'t> {
    text: &'t str,
    decoded: &'t str,
    map: MapBuilder,
}

impl Reader<'_> {
    /// Whether the decoded text goes on with this.
    fn expect(&self, next: &str) -> Option<()> {
        self.decoded.get(self.map.len()..)?.starts_with(next).then_some(())
    }

    fn newline(&mut self, at: Span) -> Option<()> {
        self.expect("\n")?;
        self.map.collapsed(1, at);
        Some(())
    }

    fn fold(&mut self, at: Span) -> Option<()> {
        self.expect(" ")?;
        self.map.collapsed(1, at);
        Some(())
    }

    fn content(&mut self, at: Span) -> Option<()> {
        let content = self.text.get(at.range())?;
        self.expect(content)?;
        self.map.verbatim(at.len(), at.start as usize);
        Some(())
    }
}
