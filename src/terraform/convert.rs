//! Conversion of values to type constraints, by Terraform's rules.

use std::{borrow::Cow, sync::Arc};

use super::{
    equality::{equal, is_many, set_order},
    types::{Attribute, Type},
    unify::{MOST_DEPTH, type_of, unify},
};
use crate::{
    tables::Table,
    value::{Arm, Choice, Entry, Kind, ListKind, Number, Object, ObjectKind, Part, Reason, Text, Unknown, Value},
};

/// A value that does not fit a type.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConvertError {
    /// The value is of another type.
    #[error("{wanted} is required, and this is {given}")]
    Mismatch {
        /// What is wanted.
        wanted: String,
        /// What the value is.
        given: &'static str,
    },
    /// The elements cannot be made one type.
    #[error("all elements must have the same type")]
    Mixed,
    /// An object lacks an attribute that is not optional.
    #[error("attribute `{0}` is required")]
    Missing(Arc<str>),
    /// Something inside the value does not fit.
    #[error("{place}: {error}")]
    Inside {
        /// Which part.
        place: String,
        /// What is wrong with it.
        error: Box<ConvertError>,
    },
    /// Deeper than is followed.
    #[error("the value is nested deeper than {MOST_DEPTH} levels")]
    TooDeep,
}

/// The value as one of that type. Unknown values stay as they are; choices are converted arm by arm. Origins are kept.
pub fn convert(value: Value, ty: &Type) -> Result<Value, ConvertError> {
    convert_at(value, ty, 0)
}

fn convert_at(value: Value, ty: &Type, depth: usize) -> Result<Value, ConvertError> {
    if depth > MOST_DEPTH {
        return Err(ConvertError::TooDeep);
    }
    match &value.kind {
        Kind::Unknown(_) | Kind::Null => return Ok(value),
        Kind::Choice(choice) => return each_arm(&value, choice, |v| convert_at(v, ty, depth + 1)),
        _ => {}
    }
    match ty {
        Type::Any => Ok(value),
        Type::String => to_string(value),
        Type::Number => to_number(value),
        Type::Bool => to_bool(value),
        Type::List(element) => to_list(value, element, ListKind::List, depth),
        Type::Set(element) => to_list(value, element, ListKind::Set, depth),
        Type::Tuple(items) => to_tuple(value, items, depth),
        Type::Map(element) => to_map(value, element, depth),
        Type::Object(attributes) => to_object(value, attributes, depth),
    }
}

/// Applies `f` to every arm. An arm that fails becomes unknown with the error as reason, unless all fail.
fn each_arm(
    value: &Value,
    choice: &Choice,
    mut f: impl FnMut(Value) -> Result<Value, ConvertError>,
) -> Result<Value, ConvertError> {
    let mut arms = Vec::with_capacity(choice.arms.len());
    let mut failed = None;
    let mut good = false;
    for arm in &choice.arms {
        let converted = match f(arm.value.clone()) {
            Ok(v) => {
                good = true;
                v
            }
            Err(e) => {
                let why = Reason::Error(e.to_string());
                failed = Some(e);
                Value::unknown(Unknown::new(&*choice.subject.text, why, arm.value.origin.at), arm.value.origin.clone())
            }
        };
        arms.push(Arm { label: arm.label.clone(), value: converted });
    }
    match failed {
        Some(e) if !good => Err(e),
        _ => {
            let choice = Choice { subject: choice.subject.clone(), arms };
            Ok(Value { kind: Kind::Choice(Arc::new(choice)), origin: value.origin.clone() })
        }
    }
}

fn mismatch(wanted: &str, value: &Value) -> ConvertError {
    ConvertError::Mismatch { wanted: wanted.to_owned(), given: describe(value) }
}

/// What a value is, in words.
pub(crate) fn describe(value: &Value) -> &'static str {
    match &value.kind {
        Kind::Null => "null",
        Kind::Bool(_) => "a bool",
        Kind::Number(_) => "a number",
        Kind::String(_) => "a string",
        Kind::List(ListKind::List, _) => "a list",
        Kind::List(ListKind::Set, _) => "a set",
        Kind::List(ListKind::Tuple, _) => "a tuple",
        Kind::Object(o) if o.kind() == ObjectKind::Map => "a map",
        Kind::Object(_) => "an object",
        Kind::Unknown(_) | Kind::Choice(_) => "an unknown value",
    }
}

