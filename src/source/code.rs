use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::{SourceFile, Span};

/// Snippets cost the lines that they show, whatever the size of the file: the line index is made once.
impl SourceCode for SourceFile {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.text();
        let (start, end) = (span.offset(), span.offset().saturating_add(span.len()));
        if end > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let wanted = Span::new(start, end);
        let last_byte = if wanted.is_empty() { wanted.start } else { wanted.end - 1 };
        let first = self.line_of(wanted.start).saturating_sub(context_lines_before);
        let last = self.line_of(last_byte).saturating_add(context_lines_after);
        let from = self.line_span(first).start as usize;
        let to = self.line_starts().get(last + 1).map_or(text.len(), |next| *next as usize);
        let data = text.as_bytes().get(from..to).unwrap_or_default();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name().to_owned(),
            data,
            (from, to - from).into(),
            first,
            0,
            last + 1 - first,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_lines_around_a_span() {
        let file = SourceFile::new("a.tf", "one\ntwo\r\nthree\nfour".to_owned());
        let read = |start: usize, len: usize, before, after| {
            let contents = file.read_span(&(start, len).into(), before, after).unwrap();
            (String::from_utf8(contents.data().to_vec()).unwrap(), contents.line(), contents.span().offset())
        };
        assert_eq!(read(4, 3, 0, 0), ("two\r\n".to_owned(), 1, 4));
        assert_eq!(read(4, 3, 1, 1), ("one\ntwo\r\nthree\n".to_owned(), 0, 0));
        assert_eq!(read(15, 4, 9, 9).0, file.text());
        assert_eq!(read(19, 0, 0, 0), ("four".to_owned(), 3, 15));
        assert!(file.read_span(&(15, 5).into(), 0, 0).is_err());
    }

    #[test]
    fn agrees_with_the_stock_reader() {
        let text = "a\n\nbc\r\ndé\n";
        let file = SourceFile::new("x", text.to_owned());
        for start in 0..text.len() {
            for end in start + 1..=text.len() {
                let span = (start, end - start).into();
                let ours = file.read_span(&span, 0, 0).unwrap();
                assert!(ours.span().offset() <= start && ours.span().offset() + ours.data().len() >= end);
                assert_eq!(ours.line(), text[..ours.span().offset()].matches('\n').count());
            }
        }
    }
}
