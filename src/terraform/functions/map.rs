//! Functions of maps and objects, and `length`.
//!
//! An entry whose key is a hole and whose value is an unknown that stands for any number of items stands for any number
//! of entries.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    call::{Call, Outcome, Stop, argument, check_elements, fail, known},
    list::{any_number, key_text, open_at, stop_at},
    table::{ANY, Function, LIST, Param, STRING, STRING_LISTS, STRINGS},
    texts::plain,
};
use crate::{
    terraform::{
        convert::{convert, counting, describe, first_unknown, that_count},
        equality::{equal, equal_texts, is_many},
        types::Type,
        unify::{type_of, unify},
    },
    value::{Entry, Kind, ListKind, Number, ObjectKind, Origin, Part, Text, Unknown, Value},
};

const OPEN: Param = ANY.null().unknown();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("keys", &[ANY], keys),
    Function::new("length", &[ANY], length),
    Function::new("list", &[], |_| {
        fail("Terraform has no `list` function since version 0.15; it is `tolist([…])` now")
    })
    .variadic(OPEN),
    Function::new("lookup", &[ANY, STRING, OPEN], lookup).optional(1),
    Function::new("map", &[], |_| fail("Terraform has no `map` function since version 0.15; it is `tomap({…})` now"))
        .variadic(OPEN),
    Function::new("matchkeys", &[LIST, LIST.items(), LIST.items()], matchkeys),
    Function::new("merge", &[], merge).variadic(OPEN),
    Function::new("transpose", &[STRING_LISTS], transpose),
    Function::new("values", &[ANY], values),
    Function::new("zipmap", &[STRINGS, ANY], zipmap),
];

/// The entries that count, in Terraform's order, each with the way it took.
fn entries(c: &Call<'_>, index: usize) -> Result<(ObjectKind, Vec<Entry>), Stop> {
    let arg = c.arg(index)?;
    match (&arg.kind, arg.entries()) {
        (Kind::Object(object), Some(entries)) => Ok((object.kind(), counting(entries.collect()))),
        (Kind::Unknown(u), _) => Err(Stop::Unknown(u.clone())),
        _ => argument(index, format!("a map or object is required, and this is {}", describe(arg))),
    }
}

/// An entry that stands for any number of entries.
fn any_entries(unknown: &Unknown, origin: &Origin) -> Entry {
    let hole = Part::Hole(Arc::new(plain(unknown)), origin.clone());
    let value = Value::unknown(plain(unknown).many(), origin.clone());
    Entry { key: Text::one(hole), key_origin: origin.clone(), value }
}

fn keys(c: &Call<'_>) -> Outcome {
    let (kind, entries) = entries(c, 0)?;
    let items = entries.into_iter().map(|e| {
        let key = Value::new(Kind::String(e.key), e.key_origin);
        if is_many(&e.value) { any_number(&key) } else { key }
    });
    c.list(list_for(kind), items.collect())
}

fn values(c: &Call<'_>) -> Outcome {
    let (kind, entries) = entries(c, 0)?;
    c.list(list_for(kind), entries.into_iter().map(|e| e.value).collect())
}

fn list_for(kind: ObjectKind) -> ListKind {
    if kind == ObjectKind::Map { ListKind::List } else { ListKind::Tuple }
}

fn length(c: &Call<'_>) -> Outcome {
    let arg = c.arg(0)?;
    let count = match &arg.kind {
        Kind::List(_, items) => match open_at(items) {
            Some(open) => return stop_at(items.get(open)),
            None => items.len(),
        },
        Kind::Object(_) => {
            let (_, entries) = entries(c, 0)?;
            if let Some(open) = entries.iter().find(|e| is_many(&e.value) || e.key.as_known().is_none()) {
                return stop_at(Some(&Value::new(Kind::String(open.key.clone()), open.key_origin.clone())));
            }
            entries.len()
        }
        Kind::String(text) => super::string::clusters(&known(text)?).len(),
        _ => return argument(0, format!("a string, list or map is required, and this is {}", describe(arg))),
    };
    c.num(Number::int(i128::try_from(count).unwrap_or(i128::MAX)), 0)
}

fn lookup(c: &Call<'_>) -> Outcome {
    let (map, key) = (c.arg(0)?, c.str(1)?);
    let Kind::Object(object) = &map.kind else {
        return argument(0, format!("a map or object is required, and this is {}", describe(map)));
    };
    let default = match c.args.get(2) {
        Some(default) if object.kind() == ObjectKind::Map => match type_of(map) {
            Type::Map(element) => {
                Some(convert(default.clone(), &element).map_err(|e| Stop::Argument(2, e.to_string()))?)
            }
            _ => Some(default.clone()),
        },
        default => default.cloned(),
    };
    if let Some(found) = map.get(&key) {
        return Ok(found);
    }
    if let Some(open) = object.entries().iter().find(|e| e.key.as_known().is_none()) {
        return Err(known(&open.key).err().unwrap_or_else(|| Stop::Fail("the key is not known".to_owned())));
    }
    match default {
        Some(default) => Ok(default),
        None => fail(format!("the map has no key `{key}`")),
    }
}

