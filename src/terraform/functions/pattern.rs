//! `regex`, `regexall` and `replace`, with the meaning that Go's regular expressions have.

use std::sync::Arc;

use regex::{Captures, Regex, RegexBuilder};

use super::{
    call::{Call, Outcome, Stop, argument, check_elements, check_text, fail, known},
    table::{Function, STRING},
    texts::{Run, Segment, flat, hole, made, may_hold, segments, whole},
};
use crate::value::{Entry, Kind, ListKind, ObjectKind, Origin, Part, Text, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("regex", &[STRING, STRING], regex),
    Function::new("regexall", &[STRING, STRING], regexall),
    Function::new("replace", &[STRING, STRING, STRING], replace),
];

/// Compiled expressions take at most so many bytes.
const MOST_COMPILED: usize = 2 * 1024 * 1024;

fn compile(pattern: &str) -> Result<Regex, Stop> {
    let bad = |why: String| Stop::Fail(format!("`{pattern}` is no regular expression that is understood: {why}"));
    let translated = from_go(pattern).map_err(|why| bad(why.to_owned()))?;
    RegexBuilder::new(&translated)
        .size_limit(MOST_COMPILED)
        .dfa_size_limit(MOST_COMPILED)
        .nest_limit(100)
        .build()
        .map_err(|e| bad(last_line(&e)))
}

fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// The expression with the same meaning here: in Go the classes of a backslash are ASCII, a brace that repeats nothing
/// is itself, and brackets have no set operations inside.
fn from_go(pattern: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut in_class = false;
    // After a repetition only a `?` may follow, which makes it lazy.
    let (mut repeated, mut lazy) = (false, false);
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let repeats_now = !in_class && (matches!(c, '*' | '+' | '?') || (c == '{' && repeats(rest)));
        if repeats_now && repeated && (lazy || c != '?') {
            return Err("a repetition is repeated");
        }
        lazy = repeats_now && repeated;
        repeated = repeats_now || (repeated && !in_class && in_braces(&out));
        match c {
            '\\' => {
                let Some(escaped) = rest.chars().next() else {
                    out.push('\\');
                    break;
                };
                rest = &rest[escaped.len_utf8()..];
                if escaped == 'Q' {
                    let end = rest.find("\\E").unwrap_or(rest.len());
                    out.push_str(&regex::escape(&rest[..end]));
                    rest = rest[end..].strip_prefix("\\E").unwrap_or("");
                    continue;
                }
                match (escaped, in_class) {
                    ('d', false) => out.push_str("[0-9]"),
                    ('d', true) => out.push_str("0-9"),
                    ('D', _) => out.push_str("[^0-9]"),
                    ('s', false) => out.push_str("[\\t\\n\\f\\r ]"),
                    ('s', true) => out.push_str("\\t\\n\\f\\r "),
                    ('S', _) => out.push_str("[^\\t\\n\\f\\r ]"),
                    ('w', false) => out.push_str("[0-9A-Za-z_]"),
                    ('w', true) => out.push_str("0-9A-Za-z_"),
                    ('W', _) => out.push_str("[^0-9A-Za-z_]"),
                    ('b', false) => out.push_str("(?-u:\\b)"),
                    ('B', false) => out.push_str("(?-u:\\B)"),
                    ('<' | '>', _) => out.push(escaped),
                    _ => {
                        out.push('\\');
                        out.push(escaped);
                    }
                }
            }
            '[' if in_class => {
                let named = rest.starts_with(':').then(|| rest.find(":]")).flatten();
                if let Some(end) = named {
                    out.push('[');
                    out.push_str(&rest[..end + 2]);
                    rest = &rest[end + 2..];
                } else {
                    out.push_str("\\[");
                }
            }
            '[' => {
                in_class = true;
                out.push('[');
                if let Some(after) = rest.strip_prefix('^') {
                    out.push('^');
                    rest = after;
                }
                if let Some(after) = rest.strip_prefix(']') {
                    out.push_str("\\]");
                    rest = after;
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(c);
            }
            '-' if in_class && rest.starts_with('-') => {
                out.push_str("-\\-");
                rest = &rest[1..];
            }
            '{' if !in_class && !repeats(rest) => out.push_str("\\{"),
            _ => out.push(c),
        }
    }
    Ok(out)
}

/// Whether what was written ends inside the braces of a repetition.
fn in_braces(written: &str) -> bool {
    let digits = written.trim_end_matches(|c: char| c.is_ascii_digit() || c == ',');
    digits.ends_with('{') && !digits.ends_with("\\{")
}

