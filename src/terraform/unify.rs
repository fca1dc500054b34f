//! Which type a value has, and which one type several values can all be converted to.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    convert::settled,
    equality::is_many,
    types::{Attribute, Type},
};
use crate::value::{Kind, ListKind, ObjectKind, Part, Value};

/// Values and types are followed down to this depth; what is deeper counts as of any type.
pub(super) const MOST_DEPTH: usize = 96;

/// The type of a value as far as it is known. Null and unknown values can be of any type.
pub(crate) fn type_of(value: &Value) -> Type {
    type_at(value, 0)
}

fn type_at(value: &Value, depth: usize) -> Type {
    if depth > MOST_DEPTH {
        return Type::Any;
    }
    match &value.kind {
        Kind::Null | Kind::Unknown(_) => Type::Any,
        Kind::Bool(_) => Type::Bool,
        Kind::Number(_) => Type::Number,
        Kind::String(_) => Type::String,
        // How many elements it has is not known.
        Kind::List(ListKind::Tuple, items) if items.iter().any(is_many) => Type::Any,
        Kind::List(ListKind::Tuple, items) => Type::Tuple(items.iter().map(|v| type_at(v, depth + 1)).collect()),
        Kind::List(kind, items) => {
            let element = Box::new(first_known(items.iter(), depth));
            if *kind == ListKind::Set { Type::Set(element) } else { Type::List(element) }
        }
        Kind::Object(object) if object.kind() == ObjectKind::Map => {
            Type::Map(Box::new(first_known(object.entries().iter().map(|e| &e.value), depth)))
        }
        Kind::Object(object) => {
            let mut attributes = Vec::with_capacity(object.entries().len());
            for e in settled(object) {
                match e.key.parts() {
                    [Part::Known { text, .. }] => attributes.push(required(text.clone(), type_at(&e.value, depth + 1))),
                    _ => match e.key.as_known() {
                        Some(name) => attributes.push(required(name.into(), type_at(&e.value, depth + 1))),
                        None => return Type::Any,
                    },
                }
            }
            Type::Object(attributes.into())
        }
        Kind::Choice(choice) => {
            let types: Vec<Type> = choice.arms.iter().map(|a| type_at(&a.value, depth + 1)).collect();
            unify(&types).unwrap_or(Type::Any)
        }
    }
}

/// The elements of a collection have one type already; the first that shows it is enough.
fn first_known<'v>(values: impl Iterator<Item = &'v Value>, depth: usize) -> Type {
    let mut types = values.map(|v| type_at(v, depth + 1));
    types.find(|t| *t != Type::Any).unwrap_or(Type::Any)
}

fn required(name: Arc<str>, ty: Type) -> Attribute {
    Attribute { name, ty, optional: false, default: None, key: None }
}

/// The type that all of the types can be converted to without loss; `None` when there is none. Types that are not known
/// do not stand in the way.
pub(crate) fn unify(types: &[Type]) -> Option<Type> {
    unify_at(types.iter().collect(), 0)
}

fn unify_at(types: Vec<&Type>, depth: usize) -> Option<Type> {
    if depth > MOST_DEPTH {
        return Some(Type::Any);
    }
    let mut distinct: Vec<&Type> = Vec::new();
    // What is not known may be what brings the others together.
    let open = types.iter().any(|t| **t == Type::Any).then_some(Type::Any);
    for ty in types {
        // Long lists are mostly of one type: this stays linear for them, and eight kinds are enough to decide the rest.
        if *ty != Type::Any && !distinct.iter().take(8).any(|d| *d == ty) {
            distinct.push(ty);
        }
    }
    match distinct.as_slice() {
        [] => return Some(Type::Any),
        [one] => return Some((*one).clone()),
        _ => {}
    }
    let count = |test: fn(&Type) -> bool| distinct.iter().filter(|t| test(t)).count();
    let (maps, objects) = (count(|t| matches!(t, Type::Map(_))), count(|t| matches!(t, Type::Object(_))));
    let (lists, tuples) = (count(|t| matches!(t, Type::List(_))), count(|t| matches!(t, Type::Tuple(_))));
    let sets = count(|t| matches!(t, Type::Set(_)));
    let all = distinct.len();
    if maps > 0 && maps + objects == all {
        return to_map(&distinct, depth).or(open);
    }
    let list = || Some(Type::List(Box::new(elements(&distinct, depth)?)));
    let found = if objects == all {
        object(&distinct, depth).or_else(|| to_map(&distinct, depth))
    } else if tuples == all {
        tuple(&distinct, depth).or_else(list)
    } else if lists > 0 && lists + tuples == all {
        list()
    } else if sets > 0 && sets + lists + tuples == all {
        elements(&distinct, depth).map(|element| Type::Set(Box::new(element)))
    } else {
        primitive(&distinct)
    };
    found.or(open)
}

fn primitive(types: &[&Type]) -> Option<Type> {
    let string = types.contains(&&Type::String);
    (string && types.iter().all(|t| t.is_primitive())).then_some(Type::String)
}

fn object(types: &[&Type], depth: usize) -> Option<Type> {
    let mut by_name: BTreeMap<&Arc<str>, Vec<&Type>> = BTreeMap::new();
    for ty in types {
        let Type::Object(attributes) = ty else { return None };
        attributes.iter().for_each(|a| by_name.entry(&a.name).or_default().push(&a.ty));
    }
    let mut attributes = Vec::with_capacity(by_name.len());
    for (name, of_each) in by_name {
        if of_each.len() != types.len() {
            return None;
        }
        attributes.push(required(name.clone(), unify_at(of_each, depth + 1)?));
    }
    Some(Type::Object(attributes.into()))
}

fn to_map(types: &[&Type], depth: usize) -> Option<Type> {
    let mut values = Vec::new();
    for ty in types {
        match ty {
            Type::Map(element) => values.push(&**element),
            Type::Object(attributes) => values.extend(attributes.iter().map(|a| &a.ty)),
            _ => return None,
        }
    }
    Some(Type::Map(Box::new(unify_at(values, depth + 1)?)))
}

fn tuple(types: &[&Type], depth: usize) -> Option<Type> {
    let items: Option<Vec<&[Type]>> = types
        .iter()
        .map(|t| match t {
            Type::Tuple(items) => Some(items.as_slice()),
            _ => None,
        })
        .collect();
    let items = items?;
    let length = items.first()?.len();
    if items.iter().any(|i| i.len() != length) {
        return None;
    }
    let column = |at: usize| items.iter().filter_map(|i| i.get(at)).collect::<Vec<_>>();
    (0..length).map(|at| unify_at(column(at), depth + 1)).collect::<Option<_>>().map(Type::Tuple)
}

fn elements(types: &[&Type], depth: usize) -> Option<Type> {
    let mut all = Vec::new();
    for ty in types {
        match ty {
            Type::List(element) | Type::Set(element) => all.push(&**element),
            Type::Tuple(items) => all.extend(items),
            _ => return None,
        }
    }
    unify_at(all, depth + 1)
}
