//! Calls on values of which the possible outcomes are known: each outcome is computed, and the result is a choice
//! again.

use std::sync::Arc;

use super::{
    Context, FunctionError, run,
    table::{Depth, Function},
};
use crate::{
    terraform::unify::MOST_DEPTH,
    value::{
        Arm, Choice, Kind, Part, Reason, StepKind, Subject, Text, Unknown, Value, changed, changed_inside, varies,
    },
};

/// A call is computed for at most so many combinations of outcomes.
const MOST_COMBINATIONS: usize = 64;

pub(super) fn over_choices(function: &Function, args: &[Value], cx: &Context<'_>) -> Result<Value, FunctionError> {
    combine(function, args, cx, MOST_COMBINATIONS)
}

fn combine(function: &Function, args: &[Value], cx: &Context<'_>, budget: usize) -> Result<Value, FunctionError> {
    let found = args.iter().enumerate().find_map(|(i, arg)| match &arg.kind {
        Kind::Choice(choice) => Some(choice.clone()),
        _ => {
            let param = function.params.get(i).or(function.variadic.as_ref());
            match param.map_or(Depth::Top, |p| p.choices) {
                Depth::Top => None,
                Depth::Items => item(arg, 0),
                Depth::All => inside(arg, 0),
            }
        }
    });
    let Some(choice) = found else { return run(function, args, cx) };
    if choice.arms.is_empty() || choice.arms.len() > budget {
        let given: Vec<Value> = args.iter().map(without_choice).collect();
        return run(function, &given, cx);
    }
    let budget = budget / choice.arms.len();
    let mut arms = Vec::with_capacity(choice.arms.len());
    let mut failed = None;
    let mut good = false;
    for arm in &choice.arms {
        let chosen = |a: &Value| assume(a, &choice.subject, &arm.label);
        let combined = match args {
            [one] => combine(function, &[chosen(one)], cx, budget),
            [one, other] => combine(function, &[chosen(one), chosen(other)], cx, budget),
            _ => combine(function, &args.iter().map(chosen).collect::<Vec<_>>(), cx, budget),
        };
        let value = match combined {
            Ok(value) => {
                good = true;
                value
            }
            Err(error) => {
                let why = Reason::Error(error.to_string());
                failed = Some(error);
                Value::unknown(Unknown::new(format!("{}()", function.name), why, cx.at), cx.at)
            }
        };
        arms.push(Arm { label: arm.label.clone(), value });
    }
    match failed {
        Some(error) if !good => Err(error),
        _ => {
            let choice = Choice { subject: choice.subject.clone(), arms };
            Ok(Value::new(Kind::Choice(Arc::new(choice)), cx.at))
        }
    }
}

/// A choice that is one too many as an unknown value.
fn without_choice(value: &Value) -> Value {
    let Kind::Choice(choice) = &value.kind else { return value.clone() };
    let why = Reason::Limit(format!("more than {MOST_COMBINATIONS} combinations of conditions"));
    Value::unknown(Unknown::new(&*choice.subject.text, why, choice.subject.at), value.origin.clone())
}

/// The first choice among the items of a list, and of lists in it.
fn item(value: &Value, depth: usize) -> Option<Arc<Choice>> {
    match &value.kind {
        Kind::Choice(choice) if depth > 0 => Some(choice.clone()),
        Kind::List(_, items) if depth < MOST_DEPTH => items.iter().find_map(|v| item(v, depth + 1)),
        _ => None,
    }
}

/// The first choice in a value, its items and its texts.
fn inside(value: &Value, depth: usize) -> Option<Arc<Choice>> {
    if depth > MOST_DEPTH {
        return None;
    }
    match &value.kind {
        Kind::Object(o) if !varies(o) => None,
        Kind::Choice(choice) => Some(choice.clone()),
        Kind::List(_, items) => items.iter().find_map(|v| inside(v, depth + 1)),
        Kind::Object(o) => {
            o.entries().iter().find_map(|e| inside_text(&e.key, depth).or_else(|| inside(&e.value, depth + 1)))
        }
        Kind::String(text) => inside_text(text, depth),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => None,
    }
}

fn inside_text(text: &Text, depth: usize) -> Option<Arc<Choice>> {
    text.parts().iter().find_map(|p| match p {
        Part::Json(v, _) => inside(v, depth + 1),
        _ => None,
    })
}

/// The value when the subject has that outcome.
fn assume(value: &Value, subject: &Subject, label: &str) -> Value {
    assumed(value, subject, label, 0).unwrap_or_else(|| value.clone())
}

/// The value when the subject has that outcome; `None` when it is the same, so that large values are not copied.
fn assumed(value: &Value, subject: &Subject, label: &str, depth: usize) -> Option<Value> {
    if depth > MOST_DEPTH {
        return None;
    }
    let kind = match &value.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => return None,
        Kind::String(text) if text.is_plain() => return None,
        Kind::Object(o) if !varies(o) => return None,
        Kind::Choice(c) if c.subject.key == subject.key => match c.arm(label) {
            Some(arm) => {
                let value_of_arm = arm.value.within(&value.origin);
                let chosen = assumed(&value_of_arm, subject, label, depth + 1).unwrap_or(value_of_arm);
                return Some(if chosen.origin.at == value.origin.at || !value.origin.is_direct() {
                    chosen
                } else {
                    chosen.entered(value.origin.at, StepKind::Value)
                });
            }
            None => {
                let why = Reason::Error(format!("there is no value when `{}` is {label}", subject.text));
                Kind::Unknown(Arc::new(Unknown::new(&*subject.text, why, subject.at)))
            }
        },
        Kind::Choice(c) => {
            let arms = changed(&c.arms, |a| {
                let value = assumed(&a.value, subject, label, depth + 1)?;
                Some(Arm { label: a.label.clone(), value })
            })?;
            Kind::Choice(Arc::new(Choice { subject: c.subject.clone(), arms }))
        }
        other => changed_inside(other, |v| assumed(v, subject, label, depth + 1))?,
    };
    Some(Value { kind, origin: value.origin.clone() })
}
