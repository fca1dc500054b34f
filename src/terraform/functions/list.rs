//! Functions of lists.

use std::sync::Arc;

use super::{
    MOST_ELEMENTS,
    call::{Call, Outcome, Stop, argument, check_elements, fail, known},
    table::{ANY, Function, LIST, NUMBER, Param, STRINGS},
    texts::plain,
};
use crate::{
    terraform::{
        convert::{convert, distinct, is_unordered, number},
        equality::{as_float, compare_numbers, equal, is_many},
        types::Type,
        unify::{MOST_DEPTH, type_of, unify},
    },
    value::{Kind, ListKind, Number, Part, Reason, Text, Unknown, Value},
};

const OPEN: Param = ANY.unknown();
const OPEN_LIST: Param = LIST.items();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("alltrue", &[ANY.items()], |c| truth(c, false)),
    Function::new("anytrue", &[ANY.items()], |c| truth(c, true)),
    Function::new("chunklist", &[LIST, NUMBER], chunklist),
    Function::new("coalesce", &[], coalesce).variadic(OPEN.null()),
    Function::new("coalescelist", &[], coalescelist).variadic(OPEN),
    Function::new("compact", &[STRINGS], compact),
    Function::new("concat", &[OPEN], concat).variadic(OPEN),
    Function::new("contains", &[ANY.items(), ANY.unknown()], contains),
    Function::new("distinct", &[OPEN_LIST], unique),
    Function::new("element", &[ANY, NUMBER], element),
    Function::new("flatten", &[ANY.items()], flatten),
    Function::new("index", &[ANY.items(), ANY.unknown()], index),
    Function::new("one", &[ANY], one),
    Function::new("range", &[NUMBER], range).variadic(NUMBER),
    Function::new("reverse", &[ANY], reverse),
    Function::new("slice", &[ANY, NUMBER, NUMBER], slice),
    Function::new("sort", &[STRINGS], sort),
    Function::new("sum", &[ANY.items()], sum),
];

/// The unknown of an item that is not wholly known, as one that stands for any number of items.
pub(super) fn any_number(item: &Value) -> Value {
    let unknown = match &item.kind {
        Kind::Unknown(u) => plain(u),
        Kind::Choice(c) => c.subject.unknown(),
        Kind::String(text) => match known(text) {
            Err(Stop::Unknown(u)) => plain(&u),
            _ => Unknown::new("value", Reason::Unsupported("the value".to_owned()), item.origin.at),
        },
        _ => Unknown::new("value", Reason::Unsupported("the value".to_owned()), item.origin.at),
    };
    Value::unknown(unknown.many(), item.origin.clone())
}

/// Where the first item stands that may be any number of items.
pub(super) fn open_at(items: &[Value]) -> Option<usize> {
    items.iter().position(is_many)
}

/// Ends the call because of an item that is not known.
pub(super) fn stop_at<T>(item: Option<&Value>) -> Result<T, Stop> {
    match item.map(any_number).map(|v| v.kind) {
        Some(Kind::Unknown(u)) => Err(Stop::Unknown(Arc::new(plain(&u)))),
        _ => fail("a value is not known"),
    }
}

fn truth(c: &Call<'_>, wanted: bool) -> Outcome {
    let mut open = None;
    let mut decided = false;
    for (i, item) in c.items(0)?.1.iter().enumerate() {
        match convert(item.clone(), &Type::Bool).map(|v| v.kind) {
            Ok(Kind::Bool(b)) => decided |= b == wanted,
            Ok(Kind::Null) => decided |= !wanted,
            Ok(Kind::Unknown(_) | Kind::Choice(_)) => open = open.or(Some(item.clone())),
            _ => return argument(0, format!("element {i}: a bool is required")),
        }
    }
    match open {
        _ if decided => c.bool(wanted, 0),
        Some(item) => stop_at(Some(&item)),
        None => c.bool(!wanted, 0),
    }
}

