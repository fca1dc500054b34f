//! Expressions.

pub(super) mod access;
mod call;
pub(super) mod conditional;
mod for_expr;
mod operators;
mod peek;
mod results;
mod template;

pub(super) use access::OPEN;

use std::sync::Arc;

use super::{
    ast::{Access, Expr, ExprKind},
    demand::{Demand, is_divisible},
    evaluator::Evaluator,
    scope::Scope,
};
use crate::{
    tables::Table,
    value::{Entry, Kind, ListKind, ObjectKind, Text, Value},
};

impl Evaluator<'_> {
    /// The value of an expression.
    pub fn eval(&self, e: &Expr, scope: &Scope<'_>) -> Value {
        self.eval_for(e, &Demand::ALL, scope)
    }

    /// As much of the value of an expression as somebody asks for; what else is in it may be there or not.
    pub fn eval_for(&self, e: &Expr, demand: &Demand<'_>, scope: &Scope<'_>) -> Value {
        let e = e.now();
        match &e.kind {
            ExprKind::Null => return Value::new(Kind::Null, e.at),
            ExprKind::Bool(b) => return Value::bool(*b, e.at),
            ExprKind::Number(n) => return Value::new(Kind::Number(*n), e.at),
            ExprKind::String(text) => return Value::new(Kind::String(text.clone()), e.at),
            _ => {}
        }
        // Where failures are caught those of parts that nobody asks for count too.
        let in_parts = self.workspace.takes_parts && !self.tolerant.get();
        let demand = if in_parts { demand } else { &Demand::ALL };
        if !demand.is_all() && !is_divisible(e) {
            return self.eval_kept(e, scope);
        }
        let value = self.step(e.at, || self.compute(e, demand, scope));
        if is_part_of_known(e, scope) { value } else { self.bounded(value, e.at) }
    }

    fn compute(&self, e: &Expr, demand: &Demand<'_>, scope: &Scope<'_>) -> Value {
        match &e.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Later(_) => {
                self.eval(e, scope)
            }
            ExprKind::Broken(message) => self.error(message.clone(), e.at),
            ExprKind::Parenthesis(inner) => self.eval_for(inner, demand, scope),
            ExprKind::Tuple(items) => {
                Value::new(Kind::List(ListKind::Tuple, items.iter().map(|i| self.eval(i, scope)).collect()), e.at)
            }
            ExprKind::Object(items) => self.object(items, e, demand, scope),
            ExprKind::Template(pieces) => self.template(pieces, e.at, scope),
            ExprKind::Name(name) => self.traversal(name, &[], e.at, demand, scope),
            ExprKind::Traversal(base, steps) => match &base.kind {
                ExprKind::Name(name) => self.traversal(name, steps, e.at, demand, scope),
                _ => {
                    let base = self.eval(base, scope);
                    self.accesses(base, steps, e.at, scope)
                }
            },
            ExprKind::Unary(op, inner) => self.unary(*op, inner, e.at, scope),
            ExprKind::Binary(op, sides) => self.binary(*op, &sides.0, &sides.1, e.at, scope),
            ExprKind::Conditional(parts) => self.conditional(parts, e.at, scope),
            ExprKind::For(f) => self.for_expr(f, e.at, scope),
            ExprKind::Call(call) => self.call(call, e.at, demand, scope),
        }
    }

    /// An object constructor; of equal keys the last wins.
    fn object(&self, items: &[(Expr, Expr)], e: &Expr, demand: &Demand<'_>, scope: &Scope<'_>) -> Value {
        if items.iter().all(|(key, _)| matches!(key.now().kind, ExprKind::String(_))) {
            return self.plain_object(items, e, demand, scope);
        }
        let keys: Vec<Value> = items.iter().map(|(key, _)| self.eval(key, scope)).collect();
        let values: Vec<Value> = items.iter().map(|(_, value)| self.eval(value, scope)).collect();
        self.lift(&keys, e.at, &mut |keys| self.made_object(keys, &values, e.at))
    }

    /// The same where all keys are literals.
    fn plain_object(&self, items: &[(Expr, Expr)], e: &Expr, demand: &Demand<'_>, scope: &Scope<'_>) -> Value {
        let mut made = Entries::of(items.len());
        let inside = demand.inside();
        let some_are_kept = scope.is_of_module() && !scope.instance.memo.cells.borrow().is_empty();
        for (key, value) in items {
            let key = key.now();
            if let ExprKind::String(text) = &key.kind
                && (demand.is_all() || text.as_known().is_none_or(|key| demand.takes(&key)))
            {
                let value = if demand.is_keys() {
                    Value::new(Kind::Null, value.at)
                } else if demand.is_all() {
                    let kept = if some_are_kept { self.kept(value, scope) } else { None };
                    kept.unwrap_or_else(|| self.eval(value, scope))
                } else if inside.is_all() {
                    self.eval_kept(value, scope)
                } else {
                    self.eval_for(value, &inside, scope)
                };
                made.add(Entry { key: text.clone(), key_origin: key.at.into(), value });
            }
        }
        Value::object(ObjectKind::Object, made.entries, e.at)
    }

    fn made_object(&self, keys: &[Value], values: &[Value], at: crate::source::Location) -> Value {
        let mut made = Entries::of(keys.len());
        for (key_value, value) in keys.iter().zip(values) {
            let Some(text) = self.key_text(key_value) else {
                if let Kind::Unknown(u) = &key_value.kind
                    && self.is_error(u)
                {
                    return key_value.clone();
                }
                return self.error("the key of an object must be a string", key_value.origin.at);
            };
            made.add(Entry { key: text, key_origin: key_value.origin.clone(), value: value.clone() });
        }
        Value::object(ObjectKind::Object, made.entries, at)
    }

    /// A value as the key of an object: a string, perhaps with holes; `None` when it can be none.
    pub fn key_text(&self, value: &Value) -> Option<Text> {
        match &value.kind {
            Kind::String(text) => Some(text.clone()),
            Kind::Bool(_) | Kind::Number(_) => Some(Text::known(value.as_str()?.into_owned(), value.origin.clone())),
            Kind::Unknown(u) if !self.is_error(u) => {
                Some(Text::one(crate::value::Part::Hole(u.clone(), value.origin.clone())))
            }
            Kind::Choice(c) => {
                Some(Text::one(crate::value::Part::Hole(Arc::new(c.subject.unknown()), value.origin.clone())))
            }
            _ => None,
        }
    }

    /// Whether something is unknown because its expression fails.
    pub fn is_error(&self, unknown: &crate::value::Unknown) -> bool {
        matches!(unknown.reason, crate::value::Reason::Error(_))
    }
}

