//! What depends on conditions that are not known: values with an outcome for each, and what functions make of them.

use std::sync::Arc;

use super::{evaluator::Evaluator, scope::Scope};
use crate::{
    source::Location,
    value::{Arm, Choice, Kind, Part, Reason, Subject, Unknown, Value},
};

/// So many outcomes of conditions are told apart in one value.
const MOST_ARMS: usize = 64;

impl Evaluator<'_> {
    /// Applies a function to values of which some may be choices: the result is a choice with the outcomes of those.
    pub fn lift(&self, values: &[Value], at: Location, apply: &mut dyn FnMut(&[Value]) -> Value) -> Value {
        self.lift_within(values, at, MOST_ARMS, apply)
    }

    /// As [`Self::lift`], without the outcomes for which the function fails: Terraform would stop there. Inside `try`
    /// and `can` they are kept.
    pub fn lift_sound(&self, values: &[Value], at: Location, apply: &mut dyn FnMut(&[Value]) -> Value) -> Value {
        let errors = self.errors.get();
        let value = self.lift(values, at, apply);
        if self.tolerant.get() {
            return value;
        }
        let fails = |a: &Arm| matches!(&a.value.kind, Kind::Unknown(u) if self.is_error(u));
        match &value.kind {
            Kind::Choice(c) if c.arms.iter().any(fails) && !c.arms.iter().all(fails) => {
                self.errors.set(errors);
                self.without_failures(&c.subject, value.arms().into_iter().flatten().collect(), at)
            }
            _ => value,
        }
    }

    /// As [`Self::lift`] of one value. What is evaluated for an outcome need not be evaluated for the others too:
    /// `apply` is told the scope in which the outcome holds.
    pub fn lift_knowing(
        &self,
        value: &Value,
        at: Location,
        scope: &Scope<'_>,
        apply: &mut dyn FnMut(&Value, &Scope<'_>) -> Value,
    ) -> Value {
        self.lift_knowing_within(value, at, scope, MOST_ARMS, apply)
    }

    fn lift_knowing_within(
        &self,
        value: &Value,
        at: Location,
        scope: &Scope<'_>,
        most: usize,
        apply: &mut dyn FnMut(&Value, &Scope<'_>) -> Value,
    ) -> Value {
        let Kind::Choice(choice) = &value.kind else { return apply(value, scope) };
        let Choice { subject, arms } = &**choice;
        if arms.len() > most {
            return self.too_many_arms(subject, at);
        }
        let arms = arms.iter().map(|arm| {
            let when = scope.when.iter().cloned().chain([subject.assumed(&arm.label)]).collect();
            let inner = Scope { when: &when, ..*scope };
            let chosen = assume(value, subject, &arm.label);
            let value = self.lift_knowing_within(&chosen, at, &inner, most / choice.arms.len().max(1), apply);
            Arm { label: arm.label.clone(), value }
        });
        choose(subject, arms.collect(), at)
    }

    fn too_many_arms(&self, subject: &Subject, at: Location) -> Value {
        let why = Reason::Limit(format!("more than {MOST_ARMS} combinations of conditions"));
        self.unknown(&*subject.text, why, at)
    }

    fn lift_within(
        &self,
        values: &[Value],
        at: Location,
        most: usize,
        apply: &mut dyn FnMut(&[Value]) -> Value,
    ) -> Value {
        let Some(choice) = values.iter().find_map(|v| match &v.kind {
            Kind::Choice(c) => Some(c.clone()),
            _ => None,
        }) else {
            return apply(values);
        };
        if choice.arms.len() > most {
            return self.too_many_arms(&choice.subject, at);
        }
        let each = most / choice.arms.len().max(1);
        let mut arms = Vec::with_capacity(choice.arms.len());
        for arm in &choice.arms {
            let chosen = |v: &Value| assume(v, &choice.subject, &arm.label);
            let value = match values {
                [one] => self.lift_within(&[chosen(one)], at, each, apply),
                [one, other] => self.lift_within(&[chosen(one), chosen(other)], at, each, apply),
                _ => self.lift_within(&values.iter().map(chosen).collect::<Vec<_>>(), at, each, apply),
            };
            arms.push(Arm { label: arm.label.clone(), value });
        }
        choose(&choice.subject, arms, at)
    }
}

/// The value when a subject has that outcome. Choices and their outcomes are looked at, not what is inside of those.
pub(super) fn assume(value: &Value, subject: &Subject, label: &str) -> Value {
    let Kind::Choice(choice) = &value.kind else { return value.clone() };
    if choice.subject.key == subject.key {
        return match choice.arm(label) {
            Some(arm) => assume(&arm.value.within(&value.origin), subject, label),
            None => {
                let why = Reason::Error(format!("there is no value when `{}` is {label}", subject.text));
                Value::unknown(Unknown::new(&*subject.text, why, subject.at), value.origin.clone())
            }
        };
    }
    if !depends_on(choice, subject) {
        return value.clone();
    }
    let arms = choice.arms.iter();
    let arms = arms.map(|a| Arm { label: a.label.clone(), value: assume(&a.value, subject, label) }).collect();
    let mut assumed = choose(&choice.subject, arms, value.origin.at);
    if matches!(assumed.kind, Kind::Choice(_)) {
        assumed.origin = value.origin.clone();
    }
    assumed
}

fn depends_on(choice: &Choice, subject: &Subject) -> bool {
    let inner = |a: &Arm| matches!(&a.value.kind, Kind::Choice(c) if depends_on(c, subject));
    choice.subject.key == subject.key || choice.arms.iter().any(inner)
}

/// A choice, or the one plain value that all of its arms are.
pub(super) fn choose(subject: &Arc<Subject>, arms: Vec<Arm>, at: Location) -> Value {
    if let Some((first, rest)) = arms.split_first()
        && rest.iter().all(|a| same_plain(&a.value, &first.value))
    {
        return first.value.clone();
    }
    Value::new(Kind::Choice(Arc::new(Choice { subject: subject.clone(), arms })), at)
}

fn same_plain(a: &Value, b: &Value) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Bool(a), Kind::Bool(b)) => a == b,
        (Kind::Number(a), Kind::Number(b)) => a == b,
        (Kind::String(a), Kind::String(b)) => match (a.parts(), b.parts()) {
            ([], []) => true,
            ([Part::Known { text: a, .. }], [Part::Known { text: b, .. }]) => a == b,
            // Encoding a document only to compare it would cost more than to keep two equal outcomes.
            ([Part::Json(a, _)], [Part::Json(b, _)]) => Arc::ptr_eq(a, b),
            _ => false,
        },
        (Kind::Unknown(a), Kind::Unknown(b)) => Arc::ptr_eq(a, b) || is_same_error(a, b),
        _ => false,
    }
}

/// Whether these are the same failure of the same expression, evaluated twice.
fn is_same_error(a: &Unknown, b: &Unknown) -> bool {
    matches!(a.reason, Reason::Error(_)) && a.at == b.at && a.reason == b.reason && a.reference == b.reference
}
