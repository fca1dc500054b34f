use std::sync::Arc;

use super::super::{ast::Access, evaluator::Evaluator, scope::Scope};
use crate::{
    source::Location,
    value::{Arm, Choice, Kind, ListKind, Number, Part, Value},
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
                    let key = Value::new(Kind::Number(Number::Int((*i).into())), *step_at);
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
                    self.unknown(reference, crate::value::Reason::AfterApply, at)
                }
                None => match object.entries().iter().find(|e| e.key.as_known().is_none()) {
                    Some(open) => match open.key.first_hole() {
                        Some(hole) => {
                            let part = self.derived(hole, &format!(".{name}"), false);
                            Value::new(Kind::Unknown(part), at)
                        }
                        None => open.value.clone(),
                    },
                    None => self.error(format!("this object has no attribute `{name}`"), at),
                },
            },
            Kind::Unknown(u) if self.is_error(u) => value.clone(),
            Kind::Unknown(u) => {
                Value::new(Kind::Unknown(self.derived(u, &format!(".{name}"), u.many)), value.origin.clone())
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
                Value::new(Kind::Unknown(self.derived(u, &suffix, u.many)), value.origin.clone())
            }
            (Kind::List(ListKind::Set, _), _) => self.error("a set has no indexes", at),
            (Kind::List(_, items), Some(k)) => {
                let Ok(index) = k.parse::<usize>() else { return self.error(format!("`{k}` is no index"), at) };
                let before_many = items.iter().take(index + 1).find_map(|i| match &i.kind {
                    Kind::Unknown(u) if u.many => Some(u.clone()),
                    _ => None,
                });
                match (before_many, value.item(index)) {
                    (Some(u), _) => Value::new(Kind::Unknown(self.derived(&u, &format!("[{index}]"), false)), at),
                    (None, Some(item)) => item,
                    (None, None) => self.error(format!("the list has no item {index}"), at),
                }
            }
            (Kind::Object(_), Some(k)) => self.attribute(value, &k, at),
            (Kind::List(..) | Kind::Object(_), None) => self.candidates(value, key, at),
            (Kind::Null, _) => self.error("null has no items", at),
            _ => self.error("this value has no items", at),
        }
    }

    /// The value under a key that is not known: one of them all.
    fn candidates(&self, value: &Value, key: &Value, at: Location) -> Value {
        let unknown = match &key.kind {
            Kind::Unknown(u) => Some(u.clone()),
            Kind::String(t) => match t.parts() {
                [Part::Hole(u, _)] => Some(u.clone()),
                _ => None,
            },
            _ => None,
        };
        let Some(unknown) = unknown else {
            return self.unknown(self.text(at), crate::value::Reason::OnlyAws, at);
        };
        let mut arms = Vec::new();
        if let Some(items) = value.items() {
            arms.extend(items.enumerate().map(|(i, value)| Arm { label: i.to_string().into(), value }));
        } else if let Some(entries) = value.entries() {
            for e in entries {
                match e.key.as_known() {
                    Some(k) => arms.push(Arm { label: (&*k).into(), value: e.value }),
                    None => return self.pass_on(&unknown, at),
                }
            }
        }
        if arms.is_empty() || arms.len() > MOST_CANDIDATES {
            let part = crate::value::Unknown::new(self.text(at), unknown.reason.clone(), at);
            return Value::unknown(part, at);
        }
        let subject = self.subject(&unknown);
        Value::new(Kind::Choice(Arc::new(Choice { subject, arms })), at)
    }
}
