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
    Function::new("endswith", &[STRING, STRING], |c| has_affix(c, End::Back)),
    Function::new("startswith", &[STRING, STRING], |c| has_affix(c, End::Front)),
    Function::new("trim", &[STRING, STRING], trim),
    Function::new("trimprefix", &[STRING, STRING], |c| trim_affix(c, End::Front)),
    Function::new("trimspace", &[STRING], |c| trimmed(c, &char::is_whitespace)),
    Function::new("trimsuffix", &[STRING, STRING], |c| trim_affix(c, End::Back)),
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
                // A hole may be empty, so that trimming goes on behind it; and what goes away there it may hold as
                // well.
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

/// An end of a text.
#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

/// Whether a text has an affix at an end.
fn meets(segments: &[Segment<'_>], affix: &str, end: End) -> Found {
    let has = |text: &str, affix: &str| match end {
        End::Front => text.starts_with(affix),
        End::Back => text.ends_with(affix),
    };
    let (segment, outermost) = match end {
        End::Front => (segments.first(), affix.chars().next()),
        End::Back => (segments.last(), affix.chars().next_back()),
    };
    match segment {
        _ if affix.is_empty() => Found::Yes,
        None => Found::No,
        Some(Segment::Known(run)) if has(&run.text, affix) => Found::Yes,
        Some(Segment::Known(run)) if segments.len() > 1 && has(affix, &run.text) => Found::Perhaps,
        Some(Segment::Known(_)) => Found::No,
        Some(Segment::Open(part)) => match outermost {
            Some(c) if !may_hold(part, c.encode_utf8(&mut [0; 4])) => Found::No,
            _ => Found::Perhaps,
        },
    }
}

pub(super) fn decided(c: &Call<'_>, text: &Text, found: Found) -> Outcome {
    match found {
        Found::Yes => c.bool(true, 0),
        Found::No => c.bool(false, 0),
        Found::Perhaps => Err(unknown_of(text.first_open())),
    }
}

fn has_affix(c: &Call<'_>, end: End) -> Outcome {
    let (text, affix) = (flat(c.text(0)?)?, c.str(1)?);
    decided(c, &text, meets(&segments(&text), &affix, end))
}

fn trim_affix(c: &Call<'_>, end: End) -> Outcome {
    let (text, affix) = (flat(c.text(0)?)?, c.str(1)?);
    let segments = segments(&text);
    let (front, back, segment, outermost) = match end {
        End::Front => (affix.len(), 0, segments.first(), 0),
        End::Back => (0, affix.len(), segments.last(), text.parts().len().saturating_sub(1)),
    };
    match (meets(&segments, &affix, end), segment) {
        (Found::Yes, _) => cut_ends(c, &segments, front, back),
        (Found::No, _) => changed(c, 0, text.parts().to_vec()),
        // What is open at that end may lose the affix, and is open afterwards as well.
        (Found::Perhaps, Some(Segment::Open(Part::Hole(..)))) => {
            let parts = text.parts().iter().enumerate();
            changed(c, 0, parts.map(|(i, p)| if i == outermost { hole(p) } else { p.clone() }).collect())
        }
        (Found::Perhaps, _) => decided(c, &text, Found::Perhaps),
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
