//! Configurations of the Serverless Framework.

use std::sync::Arc;

use super::{eval::Evaluator, parameters::Given, sam::service_policy, scope::Scope};
use crate::{
    source::{Files, Location},
    syntax::tree::{Node, NodeKind},
    value::{self, Extraction, IdentityPolicy, Kind, ObjectKind, Own, Role, Text, Value},
};

/// The logical id that the framework gives to the role of functions that have none of their own.
const FUNCTION_ROLE: &str = "IamRoleLambdaExecution";

/// Adds what a configuration holds: its own resources, and the role that the framework makes.
pub(super) fn collect(files: &Files, root: Arc<Node>, scope: Scope, given: &Given, name: &str, out: &mut Extraction) {
    let scope = scope.serverless();
    let mut evaluator = Evaluator::new(files, root.clone(), scope.clone(), given);
    // Only one configuration is ever set.
    let _ = evaluator.memo.configuration.set((root.clone(), scope.clone()));
    evaluator.roots = Vec::new();
    if let Some(resources) = root.get("resources") {
        let mut found = Vec::new();
        evaluator.resource_trees(resources, &scope, 0, &mut found);
        evaluator.roots = found;
    }
    evaluator.collect_all(name, out);
    evaluator.function_role(&root, &scope, name, out);
    evaluator.finish(name, out);
}

impl Evaluator<'_> {
    /// The trees of `resources:`, which is a tree, a list of trees, or variables that stand for them.
    fn resource_trees(&self, node: &Arc<Node>, scope: &Scope, depth: usize, out: &mut Vec<(Arc<Node>, Scope)>) {
        if depth > 4 {
            return;
        }
        if let Some((node, scope)) = self.node_of_variable(node, scope) {
            return self.resource_trees(&node, &scope, depth + 1, out);
        }
        match &node.kind {
            NodeKind::Sequence(items) => {
                items.iter().for_each(|item| self.resource_trees(item, scope, depth + 1, out));
            }
            NodeKind::Mapping(_) => out.push((node.clone(), scope.clone())),
            _ => {}
        }
    }

    /// The role that the framework makes for functions, and what it may do.
    fn function_role(&self, root: &Node, scope: &Scope, name: &str, out: &mut Extraction) {
        let Some(functions) = root.get("functions").filter(|f| !matches!(f.kind, NodeKind::Null)) else { return };
        let Some(provider) = root.get("provider") else { return };
        let role = provider.get("iam").and_then(|iam| iam.get("role")).or_else(|| provider.get("role"));
        let settings = match role.map(|r| &r.kind) {
            Some(NodeKind::Mapping(_)) if is_settings(role) => role,
            Some(_) => return,
            None => None,
        };
        let at = scope.at(settings.map_or(functions.span, |s| s.span));
        let at = Location { span: crate::source::Span { end: at.span.start.saturating_add(1), ..at.span }, ..at };
        let block = scope.at(provider.span);
        let own = Own::default();
        let text = |key: &str| {
            let value = settings.and_then(|s| s.get(key)).map(|n| self.property(n, scope));
            value.and_then(super::roles::name_text)
        };
        let changed = self.changed_policy();
        let at = changed.as_ref().map_or(at, |policy| policy.origin.at);
        out.roles.push(Role {
            address: FUNCTION_ROLE.to_owned(),
            kind: "serverless-framework".to_owned(),
            root: name.to_owned(),
            display: None,
            name: text("name"),
            path: text("path"),
            at,
            block,
            policy: changed.unwrap_or_else(|| service_policy("lambda.amazonaws.com", at)),
            own: own.clone(),
            when: Vec::new(),
            suppressions: Vec::new(),
        });
        let statements = settings.and_then(|s| s.get("statements")).or_else(|| provider.get("iamRoleStatements"));
        if let Some(statements) = statements {
            let place = scope.at(statements.span);
            let statements = self.property(statements, scope);
            if matches!(statements.kind, Kind::Null) {
                return;
            }
            let entry =
                value::Entry { key: Text::known("Statement", place), key_origin: place.into(), value: statements };
            out.identity_policies.push(IdentityPolicy {
                address: FUNCTION_ROLE.to_owned(),
                kind: "serverless-framework".to_owned(),
                root: name.to_owned(),
                at,
                block,
                policy: Value::object(ObjectKind::Object, vec![entry], place),
                own,
                when: Vec::new(),
                suppressions: Vec::new(),
            });
        }
    }

    /// The trust policy that `resources:` puts in the place of the one that the framework writes: by `extensions`,
    /// which count last, or by a resource of the same name without a type.
    fn changed_policy(&self) -> Option<Value> {
        let last = |section: &str| {
            let found = self.top(section).filter_map(|(node, scope)| {
                let mut place = (node.clone(), scope.clone());
                for key in [FUNCTION_ROLE, "Properties", "AssumeRolePolicyDocument"] {
                    let (node, scope) = self.node_of_variable(&place.0, &place.1).unwrap_or(place);
                    if section == "Resources" && node.get("Type").is_some() {
                        return None;
                    }
                    place = (node.get(key)?.clone(), scope);
                }
                Some(self.property(&place.0, &place.1))
            });
            found.last()
        };
        last("extensions").or_else(|| last("Resources"))
    }
}

/// Whether `iam.role` says how to make the role, and does not name another one.
fn is_settings(role: Option<&Arc<Node>>) -> bool {
    const SETTINGS: [&str; 7] =
        ["statements", "managedPolicies", "name", "path", "permissionsBoundary", "permissionBoundary", "tags"];
    role.is_some_and(|r| SETTINGS.iter().any(|key| r.get(key).is_some()))
}