fn to_string(value: Value) -> Result<Value, ConvertError> {
    match &value.kind {
        Kind::String(_) => Ok(value),
        Kind::Bool(_) | Kind::Number(_) => {
            let text = value.as_str().map(|t| t.into_owned()).unwrap_or_default();
            Ok(Value::string(text, value.origin))
        }
        _ => Err(mismatch("a string", &value)),
    }
}

/// What stands in the way of knowing a text.
pub(crate) fn first_unknown(text: &Text) -> Option<Arc<Unknown>> {
    text.parts().iter().find_map(|part| match part {
        Part::Hole(unknown, _) => Some(unknown.clone()),
        Part::Symbol(symbol, origin) => {
            let reference = symbol.name();
            Some(Arc::new(Unknown::new(reference, Reason::OnlyAws, origin.at)))
        }
        Part::Json(value, _) => unknown_inside(value, 0),
        Part::Known { .. } => None,
    })
}

/// The first unknown in a value, its items and its texts.
pub(crate) fn unknown_inside(value: &Value, depth: usize) -> Option<Arc<Unknown>> {
    if depth > MOST_DEPTH {
        return None;
    }
    match &value.kind {
        Kind::Unknown(u) => Some(u.clone()),
        Kind::Choice(c) => Some(Arc::new(c.subject.unknown())),
        Kind::String(text) => first_unknown(text),
        Kind::List(_, items) => items.iter().find_map(|v| unknown_inside(v, depth + 1)),
        Kind::Object(o) => {
            o.entries().iter().find_map(|e| first_unknown(&e.key).or_else(|| unknown_inside(&e.value, depth + 1)))
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => None,
    }
}

fn to_number(value: Value) -> Result<Value, ConvertError> {
    match &value.kind {
        Kind::Number(_) => Ok(value),
        _ => read(value, "a number", |text| parse_number(text).map(Kind::Number)),
    }
}

/// What a string says, as a value of another type.
fn read(value: Value, wanted: &str, parse: impl FnOnce(&str) -> Option<Kind>) -> Result<Value, ConvertError> {
    let kind = match &value.kind {
        Kind::String(text) => match text.as_known() {
            Some(known) => parse(&known),
            None => first_unknown(text).map(Kind::Unknown),
        },
        _ => None,
    };
    match kind {
        Some(kind) => Ok(Value::new(kind, value.origin)),
        None => Err(mismatch(wanted, &value)),
    }
}

/// A decimal number as Terraform reads it from a string: no spaces, no hexadecimal, no infinity.
pub(crate) fn parse_number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        || !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
    {
        return None;
    }
    if let Ok(i) = text.parse::<i128>() {
        return Some(Number::int(i));
    }
    text.parse::<f64>().ok().filter(|x| x.is_finite()).map(number)
}

/// A float as a number: whole ones as integers.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(crate) fn number(x: f64) -> Number {
    if x.fract() == 0.0 && x.abs() < 1e37 { Number::int(x as i128) } else { Number::Float(x) }
}

fn to_bool(value: Value) -> Result<Value, ConvertError> {
    match &value.kind {
        Kind::Bool(_) => Ok(value),
        _ => read(value, "a bool", |text| match text {
            "true" | "1" => Some(Kind::Bool(true)),
            "false" | "0" => Some(Kind::Bool(false)),
            _ => None,
        }),
    }
}

fn element_type(wanted: &Type, given: impl Iterator<Item = Type>) -> Result<Cow<'_, Type>, ConvertError> {
    match wanted {
        Type::Any => unify(&given.collect::<Vec<_>>()).map(Cow::Owned).ok_or(ConvertError::Mixed),
        other => Ok(Cow::Borrowed(other)),
    }
}

