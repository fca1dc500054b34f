//! `format` and `formatlist`.

use std::{iter::Peekable, str::CharIndices, sync::Arc};

use super::{
    call::{Call, Outcome, Stop, argument, check_text, fail},
    table::{ANY, Function, Param, STRING},
    texts::{flat, made, of_value, plain},
};
use crate::{
    terraform::{
        convert::{convert, describe},
        equality::{as_float, is_many},
        types::Type,
    },
    value::{Kind, ListKind, Number, Origin, Part, Text, Unknown, Value},
};

const ARGUMENT: Param = ANY.null().unknown().deep();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("format", &[STRING], format).variadic(ARGUMENT),
    Function::new("formatlist", &[STRING], formatlist).variadic(ARGUMENT),
];

/// Widths and precisions are at most so large.
const MOST_WIDTH: usize = 1_000_000;

/// One piece of a format string.
enum Piece {
    /// A byte range that is copied.
    Literal(usize, usize),
    /// A value that is put in.
    Verb(Verb),
}

struct Verb {
    /// The argument, from 0.
    index: usize,
    verb: char,
    text: String,
    left: bool,
    plus: bool,
    space: bool,
    sharp: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// The pieces of a format string, and how many arguments they use.
fn parse(format: &str) -> Result<(Vec<Piece>, usize), Stop> {
    let mut pieces = Vec::new();
    let mut chars = format.char_indices().peekable();
    let (mut start, mut next, mut used) = (0, 0, 0);
    while let Some((at, c)) = chars.next() {
        if c != '%' {
            continue;
        }
        if start < at {
            pieces.push(Piece::Literal(start, at));
        }
        let mut verb = Verb {
            index: next,
            verb: ' ',
            text: String::new(),
            left: false,
            plus: false,
            space: false,
            sharp: false,
            zero: false,
            width: None,
            precision: None,
        };
        while let Some((_, flag)) = chars.peek().copied() {
            match flag {
                '-' => verb.left = true,
                '+' => verb.plus = true,
                ' ' => verb.space = true,
                '#' => verb.sharp = true,
                '0' => verb.zero = true,
                _ => break,
            }
            chars.next();
        }
        verb.width = digits(&mut chars)?;
        if chars.next_if(|(_, c)| *c == '.').is_some() {
            verb.precision = Some(digits(&mut chars)?.unwrap_or(0));
        }
        if chars.next_if(|(_, c)| *c == '[').is_some() {
            let index = digits(&mut chars)?;
            if chars.next_if(|(_, c)| *c == ']').is_none() {
                return fail(format!("the format string has an unfinished argument index at byte {at}"));
            }
            match index.and_then(|i| i.checked_sub(1)) {
                Some(index) => verb.index = index,
                None => return fail("argument indexes of a format string start at 1"),
            }
        }
        let Some((end, name)) = chars.next() else {
            return fail(format!("the format string ends inside the verb at byte {at}"));
        };
        start = end + name.len_utf8();
        if name == '%' {
            pieces.push(Piece::Literal(end, start));
            continue;
        }
        if !name.is_ascii_alphabetic() {
            return fail(format!("the format string has no verb at byte {at}"));
        }
        verb.verb = name;
        format.get(at..start).unwrap_or("").clone_into(&mut verb.text);
        next = verb.index + 1;
        used = used.max(next);
        pieces.push(Piece::Verb(verb));
    }
    if start < format.len() {
        pieces.push(Piece::Literal(start, format.len()));
    }
    Ok((pieces, used))
}

fn digits(chars: &mut Peekable<CharIndices<'_>>) -> Result<Option<usize>, Stop> {
    let mut value = None;
    while let Some((_, c)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
        let digit = c.to_digit(10).and_then(|d| usize::try_from(d).ok()).unwrap_or(0);
        let next = value.unwrap_or(0_usize).saturating_mul(10).saturating_add(digit);
        if next > MOST_WIDTH {
            return Err(Stop::Limit(format!("a width above {MOST_WIDTH}")));
        }
        value = Some(next);
    }
    Ok(value)
}

fn format(c: &Call<'_>) -> Outcome {
    let format = c.text(0)?;
    let text = formatted(format, c.rest(1), 1)?;
    let parts = text.parts();
    let origin = match parts {
        [one] => one.origin().clone(),
        _ => c.cx.at.into(),
    };
    Ok(Value::new(Kind::String(text), origin))
}

fn formatted(format: &Text, args: &[Value], first: usize) -> Result<Text, Stop> {
    let flat = flat(format)?;
    let Some(run) = super::texts::whole(&flat) else {
        return match super::call::known(&flat) {
            Err(stop) => Err(stop),
            Ok(_) => fail("the format string is not known"),
        };
    };
    let (pieces, used) = parse(&run.text)?;
    if used > args.len() {
        return fail(format!("the format string needs {used} arguments, and {} are given", args.len()));
    }
    if used < args.len() {
        return argument(first + used, format!("the format string uses {used} arguments only"));
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut bytes = 0;
    for piece in &pieces {
        match piece {
            Piece::Literal(from, to) => run.slice(*from..*to, &mut parts),
            Piece::Verb(verb) => {
                let Some(arg) = args.get(verb.index) else { continue };
                let before = parts.len();
                put(verb, arg, first + verb.index, &mut parts)?;
                for part in parts.iter().skip(before) {
                    bytes += if let Part::Known { text, .. } = part { text.len() } else { 0 };
                }
                check_text(bytes)?;
            }
        }
    }
    Ok(Text::new(parts))
}

fn put(verb: &Verb, arg: &Value, index: usize, parts: &mut Vec<Part>) -> Result<(), Stop> {
    let refuse = |why: String| argument(index, format!("`{}` cannot format it: {why}", verb.text));
    let plain_text = verb.width.is_none() && verb.precision.is_none();
    if let Kind::Unknown(unknown) = &arg.kind {
        let quoted = verb.verb == 'q' && plain_text;
        let quote = || made("\"", arg.origin.clone());
        parts.extend(quoted.then(quote));
        parts.push(Part::Hole(Arc::new(plain(unknown)), arg.origin.clone()));
        parts.extend(quoted.then(quote));
        return Ok(());
    }
    if matches!(arg.kind, Kind::Null) {
        return refuse("the value is null".to_owned());
    }
    match verb.verb {
        'v' if !verb.sharp && matches!(arg.kind, Kind::String(_)) => put_string(verb, arg, parts),
        'v' if !verb.sharp && matches!(arg.kind, Kind::Number(_)) => {
            let Kind::Number(n) = arg.kind else { return Ok(()) };
            parts.extend(number(verb, n).map(|text| made(text, arg.origin.clone())));
            Ok(())
        }
        'v' if !verb.sharp && matches!(arg.kind, Kind::Bool(_)) => {
            let text = arg.as_str().unwrap_or_default().into_owned();
            parts.push(made(pad(verb, text, false), arg.origin.clone()));
            Ok(())
        }
        'v' if plain_text => {
            parts.push(Part::Json(Arc::new(arg.clone()), arg.origin.clone()));
            Ok(())
        }
        'v' => {
            let json = Text::new(vec![Part::Json(Arc::new(arg.clone()), arg.origin.clone())]);
            put_string(verb, &Value::new(Kind::String(json), arg.origin.clone()), parts)
        }
        's' | 'q' => match convert(arg.clone(), &Type::String) {
            Ok(text) => put_string(verb, &text, parts),
            Err(e) => refuse(e.to_string()),
        },
        't' => match convert(arg.clone(), &Type::Bool).map(|v| v.kind) {
            Ok(Kind::Bool(b)) => {
                parts.push(made(b.to_string(), arg.origin.clone()));
                Ok(())
            }
            Ok(Kind::Unknown(u)) => {
                parts.push(Part::Hole(u, arg.origin.clone()));
                Ok(())
            }
            _ => refuse(format!("a bool is required, and this is {}", describe(arg))),
        },
        'b' | 'd' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'g' | 'G' => {
            match convert(arg.clone(), &Type::Number).map(|v| v.kind) {
                Ok(Kind::Number(n)) => match number(verb, n) {
                    Some(text) => {
                        parts.push(made(text, arg.origin.clone()));
                        Ok(())
                    }
                    None => refuse("an integer is required".to_owned()),
                },
                Ok(Kind::Unknown(u)) => {
                    parts.push(Part::Hole(u, arg.origin.clone()));
                    Ok(())
                }
                _ => refuse(format!("a number is required, and this is {}", describe(arg))),
            }
        }
        _ => fail(format!("the format string has the verb `{}`, which does not exist", verb.text)),
    }
}

fn put_string(verb: &Verb, arg: &Value, parts: &mut Vec<Part>) -> Result<(), Stop> {
    let Some(text) = of_value(arg) else { return Ok(()) };
    if verb.verb != 'q' && verb.width.is_none() && verb.precision.is_none() {
        parts.extend(text.parts().iter().cloned());
        return Ok(());
    }
    let Some(known) = text.as_known() else {
        let flat = flat(&text)?;
        if verb.verb == 'q' && verb.width.is_none() {
            parts.push(made("\"", arg.origin.clone()));
            for part in flat.parts() {
                parts.push(match part {
                    Part::Known { text, .. } => {
                        let quoted = quoted(text);
                        super::texts::rewritten(part, quoted[1..quoted.len() - 1].to_owned())
                    }
                    other => other.clone(),
                });
            }
            parts.push(made("\"", arg.origin.clone()));
        } else {
            parts.extend(flat.parts().iter().find(|p| !matches!(p, Part::Known { .. })).map(super::texts::hole));
        }
        return Ok(());
    };
    let cut: String = match verb.precision {
        Some(most) if verb.verb != 'v' => known.chars().take(most).collect(),
        _ => known.into_owned(),
    };
    let text = if verb.verb == 'q' { quoted(&cut) } else { cut };
    parts.push(made(pad(verb, text, false), arg.origin.clone()));
    Ok(())
}

/// The text as a quoted string of Go.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if c < ' ' || c == '\u{7f}' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn pad(verb: &Verb, text: String, numeric: bool) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.chars().count());
    if missing == 0 {
        return text;
    }
    if verb.left {
        return text + &" ".repeat(missing);
    }
    if !verb.zero {
        return " ".repeat(missing) + &text;
    }
    let sign = if numeric && text.starts_with(['-', '+', ' ']) { 1 } else { 0 };
    let (sign, digits) = text.split_at(sign);
    format!("{sign}{}{digits}", "0".repeat(missing))
}

fn number(verb: &Verb, n: Number) -> Option<String> {
    let x = as_float(n);
    let digits = match (verb.verb, n) {
        ('d', Number::Int(i)) => i.unsigned_abs().to_string(),
        ('b', Number::Int(i)) => format!("{:b}", i.unsigned_abs()),
        ('o', Number::Int(i)) => format!("{}{:o}", if verb.sharp { "0" } else { "" }, i.unsigned_abs()),
        ('x', Number::Int(i)) => format!("{}{:x}", if verb.sharp { "0x" } else { "" }, i.unsigned_abs()),
        ('X', Number::Int(i)) => format!("{}{:X}", if verb.sharp { "0X" } else { "" }, i.unsigned_abs()),
        ('b' | 'd' | 'o' | 'x' | 'X', Number::Float(_)) => return None,
        ('f', _) => format!("{:.*}", verb.precision.unwrap_or(6), x.abs()),
        ('e' | 'E', _) => exponent(x.abs(), verb.precision.unwrap_or(6), verb.verb),
        ('v', _) => general(x.abs(), None, 'g', n),
        _ => general(x.abs(), verb.precision, verb.verb, n),
    };
    let sign = match x < 0.0 {
        true => "-",
        false if verb.plus => "+",
        false if verb.space => " ",
        false => "",
    };
    Some(pad(verb, format!("{sign}{digits}"), true))
}

fn exponent(x: f64, precision: usize, verb: char) -> String {
    let text = format!("{x:.precision$e}");
    let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    let sign = if power < 0 { '-' } else { '+' };
    format!("{mantissa}{verb}{sign}{:02}", power.abs())
}

/// `%g`: the shorter of `%f` and `%e`, without zeros at the end.
fn general(x: f64, precision: Option<usize>, verb: char, n: Number) -> String {
    let shortest = format!("{x:e}");
    let (mantissa, power) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let power: i64 = power.parse().unwrap_or(0);
    let significant = match precision {
        Some(p) => p.max(1),
        None => mantissa.chars().filter(char::is_ascii_digit).count(),
    };
    // Go's rule: without a precision the choice is made as if it were 6.
    let from = match precision {
        Some(_) => i64::try_from(significant).unwrap_or(i64::MAX),
        None => 6,
    };
    let e = if verb == 'G' { 'E' } else { 'e' };
    if power < -4 || power >= from {
        let text = exponent(x, significant.saturating_sub(1), e);
        return trimmed_exponent(&text, e);
    }
    match (precision, n) {
        (None, Number::Int(i)) => i.unsigned_abs().to_string(),
        (None, Number::Float(_)) => x.to_string(),
        (Some(_), _) => {
            let after = i64::try_from(significant).unwrap_or(0) - 1 - power;
            let text = format!("{:.*}", usize::try_from(after).unwrap_or(0), x);
            if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
        }
    }
}

fn trimmed_exponent(text: &str, e: char) -> String {
    match text.split_once(e) {
        Some((mantissa, power)) if mantissa.contains('.') => {
            format!("{}{e}{power}", mantissa.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text.to_owned(),
    }
}

fn formatlist(c: &Call<'_>) -> Outcome {
    let format = c.text(0)?;
    let mut lists: Vec<Option<Vec<Value>>> = Vec::new();
    let mut length: Option<usize> = None;
    let mut open: Option<Unknown> = None;
    for (i, arg) in c.rest(1).iter().enumerate() {
        let items: Option<Vec<Value>> = match (&arg.kind, arg.items()) {
            // Most often a list: then any number of results.
            (Kind::Unknown(u), _) => {
                open.get_or_insert_with(|| plain(u));
                Some(vec![arg.clone()])
            }
            (_, Some(items)) => {
                let items: Vec<Value> = items.collect();
                if let Some(Kind::Unknown(u)) = items.iter().find(|v| is_many(v)).map(|v| &v.kind) {
                    open.get_or_insert_with(|| plain(u));
                } else if length.is_some_and(|l| l != items.len()) {
                    return argument(i + 1, format!("the list has {} elements, and others differ", items.len()));
                } else {
                    length = Some(items.len());
                }
                Some(items)
            }
            _ => None,
        };
        lists.push(items);
    }
    let mut results = Vec::new();
    let one_list = lists.iter().flatten().count() == 1;
    if let Some(unknown) = &open
        && !one_list
    {
        return c.list(ListKind::List, vec![Value::unknown(unknown.clone().many(), c.cx.at)]);
    }
    let count = lists.iter().flatten().map(Vec::len).max().unwrap_or(1);
    super::call::check_elements(count)?;
    let mut bytes = 0;
    for row in 0..count {
        let mut args: Vec<Value> = Vec::with_capacity(lists.len());
        let mut many: Option<(Unknown, Origin)> = None;
        for (list, arg) in lists.iter().zip(c.rest(1)) {
            let value = list.as_ref().map_or(Some(arg), |items| items.get(row));
            let Some(value) = value else { continue };
            if let Kind::Unknown(u) = &value.kind
                && (u.many || (matches!(arg.kind, Kind::Unknown(_)) && open.is_some()))
            {
                many = Some((plain(u), value.origin.clone()));
            }
            args.push(value.clone());
        }
        let text = formatted(format, &args, 1)?;
        bytes +=
            text.parts().iter().map(|p| if let Part::Known { text, .. } = p { text.len() } else { 0 }).sum::<usize>();
        check_text(bytes)?;
        results.push(match many {
            Some((unknown, origin)) => Value::unknown(Unknown { pattern: pattern(&text), ..unknown }.many(), origin),
            None => {
                let origin = match args.as_slice() {
                    [one] => one.origin.clone(),
                    _ => text.origin().unwrap_or_else(|| c.cx.at.into()),
                };
                Value::new(Kind::String(text), origin)
            }
        });
    }
    c.list(ListKind::List, results)
}

/// The regular expression of all texts that a text with holes stands for.
fn pattern(text: &Text) -> Option<String> {
    let flat = flat(text).ok()?;
    let parts = flat.parts().iter().map(|p| match p {
        Part::Known { text, .. } => regex::escape(text),
        _ => "(?s:.*)".to_owned(),
    });
    Some(parts.collect())
}