fn chunklist(c: &Call<'_>) -> Outcome {
    let ((_, items), size) = (c.ordered(0)?, c.int(1)?);
    let Ok(size) = usize::try_from(size) else { return argument(1, "the size must not be negative") };
    let size = if size == 0 { items.len().max(1) } else { size };
    let closed = open_at(&items).unwrap_or(items.len());
    let mut chunks: Vec<Value> = Vec::new();
    for (i, chunk) in items.chunks(size).enumerate() {
        if i * size + chunk.len() > closed {
            chunks.extend(items.get(closed).map(any_number));
            break;
        }
        chunks.push(Value::list(ListKind::List, chunk.to_vec(), c.cx.at));
    }
    c.list(ListKind::List, chunks)
}

/// Converts a value to the type that all arguments have in common.
fn in_common(c: &Call<'_>, value: &Value) -> Outcome {
    let types: Vec<Type> = c.args.iter().map(type_of).collect();
    let Some(ty) = unify(&types) else { return fail("all arguments must have the same type") };
    convert(value.clone(), &ty).map_err(|e| Stop::Fail(e.to_string()))
}

fn coalesce(c: &Call<'_>) -> Outcome {
    for arg in c.args {
        match &arg.kind {
            Kind::Null => {}
            Kind::String(text) => match text.as_known() {
                Some(known) if known.is_empty() => {}
                Some(_) => return in_common(c, arg),
                None if text.parts().iter().any(surely_some) => return in_common(c, arg),
                None => return stop_at(Some(arg)),
            },
            Kind::Unknown(u) => return Err(Stop::Unknown(u.clone())),
            _ => return in_common(c, arg),
        }
    }
    fail("no argument has a value that is neither null nor empty")
}

/// Whether a part of a text has at least one character.
fn surely_some(part: &Part) -> bool {
    match part {
        Part::Known { text, .. } => !text.is_empty(),
        Part::Symbol(..) | Part::Json(..) => true,
        Part::Hole(..) => false,
    }
}

fn coalescelist(c: &Call<'_>) -> Outcome {
    let fits = |v: &Value| matches!(v.kind, Kind::List(ListKind::List | ListKind::Tuple, _) | Kind::Unknown(_));
    if let Some(i) = c.args.iter().position(|a| !fits(a)) {
        return argument(i, "a list or tuple is required");
    }
    for arg in c.args {
        match &arg.kind {
            Kind::Unknown(u) => return Err(Stop::Unknown(u.clone())),
            Kind::List(_, items) if items.is_empty() => {}
            Kind::List(_, items) if items.iter().all(is_many) => return stop_at(items.first()),
            _ => return Ok(arg.clone()),
        }
    }
    fail("no list has an element")
}

fn compact(c: &Call<'_>) -> Outcome {
    let items = c.items(0)?.1.into_iter().filter_map(|item| match &item.kind {
        Kind::Null => None,
        Kind::String(text) => match text.as_known() {
            Some(known) if known.is_empty() => None,
            Some(_) => Some(item),
            None if text.parts().iter().any(surely_some) => Some(item),
            None => Some(any_number(&item)),
        },
        _ => Some(any_number(&item)),
    });
    c.list_of(0, items.collect())
}

fn concat(c: &Call<'_>) -> Outcome {
    let mut items: Vec<Value> = Vec::new();
    let mut all_lists = true;
    for (i, arg) in c.args.iter().enumerate() {
        match (&arg.kind, arg.items()) {
            (Kind::Unknown(_), _) => items.push(any_number(arg)),
            (Kind::List(kind, _), Some(own)) if *kind != ListKind::Set || is_unordered(arg) => {
                all_lists &= *kind == ListKind::List;
                check_elements(items.len().saturating_add(own.len()))?;
                items.extend(own);
            }
            _ => return argument(i, "a list or tuple is required"),
        }
    }
    if !all_lists {
        return c.list(ListKind::Tuple, items);
    }
    let list = c.list(ListKind::Tuple, items)?;
    convert(list.clone(), &Type::List(Box::new(Type::Any))).or(Ok(list))
}

