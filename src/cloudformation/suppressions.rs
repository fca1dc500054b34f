//! Suppressions in the metadata of a resource.

use super::section::Entry;
use crate::{
    syntax::tree::{Node, NodeKind},
    value::MetadataSuppression,
};

/// The key under `Metadata`.
const KEY: &str = "iac-trust-lint";

/// The suppressions that a resource carries.
pub(super) fn of(entry: &Entry) -> Vec<MetadataSuppression> {
    let Some(ignore) = entry.node.get("Metadata").and_then(|m| m.get(KEY)).and_then(|k| k.get("ignore")) else {
        return Vec::new();
    };
    match &ignore.kind {
        NodeKind::Sequence(items) => items.iter().map(|item| suppression(item, entry)).collect(),
        _ => vec![suppression(ignore, entry)],
    }
}

fn suppression(node: &Node, entry: &Entry) -> MetadataSuppression {
    let text = |key: &str| node.get(key).and_then(|n| n.as_str()).map(str::to_owned);
    let mut rules = Vec::new();
    for named in [node.get("rule"), node.get("rules")].into_iter().flatten() {
        match &named.kind {
            NodeKind::Sequence(items) => rules.extend(items.iter().filter_map(|i| i.as_str()).map(str::to_owned)),
            _ => rules.extend(named.as_str().map(str::to_owned)),
        }
    }
    rules.extend(node.as_str().map(str::to_owned));
    MetadataSuppression { rules, reason: text("reason"), until: text("until"), at: entry.scope.at(node.span) }
}
