//! Conditions: operators with their modifiers, applied to what a request carries.

use super::{
    Truth,
    compare::{Outcome, compare},
    context::Context,
};
use crate::{
    analysis::{keys, request::ContextValue},
    policy::{Condition, Operator, SetQuantifier, Test, Version, scalars::boolean},
};

/// Whether a request meets a condition.
pub(super) fn holds(condition: &Condition, context: &Context<'_>, version: Version) -> Truth {
    let (Some(operator), Some(key)) = (condition.operator, condition.key.known()) else {
        return Truth::Unknown;
    };
    let given = context.get(&key);
    if operator.test == Test::Null {
        return null(condition, operator, given);
    }
    let values = Values { condition, test: operator.test, variables: version == Version::V2012, context };
    match operator.set {
        SetQuantifier::Single => single(&values, operator, &key, given),
        SetQuantifier::ForAll => for_all(&values, given),
        SetQuantifier::ForAny => for_any(&values, operator, given),
    }
}

/// The values of a condition, to be compared with one value of the request.
struct Values<'a> {
    condition: &'a Condition,
    test: Test,
    variables: bool,
    context: &'a Context<'a>,
}

impl Values<'_> {
    /// Whether one value of the request passes: it matches one of the condition's values; for a negated test, none.
    fn pass(&self, value: &str) -> Truth {
        let mut found = if self.condition.more_values { Outcome::Undecided } else { Outcome::Mismatch };
        for wanted in &self.condition.values {
            match (compare(self.test, value, wanted, self.variables, self.context), found) {
                (Outcome::Match, _) => return Truth::from(!self.test.is_negated()),
                (Outcome::Undecided, _) => found = Outcome::Undecided,
                (Outcome::Unreadable, Outcome::Mismatch) => found = Outcome::Unreadable,
                _ => {}
            }
        }
        match (found, self.test.is_negated()) {
            (Outcome::Match, negated) => Truth::from(!negated),
            (Outcome::Mismatch, negated) => Truth::from(negated),
            (Outcome::Unreadable, false) => Truth::False,
            (Outcome::Unreadable, true) | (Outcome::Undecided, _) => Truth::Unknown,
        }
    }
}

/// An operator without quantifier.
fn single(values: &Values<'_>, operator: Operator, key: &str, given: Option<&ContextValue>) -> Truth {
    let absent = Truth::from(operator.if_exists || operator.test.is_negated());
    match given {
        None => absent,
        // What a plain operator makes of several values is not documented.
        Some(ContextValue::Many(_)) => Truth::Unknown,
        Some(ContextValue::One(_)) if keys::lookup(key).is_some_and(|k| k.multivalued) => Truth::Unknown,
        // An empty value may count as a value or as none.
        Some(ContextValue::One(value)) if value.is_empty() => values.pass(value).agreed(absent),
        Some(ContextValue::One(value)) => values.pass(value),
    }
}

/// `ForAllValues:` every value of the request passes; true when there is none.
fn for_all(values: &Values<'_>, given: Option<&ContextValue>) -> Truth {
    let all = listed(given);
    if all.iter().all(|v| v.is_empty()) {
        return Truth::True;
    }
    Truth::all(all.iter().map(|value| {
        let pass = values.pass(value);
        if value.is_empty() { pass.agreed(Truth::True) } else { pass }
    }))
}

/// `ForAnyValue:` some value of the request passes; false when there is none, whatever the test is.
fn for_any(values: &Values<'_>, operator: Operator, given: Option<&ContextValue>) -> Truth {
    // Whether `IfExists` or `ForAnyValue` wins for an absent key is not documented.
    let none = if operator.if_exists { Truth::Unknown } else { Truth::False };
    let all = listed(given);
    if all.is_empty() {
        return none;
    }
    let any = Truth::any(all.iter().map(|value| values.pass(value)));
    if all.iter().all(|v| v.is_empty()) { any.agreed(none) } else { any }
}

/// `Null`: whether the key is absent. With a quantifier the answer does not depend on the request.
fn null(condition: &Condition, operator: Operator, given: Option<&ContextValue>) -> Truth {
    if operator.if_exists {
        return Truth::Unknown;
    }
    match operator.set {
        SetQuantifier::ForAll => return Truth::True,
        SetQuantifier::ForAny => return Truth::False,
        SetQuantifier::Single => {}
    }
    let with = |absent: bool| {
        let wanted = condition.values.iter().map(|v| match v.known().as_deref().and_then(boolean) {
            Some(wanted) => Truth::from(wanted == absent),
            None => Truth::Unknown,
        });
        Truth::any(wanted.chain(condition.more_values.then_some(Truth::Unknown)))
    };
    match given {
        None => with(true),
        Some(_) if listed(given).iter().all(|v| v.is_empty()) => with(true).agreed(with(false)),
        Some(_) => with(false),
    }
}

fn listed(given: Option<&ContextValue>) -> &[String] {
    match given {
        None => &[],
        Some(ContextValue::One(value)) => std::slice::from_ref(value),
        Some(ContextValue::Many(values)) => values,
    }
}
