use std::sync::Arc;

use crate::{
    source::Location,
    value::{Arm, Choice, Entry, Kind, Object, Part, Subject, Text, Unknown, Value},
};

/// Above this many combinations of outcomes a result becomes unknown.
const MOST_LEAVES: usize = 64;

/// Applies `f` to the arguments once for every consistent combination of the choices among them. `None` when there are
/// too many combinations.
pub(super) fn lift(args: Vec<Value>, at: Location, f: &mut dyn FnMut(&[Value]) -> Value) -> Option<Value> {
    let mut leaves = 0;
    lift_counted(args, at, &mut leaves, f)
}

fn lift_counted(
    args: Vec<Value>,
    at: Location,
    leaves: &mut usize,
    f: &mut dyn FnMut(&[Value]) -> Value,
) -> Option<Value> {
    let Some(choice) = args.iter().find_map(choice_of) else {
        *leaves += 1;
        return (*leaves <= MOST_LEAVES).then(|| f(&args));
    };
    let subject = choice.subject.clone();
    let labels: Vec<Arc<str>> = choice.arms.iter().map(|a| a.label.clone()).collect();
    let mut arms = Vec::with_capacity(labels.len());
    for label in labels {
        let narrowed = args.iter().map(|a| narrow(a, &subject, &label)).collect();
        let value = lift_counted(narrowed, at, leaves, f)?;
        arms.push(Arm { label, value });
    }
    Some(choice_value(subject, arms, at))
}

fn choice_of(value: &Value) -> Option<&Choice> {
    match &value.kind {
        Kind::Choice(c) => Some(c),
        _ => None,
    }
}

/// A choice, or the boolean that all its arms are.
pub(super) fn choice_value(subject: Arc<Subject>, arms: Vec<Arm>, at: Location) -> Value {
    if let Some(Kind::Bool(first)) = arms.first().map(|a| &a.value.kind)
        && arms.iter().all(|a| matches!(&a.value.kind, Kind::Bool(b) if b == first))
    {
        return Value::bool(*first, at);
    }
    Value::new(Kind::Choice(Arc::new(Choice { subject, arms })), at)
}

/// The value where the subject has that outcome. Choices inside of lists and objects stay.
fn narrow(value: &Value, subject: &Subject, label: &str) -> Value {
    let Kind::Choice(choice) = &value.kind else { return value.clone() };
    if choice.subject.key == subject.key {
        let arm = value.arms().and_then(|mut arms| arms.find(|a| *a.label == *label));
        return match arm {
            Some(arm) => narrow(&arm.value, subject, label),
            None => value.clone(),
        };
    }
    let arms =
        choice.arms.iter().map(|a| Arm { label: a.label.clone(), value: narrow(&a.value, subject, label) }).collect();
    Value::new(Kind::Choice(Arc::new(Choice { subject: choice.subject.clone(), arms })), value.origin.clone())
}

/// The value where the subject has that outcome, choices inside of lists, objects and texts included.
pub(super) fn narrow_deep(value: &Value, subject: &Subject, label: &str) -> Value {
    let kind = match &value.kind {
        Kind::List(kind, items) => Kind::List(*kind, items.iter().map(|v| narrow_deep(v, subject, label)).collect()),
        Kind::Object(object) => {
            let entries = object.entries().iter().map(|e| Entry {
                key: narrow_text(&e.key, subject, label),
                key_origin: e.key_origin.clone(),
                value: narrow_deep(&e.value, subject, label),
            });
            let voided = object.voided().to_vec();
            Kind::Object(Arc::new(Object::new(object.kind(), entries.collect()).with_voided(voided)))
        }
        Kind::String(text) => Kind::String(narrow_text(text, subject, label)),
        Kind::Choice(choice) if choice.subject.key == subject.key => {
            let arm = value.arms().and_then(|mut arms| arms.find(|a| *a.label == *label));
            return arm.map_or_else(|| value.clone(), |arm| narrow_deep(&arm.value, subject, label));
        }
        Kind::Choice(choice) => {
            let arms = choice
                .arms
                .iter()
                .map(|a| Arm { label: a.label.clone(), value: narrow_deep(&a.value, subject, label) })
                .collect();
            Kind::Choice(Arc::new(Choice { subject: choice.subject.clone(), arms }))
        }
        other => other.clone(),
    };
    Value { kind, origin: value.origin.clone() }
}

fn narrow_text(text: &Text, subject: &Subject, label: &str) -> Text {
    if text.is_plain() {
        return text.clone();
    }
    let parts = text.parts().iter().map(|p| match p {
        Part::Json(v, origin) => Part::Json(Arc::new(narrow_deep(v, subject, label)), origin.clone()),
        other => other.clone(),
    });
    Text::new(parts.collect())
}

/// The value with every leaf of its choices replaced by what `f` makes of it.
pub(super) fn map_leaves(value: &Value, f: &dyn Fn(&Value) -> Value) -> Value {
    match &value.kind {
        Kind::Choice(choice) => {
            let arms = choice.arms.iter().map(|a| Arm { label: a.label.clone(), value: map_leaves(&a.value, f) });
            let choice = Choice { subject: choice.subject.clone(), arms: arms.collect() };
            Value::new(Kind::Choice(Arc::new(choice)), value.origin.clone())
        }
        _ => f(value),
    }
}

/// Whether a leaf of its choices is nothing at all.
pub(super) fn may_vanish(value: &Value) -> bool {
    match &value.kind {
        Kind::Choice(choice) => choice.arms.iter().any(|a| matches!(a.value.kind, Kind::Null) || may_vanish(&a.value)),
        _ => false,
    }
}

/// What stands for a value that depends on too many conditions.
pub(super) fn too_many(reference: &str, at: Location) -> Unknown {
    let why = format!("more than {MOST_LEAVES} combinations of conditions");
    Unknown::new(reference, crate::value::Reason::Limit(why), at)
}
