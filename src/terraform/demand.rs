//! Which part of a value somebody asks for. `lookup(local.settings, "roles", {})` needs one attribute of an object that
//! may describe a whole environment: the expressions of the others are not evaluated, and not even parsed.
//!
//! What is evaluated for a demand may lack only entries of objects that the demand does not lead to. It may always be
//! more.

use std::fmt::Write as _;

use super::{
    ast::{Access, Call, Expr, ExprKind},
    evaluator::Evaluator,
    scope::{Instance, Once, Scope, Slot},
};
use crate::{
    source::Location,
    value::{StepKind, Value},
};

/// Of longer ways into a value only the beginning counts.
const MOST_STEPS: usize = 6;
/// So many parts of values are told apart in one module instance; more would take longer than the whole values.
const MOST_PARTS: usize = 1_000;

/// A part of a value: what lies at the end of some steps into it.
#[derive(Clone, Copy)]
pub(super) struct Demand<'d> {
    /// The keys of entries; `None` for all entries.
    steps: [Option<&'d str>; MOST_STEPS],
    count: usize,
    /// What is there is asked only for which entries it has, not for what they are.
    only_keys: bool,
}

impl<'d> Demand<'d> {
    /// All of a value.
    pub const ALL: Self = Self { steps: [None; MOST_STEPS], count: 0, only_keys: false };
    /// Which entries an object has.
    pub const KEYS: Self = Self { only_keys: true, ..Self::ALL };

    /// What the steps of a reference lead to, and of that what `then` says.
    pub fn through(steps: &'d [Access], then: &Self) -> Self {
        let mut all = Self::ALL;
        for step in steps {
            let key = match step {
                Access::Attribute(name) => Some(&**name),
                Access::Index(index) => literal(index),
                Access::LegacyIndex(..) => None,
                Access::AttributeSplat | Access::FullSplat => return all,
            };
            if !all.push(key) {
                return all;
            }
        }
        all.extend(then);
        all
    }

    /// The entry with a key (of all entries where it is not plain), and of that what `then` says.
    pub fn entry(key: Option<&'d str>, then: &Self) -> Self {
        let mut all = Self::ALL;
        if all.push(key) {
            all.extend(then);
        }
        all
    }

    fn push(&mut self, key: Option<&'d str>) -> bool {
        // Keys are told apart by zero bytes where they are written one after the other.
        let fits = !key.is_some_and(|k| k.contains('\0'));
        match self.steps.get_mut(self.count) {
            Some(place) if fits => {
                *place = key;
                self.count += 1;
                true
            }
            _ => false,
        }
    }

    fn extend(&mut self, then: &Self) {
        if then.steps.iter().take(then.count).all(|key| self.push(*key)) {
            self.only_keys = then.only_keys;
        }
    }

    /// Whether all of the value is asked for.
    pub fn is_all(&self) -> bool {
        self.count == 0 && !self.only_keys
    }

    /// Whether no entry's value is asked for.
    pub fn is_keys(&self) -> bool {
        self.count == 0 && self.only_keys
    }

    /// Whether the entry with a key is asked for.
    pub fn takes(&self, key: &str) -> bool {
        self.count == 0 || self.steps.first().is_none_or(|step| step.is_none_or(|wanted| wanted == key))
    }

    /// What is asked for of the entries that are.
    pub fn inside(&self) -> Self {
        let mut inside = *self;
        inside.steps.copy_within(1.., 0);
        inside.count = self.count.saturating_sub(1);
        inside
    }

    /// Writes it so that no two look the same.
    fn write(&self, out: &mut String) {
        for step in self.steps.iter().take(self.count) {
            match step {
                Some(key) => out.extend(["\0.", *key]),
                None => out.push_str("\0*"),
            }
        }
        if self.only_keys {
            out.push_str("\0#");
        }
    }
}

/// The text of a string literal.
pub(super) fn literal(e: &Expr) -> Option<&str> {
    match &e.now().kind {
        ExprKind::String(text) => match text.as_known()? {
            std::borrow::Cow::Borrowed(text) => Some(text),
            std::borrow::Cow::Owned(_) => None,
        },
        _ => None,
    }
}

