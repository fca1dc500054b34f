//! Conditions: booleans, or choices of booleans.

use std::sync::Arc;

use super::{
    eval::Evaluator,
    function::{Call, Func, call_of, describe},
    functions::list_of,
    lift::{choice_value, lift, narrow_deep},
    scope::Scope,
    subjects::identity,
};
use crate::{
    source::Location,
    syntax::tree::Node,
    value::{Arm, Assumption, Kind, Origin, Part, Reason, Subject, Value},
};

/// How far the parameter behind a condition is searched.
const MOST_STEPS: usize = 64;

impl Evaluator<'_> {
    /// The condition that the first argument of `Fn::If` or a resource's `Condition` names.
    pub(super) fn condition_named_by(&self, node: &Node, scope: &Scope) -> Value {
        let at = scope.at_node(node);
        if let Some(Call::Known(func, arg, _)) = call_of(node)
            && !matches!(func, Func::Ref | Func::Sub)
        {
            return self.condition_call(func, arg, at, scope, None);
        }
        if let Some(arg) = node.get("Condition") {
            return self.condition_named_by(arg, scope);
        }
        match self.eval(node, scope).as_str() {
            Some(name) => self.condition(&name, at),
            None => self.opaque(&describe(Func::Condition, node), None, at),
        }
    }

    /// The value of a condition by name.
    pub(super) fn condition(&self, name: &str, at: Location) -> Value {
        if let Some(known) = self.memo.condition_values.borrow().get(name) {
            return known.clone().unwrap_or_else(|| self.opaque(name, Some(name), at));
        }
        let Some(entry) = self.conditions().get(name) else { return self.opaque(name, Some(name), at) };
        self.memo.condition_values.borrow_mut().insert(name.to_owned(), None);
        let value = self.condition_node(&entry.node, &entry.scope, Some(name));
        self.memo.condition_values.borrow_mut().insert(name.to_owned(), Some(value.clone()));
        value
    }

    fn condition_node(&self, node: &Node, scope: &Scope, name: Option<&str>) -> Value {
        let at = scope.at_node(node);
        if let Some(limit) = self.enter(at) {
            return self.opaque(&limit, name, at);
        }
        let value = match call_of(node) {
            Some(Call::Known(func, arg, _)) => self.condition_call(func, arg, at, scope, name),
            _ => match node.get("Condition") {
                Some(arg) => self.condition_named_by(arg, scope),
                None => self.truth(self.eval(node, scope), name, at),
            },
        };
        self.leave();
        value
    }

    pub(super) fn condition_call(
        &self,
        func: Func,
        arg: &Node,
        at: Location,
        scope: &Scope,
        name: Option<&str>,
    ) -> Value {
        let items = list_of(arg);
        match func {
            Func::Condition => self.condition_named_by(&Node { tag: None, ..arg.clone() }, scope),
            Func::And | Func::Or => {
                let parts: Vec<Value> = items.iter().map(|i| self.condition_node(i, scope, None)).collect();
                // One false decides a conjunction, one true a disjunction.
                let decisive = func == Func::Or;
                let decided = |v: &Value| matches!(v.kind, Kind::Bool(b) if b == decisive);
                if parts.iter().any(decided) {
                    return Value::bool(decisive, at);
                }
                let combined = lift(parts, at, &mut |parts| Value::bool(parts.iter().any(decided) == decisive, at));
                combined.unwrap_or_else(|| self.opaque(&describe(func, arg), name, at))
            }
            Func::Not => {
                let parts = items.iter().take(1).map(|i| self.condition_node(i, scope, None)).collect();
                let not = |parts: &[Value]| !parts.iter().any(|v| matches!(v.kind, Kind::Bool(true)));
                let negated = lift(parts, at, &mut |parts| Value::bool(not(parts), at));
                negated.unwrap_or_else(|| self.opaque(&describe(func, arg), name, at))
            }
            Func::Equals => {
                let [a, b] = items else { return self.opaque(&describe(func, arg), name, at) };
                let args = vec![self.eval(a, scope), self.eval(b, scope)];
                let compared = lift(args, at, &mut |args| match args {
                    [a, b] => self.equals(a, b, name, at),
                    _ => Value::bool(false, at),
                });
                compared.unwrap_or_else(|| self.opaque(&describe(func, arg), name, at))
            }
            _ => self.truth(self.call(func, arg, at, scope), name, at),
        }
    }

    /// The value of the parameter by which `Fn::If` chose `AWS::NoValue`.
    pub(super) fn voided_by(&self, node: &Node, scope: &Scope) -> Option<Origin> {
        let Call::Known(Func::If, arg, _) = call_of(node)? else { return None };
        let mut todo = vec![(list_of(arg).first()?.clone(), scope.clone())];
        for _ in 0..MOST_STEPS {
            let (node, scope) = todo.pop()?;
            match call_of(&node) {
                Some(Call::Known(Func::Ref, arg, _)) => {
                    if let Some(value) = arg.as_str().and_then(|name| self.parameter(name)) {
                        return Some(value.origin.source().into());
                    }
                }
                Some(Call::Known(Func::Condition, arg, _)) => todo.extend(self.named_node(arg.as_str())),
                Some(Call::Known(_, arg, _)) => {
                    todo.extend(list_of(arg).iter().rev().map(|item| (item.clone(), scope.clone())));
                }
                _ => {
                    let name = node.get("Condition").and_then(|n| n.as_str()).or(node.as_str());
                    todo.extend(self.named_node(name));
                }
            }
        }
        None
    }

    fn named_node(&self, name: Option<&str>) -> Option<(Arc<Node>, Scope)> {
        let entry = self.conditions().get(name?)?;
        Some((entry.node.clone(), entry.scope.clone()))
    }

    fn equals(&self, a: &Value, b: &Value, name: Option<&str>, at: Location) -> Value {
        if let (Some(a), Some(b)) = (a.as_str(), b.as_str()) {
            return Value::bool(a == b, at);
        }
        if let (Some(a), Some(b)) = (identity(a), identity(b))
            && a == b
        {
            return Value::bool(true, at);
        }
        for (unknown, literal) in [(a, b), (b, a)] {
            let Some(literal) = literal.as_str() else { continue };
            if cannot_be(unknown, &literal) {
                return Value::bool(false, at);
            }
            let Some(id) = identity(unknown) else { continue };
            let Some(info) = self.subjects().get(&id) else { continue };
            let Some(outcomes) = info.outcomes() else { continue };
            let arms = outcomes
                .into_iter()
                .map(|(label, is)| Arm { label, value: Value::bool(is.as_deref() == Some(&*literal), at) });
            return choice_value(info.subject(at), arms.collect(), at);
        }
        let (mut first, mut second) = (shown(a), shown(b));
        if first > second {
            std::mem::swap(&mut first, &mut second);
        }
        self.opaque(&format!("{first} = {second}"), name, at)
    }

    /// A condition of which nothing is known but what it is called.
    fn opaque(&self, text: &str, name: Option<&str>, at: Location) -> Value {
        let subject = Subject {
            key: format!("{}condition {text}", self.prefix).into(),
            text: name.unwrap_or(text).into(),
            at,
            reason: Reason::Unsupported("a condition that is not known".to_owned()),
        };
        let arms =
            [true, false].map(|b| Arm { label: if b { "true" } else { "false" }.into(), value: Value::bool(b, at) });
        choice_value(Arc::new(subject), arms.into(), at)
    }

    fn truth(&self, value: Value, name: Option<&str>, at: Location) -> Value {
        match value.as_str().as_deref() {
            Some("true") => Value::bool(true, at),
            Some("false") => Value::bool(false, at),
            _ => match &value.kind {
                Kind::Choice(_) => value,
                _ => self.opaque(&shown(&value), name, at),
            },
        }
    }

    /// Under which assumptions a resource exists.
    pub(super) fn existence(&self, entry: &super::section::Entry) -> Existence {
        let Some(node) = entry.node.get("Condition") else { return Existence::Always };
        Existence::where_true(self.condition_named_by(node, &entry.scope))
    }
}