/// Whether a brace that stands before this text begins a repetition.
fn repeats(rest: &str) -> bool {
    let digits = |t: &str| t.len() - t.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let least = digits(rest);
    if least == 0 {
        return false;
    }
    let rest = &rest[least..];
    let rest = match rest.strip_prefix(',') {
        Some(after) => &after[digits(after)..],
        None => rest,
    };
    rest.starts_with('}')
}

/// What a match gives: its text, a tuple of its groups, or an object of its named groups.
fn captured(found: &Captures<'_>, regex: &Regex, run: &Run<'_>, origin: &Origin) -> Outcome {
    let piece = |group: usize| match found.get(group) {
        Some(m) => {
            let text = if m.is_empty() { Text::one(made("", origin.clone())) } else { run.piece(m.range()) };
            let origin = text.origin().unwrap_or_else(|| origin.clone());
            Value::new(Kind::String(text), origin)
        }
        None => Value::new(Kind::Null, origin.clone()),
    };
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    if names.is_empty() {
        return Ok(piece(0));
    }
    if names.iter().all(Option::is_none) {
        let items = (1..=names.len()).map(piece).collect();
        return Ok(Value::list(ListKind::Tuple, items, origin.at));
    }
    let mut entries: Vec<Entry> = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let name: Arc<str> = name.unwrap_or_default().into();
        entries.push(Entry { key: Text::known(name, origin.clone()), key_origin: origin.clone(), value: piece(i + 1) });
    }
    Ok(Value::object(ObjectKind::Object, entries, origin.at))
}

/// The expression of a call, whose groups must all have names, or none.
fn given(c: &Call<'_>) -> Result<Regex, Stop> {
    let regex = compile(&c.str(0)?)?;
    let named = regex.capture_names().skip(1).flatten().count();
    if named > 0 && named + 1 < regex.captures_len() {
        return argument(0, "named and unnamed groups cannot be mixed");
    }
    Ok(regex)
}

fn regex(c: &Call<'_>) -> Outcome {
    let (regex, text) = (given(c)?, flat(c.text(1)?)?);
    let Some(run) = whole(&text) else { return Err(open(&text)) };
    match regex.captures(&run.text) {
        Some(found) => captured(&found, &regex, &run, &c.arg(1)?.origin),
        None => fail("the pattern does not match any part of the string"),
    }
}

fn regexall(c: &Call<'_>) -> Outcome {
    let (regex, text) = (given(c)?, flat(c.text(1)?)?);
    let Some(run) = whole(&text) else { return Err(open(&text)) };
    let mut items = Vec::new();
    for found in regex.captures_iter(&run.text) {
        check_elements(items.len())?;
        items.push(captured(&found, &regex, &run, &c.arg(1)?.origin)?);
    }
    c.list(ListKind::List, items)
}

fn open(text: &Text) -> Stop {
    match known(text) {
        Err(stop) => stop,
        Ok(_) => Stop::Fail("the text is not known".to_owned()),
    }
}

fn replace(c: &Call<'_>) -> Outcome {
    let (text, wanted, new) = (flat(c.text(0)?)?, c.str(1)?, flat(c.text(2)?)?);
    if wanted.is_empty() && whole(&text).is_none() {
        return Ok(Value::new(Kind::String(Text::new(opened(&text))), c.arg(0)?.origin.clone()));
    }
    let parts = match wanted.strip_prefix('/').and_then(|w| w.strip_suffix('/')) {
        Some(pattern) => replace_pattern(&text, pattern, &new)?,
        None => literal(&text, &wanted, &new, Where::Anywhere)?,
    };
    Ok(Value::new(Kind::String(Text::new(parts)), c.arg(0)?.origin.clone()))
}

/// A text of which nothing is known any more, for the reason that its first open part gives.
fn opened(text: &Text) -> Vec<Part> {
    text.first_open().map(hole).into_iter().collect()
}