/// Whether an expression has a form of which parts can be evaluated.
pub(super) fn is_divisible(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Parenthesis(_) | ExprKind::Name(_) => true,
        ExprKind::Object(items) => items.iter().all(|(key, _)| literal(key).is_some()),
        ExprKind::Call(call) => is_divisible_call(call),
        _ => e.as_reference().is_some(),
    }
}

/// Whether evaluating a part of an expression can take less than evaluating it.
pub(super) fn has_parts(e: &Expr) -> bool {
    let e = e.now();
    match &e.kind {
        ExprKind::Parenthesis(inner) => has_parts(inner),
        ExprKind::Object(items) => {
            items.iter().all(|(key, _)| literal(key).is_some()) && !items.iter().all(|(_, value)| is_constant(value))
        }
        ExprKind::Call(call) => is_divisible_call(call) && call.args.iter().any(has_parts),
        _ => e.as_reference().is_some_and(|(name, _)| matches!(name, "local" | "var" | "module")),
    }
}

/// Whether a function gives on entries of its arguments as they are.
pub(super) fn is_divisible_call(call: &Call) -> bool {
    !call.expand_final && (&*call.name == "merge" || (&*call.name == "lookup" && matches!(call.args.len(), 2 | 3)))
}

/// Whether a value is a literal that nothing has to be evaluated for.
fn is_constant(e: &Expr) -> bool {
    matches!(e.now().kind, ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_))
}

impl Evaluator<'_> {
    /// As [`Evaluator::once`], of a part of it, where evaluating a part can take less; `run` is told what to evaluate.
    pub fn once_of(
        &self,
        instance: &Instance,
        what: Once<'_>,
        demand: &Demand<'_>,
        at: Location,
        has_parts: impl FnOnce() -> bool,
        run: impl FnOnce(&Demand<'_>) -> (Value, StepKind),
    ) -> (Value, StepKind) {
        let (table, name) = (what.table(), what.name());
        let known = instance.memo.values.borrow().get(table).and_then(|t| t.get(name)).is_some();
        if demand.is_all() || known || !self.workspace.takes_parts {
            return self.once(instance, what, at, || run(&Demand::ALL));
        }
        let mut key = self.take_scratch();
        let _ = write!(key, "{table}{name}");
        demand.write(&mut key);
        let part = Once::Part(&key);
        let (is_kept, count) = {
            let tables = instance.memo.values.borrow();
            let parts = tables.get(part.table());
            (parts.is_some_and(|t| t.contains_key(&*key)), parts.map_or(0, |t| t.len()))
        };
        let value = if is_kept || (count < MOST_PARTS && self.has_steps_left() && has_parts()) {
            self.once(instance, part, at, || {
                // Terraform refuses a value that refers to another part of itself.
                instance.memo.keep(what, Slot::Busy);
                let value = run(demand);
                instance.memo.forget(what);
                value
            })
        } else {
            self.once(instance, what, at, || run(&Demand::ALL))
        };
        self.give_scratch(key);
        value
    }

    /// The value of an expression that is evaluated in the scope of a whole module, evaluated once, whichever part it
    /// is of what somebody asks for. In other scopes it is evaluated anew.
    pub fn eval_kept(&self, e: &Expr, scope: &Scope<'_>) -> Value {
        if !scope.is_of_module() || is_constant(e) {
            return self.eval(e, scope);
        }
        if let Some(value) = self.kept(e, scope) {
            return value;
        }
        let known = self.keeping(|| self.eval(e, scope));
        let value = known.it.clone();
        scope.instance.memo.cells.borrow_mut().insert(e.at, known);
        value
    }

    /// What [`Self::eval_kept`] has evaluated in that scope, which is the one of a whole module.
    pub fn kept(&self, e: &Expr, scope: &Scope<'_>) -> Option<Value> {
        scope.instance.memo.cells.borrow().get(&e.at).map(|known| self.recall(known))
    }
}
