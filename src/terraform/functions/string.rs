//! Functions of strings that work on what is known of them.

use super::{
    call::{Call, Outcome, Stop, all_known, argument, check_elements, check_text},
    ends::{Found, cut_ends, decided},
    table::{Function, NUMBER, Param, STRING, STRINGS},
    texts::{Segment, flat, hole, made, may_hold, of_value, plain, rewritten, segments, whole},
};
use crate::{
    terraform::{convert::is_unordered, equality::is_many},
    value::{Kind, ListKind, Part, Text, Unknown, Value},
};

const SEPARATED: Param = STRINGS.unknown();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("indent", &[NUMBER, STRING], indent),
    Function::new("join", &[STRING], join).variadic(SEPARATED),
    Function::new("lower", &[STRING], |c| mapped(c, |t| t.chars().map(to_lower).collect(), |_| false)),
    Function::new("split", &[STRING, STRING], split),
    Function::new("strcontains", &[STRING, STRING], strcontains),
    Function::new("strrev", &[STRING], strrev),
    Function::new("substr", &[STRING, NUMBER, NUMBER], substr),
    Function::new("title", &[STRING], title),
    Function::new("upper", &[STRING], |c| mapped(c, |t| t.chars().map(to_upper).collect(), |p| may_hold(p, "a"))),
];

/// The value of an argument's text after it was changed.
pub(super) fn changed(c: &Call<'_>, index: usize, parts: Vec<Part>) -> Outcome {
    let text = Text::new(parts);
    check_text(text.known_len())?;
    Ok(Value::new(Kind::String(text), c.arg(index)?.origin.clone()))
}

/// Go maps one character to one character.
fn to_lower(c: char) -> char {
    let mut mapped = c.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ if c == 'İ' => 'i',
        _ => c,
    }
}

