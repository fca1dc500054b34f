//! Equality and order of values, as far as they are known.

use std::cmp::Ordering;

use super::unify::MOST_DEPTH;
use crate::value::{Kind, Number, Object, Part, Symbol, Text, Value};

/// Whether two values are equal, as Terraform's `==` sees it: values of different types are not. `None` when that
/// depends on something unknown.
pub(crate) fn equal(a: &Value, b: &Value) -> Option<bool> {
    equal_at(a, b, 0)
}

/// As [`equal`] of values that are no collections, wherever they come from.
pub(crate) fn equal_plain(a: &Kind, b: &Kind) -> Option<bool> {
    match (a, b) {
        (Kind::Unknown(_) | Kind::Choice(_), _) | (_, Kind::Unknown(_) | Kind::Choice(_)) => None,
        (Kind::Null, Kind::Null) => Some(true),
        (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
        (Kind::Number(a), Kind::Number(b)) => Some(compare_numbers(*a, *b) == Ordering::Equal),
        (Kind::String(a), Kind::String(b)) => equal_texts(a, b),
        (Kind::List(..), Kind::List(..)) | (Kind::Object(_), Kind::Object(_)) => None,
        _ => Some(false),
    }
}

fn equal_at(a: &Value, b: &Value, depth: usize) -> Option<bool> {
    if depth > MOST_DEPTH {
        return None;
    }
    match (&a.kind, &b.kind) {
        (Kind::List(_, a), Kind::List(_, b)) => {
            let open = |items: &[Value]| items.iter().any(is_many);
            if open(a) || open(b) {
                return None;
            }
            if a.len() != b.len() {
                return Some(false);
            }
            all(a.iter().zip(&**b).map(|(a, b)| equal_at(a, b, depth + 1)))
        }
        (Kind::Object(a), Kind::Object(b)) => equal_objects(a, b, depth),
        (a, b) => equal_plain(a, b),
    }
}

fn equal_objects(a: &Object, b: &Object, depth: usize) -> Option<bool> {
    let known = |o: &Object| o.entries().iter().all(|e| e.key.as_known().is_some());
    if !known(a) || !known(b) {
        return None;
    }
    let covers = |x: &Object, y: &Object| {
        all(x.entries().iter().map(|e| {
            let key = e.key.as_known()?;
            match (x.get(&key), y.get(&key)) {
                (Some(in_x), Some(in_y)) => equal_at(&in_x.value, &in_y.value, depth + 1),
                _ => Some(false),
            }
        }))
    };
    let keys_of_b = b.entries().iter().all(|e| e.key.as_known().is_some_and(|k| a.get(&k).is_some()));
    if keys_of_b { covers(a, b) } else { Some(false) }
}

/// `Some(false)` as soon as one is false, `None` when none is and one is open.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

/// Whether a value is an unknown that stands for any number of items.
pub(crate) fn is_many(value: &Value) -> bool {
    matches!(&value.kind, Kind::Unknown(u) if u.many)
}

/// Whether two texts are equal. Texts of the same parts are, also where these are symbols of the own account.
pub(crate) fn equal_texts(a: &Text, b: &Text) -> Option<bool> {
    if let (Some(a), Some(b)) = (a.as_known(), b.as_known()) {
        return Some(a == b);
    }
    if let (Some(a), Some(b)) = (symbolic(a), symbolic(b))
        && a == b
    {
        return Some(true);
    }
    // Known text at either end that differs decides; what is unknown may be anything.
    let differs = |(a, b): (u8, u8)| a != b;
    let front = front(a.parts().iter()).zip(front(b.parts().iter())).any(differs);
    let back = back(a.parts().iter()).zip(back(b.parts().iter())).any(differs);
    let too_long = |known: &Text, open: &Text| known.as_known().is_some_and(|k| k.len() < open.known_len());
    if front || back || too_long(a, b) || too_long(b, a) { Some(false) } else { None }
}

/// The text with symbols as marks, when it has nothing unknown but symbols.
fn symbolic(text: &Text) -> Option<String> {
    if text.first_hole().is_some() {
        return None;
    }
    let mut out = String::with_capacity(text.known_len());
    for part in text.parts() {
        match part {
            Part::Known { text, .. } => out.push_str(text),
            // Each service has accounts of its own.
            Part::Symbol(Symbol::AwsServiceAccount, _) | Part::Hole(..) | Part::Json(..) => return None,
            Part::Symbol(symbol, _) => {
                out.push('\u{0}');
                out.push_str(symbol.placeholder());
            }
        }
    }
    Some(out)
}

/// The bytes of known text at the front of parts.
fn front<'p>(parts: impl Iterator<Item = &'p Part>) -> impl Iterator<Item = u8> {
    parts.map_while(known).flat_map(|text| text.bytes())
}

/// The bytes of known text at the back of parts, the last first.
fn back<'p>(parts: impl DoubleEndedIterator<Item = &'p Part>) -> impl Iterator<Item = u8> {
    parts.rev().map_while(known).flat_map(|text| text.bytes().rev())
}

fn known(part: &Part) -> Option<&str> {
    if let Part::Known { text, .. } = part { Some(text) } else { None }
}

/// Order of numbers.
pub(crate) fn compare_numbers(a: Number, b: Number) -> Ordering {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a.get().cmp(&b.get()),
        _ => as_float(a).partial_cmp(&as_float(b)).unwrap_or(Ordering::Equal),
    }
}

/// The number as a float, rounded when it must be.
#[expect(clippy::cast_precision_loss, reason = "numbers of a policy are far below 2^53, and larger ones are rounded")]
pub(crate) fn as_float(number: Number) -> f64 {
    match number {
        Number::Int(i) => i.get() as f64,
        Number::Float(x) => x,
    }
}

/// The order in which Terraform iterates over a set: strings and numbers by value, false before true; other values
/// keep their order, and what is not known comes last.
pub(crate) fn set_order(a: &Value, b: &Value) -> Ordering {
    match (&a.kind, &b.kind) {
        (Kind::String(x), Kind::String(y)) => match (x.as_known(), y.as_known()) {
            (Some(x), Some(y)) => x.cmp(&y),
            (x, y) => y.is_some().cmp(&x.is_some()),
        },
        (Kind::Number(x), Kind::Number(y)) => compare_numbers(*x, *y),
        (Kind::Bool(x), Kind::Bool(y)) => x.cmp(y),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn rank(value: &Value) -> u8 {
    match value.kind {
        Kind::Unknown(_) | Kind::Choice(_) => 2,
        Kind::Null => 1,
        _ => 0,
    }
}