fn contains(c: &Call<'_>) -> Outcome {
    let (_, items) = c.items(0)?;
    let wanted = c.arg(1)?;
    let mut open = None;
    for item in &items {
        match equal(item, wanted) {
            Some(true) => return c.bool(true, 0),
            Some(false) => {}
            None => open = open.or(Some(item)),
        }
    }
    match open {
        None => c.bool(false, 0),
        Some(item) if matches!(item.kind, Kind::Unknown(_)) => stop_at(Some(item)),
        Some(item) => super::call::all_known(item).and_then(|()| stop_at(Some(wanted))),
    }
}

fn unique(c: &Call<'_>) -> Outcome {
    // An unknown element may be one of the others.
    let items = distinct(c.items(0)?.1).into_iter().map(|v| match v.kind {
        Kind::Unknown(_) => any_number(&v),
        _ => v,
    });
    c.list_of(0, items.collect())
}

fn element(c: &Call<'_>) -> Outcome {
    let list = c.arg(0)?;
    let index = c.int(1)?;
    let Kind::List(kind, items) = &list.kind else { return argument(0, "a list or tuple is required") };
    c.ordered(0)?;
    if *kind == ListKind::Set {
        return argument(0, "a set has no elements by index");
    }
    let count = i128::try_from(items.len()).unwrap_or(i128::MAX);
    let at = match (usize::try_from(index), open_at(items)) {
        (Ok(index), Some(open)) if index < open => index,
        (_, Some(open)) => return stop_at(items.get(open)),
        _ if items.is_empty() => return fail("the list is empty"),
        // Terraform counts backwards in lists, and refuses to in tuples.
        _ if *kind == ListKind::Tuple && index % count < 0 => return argument(1, "the index must not be negative"),
        _ => usize::try_from(index.rem_euclid(count)).unwrap_or(0),
    };
    list.item(at).ok_or_else(|| Stop::Fail("the list has no such element".to_owned()))
}

fn flatten(c: &Call<'_>) -> Outcome {
    let arg = c.arg(0)?;
    if !matches!(arg.kind, Kind::List(..)) {
        return argument(0, "a list, set or tuple is required");
    }
    let mut out = Vec::new();
    flatten_into(arg, &mut out, 0)?;
    c.list(ListKind::Tuple, out)
}

fn flatten_into(list: &Value, out: &mut Vec<Value>, depth: usize) -> Result<(), Stop> {
    if depth > MOST_DEPTH {
        return Err(Stop::Limit(format!("more than {MOST_DEPTH} levels")));
    }
    for item in list.items().into_iter().flatten() {
        check_elements(out.len())?;
        match &item.kind {
            Kind::List(..) => flatten_into(&item, out, depth + 1)?,
            // It may be a list itself.
            Kind::Unknown(_) => out.push(any_number(&item)),
            Kind::Choice(choice)
                if choice.arms.iter().any(|a| matches!(a.value.kind, Kind::List(..) | Kind::Unknown(_))) =>
            {
                out.push(any_number(&item));
            }
            _ => out.push(item),
        }
    }
    Ok(())
}

fn index(c: &Call<'_>) -> Outcome {
    let (kind, items) = c.ordered(0)?;
    if kind == ListKind::Set {
        return argument(0, "a list or tuple is required");
    }
    let wanted = c.arg(1)?;
    for (i, item) in items.iter().enumerate() {
        match equal(item, wanted) {
            Some(true) => return c.num(Number::int(i128::try_from(i).unwrap_or(0)), 0),
            Some(false) => {}
            None => return stop_at(Some(if matches!(wanted.kind, Kind::Unknown(_)) { wanted } else { item })),
        }
    }
    fail("the list does not hold the value")
}

fn one(c: &Call<'_>) -> Outcome {
    let list = c.arg(0)?;
    let (_, items) = c.items(0)?;
    let mut sure = items.iter().filter(|v| !is_many(v));
    match (sure.next(), sure.next(), items.first()) {
        (Some(_), Some(_), _) => argument(0, "the list must have one element or none"),
        (Some(item), None, _) => Ok(item.clone()),
        (None, _, Some(open)) => stop_at(Some(open)),
        (None, _, None) => Ok(Value::new(Kind::Null, list.origin.clone())),
    }
}

/// Terraform's own limit of `range`.
const MOST_IN_RANGE: usize = 1024;

