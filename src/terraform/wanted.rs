//! Which identity policies are worth being evaluated: most name no action that anybody asks about, and their actions say
//! so before their resources and conditions are evaluated.

use super::{
    ast::{Access, Expr, ExprKind},
    evaluator::Evaluator,
    expansion::{Expansion, One},
    resource::ResourceRef,
    scope::{Once, Scope},
};
use crate::value::{Kind, ListKind, StepKind, Value};

/// Arguments that put other documents into one.
const MERGED: [&str; 4] = ["source_policy_documents", "override_policy_documents", "source_json", "override_json"];

impl Evaluator<'_> {
    /// Whether an expression is for certain a policy without any action that is asked about. Only documents of data sources are
    /// looked at.
    pub fn is_unwanted(&self, e: &Expr, scope: &Scope<'_>) -> bool {
        self.workspace.wanted_actions.is_some_and(|wanted| self.names_none(e, wanted, scope) == Some(true))
    }

    /// `None` when it is no reference to a document.
    fn names_none(&self, e: &Expr, wanted: fn(&Value) -> bool, scope: &Scope<'_>) -> Option<bool> {
        let ExprKind::Traversal(base, steps) = &e.now().kind else { return None };
        let (ExprKind::Name(first), [kind, name, index @ .., json]) = (&base.kind, &**steps) else { return None };
        let is = |step: &Access, wanted: &str| matches!(step, Access::Attribute(name) if **name == *wanted);
        let Access::Attribute(name) = name else { return None };
        if **first != *"data" || !is(kind, "aws_iam_policy_document") || !is(json, "json") {
            return None;
        }
        let key = match index {
            [] => None,
            [Access::Index(e)] => Some(self.eval(e, scope).as_str()?.into_owned()),
            [Access::LegacyIndex(i, _)] => Some(i.to_string()),
            _ => return None,
        };
        let key_of_block = format!("data.aws_iam_policy_document.{name}");
        let block = scope.instance.module.resources.get(&*key_of_block)?;
        if MERGED.iter().any(|name| block.body.attribute(name).is_some()) {
            return None;
        }
        let expansion = self.expansion(scope.instance, &key_of_block, block);
        let mut ones = Vec::new();
        chosen(&expansion, key.as_deref(), scope, &mut ones)?;
        let none = |one: &&One| {
            let r = ResourceRef { instance: scope.instance, key: &key_of_block, block, one };
            let asked = format!("{}\0wanted", r.memo_key());
            let run = || (Value::bool(wanted(&self.actions(&r)), block.header), StepKind::Value);
            let (is_wanted, _) = self.once(scope.instance, Once::Other(&asked), block.header, run);
            matches!(is_wanted.kind, Kind::Bool(false))
        };
        Some(!ones.is_empty() && ones.iter().all(none))
    }

    /// What the statements of a document name as actions.
    fn actions(&self, r: &ResourceRef<'_>) -> Value {
        self.nested(&r.block.body, "statement", r.block.header, &r.scope(), &mut |statement, scope| {
            let actions = ["actions", "not_actions"].iter().filter_map(|name| statement.body.attribute(name));
            let actions = actions.map(|a| self.eval(&a.value, scope)).collect();
            Value::list(ListKind::Tuple, actions, statement.at)
        })
    }
}

/// The instances that a reference can mean in a scope, one for each outcome; `None` when it says nothing of which one it
/// means, though it has to.
fn chosen<'e>(expansion: &'e Expansion, key: Option<&str>, scope: &Scope<'_>, out: &mut Vec<&'e One>) -> Option<()> {
    match (expansion, key) {
        (Expansion::Choice(subject, arms), _) => {
            let assumed = scope.assumed(subject);
            let mut arms = arms.iter().filter(|(label, _)| assumed.is_none_or(|assumed| **label == *assumed));
            arms.try_for_each(|(_, arm)| chosen(arm, key, scope, out))?;
        }
        (Expansion::Single(one) | Expansion::Open { one, .. }, _) => out.push(one),
        (Expansion::Many { .. }, Some(key)) => out.extend(expansion.find(key)),
        (Expansion::Many { .. }, None) => return None,
    }
    Some(())
}
