//! Small readings of values and words.

use crate::{
    policy::{
        Family, Test, glob,
        scalars::{Decimal, Moment, Network, binary, boolean},
        spelling,
    },
    value::{Kind, Part, Symbol, Text, Value},
};

pub(super) use spelling::near;

/// Whether an action pattern covers a call.
pub(super) fn glob(pattern: &str, call: &str) -> bool {
    glob::matches_ignoring_case(pattern, call)
}

/// What an operator takes, for those that do not take any string.
pub(super) fn expected(test: Test) -> Option<&'static str> {
    match test.family() {
        Family::Numeric => Some("a number"),
        Family::Date => Some("a date such as `2027-03-31T00:00:00Z`, or seconds since 1970"),
        Family::Bool | Family::Null => Some("`true` or `false`"),
        Family::Binary => Some("base64"),
        Family::Ip => Some("an IP address or a range such as `203.0.113.0/24`"),
        Family::String | Family::Arn => None,
    }
}

/// Whether an operator can read a value.
pub(super) fn is_readable(test: Test, text: &str) -> bool {
    match test.family() {
        Family::Numeric => Decimal::parse(text).is_some(),
        // Whether seconds since 1970 may have a fraction is not documented.
        Family::Date => Moment::parse(text).is_some() || text.contains('.') && Decimal::parse(text).is_some(),
        Family::Bool | Family::Null => boolean(text).is_some(),
        Family::Binary => binary(text).is_some(),
        Family::Ip => Network::parse(text).is_some(),
        Family::String | Family::Arn => true,
    }
}

/// Deeper parts of a value are not written out.
const MOST_DEPTH: usize = 32;

/// Characters without white space, as the quota counts them. Symbols count as what they usually stand for; `None` when
/// there is a hole, unless what is known is over the default quota of 2,048 already.
pub(super) fn length(value: &Value) -> Option<usize> {
    let mut counter = Counter { count: 0, open: false };
    match &value.kind {
        Kind::String(text) => counter.text(text, 0),
        _ => counter.value(value, 0),
    }
    (!counter.open || counter.count > 2_048).then_some(counter.count)
}

struct Counter {
    count: usize,
    open: bool,
}

impl Counter {
    fn value(&mut self, value: &Value, depth: usize) {
        if depth > MOST_DEPTH {
            self.open = true;
            return;
        }
        match &value.kind {
            Kind::Null => self.count += 4,
            Kind::Bool(_) | Kind::Number(_) => self.count += value.as_str().map_or(0, |s| s.len()),
            Kind::String(text) => {
                self.count += 2;
                self.text(text, depth);
            }
            Kind::List(_, items) => {
                self.count += 2 + items.len().saturating_sub(1);
                items.iter().for_each(|v| self.value(v, depth + 1));
            }
            Kind::Object(o) => {
                self.count += 2 + o.entries().len().saturating_sub(1);
                for e in o.entries() {
                    self.count += 3;
                    self.text(&e.key, depth);
                    self.value(&e.value, depth + 1);
                }
            }
            Kind::Unknown(_) | Kind::Choice(_) => self.open = true,
        }
    }

    fn text(&mut self, text: &Text, depth: usize) {
        for part in text.parts() {
            match part {
                Part::Known { text, .. } => self.count += visible(text),
                Part::Symbol(symbol, _) => self.count += usual_length(*symbol),
                Part::Json(value, _) => self.value(value, depth + 1),
                Part::Hole(..) => self.open = true,
            }
        }
    }
}

/// How many characters are no white space.
fn visible(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(|b| !matches!(b, b' ' | b'\t'..=b'\r')).count();
    }
    text.chars().filter(|c| !c.is_whitespace()).count()
}

fn usual_length(symbol: Symbol) -> usize {
    match symbol {
        Symbol::OwnAccount | Symbol::AwsServiceAccount | Symbol::OwnOrganization => 12,
        Symbol::Partition => 3,
        Symbol::Region => 9,
        Symbol::DnsSuffix => 13,
    }
}

/// A value as one line of JSON, with what is not known shown as reports show it.
pub(super) fn one_line(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    if out.len() <= MOST_TEXT {
        return out;
    }
    // Every finding carries the text: of a long one its beginning and a hash stand for the rest.
    let words = out.split_whitespace().flat_map(|word| word.bytes().chain([b' ']));
    let hash = words.fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3));
    let end = (0..=LONG_TEXT_SHOWN).rev().find(|i| out.is_char_boundary(*i)).unwrap_or(0);
    out.truncate(end);
    out.push_str(&format!("… {hash:016x}"));
    out
}

/// No statement of this many bytes fits into the largest quota for a trust policy.
const MOST_TEXT: usize = 8192;
const LONG_TEXT_SHOWN: usize = 200;

fn write(value: &Value, depth: usize, out: &mut String) {
    if depth > MOST_DEPTH {
        out.push('…');
        return;
    }
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(_) | Kind::Number(_) => out.push_str(&value.as_str().unwrap_or_default()),
        Kind::String(text) => quoted(&text.shown(), out),
        Kind::List(_, items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, depth + 1, out);
            }
            out.push(']');
        }
        Kind::Object(o) => {
            out.push('{');
            for (i, e) in o.entries().iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                quoted(&e.key.shown(), out);
                out.push(':');
                write(&e.value, depth + 1, out);
            }
            out.push('}');
        }
        Kind::Unknown(u) => {
            out.push_str("${unknown:");
            out.push_str(&u.reference_for_display());
            out.push('}');
        }
        Kind::Choice(c) => {
            out.push_str("${unknown:");
            out.push_str(&c.subject.text);
            out.push('}');
        }
    }
}

fn quoted(text: &str, out: &mut String) {
    if !text.bytes().any(|b| b < b' ' || matches!(b, b'"' | b'\\')) {
        out.push('"');
        out.push_str(text);
        out.push('"');
        return;
    }
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}