fn matchkeys(c: &Call<'_>) -> Outcome {
    let Some(common) = unify(&[type_of(c.arg(1)?), type_of(c.arg(2)?)]) else {
        return fail("the keys and the wanted keys must have one type in common");
    };
    let items_of = |index| -> Result<Vec<Value>, Stop> {
        let list = convert(c.arg(index)?.clone(), &common).map_err(|e| Stop::Argument(index, e.to_string()))?;
        Ok(list.items().into_iter().flatten().collect())
    };
    let ((_, values), keys, wanted) = (c.ordered(0)?, items_of(1)?, items_of(2)?);
    if let Some(open) = open_at(&values).and_then(|i| values.get(i)).or(open_at(&keys).and_then(|i| keys.get(i))) {
        return stop_at(Some(open));
    }
    if values.len() != keys.len() {
        return fail("the lists of values and keys must have the same length");
    }
    check_elements(keys.len().saturating_mul(wanted.len()))?;
    let mut out = Vec::new();
    for (value, key) in values.into_iter().zip(&keys) {
        let mut open = false;
        let mut found = false;
        for w in &wanted {
            match equal(key, w) {
                Some(true) => found = true,
                Some(false) => {}
                None => open = true,
            }
        }
        if found {
            out.push(value);
        } else if open {
            out.push(any_number(&value));
        }
    }
    c.list(ListKind::List, out)
}

fn merge(c: &Call<'_>) -> Outcome {
    let mut merged: Vec<(usize, &Entry)> = Vec::new();
    let mut open: Vec<Entry> = Vec::new();
    let mut all_maps = !c.args.is_empty();
    let mut any = false;
    // Any entry before it may be replaced.
    let mut replacing: Option<(usize, Value)> = None;
    for (i, arg) in c.args.iter().enumerate() {
        match &arg.kind {
            Kind::Null => {
                all_maps = false;
                continue;
            }
            Kind::Unknown(u) => {
                replacing = Some((i, Value::unknown(plain(u), arg.origin.clone())));
                open.push(any_entries(u, &arg.origin));
            }
            Kind::Object(object) => {
                all_maps &= object.kind() == ObjectKind::Map;
                merged.reserve(object.entries().len());
                for e in object.entries() {
                    if e.key.as_known().is_some() { merged.push((i, e)) } else { open.push(arg.entry(e)) }
                }
                check_elements(merged.len().saturating_add(open.len()))?;
            }
            _ => return argument(i, format!("maps or objects are required, and this is {}", describe(arg))),
        }
        any = true;
    }
    if !any && !c.args.is_empty() {
        return Ok(Value::object(ObjectKind::Object, Vec::new(), c.cx.at));
    }
    let mut entries = Vec::with_capacity(merged.len() + open.len());
    for (i, e) in that_count(merged.iter().map(|(i, e)| (*e, (*i, *e)))) {
        let entry = c.arg(i)?.entry(e);
        entries.push(match &replacing {
            Some((by, value)) if i < *by => Entry { value: value.clone(), ..entry },
            _ => entry,
        });
    }
    entries.extend(open);
    let object = Value::object(ObjectKind::Object, entries, c.cx.at);
    if !all_maps {
        return Ok(object);
    }
    // Maps of one type make a map; all else makes an object.
    let mut types = c.args.iter().map(type_of).filter(|t| *t != Type::Any);
    let first = types.next();
    if types.any(|t| Some(&t) != first.as_ref()) {
        return Ok(object);
    }
    convert(object.clone(), &Type::Map(Box::new(Type::Any))).or(Ok(object))
}

fn transpose(c: &Call<'_>) -> Outcome {
    let (_, entries) = entries(c, 0)?;
    let mut out: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut count = 0_usize;
    for e in &entries {
        match &e.value.kind {
            Kind::Unknown(u) => return Err(Stop::Unknown(Arc::new(plain(u)))),
            Kind::Null => return argument(0, "null values cannot be keys"),
            _ => {}
        }
        for item in e.value.items().into_iter().flatten() {
            match &item.kind {
                Kind::String(text) => {
                    let key = Value::new(Kind::String(e.key.clone()), e.key_origin.clone());
                    out.entry(known(text)?.into_owned()).or_default().push(key);
                }
                Kind::Unknown(_) => return stop_at(Some(&item)),
                _ => return argument(0, "null values cannot be keys"),
            }
            count += 1;
            check_elements(count)?;
        }
    }
    let entries = out.into_iter().map(|(key, mut values)| {
        values.sort_by_key(|v| v.as_str().map(std::borrow::Cow::into_owned));
        let origin: Origin = c.cx.at.into();
        let value = Value::list(ListKind::List, values, c.cx.at);
        Entry { key: Text::known(key, origin.clone()), key_origin: origin, value }
    });
    Ok(Value::object(ObjectKind::Map, entries.collect(), c.cx.at))
}

fn zipmap(c: &Call<'_>) -> Outcome {
    let ((_, keys), (kind, values)) = (c.ordered(0)?, c.ordered(1)?);
    if kind == ListKind::Set {
        return argument(1, "a list or tuple is required");
    }
    if let Some(open) = open_at(&keys).and_then(|i| keys.get(i)).or(open_at(&values).and_then(|i| values.get(i))) {
        let Kind::Unknown(u) = &open.kind else { return stop_at(Some(open)) };
        return Ok(Value::object(ObjectKind::Map, vec![any_entries(u, &open.origin)], c.cx.at));
    }
    if keys.len() != values.len() {
        return fail(format!("there are {} keys and {} values", keys.len(), values.len()));
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(keys.len());
    for (i, (key, value)) in keys.into_iter().zip(values).enumerate() {
        let Some(text) = key_text(&key) else { return argument(0, format!("key {i} is null")) };
        if let Some(open) = first_unknown(&text) {
            // It may be one of the keys before it.
            for entry in entries.iter_mut().filter(|e| equal_texts(&e.key, &text).is_none()) {
                entry.value = Value::unknown(plain(&open), entry.value.origin.clone());
            }
        }
        entries.push(Entry { key: text, key_origin: key.origin, value });
    }
    let kind = if kind == ListKind::Tuple { ObjectKind::Object } else { ObjectKind::Map };
    Ok(Value::object(kind, counting(entries), c.cx.at))
}
