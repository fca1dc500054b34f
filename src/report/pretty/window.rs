use crate::{report::text::steers, source::Span};

/// Bytes of a line before and after its first label that are looked at; no terminal shows more.
const LOOK: usize = 2_000;
/// Columns that a label's text gets at least where the line can be moved.
const ROOM_OF_LABEL: usize = 22;
/// Columns that miette draws between the middle of an underline and the label's text.
const ARM: usize = 4;
/// Columns after a mark that are shown where the line can be moved.
const AFTER: usize = 12;
/// Columns of a tab stop.
const TAB: usize = 4;

/// A label as far as it lies in one line: offsets in the file, and the length of its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub span: Span,
    pub text: usize,
}

/// What is shown of a line.
pub(super) struct Window {
    /// Each shown character with the offset in the file that it stands for, in order.
    pub chars: Vec<(u32, char)>,
    /// The offset that the window ends at.
    pub end: u32,
    /// Whether something is left out before it.
    pub cut_left: bool,
    /// Whether something is left out after it.
    pub cut_right: bool,
    /// Where the text of each mark may begin, in columns from the line's start.
    pub arms: Vec<usize>,
}

impl Window {
    /// The part of a line that fits into `room` columns and has the marks with their texts, from its start if possible.
    pub(super) fn new(text: &str, line: Span, marks: &[Mark], room: usize) -> Self {
        let first = marks.first().map_or(0, |m| m.span.start.saturating_sub(line.start) as usize);
        let (from, to) = (boundary(text, first.saturating_sub(LOOK)), boundary(text, first + LOOK));
        let mut chars = Vec::new();
        for (at, c) in text.get(from..to).unwrap_or_default().char_indices() {
            let offset = line.start + u32::try_from(from + at).unwrap_or(u32::MAX);
            match c {
                '\u{feff}' => {}
                '\t' => {
                    let stop = TAB - chars.len() % TAB;
                    chars.extend(std::iter::repeat_n((offset, ' '), stop));
                }
                c if steers(c) => chars.push((offset, '\u{fffd}')),
                c => chars.push((offset, c)),
            }
        }
        let end = line.start + u32::try_from(to).unwrap_or(u32::MAX);
        let column = |offset: u32| chars.partition_point(|(at, _)| *at < offset);
        let (mut skip, mut cut_left) = (0, from > 0);
        // A column of its own for the sign that something is left out on the right.
        let room = room.max(2);
        for mark in marks {
            let (start, stop) = (column(mark.span.start), column(mark.span.end));
            let stop = stop.clamp(start, start + room - 2);
            let text_end = if mark.text == 0 { stop } else { middle(start, stop) + ARM + mark.text.min(ROOM_OF_LABEL) };
            let need = (text_end + 1).max((stop + AFTER).min(chars.len()) + 1).saturating_sub(room);
            skip = skip.max(need.min(start));
        }
        if skip > 0 || cut_left {
            // The sign takes a column itself, but never the first mark's first one.
            let most = marks.first().map_or(chars.len(), |m| column(m.span.start));
            cut_left = true;
            skip = (skip + 1).min(most);
        }
        let lead = usize::from(cut_left);
        let fits = chars.len() - skip + lead <= room && to == text.len();
        let shown = if fits { chars.len() } else { (skip + room - 1 - lead).min(chars.len()) };
        let arms = marks.iter().map(|m| {
            let (start, stop) = (column(m.span.start), column(m.span.end));
            let seen = |c: usize| c.clamp(skip, shown.max(skip)) - skip + lead;
            middle(seen(start), seen(stop)) + ARM
        });
        let arms = arms.collect();
        let end = chars.get(shown).map_or(end, |(at, _)| *at);
        chars.truncate(shown);
        chars.drain(..skip.min(chars.len()));
        Self { chars, end, cut_left, cut_right: !fits, arms }
    }
}

fn middle(start: usize, stop: usize) -> usize {
    start.midpoint(stop.max(start + 1))
}

/// The nearest boundary of a character at or below an offset.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