/// Whether a resource exists.
pub(super) enum Existence {
    /// It does.
    Always,
    /// It does not.
    Never,
    /// When all of these hold.
    When(Vec<Assumption>),
    /// In the arms of this choice that are true.
    Sometimes(Value),
}

impl Existence {
    /// The existence of what exists where a condition is true.
    pub(super) fn where_true(condition: Value) -> Self {
        let mut ways = Vec::new();
        paths(&condition, &mut Vec::new(), &mut ways);
        match (&condition.kind, ways.len()) {
            (Kind::Bool(true), _) => Self::Always,
            (_, 0) => Self::Never,
            (_, 1) => Self::When(ways.pop().unwrap_or_default()),
            _ => Self::Sometimes(condition),
        }
    }

    /// The assumptions, and the value where the resource exists.
    pub(super) fn apply(&self, value: Value) -> Option<(Vec<Assumption>, Value)> {
        match self {
            Self::Always => Some((Vec::new(), value)),
            Self::Never => None,
            Self::When(all) => Some((all.clone(), value)),
            Self::Sometimes(condition) => Some((Vec::new(), pruned(condition, &value)?)),
        }
    }
}

fn pruned(condition: &Value, value: &Value) -> Option<Value> {
    match &condition.kind {
        Kind::Bool(true) => Some(value.clone()),
        Kind::Choice(choice) => {
            // What the outcome is in an arm is known there.
            let arms: Vec<Arm> = choice
                .arms
                .iter()
                .filter_map(|a| {
                    let within = narrow_deep(value, &choice.subject, &a.label);
                    Some(Arm { label: a.label.clone(), value: pruned(&a.value, &within)? })
                })
                .collect();
            if arms.is_empty() {
                return None;
            }
            let choice = crate::value::Choice { subject: choice.subject.clone(), arms };
            Some(Value::new(Kind::Choice(Arc::new(choice)), value.origin.clone()))
        }
        _ => None,
    }
}

fn paths(condition: &Value, before: &mut Vec<Assumption>, out: &mut Vec<Vec<Assumption>>) {
    match &condition.kind {
        Kind::Bool(true) => out.push(before.clone()),
        Kind::Choice(choice) => {
            for arm in &choice.arms {
                before.push(choice.subject.assumed(&arm.label));
                paths(&arm.value, before, out);
                before.pop();
            }
        }
        _ => {}
    }
}

/// Whether a partly known text can not be a literal.
fn cannot_be(value: &Value, literal: &str) -> bool {
    let Kind::String(text) = &value.kind else { return false };
    let known = |p: Option<&Part>| match p {
        Some(Part::Known { text, .. }) => Some(text.clone()),
        _ => None,
    };
    let parts = text.parts();
    known(parts.first()).is_some_and(|t| !literal.starts_with(&*t))
        || known(parts.last()).is_some_and(|t| !literal.ends_with(&*t))
}

fn shown(value: &Value) -> String {
    match &value.kind {
        Kind::String(text) => match identity(value) {
            Some(id) => id,
            None => text.display(),
        },
        Kind::Unknown(u) => u.reference.clone(),
        Kind::List(..) => {
            let items: Vec<String> = value.items().into_iter().flatten().take(20).map(|v| shown(&v)).collect();
            format!("[{}]", items.join(", "))
        }
        _ => value.as_str().map(|s| s.into_owned()).unwrap_or_else(|| "?".to_owned()),
    }
}