fn to_list(value: Value, element: &Type, kind: ListKind, depth: usize) -> Result<Value, ConvertError> {
    let Kind::List(given, items) = &value.kind else {
        let name = if kind == ListKind::Set { "set" } else { "list" };
        return Err(mismatch(&format!("a {name} of {element}"), &value));
    };
    if *element == Type::Any && *given == kind {
        return Ok(value);
    }
    let element = match (element, given) {
        // The elements of a collection have one type already.
        (Type::Any, ListKind::List | ListKind::Set) => Cow::Borrowed(&Type::Any),
        _ => element_type(element, items.iter().map(type_of))?,
    };
    if (kind == ListKind::List || *given == ListKind::Set)
        && depth < MOST_DEPTH
        && items.iter().all(|item| stays(item, &element))
    {
        let kind = if kind == ListKind::List && is_unordered(&value) { ListKind::Set } else { kind };
        return Ok(Value { kind: Kind::List(kind, items.clone()), origin: value.origin });
    }
    let mut out = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let converted = convert_at(item.clone(), &element, depth + 1);
        out.push(converted.map_err(|e| ConvertError::Inside { place: format!("element {i}"), error: Box::new(e) })?);
    }
    // Where in the order of a set an unknown element stands is not known, and so it stays a set.
    let unordered = kind == ListKind::List && *given == ListKind::Set && is_unordered(&value);
    if kind == ListKind::Set && *given != ListKind::Set {
        out = distinct(out);
        out.sort_by(set_order);
    }
    Ok(Value::list(if unordered { ListKind::Set } else { kind }, out, value.origin))
}

/// Whether a value surely is of a type already, without what is inside of it.
fn stays(value: &Value, ty: &Type) -> bool {
    matches!(
        (&value.kind, ty),
        (Kind::Unknown(_) | Kind::Null, _)
            | (Kind::String(_), Type::String | Type::Any)
            | (Kind::Number(_), Type::Number | Type::Any)
            | (Kind::Bool(_), Type::Bool | Type::Any)
            | (Kind::List(..) | Kind::Object(_), Type::Any)
    )
}

/// Whether this is a set with elements of which nothing is known, so that the order of its elements is not known.
pub(crate) fn is_unordered(value: &Value) -> bool {
    matches!(&value.kind, Kind::List(ListKind::Set, items) if items.iter().any(|v| matches!(v.kind, Kind::Unknown(_))))
}

/// The values without those that are surely equal to an earlier one.
pub(crate) fn distinct(values: Vec<Value>) -> Vec<Value> {
    if values.len() < 2 {
        return values;
    }
    let mut texts: Table<Cow<'_, str>, ()> = Table::with_capacity_and_hasher(values.len(), Default::default());
    let mut others: Vec<&Value> = Vec::new();
    let mut is_new = |value| match known_text(value) {
        Some(text) => texts.insert(text, ()).is_none(),
        None => {
            let seen = others.iter().take(MOST_COMPARED).any(|other| equal(other, value) == Some(true));
            if !seen {
                others.push(value);
            }
            !seen
        }
    };
    let are_new: Vec<bool> = values.iter().map(&mut is_new).collect();
    values.into_iter().zip(are_new).filter_map(|(value, is_new)| is_new.then_some(value)).collect()
}

fn known_text(value: &Value) -> Option<Cow<'_, str>> {
    if let Kind::String(text) = &value.kind { text.as_known() } else { None }
}

/// Values that are no known strings are compared with at most so many earlier ones.
const MOST_COMPARED: usize = 2_000;

fn to_tuple(value: Value, types: &[Type], depth: usize) -> Result<Value, ConvertError> {
    let Kind::List(ListKind::Tuple, items) = &value.kind else {
        return Err(mismatch(&Type::Tuple(types.to_vec()).to_string(), &value));
    };
    if items.iter().any(is_many) {
        return Ok(value);
    }
    if items.len() != types.len() {
        return Err(mismatch(&format!("a tuple of {} elements", types.len()), &value));
    }
    let mut out = Vec::with_capacity(items.len());
    for (i, (item, ty)) in items.iter().zip(types).enumerate() {
        let converted = convert_at(item.clone(), ty, depth + 1);
        out.push(converted.map_err(|e| ConvertError::Inside { place: format!("element {i}"), error: Box::new(e) })?);
    }
    Ok(Value::list(ListKind::Tuple, out, value.origin))
}

