//! A file that is a policy document.

use crate::{
    source::{FileId, Location},
    syntax::{
        plain,
        tree::{Node, NodeKind},
    },
    value::{Own, Role},
};

/// Whether a tree is a trust policy: statements with principals, and either an action of `sts`, or no resource anywhere
/// and not only actions of other services, as policies of repositories and queues have them.
pub(super) fn is_policy(root: &Node) -> bool {
    let Some(statements) = root.get("Statement") else { return false };
    let statements: Vec<&Node> = match &statements.kind {
        NodeKind::Sequence(items) => items.iter().map(|i| i.as_ref()).collect(),
        NodeKind::Mapping(_) => vec![statements],
        _ => return false,
    };
    let has = |s: &Node, key: &str| s.get(key).is_some();
    if !statements.iter().any(|s| has(s, "Principal") || has(s, "NotPrincipal")) {
        return false;
    }
    let without_resource = !statements.iter().any(|s| has(s, "Resource") || has(s, "NotResource"));
    let elsewhere = statements.iter().all(|s| names_other_services(s));
    (without_resource && !elsewhere) || statements.iter().any(|s| names_sts(s))
}

/// Whether each action of a statement is surely one of another service than `sts`.
fn names_other_services(statement: &Node) -> bool {
    let other = |n: &Node| {
        let service = n.as_str().and_then(|action| action.split_once(':')).map(|(service, _)| service);
        service.is_some_and(|s| {
            let plain = s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            plain && !s.is_empty() && !s.eq_ignore_ascii_case("sts")
        })
    };
    statement.get("Action").is_some_and(|actions| match &actions.kind {
        NodeKind::Sequence(items) => !items.is_empty() && items.iter().all(|i| other(i)),
        _ => other(actions),
    })
}

fn names_sts(statement: &Node) -> bool {
    let sts = |n: &Node| n.as_str().is_some_and(|t| t.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("sts:")));
    ["Action", "NotAction"].iter().filter_map(|key| statement.get(key)).any(|actions| match &actions.kind {
        NodeKind::Sequence(items) => items.iter().any(|i| sts(i)),
        _ => sts(actions),
    })
}

/// The document as a role of which nothing but its trust policy is known.
pub(super) fn role(root: &Node, file: FileId, name: &str) -> Role {
    let block = Location::new(file, root.span);
    let mut at = block;
    at.span.end = at.span.start.saturating_add(1).min(at.span.end);
    Role {
        address: name.to_owned(),
        kind: "policy-document".to_owned(),
        root: name.to_owned(),
        display: None,
        name: None,
        path: None,
        at,
        block,
        policy: plain::value(root, file),
        own: Own::default(),
        when: Vec::new(),
        suppressions: Vec::new(),
    }
}