/// Whether an expression is a value that was made before, or a part of one: such are not larger than those.
fn is_part_of_known(e: &Expr, scope: &Scope<'_>) -> bool {
    let Some((name, steps)) = e.as_reference() else { return matches!(e.kind, ExprKind::Parenthesis(_)) };
    let is_made = matches!(name, "local" | "var" | "each") || scope.find(name).is_some();
    is_made && !steps.iter().any(|s| matches!(s, Access::FullSplat | Access::AttributeSplat))
}

/// The entries of an object that is being made; of equal keys the last wins.
struct Entries {
    entries: Vec<Entry>,
    seen: Seen,
}

/// The keys of an object that is being made.
enum Seen {
    /// Few are compared one by one, and only those that share a mark: which marks there are.
    Few(u64),
    /// Many are hashed.
    Many(Table<String, usize>),
}

impl Entries {
    fn of(count: usize) -> Self {
        const FEW: usize = 16;
        let many = || Seen::Many(Table::with_capacity_and_hasher(count, Default::default()));
        Self { entries: Vec::with_capacity(count), seen: if count <= FEW { Seen::Few(0) } else { many() } }
    }

    fn add(&mut self, entry: Entry) {
        match self.before(&entry).and_then(|i| self.entries.get_mut(i)) {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
    }

    /// The entry with the same key; where there is none, the next one will be it.
    fn before(&mut self, entry: &Entry) -> Option<usize> {
        let known = entry.key.as_known()?;
        match &mut self.seen {
            Seen::Few(marks) => {
                let before = *marks;
                *marks |= mark(&known);
                if *marks != before { None } else { self.entries.iter().position(|e| e.key.is(&known)) }
            }
            Seen::Many(seen) => match seen.get(&*known) {
                Some(i) => Some(*i),
                None => {
                    seen.insert(known.into_owned(), self.entries.len());
                    None
                }
            },
        }
    }
}

/// One of 64 bits, the same for equal keys.
fn mark(key: &str) -> u64 {
    let (first, last) = (key.bytes().next().unwrap_or_default(), key.bytes().last().unwrap_or_default());
    1 << (key.len().wrapping_mul(7).wrapping_add(usize::from(first)).wrapping_add(usize::from(last) * 3) % 64)
}
