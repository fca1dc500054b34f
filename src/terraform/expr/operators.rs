use std::sync::Arc;

use super::super::{
    ast::{Binary, Expr, Unary},
    convert::parse_number,
    equality::{as_float, compare_numbers, equal},
    evaluator::Evaluator,
    scope::Scope,
};
use super::{conditional::Truth, results::signature};
use crate::{
    source::Location,
    value::{Kind, Number, Part, Unknown, Value},
};

impl Evaluator<'_> {
    pub(super) fn unary(&self, op: Unary, inner: &Expr, at: Location, scope: &Scope<'_>) -> Value {
        match op {
            Unary::Not => {
                let truth = self.truth_of(inner, scope);
                self.branch(&truth, at, &mut || Value::bool(false, at), &mut || Value::bool(true, at))
            }
            Unary::Negate => self.lift(&[self.eval(inner, scope)], at, &mut |values| {
                let Some(value) = values.first() else { return self.error("no operand", at) };
                match self.number(value) {
                    Ok(n) => Value::new(Kind::Number(negated(n)), at),
                    Err(Some(u)) => self.pass_on(&u, at),
                    Err(None) => self.error("the operand must be a number", inner.at),
                }
            }),
        }
    }

    pub(super) fn binary(&self, op: Binary, left: &Expr, right: &Expr, at: Location, scope: &Scope<'_>) -> Value {
        if matches!(op, Binary::And | Binary::Or) {
            return self.logical(op == Binary::And, left, right, at, scope);
        }
        if let Binary::Equal | Binary::NotEqual = op
            && let Some(equal) = self.plainly_equal(left, right, scope)
        {
            return Value::bool(equal == (op == Binary::Equal), at);
        }
        let (a, b) = (self.eval(left, scope), self.eval(right, scope));
        self.lift(&[a, b], at, &mut |values| match values {
            [a, b] => match op {
                Binary::Equal => self.equality(a, b, at, false),
                Binary::NotEqual => self.equality(a, b, at, true),
                _ => self.arithmetic(op, a, b, at),
            },
            _ => self.error("two operands are needed", at),
        })
    }

    fn logical(&self, and: bool, left: &Expr, right: &Expr, at: Location, scope: &Scope<'_>) -> Value {
        let a = self.truth_of(left, scope);
        // Terraform 1.11 evaluates both sides; a side that fails does not matter when the other decides.
        if let Truth::Known(known) = a
            && known != and
        {
            return Value::bool(known, at);
        }
        let b = self.truth_of(right, scope);
        let other =
            |truth: &Truth| self.branch(truth, at, &mut || Value::bool(true, at), &mut || Value::bool(false, at));
        if and {
            self.branch(&a, at, &mut || other(&b), &mut || Value::bool(false, at))
        } else {
            self.branch(&a, at, &mut || Value::bool(true, at), &mut || other(&b))
        }
    }

    fn equality(&self, a: &Value, b: &Value, at: Location, negate: bool) -> Value {
        for side in [a, b] {
            if let Kind::Unknown(u) = &side.kind
                && self.is_error(u)
            {
                return side.clone();
            }
        }
        self.charge(self.weigh([a, b].into_iter()));
        match equal(a, b) {
            Some(equal) => Value::bool(equal != negate, at),
            None => {
                let blocker = self.blocker(a, 0).or_else(|| self.blocker(b, 0));
                let known = [a, b].iter().filter(|v| blocker_free(v)).map(|v| render(v)).collect::<Vec<_>>();
                let unknown = match blocker {
                    Some(u) if known.len() == 1 => {
                        // Whatever is compared is part of what is asked, unless it is the unknown as it is.
                        let open = [a, b].into_iter().find(|v| !blocker_free(v)).filter(|v| !is_whole(v));
                        let operation = format!("{}== {}", open.map(signature).unwrap_or_default(), known.concat());
                        self.derived_as(&u, &operation, self.text(at).replace("!=", "=="), at)
                    }
                    Some(u) => Arc::new(Unknown::new(self.text(at), u.reason.clone(), at)),
                    None => Arc::new(Unknown::new(self.text(at), crate::value::Reason::OnlyAws, at)),
                };
                let equal = Value::new(Kind::Unknown(unknown), at);
                let truth = self.truth(&equal, at);
                self.branch(&truth, at, &mut || Value::bool(!negate, at), &mut || Value::bool(negate, at))
            }
        }
    }

    fn arithmetic(&self, op: Binary, a: &Value, b: &Value, at: Location) -> Value {
        let (x, y) = match (self.number(a), self.number(b)) {
            (Ok(x), Ok(y)) => (x, y),
            (Err(Some(u)), _) | (_, Err(Some(u))) => {
                let operation = format!("{op:?} {} {}", signature(a), signature(b));
                let compares =
                    !matches!(op, Binary::Plus | Binary::Minus | Binary::Multiply | Binary::Divide | Binary::Modulo);
                let reference = if compares { self.text(at) } else { u.reference.clone() };
                return Value::new(Kind::Unknown(self.derived_as(&u, &operation, reference, at)), at);
            }
            _ => return self.error("both operands must be numbers", at),
        };
        let compared = |ordering: std::cmp::Ordering| match op {
            Binary::Less => ordering.is_lt(),
            Binary::LessOrEqual => ordering.is_le(),
            Binary::Greater => ordering.is_gt(),
            _ => ordering.is_ge(),
        };
        match op {
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
                Value::bool(compared(compare_numbers(x, y)), at)
            }
            _ => match calculate(op, x, y) {
                Some(n) => Value::new(Kind::Number(n), at),
                None => self.error("division by zero, or a number that is too large", at),
            },
        }
    }

    /// A value as a number; else what of it is unknown, or nothing when it is none.
    fn number(&self, value: &Value) -> Result<Number, Option<Arc<Unknown>>> {
        match &value.kind {
            Kind::Number(n) => Ok(*n),
            Kind::String(t) => match t.as_known() {
                Some(text) => parse_number(&text).ok_or(None),
                None => Err(t.first_hole().cloned()),
            },
            Kind::Unknown(u) => Err(Some(u.clone())),
            _ => Err(None),
        }
    }

    /// The first thing in a value that is unknown.
    fn blocker(&self, value: &Value, depth: usize) -> Option<Arc<Unknown>> {
        if depth > 200 {
            return None;
        }
        match &value.kind {
            Kind::Unknown(u) => Some(u.clone()),
            Kind::String(t) => t.parts().iter().find_map(|p| match p {
                Part::Hole(u, _) => Some(u.clone()),
                Part::Symbol(symbol, origin) => Some(self.symbol(*symbol, origin.at)),
                Part::Json(value, _) => self.blocker(value, depth + 1),
                Part::Known { .. } => None,
            }),
            Kind::List(_, items) => items.iter().find_map(|v| self.blocker(v, depth + 1)),
            Kind::Object(o) => o.entries().iter().find_map(|e| self.blocker(&e.value, depth + 1)),
            _ => None,
        }
    }

    /// What an operation on something unknown gives.
    pub fn pass_on(&self, unknown: &Arc<Unknown>, at: Location) -> Value {
        Value::new(Kind::Unknown(unknown.clone()), at)
    }
}

