//! Which identity policies are worth being evaluated: most name no action that anybody asks about, and their actions
//! say so before their resources and conditions are evaluated.

use std::sync::Arc;

use super::{
    ast::{Access, Expr},
    evaluator::Evaluator,
    expansion::{Expansion, One},
    resource::ResourceRef,
    scope::Scope,
};
use crate::{
    source::Location,
    value::{Kind, ListKind, StepKind, Value},
};

/// Arguments that put other documents into one.
const MERGED: [&str; 4] = ["source_policy_documents", "override_policy_documents", "source_json", "override_json"];

impl Evaluator<'_> {
    /// Whether an expression is for certain a policy without any action that is asked about. Only documents of data
    /// sources are looked at.
    pub fn is_unwanted(&self, e: &Expr, scope: &Scope<'_>) -> bool {
        self.workspace.wanted_actions.is_some_and(|wanted| self.names_none(e, wanted, scope))
    }

    fn names_none(&self, e: &Expr, wanted: fn(&Value) -> bool, scope: &Scope<'_>) -> bool {
        let Some((name, index)) = document_of(e) else { return false };
        let key = match index {
            None => None,
            Some(Access::Index(e)) => match self.eval(e, scope).as_str() {
                Some(key) => Some(key.into_owned()),
                None => return false,
            },
            Some(Access::LegacyIndex(i, _)) => Some(i.to_string()),
            Some(_) => return false,
        };
        let words = ["data", "aws_iam_policy_document", name];
        let Some((key_of_block, block)) = self.block_of(&scope.instance.module, &words) else { return false };
        if MERGED.iter().any(|name| block.body.attribute(name).is_some()) {
            return false;
        }
        let expansion = self.expansion(scope.instance, key_of_block, block);
        let mut ones = Vec::new();
        let are_found = self.ones_of(&expansion, key.as_deref(), block.header, scope, &mut ones);
        let none = |one: &&One| {
            let r = ResourceRef { instance: scope.instance, key: key_of_block, block, one };
            let run = || (Value::bool(wanted(&self.actions(&r)), block.header), StepKind::Value);
            let asked = format_args!("{}\0wanted", r.memo_key());
            let (is_wanted, _) = self.once_named(scope.instance, asked, block.header, run);
            matches!(is_wanted.kind, Kind::Bool(false))
        };
        are_found && !ones.is_empty() && ones.iter().all(none)
    }

    /// Adds the instances that a reference can mean in a scope, one for each outcome. Gives whether it says which one
    /// it means, where it has to.
    fn ones_of<'e>(
        &self,
        expansion: &'e Expansion,
        key: Option<&str>,
        at: Location,
        scope: &Scope<'_>,
        out: &mut Vec<&'e One>,
    ) -> bool {
        match (expansion, key) {
            (Expansion::Choice(subject, arms), _) => match scope.assumed(subject) {
                Some(label) => match self.chosen(subject, arms, label, at) {
                    Ok((_, arm)) => self.ones_of(arm, key, at, scope, out),
                    Err(_) => false,
                },
                None => arms.iter().all(|(_, arm)| self.ones_of(arm, key, at, scope, out)),
            },
            (Expansion::Single(one) | Expansion::Open { one, .. }, _) => {
                out.push(one);
                true
            }
            (Expansion::Many { .. }, Some(key)) => {
                out.extend(expansion.find(key));
                true
            }
            (Expansion::Many { .. }, None) => false,
        }
    }

    /// What the statements of a document name as actions.
    fn actions(&self, r: &ResourceRef<'_>) -> Value {
        self.nested(&r.block.body, "statement", r.block.header, &r.scope(), &mut |statement, scope| {
            let of = |name: &str| statement.body.attribute(name).map(|a| self.eval(&a.value, scope));
            let actions: Arc<[Value]> = match (of("actions"), of("not_actions")) {
                (Some(actions), Some(others)) => [actions, others].into(),
                (Some(actions), None) | (None, Some(actions)) => [actions].into(),
                (None, None) => [].into(),
            };
            Value::new(Kind::List(ListKind::Tuple, actions), statement.at)
        })
    }
}

/// The document whose JSON an expression refers to, and by what index.
fn document_of(e: &Expr) -> Option<(&str, Option<&Access>)> {
    let (first, steps) = e.now().as_reference()?;
    let (kind, name, index, json) = match steps {
        [kind, name, json] => (kind, name, None, json),
        [kind, name, index, json] => (kind, name, Some(index), json),
        _ => return None,
    };
    let is = |step: &Access, wanted: &str| matches!(step, Access::Attribute(name) if **name == *wanted);
    let Access::Attribute(name) = name else { return None };
    let is_document = first == "data" && is(kind, "aws_iam_policy_document") && is(json, "json");
    is_document.then_some((name, index))
}
