use miette::{LabeledSpan, MietteError, SourceCode, SourceSpan, SpanContents};

use crate::{
    report::{printable, text::steers},
    source::{SourceFile, Span},
};

/// Lines longer than this many characters are shown as a window around the first label in them.
const LONG: usize = 160;
/// Characters of a long line shown before a label's start.
const BEFORE: usize = 40;
/// A span over more lines than this is shown by its first line.
const TALL: usize = 12;
/// Places this many lines apart share one snippet.
const NEAR: usize = 6;

/// The few lines of a file that a report shows, safe for a terminal, with labels moved accordingly.
#[derive(Debug)]
pub(super) struct Snippet {
    shown: SourceFileLines,
    labels: Vec<(Span, String)>,
}

#[derive(Debug)]
struct SourceFileLines {
    name: String,
    text: String,
    first_line: usize,
}

/// Whether two places of a file stand near enough for one snippet.
pub(super) fn near(file: &SourceFile, a: Span, b: Span) -> bool {
    file.line_of(a.start).abs_diff(file.line_of(b.start)) <= NEAR
}

impl Snippet {
    /// The lines around the labels, one more before and after. The first label is the primary one.
    pub(super) fn new(file: &SourceFile, labels: &[(Span, &str)]) -> Self {
        let spans: Vec<Span> = labels.iter().map(|(span, _)| shortened(file, *span)).collect();
        let first = spans.iter().map(|s| file.line_of(s.start)).min().unwrap_or(0).saturating_sub(1);
        let last = spans.iter().map(|s| file.line_of(last_byte(*s))).max().unwrap_or(0) + 1;
        let last = last.min(file.line_starts().len().saturating_sub(1));
        let mut copy = Copy::new(&spans);
        for line in first..=last {
            copy.line(file, file.line_span(line), &spans);
        }
        let moved = copy.moved();
        let labels = moved.into_iter().zip(labels).map(|(span, (_, text))| (span, printable(text).into_owned()));
        let shown = SourceFileLines { name: printable(file.name()).into_owned(), text: copy.out, first_line: first };
        Self { shown, labels: labels.collect() }
    }

    /// The labels as miette takes them, the primary one first.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.labels.iter().enumerate().map(|(i, (span, text))| {
            let text = (!text.is_empty()).then(|| text.clone());
            let at = (span.start as usize, span.len());
            if i == 0 { LabeledSpan::new_primary_with_span(text, at) } else { LabeledSpan::new_with_span(text, at) }
        })
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        self.shown.read_span(span, context_lines_before, context_lines_after)
    }
}

impl SourceCode for SourceFileLines {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // The text is a few lines: miette's own reader does.
        let inner = self.text.read_span(span, context_lines_before, context_lines_after)?;
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            self.first_line + inner.line(),
            inner.column(),
            inner.line_count(),
        )))
    }
}

fn last_byte(span: Span) -> u32 {
    if span.is_empty() { span.start } else { span.end - 1 }
}

/// The span, or its first line when it covers very many.
fn shortened(file: &SourceFile, span: Span) -> Span {
    let (first, last) = (file.line_of(span.start), file.line_of(last_byte(span)));
    if last - first < TALL { span } else { Span { start: span.start, end: file.line_span(first).end.max(span.start) } }
}

/// Copies lines, replacing what steers a terminal, and keeps track of where the ends of spans come to stand.
struct Copy {
    out: String,
    marks: Vec<(u32, usize)>,
    next: usize,
    placed: Vec<usize>,
}

impl Copy {
    fn new(spans: &[Span]) -> Self {
        let ends = spans.iter().enumerate().flat_map(|(i, s)| [(s.start, 2 * i), (s.end, 2 * i + 1)]);
        let mut marks: Vec<(u32, usize)> = ends.collect();
        marks.sort_unstable();
        Self { out: String::new(), marks, next: 0, placed: vec![0; spans.len() * 2] }
    }

    fn line(&mut self, file: &SourceFile, line: Span, spans: &[Span]) {
        let text = file.slice(line);
        let window = window(text, line, spans);
        if window.start > 0 {
            self.out.push('…');
        }
        for (at, c) in text.char_indices() {
            if !window.contains(&at) {
                continue;
            }
            self.place(line.start + u32::try_from(at).unwrap_or(u32::MAX));
            match c {
                '\t' => self.out.push('\t'),
                '\u{feff}' => {}
                c if steers(c) => self.out.push('\u{fffd}'),
                c => self.out.push(c),
            }
        }
        if window.end < text.len() {
            self.place(line.start + u32::try_from(window.end).unwrap_or(u32::MAX));
            self.out.push('…');
        }
        self.place(line.end);
        self.out.push('\n');
    }

    /// Every mark up to that offset of the file stands where the copy ends now.
    fn place(&mut self, offset: u32) {
        while let Some((at, which)) = self.marks.get(self.next)
            && *at <= offset
        {
            if let Some(slot) = self.placed.get_mut(*which) {
                *slot = self.out.len();
            }
            self.next += 1;
        }
    }

    fn moved(&mut self) -> Vec<Span> {
        self.place(u32::MAX);
        self.placed.chunks_exact(2).map(|ends| Span::new(ends[0], ends[1].max(ends[0]))).collect()
    }
}

/// The bytes of a line that are shown.
fn window(text: &str, line: Span, spans: &[Span]) -> std::ops::Range<usize> {
    if text.len() <= LONG {
        return 0..text.len();
    }
    let in_line = spans.iter().filter(|s| s.start < line.end && s.end > line.start || s.start == line.start);
    let start = in_line.map(|s| s.start.saturating_sub(line.start) as usize).min().unwrap_or(0);
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let from = boundary(start.saturating_sub(BEFORE).min(text.len()));
    from..boundary((from + LONG).min(text.len()))
}