fn to_upper(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// The text with what is known of it changed; symbols that the change may change too become holes.
pub(super) fn mapped(c: &Call<'_>, change: fn(&str) -> String, changes: fn(&Part) -> bool) -> Outcome {
    let text = flat(c.text(0)?)?;
    let parts = text.parts().iter().map(|p| match p {
        Part::Known { text, .. } => rewritten(p, change(text)),
        Part::Symbol(..) if !changes(p) => p.clone(),
        other => hole(other),
    });
    changed(c, 0, parts.collect())
}

fn title(c: &Call<'_>) -> Outcome {
    let text = flat(c.text(0)?)?;
    let mut parts = Vec::new();
    let mut before = Some(' ');
    for part in text.parts() {
        let Part::Known { text, .. } = part else {
            parts.push(hole(part));
            before = None;
            continue;
        };
        let mut out = String::with_capacity(text.len());
        for ch in text.chars() {
            match before {
                Some(b) if is_separator(b) => out.push(to_upper(ch)),
                Some(_) => out.push(ch),
                // Whether the hole ends in a letter decides how this one is written.
                None if !ch.is_alphabetic() => out.push(ch),
                None => return Err(unknown_of(part_before(&parts))),
            }
            before = Some(ch);
        }
        parts.push(rewritten(part, out));
    }
    changed(c, 0, parts)
}

fn part_before(parts: &[Part]) -> Option<&Part> {
    parts.iter().rev().find(|p| matches!(p, Part::Hole(..)))
}

pub(super) fn unknown_of(part: Option<&Part>) -> Stop {
    match part.map(hole) {
        Some(Part::Hole(unknown, _)) => Stop::Unknown(unknown),
        _ => Stop::Fail("the text is not known".to_owned()),
    }
}

fn is_separator(c: char) -> bool {
    if c.is_ascii() { !(c.is_ascii_alphanumeric() || c == '_') } else { !c.is_alphanumeric() && c.is_whitespace() }
}

fn strcontains(c: &Call<'_>) -> Outcome {
    let (text, wanted) = (flat(c.text(0)?)?, c.str(1)?);
    let segments = segments(&text);
    let held = segments.iter().any(|s| matches!(s, Segment::Known(run) if run.text.contains(&*wanted)));
    let open = segments.iter().any(|s| matches!(s, Segment::Open(_)));
    decided(
        c,
        &text,
        if held || wanted.is_empty() {
            Found::Yes
        } else if open {
            Found::Perhaps
        } else {
            Found::No
        },
    )
}

fn indent(c: &Call<'_>) -> Outcome {
    let (spaces, text) = (c.int(0)?, flat(c.text(1)?)?);
    let Ok(spaces) = usize::try_from(spaces) else { return argument(0, "the number of spaces must not be negative") };
    check_text(spaces)?;
    let lines: usize = text
        .parts()
        .iter()
        .map(|p| if let Part::Known { text, .. } = p { text.matches('\n').count() } else { 0 })
        .sum();
    check_text(lines.saturating_mul(spaces))?;
    let replacement = format!("\n{}", " ".repeat(spaces));
    let parts = text.parts().iter().map(|p| match p {
        Part::Known { text, .. } if text.contains('\n') => rewritten(p, text.replace('\n', &replacement)),
        Part::Known { .. } | Part::Symbol(..) => p.clone(),
        other => hole(other),
    });
    changed(c, 1, parts.collect())
}

fn join(c: &Call<'_>) -> Outcome {
    let separator = flat(c.text(0)?)?;
    if c.args.len() < 2 {
        return argument(1, "at least one list is required");
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut bytes = 0;
    let mut separate = false;
    let width = separator.known_len();
    for index in 1..c.args.len() {
        let list = c.arg(index)?;
        if is_unordered(list) {
            all_known(list)?;
        }
        let items: Vec<Value> = match (&list.kind, list.items()) {
            (Kind::Unknown(u), _) => vec![Value::unknown(plain(u).many(), list.origin.clone())],
            (_, Some(items)) => items.collect(),
            _ => return argument(index, "a list of strings is required"),
        };
        for (i, item) in items.iter().enumerate() {
            let Some(text) = of_value(item) else {
                return argument(index, format!("element {i} is null; null values cannot be joined"));
            };
            // Any number of items brings its own separators, so that there is none before it.
            let many = is_many(item);
            if separate && !many {
                parts.extend(separator.parts().iter().cloned());
                bytes += width;
            }
            bytes += text.known_len();
            check_text(bytes)?;
            check_elements(parts.len())?;
            parts.extend(text.parts().iter().cloned());
            separate |= !many;
        }
    }
    let origin = c.from(1);
    Ok(Value::new(Kind::String(Text::new(parts)), origin))
}

fn split(c: &Call<'_>) -> Outcome {
    let (separator, text) = (c.str(0)?, flat(c.text(1)?)?);
    let origin = &c.arg(1)?.origin;
    if separator.is_empty() {
        let Some(run) = whole(&text) else { return decided(c, &text, Found::Perhaps) };
        check_elements(run.text.len())?;
        let items = run.text.char_indices().map(|(at, ch)| {
            let piece = run.piece(at..at + ch.len_utf8());
            let origin = piece.origin().unwrap_or_else(|| origin.clone());
            Value::new(Kind::String(piece), origin)
        });
        return c.list(ListKind::List, items.collect());
    }
    let mut items: Vec<Value> = Vec::new();
    let mut current: Vec<Part> = Vec::new();
    let mut open: Option<Unknown> = None;
    let mut finish = |current: &mut Vec<Part>, open: &mut Option<Unknown>| {
        let piece = Text::new(std::mem::take(current));
        let origin = piece.origin().unwrap_or_else(|| origin.clone());
        items.push(match open.take() {
            // The hole may hold separators, so that there may be more items than one.
            Some(unknown) => Value::unknown(plain(&unknown).many(), origin),
            None => Value::new(Kind::String(piece), origin),
        });
    };
    for segment in segments(&text) {
        match segment {
            Segment::Known(run) => {
                check_elements(run.text.matches(&*separator).count())?;
                let mut start = 0;
                for (at, _) in run.text.match_indices(&*separator) {
                    if start < at {
                        run.slice(start..at, &mut current);
                    }
                    finish(&mut current, &mut open);
                    start = at + separator.len();
                }
                if start < run.text.len() {
                    run.slice(start..run.text.len(), &mut current);
                }
            }
            Segment::Open(part) => {
                current.push(part.clone());
                if let Part::Hole(unknown, _) = part
                    && may_hold(part, &separator)
                {
                    open.get_or_insert_with(|| (**unknown).clone());
                }
            }
        }
    }
    finish(&mut current, &mut open);
    c.list(ListKind::List, items)
}

fn strrev(c: &Call<'_>) -> Outcome {
    let text = c.str(0)?;
    c.made(clusters(&text).into_iter().rev().collect::<String>(), 0)
}

/// The characters as people count them, as far as combining marks and joiners tell.
pub(super) fn clusters(text: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = Vec::new();
    let mut previous = None;
    for (at, c) in text.char_indices() {
        let extends = matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{20d0}'..='\u{20ff}')
            || previous == Some('\u{200d}')
            || (c == '\n' && previous == Some('\r'));
        if !extends || at == 0 {
            starts.push(at);
        }
        previous = Some(c);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(s, e)| text.get(*s..e).unwrap_or("")).collect()
}

fn substr(c: &Call<'_>) -> Outcome {
    let (text, offset, length) = (flat(c.text(0)?)?, c.int(1)?, c.int(2)?);
    // Any negative length is the rest, and so is 0 when counted from the end.
    let length = if offset < 0 && length == 0 { -1 } else { length };
    let segments = segments(&text);
    let Some(run) = whole(&text) else {
        // Within the known text at the front the rest does not matter.
        if let (Some(Segment::Known(run)), Ok(from)) = (segments.first(), usize::try_from(offset)) {
            let pieces = clusters(&run.text);
            let byte = |n: usize| pieces.iter().take(n).map(|p| p.len()).sum::<usize>();
            match usize::try_from(length) {
                // The last character may go on in what is open.
                Ok(count) if from.saturating_add(count) < pieces.len() => {
                    let mut parts = Vec::new();
                    run.slice(byte(from)..byte(from + count), &mut parts);
                    return changed(c, 0, parts);
                }
                Err(_) if from <= pieces.len() => return cut_ends(c, &segments, byte(from), 0),
                _ => {}
            }
        }
        return decided(c, &text, Found::Perhaps);
    };
    let pieces = clusters(&run.text);
    let count = i128::try_from(pieces.len()).unwrap_or(i128::MAX);
    let from = if offset < 0 { (count + offset).max(0) } else { offset.min(count) };
    let to = if length < 0 { count } else { from.saturating_add(length).min(count) };
    let byte = |n: i128| pieces.iter().take(usize::try_from(n).unwrap_or(0)).map(|p| p.len()).sum::<usize>();
    let (start, end) = (byte(from), byte(to));
    let parts =
        if start < end { run.piece(start..end).parts().to_vec() } else { vec![made("", c.arg(0)?.origin.clone())] };
    changed(c, 0, parts)
}