fn negated(n: Number) -> Number {
    match n {
        Number::Int(i) => i.get().checked_neg().map_or(Number::Float(-as_float(n)), Number::int),
        Number::Float(x) => Number::Float(-x),
    }
}

fn calculate(op: Binary, x: Number, y: Number) -> Option<Number> {
    if let (Number::Int(a), Number::Int(b)) = (x, y) {
        let (a, b) = (a.get(), b.get());
        let exact = match op {
            Binary::Plus => a.checked_add(b),
            Binary::Minus => a.checked_sub(b),
            Binary::Multiply => a.checked_mul(b),
            Binary::Divide if b == 0 => return None,
            Binary::Divide => (a.checked_rem(b) == Some(0)).then(|| a.checked_div(b)).flatten(),
            _ if b == 0 => return None,
            _ => a.checked_rem(b),
        };
        if let Some(i) = exact {
            return Some(Number::int(i));
        }
    }
    let (a, b) = (as_float(x), as_float(y));
    let result = match op {
        Binary::Plus => a + b,
        Binary::Minus => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => a / b,
        _ => a % b,
    };
    result.is_finite().then(|| whole(rounded(result)))
}

/// Without the error of binary fractions: Terraform calculates with more digits than are ever shown.
fn rounded(x: f64) -> f64 {
    format!("{x:.14e}").parse().unwrap_or(x)
}

fn whole(x: f64) -> Number {
    if x.fract() == 0.0 && x.abs() < 9e15 { Number::int(x as i128) } else { Number::Float(x) }
}

/// Whether a value is one unknown and nothing else.
fn is_whole(value: &Value) -> bool {
    match &value.kind {
        Kind::Unknown(_) => true,
        Kind::String(text) => matches!(text.parts(), [Part::Hole(..) | Part::Symbol(..)]),
        _ => false,
    }
}

fn blocker_free(value: &Value) -> bool {
    match &value.kind {
        Kind::String(t) => t.as_known().is_some(),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => true,
        _ => false,
    }
}

fn render(value: &Value) -> String {
    match &value.kind {
        Kind::Null => "null".to_owned(),
        Kind::String(t) => format!("{:?}", t.as_known()),
        _ => value.as_str().unwrap_or_default().into_owned(),
    }
}
