use std::sync::Arc;

use super::super::{ast::Access, convert::first_unknown, evaluator::Evaluator, outcomes::choose, scope::Scope};
use crate::{
    source::Location,
    value::{Arm, Kind, ListKind, Number, OTHER, Part, Reason, Unknown, Value},
};

/// The key under which a resource's object keeps its address, so that attributes that are known only after apply can be
/// told from mistakes. No attribute can have this name.
pub(in super::super) const OPEN: &str = "\u{0}open";

/// A lookup by an unknown key among more values than this is unknown.
const MOST_CANDIDATES: usize = 32;

impl Evaluator<'_> {
    /// Applies the steps of a traversal to a value.
    pub fn accesses(&self, value: Value, steps: &[Access], at: Location, scope: &Scope<'_>) -> Value {
        let mut value = value;
        let mut rest = steps;
        while let Some((step, after)) = rest.split_first() {
            rest = after;
            value = match step {
                Access::Attribute(name) => self.attribute(&value, name, at),
                Access::LegacyIndex(i, step_at) => {
                    let key = Value::new(Kind::Number(Number::int(*i)), *step_at);
                    self.index(&value, &key, at)
                }
                Access::Index(e) => {
                    let key = self.eval(e, scope);
                    self.index(&value, &key, at)
                }
                Access::FullSplat => return self.splat(&value, rest, at, scope),
                Access::AttributeSplat => {
                    let len = rest.iter().take_while(|s| matches!(s, Access::Attribute(..))).count();
                    let (each, after) = rest.split_at(len);
                    rest = after;
                    self.splat(&value, each, at, scope)
                }
            };
        }
        value
    }

    /// `value[*]` with the steps that follow applied to each item.
    fn splat(&self, value: &Value, steps: &[Access], at: Location, scope: &Scope<'_>) -> Value {
        self.lift(std::slice::from_ref(value), at, &mut |values| {
            let Some(value) = values.first() else { return self.error("nothing to repeat", at) };
            let each = |item: Value| self.accesses(item, steps, at, scope);
            match &value.kind {
                Kind::Null => Value::list(ListKind::Tuple, Vec::new(), value.origin.clone()),
                Kind::List(..) => {
                    let items = value.items().into_iter().flatten().map(each).collect();
                    Value::list(ListKind::Tuple, items, at)
                }
                Kind::Unknown(u) if self.is_error(u) => value.clone(),
                Kind::Unknown(u) => {
                    let item = Value::new(Kind::Unknown(self.derived(u, "[*]", true)), value.origin.clone());
                    Value::list(ListKind::Tuple, vec![each(item)], at)
                }
                _ => Value::list(ListKind::Tuple, vec![each(value.clone())], at),
            }
        })
    }

    /// `value.name`.
    pub fn attribute(&self, value: &Value, name: &str, at: Location) -> Value {
        match &value.kind {
            Kind::Object(object) => match value.get(name) {
                Some(found) => found,
                None if object.get(OPEN).is_some() => {
                    let address = object.get(OPEN).and_then(|e| e.value.as_str().map(|s| s.into_owned()));
                    let reference = format!("{}.{name}", address.unwrap_or_default());
                    self.unknown(reference, Reason::AfterApply, at)
                }
                None => match object.entries().iter().find(|e| e.key.as_known().is_none()) {
                    Some(open) => match open.key.first_hole() {
                        Some(hole) => {
                            let part = self.derived(hole, format_args!(".{name}"), false);
                            Value::new(Kind::Unknown(part), at)
                        }
                        None => open.value.clone(),
                    },
                    None => self.error(format!("this object has no attribute `{name}`"), at),
                },
            },
            Kind::Unknown(u) if self.is_error(u) => value.clone(),
            Kind::Unknown(u) => {
                Value::new(Kind::Unknown(self.derived(u, format_args!(".{name}"), u.many)), value.origin.clone())
            }
            Kind::Choice(_) => self.lift_sound(std::slice::from_ref(value), at, &mut |v| match v.first() {
                Some(v) => self.attribute(v, name, at),
                None => self.error("no value", at),
            }),
            Kind::Null => self.error(format!("null has no attribute `{name}`"), at),
            _ => self.error(format!("this value has no attribute `{name}`"), at),
        }
    }

    /// `value[key]`.
    pub fn index(&self, value: &Value, key: &Value, at: Location) -> Value {
        self.lift_sound(&[value.clone(), key.clone()], at, &mut |values| match values {
            [value, key] => self.index_plain(value, key, at),
            _ => self.error("no index", at),
        })
    }

    fn index_plain(&self, value: &Value, key: &Value, at: Location) -> Value {
        for side in [value, key] {
            if let Kind::Unknown(u) = &side.kind
                && self.is_error(u)
            {
                return side.clone();
            }
        }
        let known_key = match &key.kind {
            Kind::String(t) => t.as_known().map(|k| k.into_owned()),
            _ => key.as_str().map(|k| k.into_owned()),
        };
        match (&value.kind, known_key) {
            (Kind::Unknown(u), key_text) => {
                let suffix = match key_text {
                    Some(k) if matches!(key.kind, Kind::Number(_)) => format!("[{k}]"),
                    Some(k) => format!("[{k:?}]"),
                    None => format!("[{}]", self.text(key.origin.at)),
                };
                Value::new(Kind::Unknown(self.derived(u, suffix, u.many)), value.origin.clone())
            }
            (Kind::List(ListKind::Set, _), _) => self.error("a set has no indexes", at),
            (Kind::List(_, items), Some(k)) => {
                let Ok(index) = k.parse::<usize>() else { return self.error(format!("`{k}` is no index"), at) };
                let before_many = first_many(items.iter().take(index + 1));
                match (before_many, value.item(index)) {
                    (Some(u), _) => Value::new(Kind::Unknown(self.derived(&u, format_args!("[{index}]"), false)), at),
                    (None, Some(item)) => item,
                    (None, None) => self.error(format!("the list has no item {index}"), at),
                }
            }
            (Kind::Object(_), Some(k)) => self.attribute(value, &k, at),
            (Kind::List(..) | Kind::Object(_), None) => self.candidates(value, key, None, at),
            (Kind::Null, _) => self.error("null has no items", at),
            _ => self.error("this value has no items", at),
        }
    }

    /// The value under a key that is not known: one of those whose keys it can be. `default` is what a lookup gives for
    /// any other key.
    pub(super) fn candidates(&self, value: &Value, key: &Value, default: Option<&Value>, at: Location) -> Value {
        let open = match &value.kind {
            Kind::List(_, items) => first_many(items.iter()),
            Kind::Object(object) => object.entries().iter().find_map(|e| first_unknown(&e.key)),
            _ => None,
        };
        if let Some(open) = open {
            let part = self.derived_as(&open, format_args!("[{}]", self.text(key.origin.at)), self.text(at), at);
            return Value::new(Kind::Unknown(part), at);
        }
        let Some(key) = self.open_key(key) else { return self.unknown(self.text(at), Reason::OnlyAws, at) };
        let mut arms = Vec::new();
        if let Some(items) = value.items() {
            let labelled =
                items.enumerate().filter_map(|(i, value)| Some(Arm { label: key.label(&i.to_string())?, value }));
            arms.extend(labelled.take(MOST_CANDIDATES + 1));
        } else if let Some(entries) = value.entries() {
            let labelled = entries.filter_map(|e| Some(Arm { label: key.label(&e.key.as_known()?)?, value: e.value }));
            arms.extend(labelled.take(MOST_CANDIDATES + 1));
        }
        if arms.len() > MOST_CANDIDATES {
            let why = key.unknown.reason.clone();
            return Value::unknown(Unknown::new(self.text(at), why, at), at);
        }
        let other = match default {
            Some(default) => Some(default.clone()),
            None if arms.is_empty() => return self.error("there is no such key, whatever is not known of it", at),
            None if self.tolerant.get() => Some(self.error("there is no such key", at)),
            None => None,
        };
        arms.extend(other.map(|value| Arm { label: OTHER.into(), value }));
        choose(&self.subject(&key.unknown), arms, at)
    }

    fn open_key(&self, key: &Value) -> Option<OpenKey> {
        let text = match &key.kind {
            Kind::Unknown(u) => {
                return Some(OpenKey { unknown: u.clone(), before: String::new(), after: String::new(), whole: false });
            }
            Kind::String(text) => text,
            _ => return None,
        };
        let known = |p: &&Part| matches!(p, Part::Known { .. });
        let joined = |parts: &[Part]| parts.iter().map(shown).collect::<String>();
        let parts = text.parts();
        let front = parts.iter().take_while(known).count();
        let back = parts.iter().rev().take_while(known).count();
        let until = parts.len().checked_sub(back)?;
        let (before, after) = (joined(parts.get(..front)?), joined(parts.get(until..)?));
        match parts.get(front..until)? {
            [Part::Hole(u, _)] => Some(OpenKey { unknown: u.clone(), before, after, whole: false }),
            [Part::Symbol(symbol, origin)] => {
                Some(OpenKey { unknown: self.symbol(*symbol, origin.at), before, after, whole: false })
            }
            _ => {
                let first = first_unknown(text)?;
                let unknown = self.derived_as(&first, text.display(), self.text(key.origin.at), key.origin.at);
                Some(OpenKey { unknown, before, after, whole: true })
            }
        }
    }
}

/// A key of which only the ends are known.
struct OpenKey {
    /// What is not known of it.
    unknown: Arc<Unknown>,
    before: String,
    after: String,
    /// Whether outcomes are named by the whole key and not by what stands between the ends.
    whole: bool,
}

impl OpenKey {
    /// The outcome that makes the key this one; `None` when none does.
    fn label(&self, key: &str) -> Option<Arc<str>> {
        let middle = key.strip_prefix(&*self.before)?.strip_suffix(&*self.after)?;
        Some(if self.whole { key.into() } else { middle.into() })
    }
}

fn shown(part: &Part) -> &str {
    if let Part::Known { text, .. } = part { text } else { "" }
}

/// The first item that stands for any number of items.
fn first_many<'v>(mut items: impl Iterator<Item = &'v Value>) -> Option<Arc<Unknown>> {
    items.find_map(|i| match &i.kind {
        Kind::Unknown(u) if u.many => Some(u.clone()),
        _ => None,
    })
}
