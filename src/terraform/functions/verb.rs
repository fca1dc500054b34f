//! The verbs of a format string, and how numbers and strings are written for them.

use std::{iter::Peekable, str::CharIndices};

use super::call::{Stop, fail};
use crate::{terraform::equality::as_float, value::Number};

/// Widths and precisions are at most so large.
const MOST_WIDTH: usize = 1_000_000;

/// One piece of a format string.
pub(super) enum Piece {
    /// A byte range that is copied.
    Literal(usize, usize),
    /// A value that is put in.
    Verb(Verb),
}

pub(super) struct Verb {
    /// The argument, from 0.
    pub index: usize,
    pub verb: char,
    pub text: String,
    pub left: bool,
    pub plus: bool,
    pub space: bool,
    pub sharp: bool,
    pub zero: bool,
    pub width: Option<usize>,
    pub precision: Option<usize>,
}

/// The pieces of a format string, and how many arguments they use.
pub(super) fn parse(format: &str) -> Result<(Vec<Piece>, usize), Stop> {
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

/// The text as a quoted string of Go.
pub(super) fn quoted(text: &str) -> String {
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

pub(super) fn pad(verb: &Verb, text: String, numeric: bool) -> String {
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

pub(super) fn number(verb: &Verb, n: Number) -> Option<String> {
    let x = as_float(n);
    let digits = match (verb.verb, n) {
        ('d', Number::Int(i)) => i.get().unsigned_abs().to_string(),
        ('b', Number::Int(i)) => format!("{:b}", i.get().unsigned_abs()),
        ('o', Number::Int(i)) => format!("{}{:o}", if verb.sharp { "0" } else { "" }, i.get().unsigned_abs()),
        ('x', Number::Int(i)) => format!("{}{:x}", if verb.sharp { "0x" } else { "" }, i.get().unsigned_abs()),
        ('X', Number::Int(i)) => format!("{}{:X}", if verb.sharp { "0X" } else { "" }, i.get().unsigned_abs()),
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
        (None, Number::Int(i)) => i.get().unsigned_abs().to_string(),
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
