use miette::{LabeledSpan, MietteError, SourceCode, SourceSpan, SpanContents};

use super::window::{Mark, Window};
use crate::{
    report::{printable, wrap::wrap},
    source::{SourceFile, Span},
};

/// A span over more lines than this is shown by its first line.
const TALL: usize = 12;
/// Places this many lines apart share one snippet.
pub(super) const NEAR: usize = 6;
/// Columns of the frame besides the line number.
const FRAME: usize = 4;
/// Columns of the bracket before lines when a label goes over several of them.
const BRACKET: usize = 4;
/// The fewest columns that a label's text is broken to.
const NARROWEST_LABEL: usize = 16;

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
    /// Where labels begin in `text`, and their columns in the file, from 0.
    columns: Vec<(usize, usize)>,
}

/// Whether two places of a file stand near enough for one snippet.
pub(super) fn near(file: &SourceFile, a: Span, b: Span) -> bool {
    file.line_of(a.start).abs_diff(file.line_of(b.start)) <= NEAR
}

impl Snippet {
    /// The lines around the labels, one more before and after, in that many columns. The first label is the primary
    /// one.
    pub(super) fn new(file: &SourceFile, labels: &[(Span, &str)], width: usize) -> Self {
        let spans: Vec<Span> = labels.iter().map(|(span, _)| shortened(file, *span)).collect();
        let first = spans.iter().map(|s| file.line_of(s.start)).min().unwrap_or(0).saturating_sub(1);
        let last = spans.iter().map(|s| file.line_of(last_byte(*s))).max().unwrap_or(0) + 1;
        let last = last_line(file, last);
        let tall = |s: &Span| file.line_of(s.start) != file.line_of(last_byte(*s));
        let bracket = if spans.iter().any(tall) { BRACKET } else { 0 };
        let room = width.saturating_sub((last + 1).to_string().len() + FRAME + bracket);

        let mut texts: Vec<String> = labels.iter().map(|(_, text)| printable(text).into_owned()).collect();
        let mut copy = Copy::new(&spans);
        for number in first..=last {
            let line = file.line_span(number);
            let here: Vec<usize> =
                (0..spans.len()).filter(|i| spans.get(*i).is_some_and(|s| touches(*s, line))).collect();
            let marks: Vec<Mark> = here
                .iter()
                .filter_map(|i| Some(Mark { span: *spans.get(*i)?, text: texts.get(*i)?.chars().count() }))
                .collect();
            let window = Window::new(file.slice(line), line, &marks, room);
            for (i, arm) in here.iter().zip(&window.arms) {
                if let (Some(text), Some(span)) = (texts.get_mut(*i), spans.get(*i)) {
                    let arm = if tall(span) { 2 } else { *arm };
                    *text = wrap(text, room.saturating_sub(arm).max(NARROWEST_LABEL));
                }
            }
            copy.line(&window, line);
        }
        let moved = copy.moved();
        let columns = moved.iter().zip(&spans).map(|(m, s)| (m.start as usize, file.position(s.start).column - 1));
        let name = printable(file.name()).into_owned();
        let columns = columns.collect();
        let shown = SourceFileLines { name, text: copy.out, first_line: first, columns };
        // A further label of a line that had to be cut may lie outside of what is left of it.
        let seen = |i: usize, m: &Span| i == 0 || !m.is_empty() || spans.get(i).is_some_and(|s| s.is_empty());
        let labels = moved.into_iter().zip(texts).enumerate().filter(|(i, (m, _))| seen(*i, m)).map(|(_, l)| l);
        Self { labels: labels.collect(), shown }
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
        // Without context it is asked for the place that the header names: that is one of the file, not of the window.
        let in_file = self.columns.iter().find(|(start, _)| context_lines_before == 0 && *start == span.offset());
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            self.first_line + inner.line(),
            in_file.map_or(inner.column(), |(_, column)| *column),
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

/// The line, or the one before when it is the empty one after the file's last line break.
fn last_line(file: &SourceFile, line: usize) -> usize {
    let end = file.line_starts().len().saturating_sub(1);
    let line = line.min(end);
    if line == end && line > 0 && file.line_span(line).is_empty() { line - 1 } else { line }
}

fn touches(span: Span, line: Span) -> bool {
    span.start < line.end && span.end > line.start || (line.start..=line.end).contains(&span.start)
}

/// Copies lines and keeps track of where the ends of spans come to stand.
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

    fn line(&mut self, window: &Window, line: Span) {
        if window.cut_left {
            self.out.push('…');
        }
        for (at, c) in &window.chars {
            self.place(*at);
            self.out.push(*c);
        }
        self.place(window.end);
        if window.cut_right {
            // What ends further on ends here.
            self.place(line.end);
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
