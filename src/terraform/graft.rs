use std::sync::Arc;

use crate::{
    syntax::json::parse_text,
    value::{Entry, Kind, Part, Text, Value},
};

/// Documents nested deeper keep the plan's places.
const MOST_DEPTH: usize = 64;

/// A policy of a plan with the places that its parts have in the configuration. The result is what the plan says; where
/// the plan says nothing, what the configuration says.
pub(super) fn graft(planned: &Value, configured: &Value) -> Value {
    if matches!(planned.kind, Kind::Unknown(_)) {
        return configured.clone();
    }
    match (document(planned), document(configured)) {
        (Some(planned), Some(configured)) => onto(&planned, &configured, 0),
        _ => at_place(planned, configured),
    }
}

/// The document that a policy holds.
fn document(policy: &Value) -> Option<Value> {
    match &policy.kind {
        Kind::String(text) => match text.parts() {
            [Part::Json(value, _)] => Some(Value::clone(value)),
            _ => {
                let parsed = parse_text(text);
                if parsed.errors.is_empty() { parsed.value } else { None }
            }
        },
        Kind::Choice(_) => policy.arms()?.find_map(|a| document(&a.value)),
        Kind::Object(_) => Some(policy.clone()),
        _ => None,
    }
}

/// The planned value as if it stood at the configured one's place.
fn at_place(planned: &Value, configured: &Value) -> Value {
    let kind = match &planned.kind {
        Kind::String(text) => match text.as_known() {
            Some(known) => Kind::String(Text::known(known.into_owned(), configured.origin.clone())),
            None => planned.kind.clone(),
        },
        Kind::List(kind, items) => Kind::List(*kind, items.iter().map(|v| at_place(v, configured)).collect()),
        Kind::Object(o) => {
            let entries = o.entries().iter().map(|e| Entry {
                key: e.key.clone(),
                key_origin: configured.origin.clone(),
                value: at_place(&e.value, configured),
            });
            return Value::object(o.kind(), entries.collect(), configured.origin.clone());
        }
        other => other.clone(),
    };
    Value { kind, origin: configured.origin.clone() }
}

fn onto(planned: &Value, configured: &Value, depth: usize) -> Value {
    if depth > MOST_DEPTH {
        return planned.clone();
    }
    match (&planned.kind, &configured.kind) {
        (_, Kind::Choice(_)) => {
            let arm = configured.arms().into_iter().flatten().max_by_key(|a| likeness(planned, &a.value, 0));
            arm.map_or_else(|| planned.clone(), |a| onto(planned, &a.value, depth + 1))
        }
        (Kind::Object(o), Kind::Object(_)) => {
            let entries = o.entries().iter().map(|e| {
                let key = e.key.as_known().unwrap_or_default();
                let found = configured.entries().into_iter().flatten().filter(|c| c.key.is(&key)).last();
                match found {
                    Some(c) => {
                        Entry { key: c.key, key_origin: c.key_origin, value: onto(&e.value, &c.value, depth + 1) }
                    }
                    None => Entry {
                        key: e.key.clone(),
                        key_origin: configured.origin.clone(),
                        value: at_place(&e.value, configured),
                    },
                }
            });
            Value::object(o.kind(), entries.collect(), configured.origin.clone())
        }
        (Kind::List(kind, items), Kind::List(..)) => {
            let mut free: Vec<Option<Value>> = configured.items().into_iter().flatten().map(Some).collect();
            let made = items.iter().map(|item| {
                // The most alike of those that are left; a few hundred items are compared at most.
                let best = free
                    .iter()
                    .enumerate()
                    .filter_map(|(i, c)| Some((i, likeness(item, c.as_ref()?, 0))))
                    .take(256)
                    .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
                match best.and_then(|(i, _)| free.get_mut(i)?.take()) {
                    Some(c) => onto(item, &c, depth + 1),
                    None => at_place(item, configured),
                }
            });
            Value { kind: Kind::List(*kind, made.collect::<Vec<_>>().into()), origin: configured.origin.clone() }
        }
        (Kind::List(kind, items), _) => {
            let made: Arc<[Value]> = items.iter().map(|i| onto(i, configured, depth + 1)).collect();
            Value { kind: Kind::List(*kind, made), origin: configured.origin.clone() }
        }
        (_, Kind::List(_, items)) if items.len() == 1 => match configured.item(0) {
            Some(item) => onto(planned, &item, depth + 1),
            None => at_place(planned, configured),
        },
        (Kind::String(p), Kind::String(c)) => {
            let (p, known) = (p.as_known(), c.as_known());
            if p.is_some() && p == known { configured.clone() } else { at_place(planned, configured) }
        }
        _ => at_place(planned, configured),
    }
}

/// How much of a planned value a configured one could be.
fn likeness(planned: &Value, configured: &Value, depth: usize) -> usize {
    if depth > 8 {
        return 0;
    }
    match (&planned.kind, &configured.kind) {
        (Kind::String(p), Kind::String(c)) => match (p.as_known(), c.as_known()) {
            (Some(p), Some(c)) if p == c => 8,
            (Some(_), Some(_)) => 0,
            _ => {
                let known = |part: &Part| match (part, p.as_known()) {
                    (Part::Known { text, .. }, Some(p)) => p.contains(&**text),
                    _ => true,
                };
                if c.parts().iter().all(known) { 4 } else { 0 }
            }
        },
        (Kind::Object(_), Kind::Object(_)) => planned
            .entries()
            .into_iter()
            .flatten()
            .filter_map(|e| Some(1 + likeness(&e.value, &configured.get(&e.key.as_known()?)?, depth + 1)))
            .sum(),
        (Kind::List(_, p), Kind::List(_, c)) => {
            p.iter().take(16).zip(c.iter()).map(|(p, c)| likeness(p, c, depth + 1)).sum()
        }
        (_, Kind::Choice(c)) => c.arms.iter().map(|a| likeness(planned, &a.value, depth + 1)).max().unwrap_or(0),
        (_, Kind::Unknown(_)) => 1,
        _ => 0,
    }
}