fn range(c: &Call<'_>) -> Outcome {
    let (start, end, step) = match c.args.len() {
        1 => (Number::int(0), c.number(0)?, None),
        2 => (c.number(0)?, c.number(1)?, None),
        3 => (c.number(0)?, c.number(1)?, Some(c.number(2)?)),
        _ => return fail("it takes one to three arguments"),
    };
    let down = compare_numbers(end, start).is_lt();
    let step = step.unwrap_or(Number::int(if down { -1 } else { 1 }));
    let step_down = as_float(step) < 0.0;
    if as_float(step) == 0.0 && compare_numbers(end, start).is_ne() {
        return argument(2, "the step must not be zero");
    }
    if step_down != down && compare_numbers(end, start).is_ne() {
        return argument(2, "the step leads away from the limit");
    }
    let mut items = Vec::new();
    let mut current = start;
    loop {
        let order = compare_numbers(current, end);
        if if down { order.is_le() } else { order.is_ge() } {
            break;
        }
        if items.len() >= MOST_IN_RANGE.min(MOST_ELEMENTS) {
            return fail(format!("it makes at most {MOST_IN_RANGE} elements"));
        }
        items.push(Value::new(Kind::Number(current), c.cx.at));
        current = add(current, step);
    }
    c.list(ListKind::List, items)
}

fn add(a: Number, b: Number) -> Number {
    if let (Number::Int(a), Number::Int(b)) = (a, b)
        && let Some(sum) = a.get().checked_add(b.get())
    {
        return Number::int(sum);
    }
    number(as_float(a) + as_float(b))
}

fn reverse(c: &Call<'_>) -> Outcome {
    let (kind, mut items) = c.items(0)?;
    items.reverse();
    if kind == ListKind::Set { c.list_of(0, items) } else { c.list(kind, items) }
}

fn slice(c: &Call<'_>) -> Outcome {
    let ((kind, items), from, to) = (c.ordered(0)?, c.int(1)?, c.int(2)?);
    if kind == ListKind::Set {
        return argument(0, "a set has no order; convert it with `tolist` first");
    }
    let (Ok(from), Ok(to)) = (usize::try_from(from), usize::try_from(to)) else {
        return argument(1, "indexes must not be negative");
    };
    if from > to {
        return argument(1, "the start index must not be greater than the end index");
    }
    if let Some(open) = open_at(&items)
        && to > open
    {
        return stop_at(items.get(open));
    }
    match items.get(from..to) {
        Some(part) => c.list(kind, part.to_vec()),
        None => argument(2, format!("the list has {} elements only", items.len())),
    }
}

fn sort(c: &Call<'_>) -> Outcome {
    let mut sorted: Vec<(String, Value)> = Vec::new();
    let mut open = Vec::new();
    for (i, item) in c.items(0)?.1.into_iter().enumerate() {
        match &item.kind {
            Kind::Null => return argument(0, format!("element {i} is null; null values cannot be sorted")),
            Kind::String(text) => sorted.push((text.display(), item)),
            // Before elements of which nothing is known no index is.
            _ => open.push(any_number(&item)),
        }
    }
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let items = open.into_iter().chain(sorted.into_iter().map(|(_, v)| v));
    c.list(ListKind::List, items.collect())
}

fn sum(c: &Call<'_>) -> Outcome {
    let (_, items) = c.items(0)?;
    if items.is_empty() {
        return argument(0, "there is nothing to add");
    }
    let mut total = Number::int(0);
    let mut open = None;
    for (i, item) in items.iter().enumerate() {
        match convert(item.clone(), &Type::Number).map(|v| v.kind) {
            Ok(Kind::Number(n)) => total = add(total, n),
            Ok(Kind::Unknown(_) | Kind::Choice(_)) => open = open.or(Some(item)),
            _ => return argument(0, format!("element {i}: a number is required")),
        }
    }
    if open.is_some() { stop_at(open) } else { c.num(total, 0) }
}

/// The text of a list item that serves as a key: unknown items are a hole.
pub(super) fn key_text(item: &Value) -> Option<Text> {
    super::texts::of_value(item)
}
