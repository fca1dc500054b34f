//! What the names of loops are bound to. Loops look at most of their elements only to leave them out: an element is
//! taken out of its collection, with the way it took, when somebody asks for it.

use std::{borrow::Cow, cell::OnceCell};

use super::expr::OPEN;
use crate::value::{Entry, Kind, ListKind, Number, Value};

/// What a name is bound to.
pub(super) enum Bound<'c> {
    Value(Value),
    /// Part of a collection, and the value that it is with its way, once somebody has asked.
    Part(Place<'c>, OnceCell<Value>),
}

/// What part of a collection something is.
#[derive(Clone, Copy)]
pub(super) enum Place<'c> {
    /// An item of a list or the value of an entry of an object.
    Item(&'c Value, &'c Value),
    /// The key of an entry of an object.
    Key(&'c Value, &'c Entry),
    /// The index of an item of a list.
    Index(&'c Value, &'c Value, usize),
}

/// What a loop sees of one element of a collection.
pub(super) struct Element<'c> {
    pub key: Bound<'c>,
    pub value: Bound<'c>,
}

impl From<Value> for Bound<'_> {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl<'c> From<Place<'c>> for Bound<'c> {
    fn from(place: Place<'c>) -> Self {
        Self::Part(place, OnceCell::new())
    }
}

impl Place<'_> {
    fn take(self) -> Value {
        match self {
            Self::Item(collection, item) => item.within(&collection.origin),
            Self::Key(collection, entry) => collection.key_of(entry),
            Self::Index(collection, item, index) => {
                Value::new(Kind::Number(Number::int(index as i128)), item.origin.within(&collection.origin))
            }
        }
    }
}

impl Bound<'_> {
    /// The value, with its way.
    pub fn value(&self) -> &Value {
        match self {
            Self::Value(value) => value,
            Self::Part(place, taken) => taken.get_or_init(|| place.take()),
        }
    }

    /// As [`Self::value`], when nobody else needs it.
    pub fn into_value(self) -> Value {
        match self {
            Self::Value(value) => value,
            Self::Part(place, taken) => taken.into_inner().unwrap_or_else(|| place.take()),
        }
    }

    /// What it is, wherever it comes from.
    pub fn kind(&self) -> Cow<'_, Kind> {
        match self {
            Self::Value(value) => Cow::Borrowed(&value.kind),
            Self::Part(Place::Item(_, value), _) => Cow::Borrowed(&value.kind),
            Self::Part(Place::Key(_, entry), _) => Cow::Owned(Kind::String(entry.key.clone())),
            Self::Part(Place::Index(_, _, index), _) => Cow::Owned(Kind::Number(Number::int(*index as i128))),
        }
    }
}

/// The elements of a list or object in the order in which loops see them; none of anything else.
pub(super) fn elements(collection: &Value) -> Vec<Element<'_>> {
    match &collection.kind {
        Kind::List(kind, items) => {
            let element = |(i, item)| {
                let value = Place::Item(collection, item);
                let key = if *kind == ListKind::Set { value } else { Place::Index(collection, item, i) };
                Element { key: key.into(), value: value.into() }
            };
            items.iter().enumerate().map(element).collect()
        }
        Kind::Object(object) => {
            let mut entries: Vec<&Entry> = object.entries().iter().filter(|e| !e.key.is(OPEN)).collect();
            if !entries.is_sorted_by(|a, b| a.key.shown() <= b.key.shown()) {
                entries.sort_by_cached_key(|e| e.key.shown());
            }
            let entries = entries.into_iter();
            entries
                .map(|e| Element {
                    key: Place::Key(collection, e).into(),
                    value: Place::Item(collection, &e.value).into(),
                })
                .collect()
        }
        _ => Vec::new(),
    }
}
