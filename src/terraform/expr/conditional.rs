use std::sync::Arc;

use super::super::{
    ast::Expr,
    convert::convert,
    evaluator::Evaluator,
    outcomes::{assume, choose},
    scope::Scope,
    unify::{type_of, unify},
};
use crate::{
    source::Location,
    value::{Arm, Kind, Subject, Value},
};

/// What is known of a condition.
pub(in super::super) enum Truth {
    Known(bool),
    /// It depends on something: for each outcome of the subject whether the condition holds, or a value that says why
    /// even that cannot be said.
    Depends(Arc<Subject>, Vec<(Arc<str>, Self)>),
    /// The condition fails or is of a wrong type.
    Fails(Value),
}

impl Evaluator<'_> {
    /// What is known of a value as a condition.
    pub fn truth(&self, value: &Value, at: Location) -> Truth {
        match &value.kind {
            Kind::Bool(b) => Truth::Known(*b),
            Kind::String(t) => match t.as_known().as_deref() {
                Some("true") => Truth::Known(true),
                Some("false") => Truth::Known(false),
                Some(_) => Truth::Fails(self.error("a condition must be true or false", at)),
                None => match t.first_hole() {
                    Some(hole) => self.undecided(hole),
                    None => Truth::Fails(self.error("a condition must be true or false", at)),
                },
            },
            Kind::Unknown(u) if self.is_error(u) => Truth::Fails(value.clone()),
            Kind::Unknown(u) => self.undecided(u),
            Kind::Choice(c) => {
                let outcomes = c.arms.iter().map(|a| (a.label.clone(), self.truth(&a.value, at))).collect();
                Truth::Depends(c.subject.clone(), outcomes)
            }
            Kind::Null => Truth::Fails(self.error("a condition must not be null", at)),
            Kind::Number(_) | Kind::List(..) | Kind::Object(_) => {
                Truth::Fails(self.error("a condition must be true or false", at))
            }
        }
    }

    fn undecided(&self, unknown: &Arc<crate::value::Unknown>) -> Truth {
        let outcomes = vec![("true".into(), Truth::Known(true)), ("false".into(), Truth::Known(false))];
        Truth::Depends(self.subject(unknown), outcomes)
    }

    /// The value under a condition: one of two, or a choice of them.
    pub fn branch(
        &self,
        truth: &Truth,
        at: Location,
        then: &mut dyn FnMut() -> Value,
        otherwise: &mut dyn FnMut() -> Value,
    ) -> Value {
        match truth {
            Truth::Known(true) => then(),
            Truth::Known(false) => otherwise(),
            Truth::Fails(value) => value.clone(),
            Truth::Depends(..) => {
                let (yes, no) = (then(), otherwise());
                pick(truth, at, &yes, &no)
            }
        }
    }

    pub(super) fn conditional(&self, parts: &[Expr; 3], at: Location, scope: &Scope<'_>) -> Value {
        let [condition, then, otherwise] = parts;
        let truth = self.truth_of(condition, scope);
        let value = self.branch(&truth, at, &mut || self.eval(then, scope), &mut || self.eval(otherwise, scope));
        match truth {
            Truth::Known(held) if holds_number(&value, 0) => {
                let other = if held { otherwise } else { then };
                let errors = self.errors.get();
                let other = self.eval(other, scope);
                self.errors.set(errors);
                as_one_type(value, &other)
            }
            _ => value,
        }
    }
}

/// The result of a conditional is of the one type that both results can have: next to strings, numbers are strings.
fn as_one_type(value: Value, other: &Value) -> Value {
    match unify(&[type_of(&value), type_of(other)]) {
        Some(ty) => convert(value.clone(), &ty).unwrap_or(value),
        None => value,
    }
}

fn holds_number(value: &Value, depth: usize) -> bool {
    match &value.kind {
        Kind::Number(_) | Kind::Bool(_) => true,
        Kind::List(_, items) if depth < 8 => items.iter().take(64).any(|v| holds_number(v, depth + 1)),
        Kind::Object(o) if depth < 8 => o.entries().iter().take(64).any(|e| holds_number(&e.value, depth + 1)),
        _ => false,
    }
}

fn pick(truth: &Truth, at: Location, yes: &Value, no: &Value) -> Value {
    match truth {
        Truth::Known(true) => yes.clone(),
        Truth::Known(false) => no.clone(),
        Truth::Fails(value) => value.clone(),
        Truth::Depends(subject, outcomes) => {
            let arms = outcomes.iter().map(|(label, truth)| {
                let (yes, no) = (assume(yes, subject, label), assume(no, subject, label));
                Arm { label: label.clone(), value: pick(truth, at, &yes, &no) }
            });
            choose(subject, arms.collect(), at)
        }
    }
}
