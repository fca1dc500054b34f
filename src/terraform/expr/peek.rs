//! What conditions ask is mostly whether something known is equal to something else: for the answer it does not matter
//! by what way either came, and so no way is made.

use super::super::{
    ast::{Access, Expr, ExprKind},
    demand::Demand,
    equality::equal_plain,
    evaluator::Evaluator,
    scope::{Iteration, Scope},
};
use super::conditional::Truth;
use crate::value::{Kind, Value};

impl Evaluator<'_> {
    /// What is known of an expression as a condition.
    pub(super) fn truth_of(&self, e: &Expr, scope: &Scope<'_>) -> Truth {
        if e.now().as_reference().is_some()
            && let Some(Kind::Bool(known)) = self.peek(e, scope)
        {
            return Truth::Known(known);
        }
        self.truth(&self.eval(e, scope), e.at)
    }

    /// Whether two expressions are equal, when both are plainly known; `None` says nothing.
    pub(super) fn plainly_equal(&self, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Option<bool> {
        if !can_be_peeked(left) || !can_be_peeked(right) {
            return None;
        }
        equal_plain(&self.peek(left, scope)?, &self.peek(right, scope)?)
    }

    /// What a literal or a reference is, without the way it took; `None` when that takes more than following names.
    fn peek(&self, e: &Expr, scope: &Scope<'_>) -> Option<Kind> {
        let e = e.now();
        match &e.kind {
            ExprKind::Null => return Some(Kind::Null),
            ExprKind::Bool(b) => return Some(Kind::Bool(*b)),
            ExprKind::Number(n) => return Some(Kind::Number(*n)),
            ExprKind::String(text) => return Some(Kind::String(text.clone())),
            ExprKind::Parenthesis(inner) => return self.peek(inner, scope),
            _ => {}
        }
        let (name, steps) = e.as_reference()?;
        self.count_step();
        if let Some(frame) = scope.find(name) {
            return follow(&frame.value.kind(), steps);
        }
        if let Some(vars) = scope.vars {
            let Kind::Object(vars) = &vars.kind else { return None };
            return follow(&vars.get(name)?.value.kind, steps);
        }
        let (Access::Attribute(first), rest) = steps.split_first()? else { return None };
        let value: Value = match name {
            "var" => self.variable(scope.instance, first, e.at, &Demand::through(rest, &Demand::ALL)).0,
            "local" => self.local(scope.instance, first, e.at, &Demand::through(rest, &Demand::ALL))?.0,
            "each" => match (scope.iteration?, &**first) {
                (Iteration::Each { key, .. }, "key") => return follow(&key.kind, rest),
                (Iteration::Each { value, .. }, "value") => return follow(&value.kind, rest),
                _ => return None,
            },
            _ => return None,
        };
        follow(&scope.settled(value).kind, rest)
    }
}

/// Whether an expression has a form that [`Evaluator::peek`] knows.
fn can_be_peeked(e: &Expr) -> bool {
    let e = e.now();
    match &e.kind {
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => true,
        ExprKind::Parenthesis(inner) => can_be_peeked(inner),
        _ => e.as_reference().is_some_and(|(_, steps)| steps.iter().all(|s| matches!(s, Access::Attribute(_)))),
    }
}

/// What stands at the end of the steps when all on the way is known.
fn follow(kind: &Kind, steps: &[Access]) -> Option<Kind> {
    let mut kind = kind;
    for step in steps {
        let (Access::Attribute(name), Kind::Object(object)) = (step, kind) else { return None };
        kind = &object.get(name)?.value.kind;
    }
    Some(kind.clone())
}