/// The entries that count, the last of equal keys, sorted by key; entries whose key is not known come last.
pub(crate) fn settled(object: &Object) -> Vec<&Entry> {
    that_count(object.entries().iter().map(|e| (e, e)))
}

/// As [`settled`], of entries that are at hand.
pub(crate) fn counting(entries: Vec<Entry>) -> Vec<Entry> {
    let are_in_order = |pair: &[Entry]| match pair {
        [a, b] => matches!((a.key.as_known(), b.key.as_known()), (Some(a), Some(b)) if a < b),
        _ => true,
    };
    if entries.windows(2).all(are_in_order) {
        return entries;
    }
    let order = that_count(entries.iter().enumerate().map(|(i, e)| (e, i)));
    let mut entries: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
    order.into_iter().filter_map(|i| entries.get_mut(i)?.take()).collect()
}

/// What stands for the entries that count, in the order of [`settled`].
pub(crate) fn that_count<'e, T>(entries: impl ExactSizeIterator<Item = (&'e Entry, T)>) -> Vec<T> {
    let mut known: Vec<(Cow<'_, str>, T)> = Vec::with_capacity(entries.len());
    let mut open = Vec::new();
    for (e, it) in entries {
        match e.key.as_known() {
            Some(key) => known.push((key, it)),
            None => open.push(it),
        }
    }
    // The sort is stable, so the last of equal keys is still the last.
    known.sort_by(|a, b| a.0.cmp(&b.0));
    known.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
    let mut all: Vec<T> = known.into_iter().map(|(_, it)| it).collect();
    all.extend(open);
    all
}

fn to_map(value: Value, element: &Type, depth: usize) -> Result<Value, ConvertError> {
    let Kind::Object(object) = &value.kind else { return Err(mismatch(&format!("a map of {element}"), &value)) };
    if *element == Type::Any && object.kind() == ObjectKind::Map {
        return Ok(value);
    }
    let entries = settled(object);
    let element = element_type(element, entries.iter().map(|e| type_of(&e.value)))?;
    let mut out = Vec::with_capacity(entries.len());
    for e in entries {
        let converted = convert_at(e.value.clone(), &element, depth + 1);
        let value = converted.map_err(|error| ConvertError::Inside {
            place: format!("key `{}`", e.key.display()),
            error: Box::new(error),
        })?;
        out.push(Entry { key: e.key.clone(), key_origin: e.key_origin.clone(), value });
    }
    Ok(Value::object(ObjectKind::Map, out, value.origin))
}

fn to_object(value: Value, attributes: &[Attribute], depth: usize) -> Result<Value, ConvertError> {
    let Kind::Object(object) = &value.kind else {
        return Err(mismatch("an object", &value));
    };
    let open = object.entries().iter().find(|e| e.key.as_known().is_none());
    let mut out = Vec::with_capacity(attributes.len());
    for attribute in attributes {
        let inside =
            |error| ConvertError::Inside { place: format!("attribute `{}`", attribute.name), error: Box::new(error) };
        let given = object.get(&attribute.name);
        let (key_origin, value) = match (given, &attribute.default) {
            (Some(e), Some(default)) if matches!(e.value.kind, Kind::Null) => (e.key_origin.clone(), default.clone()),
            (Some(e), _) => (e.key_origin.clone(), e.value.clone()),
            (None, default) => match (open.and_then(|e| first_unknown(&e.key)), default) {
                (Some(unknown), _) => (value.origin.clone(), Value::new(Kind::Unknown(unknown), value.origin.at)),
                (None, Some(default)) => (default.origin.clone(), default.clone()),
                (None, None) if attribute.optional => (value.origin.clone(), Value::new(Kind::Null, value.origin.at)),
                (None, None) => return Err(ConvertError::Missing(attribute.name.clone())),
            },
        };
        let value = convert_at(value, &attribute.ty, depth + 1).map_err(inside)?;
        let key = given.map(|e| e.key.clone()).or_else(|| attribute.key.clone());
        let key = key.unwrap_or_else(|| Text::known(attribute.name.clone(), key_origin.clone()));
        out.push(Entry { key, key_origin, value });
    }
    Ok(Value::object(ObjectKind::Object, out, value.origin))
}