fn replace_pattern(text: &Text, pattern: &str, new: &Text) -> Result<Vec<Part>, Stop> {
    let Some(run) = whole(text) else {
        // The commonest patterns are plain text behind an anchor; those can be looked for in what is known.
        let plain = new.as_known().is_some_and(|n| !n.contains('$'));
        return match simple(pattern) {
            Some((wanted, place)) if plain && !wanted.is_empty() => literal(text, &wanted, new, place),
            _ => Ok(opened(text)),
        };
    };
    let regex = compile(pattern)?;
    let replacement = known(new)?;
    let simple_new = !replacement.contains('$');
    let mut parts = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for found in regex.captures_iter(&run.text) {
        let Some(whole) = found.get(0) else { continue };
        if start < whole.start() {
            run.slice(start..whole.start(), &mut parts);
        }
        if simple_new {
            parts.extend(new.parts().iter().cloned());
            bytes += replacement.len();
        } else {
            let mut expanded = String::new();
            found.expand(&replacement, &mut expanded);
            bytes += expanded.len();
            let origin = new.origin().or_else(|| text.origin());
            parts.extend(origin.map(|o| made(expanded, o)));
        }
        check_text(bytes)?;
        check_elements(parts.len())?;
        start = whole.end();
    }
    if start < run.text.len() {
        run.slice(start..run.text.len(), &mut parts);
    }
    Ok(parts)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Anywhere,
    Front,
    Back,
}

/// The plain text that a pattern stands for, and where.
fn simple(pattern: &str) -> Option<(String, Where)> {
    let (pattern, place) = match (pattern.strip_prefix('^'), pattern.strip_suffix('$')) {
        (Some(rest), None) => (rest, Where::Front),
        (None, Some(rest)) if !rest.ends_with('\\') => (rest, Where::Back),
        (None, None) => (pattern, Where::Anywhere),
        _ => return None,
    };
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(e) if e.is_ascii_punctuation() => out.push(e),
                _ => return None,
            },
            '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => return None,
            _ => out.push(c),
        }
    }
    Some((out, place))
}

/// Replaces plain text in what is known. What is open stays open.
fn literal(text: &Text, wanted: &str, new: &Text, place: Where) -> Result<Vec<Part>, Stop> {
    let segments = segments(text);
    let last = segments.len().saturating_sub(1);
    let open_at = |i: Option<usize>| match i.and_then(|i| segments.get(i)) {
        Some(Segment::Open(part)) => Some(*part),
        _ => None,
    };
    let mut parts = Vec::new();
    let mut bytes = 0;
    for (i, segment) in segments.iter().enumerate() {
        let run = match segment {
            Segment::Open(part) => {
                parts.push(if may_hold(part, wanted) { hole(part) } else { (*part).clone() });
                continue;
            }
            Segment::Known(run) => run,
        };
        // Text at the edge of a hole may be one half of a match; the hole takes it in. A symbol cannot.
        let (mut from, mut to) = (0, run.text.len());
        for (front, neighbour) in [(true, open_at(i.checked_sub(1))), (false, open_at(Some(i + 1)))] {
            let anchored = place == if front { Where::Front } else { Where::Back };
            let Some(neighbour) = neighbour.filter(|_| !anchored) else { continue };
            let half = half(&run.text, wanted, front, neighbour);
            match neighbour {
                Part::Symbol(..) if half > 0 => return Ok(opened(text)),
                _ if front => from = half,
                _ => to = to.saturating_sub(half).max(from),
            }
        }
        let inner = run.text.get(from..to).unwrap_or("");
        let matches: Vec<usize> = match place {
            Where::Anywhere => inner.match_indices(wanted).map(|(at, _)| at + from).collect(),
            Where::Front if i == 0 && inner.starts_with(wanted) => vec![0],
            Where::Back if i == last && inner.ends_with(wanted) => vec![to - wanted.len()],
            Where::Front | Where::Back => Vec::new(),
        };
        let mut start = from;
        for at in matches {
            if start < at {
                run.slice(start..at, &mut parts);
            }
            for part in new.parts() {
                bytes += if let Part::Known { text, .. } = part { text.len() } else { 0 };
                parts.push(part.clone());
            }
            check_text(bytes)?;
            check_elements(parts.len())?;
            start = at + wanted.len();
        }
        if start < to {
            run.slice(start..to, &mut parts);
        }
    }
    Ok(parts)
}

/// The length of the longest proper half of `wanted` at an edge of the text of which the neighbour may hold the other.
fn half(text: &str, wanted: &str, front: bool, neighbour: &Part) -> usize {
    let cuts = wanted.char_indices().map(|(i, _)| i).skip(1);
    let fits = |i: &usize| {
        let (before, after) = wanted.split_at(*i);
        if front {
            text.starts_with(after) && may_hold(neighbour, before)
        } else {
            text.ends_with(before) && may_hold(neighbour, after)
        }
    };
    let found = cuts.filter(fits);
    if front { found.min().map_or(0, |i| wanted.len() - i) } else { found.max().unwrap_or(0) }
}
