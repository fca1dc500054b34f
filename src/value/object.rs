use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use super::{Kind, Origin, Part, Text, Value};
use crate::tables::Table;

/// A map or object: entries in order, duplicates kept.
#[derive(Debug)]
pub struct Object {
    kind: ObjectKind,
    entries: Vec<Entry>,
    voided: Vec<Origin>,
    index: OnceLock<Table<Arc<str>, usize>>,
    /// How many values there are in it, once somebody has counted them.
    pub(crate) weight: OnceLock<u64>,
    /// Whether there may be a choice in it, once somebody has looked.
    pub(super) varies: OnceLock<bool>,
}

/// Which of Terraform's types an object is. Other languages have only `Object`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectKind {
    /// `object({…})`, `{…}` as written.
    Object,
    /// `map(T)`.
    Map,
}

/// One entry of an object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key, perhaps with parts that are not known.
    pub key: Text,
    /// Where the key stands.
    pub key_origin: Origin,
    /// The value.
    pub value: Value,
}

/// From this size on lookups go through an index.
const INDEXED: usize = 12;

impl Object {
    /// An object of these entries.
    pub fn new(kind: ObjectKind, entries: Vec<Entry>) -> Self {
        Self {
            kind,
            entries,
            voided: Vec::new(),
            index: OnceLock::new(),
            weight: OnceLock::new(),
            varies: OnceLock::new(),
        }
    }

    /// The same object, from which a known value has taken entries away: `voided` are the places of those entries, each
    /// with the way to the value (a parameter's empty default).
    pub fn with_voided(self, voided: Vec<Origin>) -> Self {
        Self { voided, ..self }
    }

    /// What known values have taken away.
    pub fn voided(&self) -> &[Origin] {
        &self.voided
    }

    /// Map or object.
    pub fn kind(&self) -> ObjectKind {
        self.kind
    }

    /// The entries in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The last entry whose key is wholly known and equal.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        if self.entries.len() < INDEXED {
            return self.entries.iter().rev().find(|e| e.key.is(key));
        }
        let index = self.index.get_or_init(|| {
            let known = |(i, e): (usize, &Entry)| e.key.shared().map(|k| (k, i));
            self.entries.iter().enumerate().filter_map(known).collect()
        });
        self.entries.get(*index.get(key)?)
    }
}

/// A longer text than this is not encoded: strings that hold the encoding of strings double with each layer.
const MOST_ENCODED: usize = 2 << 20;

/// Values nested deeper are not encoded.
const MOST_DEPTH: usize = 512;

/// Writes the value as JSON, as `jsonencode` does; `None` when part of it is not known, or the text is longer than
/// [`MOST_ENCODED`] (what was written stays).
pub(super) fn encode_json(value: &Value, out: &mut String) -> Option<()> {
    encode_nested(value, 0, out)
}

/// The text of a string inside a value, with the encodings of values that it holds in turn.
fn nested_text(text: &Text, depth: usize) -> Option<Cow<'_, str>> {
    if let [Part::Known { text, .. }] = text.parts() {
        return Some(Cow::Borrowed(text));
    }
    let mut all = String::new();
    for part in text.parts() {
        match part {
            Part::Known { text, .. } => all.push_str(text),
            Part::Json(value, _) => encode_nested(value, depth + 1, &mut all)?,
            Part::Symbol(..) | Part::Hole(..) => return None,
        }
    }
    Some(Cow::Owned(all))
}

/// A text as the string that `jsonencode` writes: what HTML or JavaScript could take for its own is escaped too.
pub(crate) fn json_string(text: &str) -> String {
    let mut quoted = serde_json::to_string(text).unwrap_or_default();
    for (c, escaped) in
        [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")]
    {
        if quoted.contains(c) {
            quoted = quoted.replace(c, escaped);
        }
    }
    quoted
}

fn encode_nested(value: &Value, depth: usize, out: &mut String) -> Option<()> {
    if depth > MOST_DEPTH || out.len() > MOST_ENCODED {
        return None;
    }
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Kind::Number(n) => out.push_str(&n.to_string()),
        Kind::String(text) => out.push_str(&json_string(&nested_text(text, depth)?)),
        Kind::List(_, items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                encode_nested(item, depth + 1, out)?;
            }
            out.push(']');
        }
        Kind::Object(o) => {
            let mut entries = Vec::with_capacity(o.entries().len());
            for e in o.entries() {
                entries.push((nested_text(&e.key, depth)?, &e.value));
            }
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            for (i, (key, item)) in entries.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&json_string(key));
                out.push(':');
                encode_nested(item, depth + 1, out)?;
            }
            out.push('}');
        }
        Kind::Unknown(_) | Kind::Choice(_) => return None,
    }
    (out.len() <= MOST_ENCODED).then_some(())
}
