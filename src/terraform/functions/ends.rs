//! Functions that look at the ends of strings.

use super::{
    call::{Call, Outcome},
    string::{changed, unknown_of},
    table::{Function, STRING},
    texts::{Segment, flat, hole, may_hold, segments},
};
use crate::value::{Part, Text};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("chomp", &[STRING], chomp),
    Function::new("endswith", &[STRING, STRING], endswith),
    Function::new("startswith", &[STRING, STRING], startswith),
    Function::new("trim", &[STRING, STRING], trim),
    Function::new("trimprefix", &[STRING, STRING], trimprefix),
    Function::new("trimspace", &[STRING], |c| trimmed(c, &char::is_whitespace)),
    Function::new("trimsuffix", &[STRING, STRING], trimsuffix),
];

fn chomp(c: &Call<'_>) -> Outcome {
    trim_with(c, |_| 0, |t| t.len() - t.trim_end_matches(['\r', '\n']).len())
}

fn trimmed(c: &Call<'_>, drop: &dyn Fn(char) -> bool) -> Outcome {
    trim_with(c, |t| t.len() - t.trim_start_matches(drop).len(), |t| t.len() - t.trim_end_matches(drop).len())
}

fn trim(c: &Call<'_>) -> Outcome {
    let set = c.str(1)?;
    trimmed(c, &|ch| set.contains(ch))
}

/// Takes away what `front` and `back` count in bytes at the two ends. What is open stays open.
fn trim_with(c: &Call<'_>, front: impl Fn(&str) -> usize, back: impl Fn(&str) -> usize) -> Outcome {
    let text = flat(c.text(0)?)?;
    let segments = segments(&text);
    let mut parts = Vec::new();
    let last = segments.len().saturating_sub(1);
    // Past an end that goes away as a whole, or that is open, the next segment is at the end as well.
    let gone = |segment: &Segment<'_>, count: &dyn Fn(&str) -> usize| match segment {
        Segment::Known(run) => count(&run.text) == run.text.len(),
        Segment::Open(part) => matches!(part, Part::Hole(..)),
    };
    let at_front = segments.iter().take_while(|s| gone(s, &front)).count();
    let at_back = segments.iter().rev().take_while(|s| gone(s, &back)).count();
    for (i, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Known(run) => {
                // A hole may be empty, so that trimming goes on behind it; and what goes away there it may hold as well.
                let start = if i <= at_front { front(&run.text) } else { 0 };
                let end = run.text.len() - if last - i <= at_back { back(&run.text) } else { 0 };
                if start < end {
                    run.slice(start..end, &mut parts);
                }
            }
            Segment::Open(part @ Part::Hole(..)) if i == 0 || i == last => parts.push(hole(part)),
            Segment::Open(part) => parts.push((*part).clone()),
        }
    }
    changed(c, 0, parts)
}

pub(super) enum Found {
    Yes,
    No,
    Perhaps,
}

/// Whether the text begins with that prefix.
fn begins(segments: &[Segment<'_>], prefix: &str) -> Found {
    match segments.first() {
        _ if prefix.is_empty() => Found::Yes,
        None => Found::No,
        Some(Segment::Known(run)) if run.text.starts_with(prefix) => Found::Yes,
        Some(Segment::Known(run)) if segments.len() > 1 && prefix.starts_with(&*run.text) => Found::Perhaps,
        Some(Segment::Known(_)) => Found::No,
        Some(Segment::Open(part)) => match prefix.chars().next() {
            Some(c) if !may_hold(part, c.encode_utf8(&mut [0; 4])) => Found::No,
            _ => Found::Perhaps,
        },
    }
}

fn ends(segments: &[Segment<'_>], suffix: &str) -> Found {
    match segments.last() {
        _ if suffix.is_empty() => Found::Yes,
        None => Found::No,
        Some(Segment::Known(run)) if run.text.ends_with(suffix) => Found::Yes,
        Some(Segment::Known(run)) if segments.len() > 1 && suffix.ends_with(&*run.text) => Found::Perhaps,
        Some(Segment::Known(_)) => Found::No,
        Some(Segment::Open(part)) => match suffix.chars().next_back() {
            Some(c) if !may_hold(part, c.encode_utf8(&mut [0; 4])) => Found::No,
            _ => Found::Perhaps,
        },
    }
}

pub(super) fn decided(c: &Call<'_>, text: &Text, found: Found) -> Outcome {
    match found {
        Found::Yes => c.bool(true, 0),
        Found::No => c.bool(false, 0),
        Found::Perhaps => Err(unknown_of(text.parts().iter().find(|p| !matches!(p, Part::Known { .. })))),
    }
}

fn startswith(c: &Call<'_>) -> Outcome {
    let (text, prefix) = (flat(c.text(0)?)?, c.str(1)?);
    decided(c, &text, begins(&segments(&text), &prefix))
}

fn endswith(c: &Call<'_>) -> Outcome {
    let (text, suffix) = (flat(c.text(0)?)?, c.str(1)?);
    decided(c, &text, ends(&segments(&text), &suffix))
}

fn trimprefix(c: &Call<'_>) -> Outcome {
    let (text, prefix) = (flat(c.text(0)?)?, c.str(1)?);
    let segments = segments(&text);
    match begins(&segments, &prefix) {
        Found::Yes => cut_ends(c, &segments, prefix.len(), 0),
        Found::No => changed(c, 0, text.parts().to_vec()),
        Found::Perhaps => match segments.first() {
            // What is open at the front may lose the prefix, and is open afterwards as well.
            Some(Segment::Open(Part::Hole(..))) => {
                let parts = text.parts().iter().enumerate().map(|(i, p)| if i == 0 { hole(p) } else { p.clone() });
                changed(c, 0, parts.collect())
            }
            _ => decided(c, &text, Found::Perhaps),
        },
    }
}

fn trimsuffix(c: &Call<'_>) -> Outcome {
    let (text, suffix) = (flat(c.text(0)?)?, c.str(1)?);
    let segments = segments(&text);
    match ends(&segments, &suffix) {
        Found::Yes => cut_ends(c, &segments, 0, suffix.len()),
        Found::No => changed(c, 0, text.parts().to_vec()),
        Found::Perhaps => match segments.last() {
            Some(Segment::Open(Part::Hole(..))) => {
                let last = text.parts().len().saturating_sub(1);
                let parts = text.parts().iter().enumerate().map(|(i, p)| if i == last { hole(p) } else { p.clone() });
                changed(c, 0, parts.collect())
            }
            _ => decided(c, &text, Found::Perhaps),
        },
    }
}

pub(super) fn cut_ends(c: &Call<'_>, segments: &[Segment<'_>], front: usize, back: usize) -> Outcome {
    let mut parts = Vec::new();
    let last = segments.len().saturating_sub(1);
    for (i, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Known(run) => {
                let start = if i == 0 { front } else { 0 };
                let end = run.text.len() - if i == last { back } else { 0 };
                if start < end {
                    run.slice(start..end, &mut parts);
                }
            }
            Segment::Open(part) => parts.push((*part).clone()),
        }
    }
    changed(c, 0, parts)
}
