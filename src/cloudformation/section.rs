use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{eval::Evaluator, scope::Scope};
use crate::{
    source::Location,
    syntax::tree::{Node, NodeKind, Pair},
};

/// Loops make no more entries of one section than this; CloudFormation takes 500 resources.
const MOST_LOOPED: usize = 10_000;

/// One entry of a top-level section.
#[derive(Clone)]
pub(super) struct Entry {
    /// Its name, loop variables replaced.
    pub(super) id: String,
    /// Where the name stands.
    pub(super) at: Location,
    /// The whole entry.
    pub(super) block: Location,
    /// Its content.
    pub(super) node: Arc<Node>,
    /// Where the content stands.
    pub(super) scope: Scope,
}

/// A top-level section: its entries in order, and by name.
#[derive(Default)]
pub(super) struct Section {
    entries: Vec<Entry>,
    index: HashMap<String, usize>,
}

impl Section {
    pub(super) fn new(entries: Vec<Entry>) -> Self {
        let index = entries.iter().enumerate().map(|(i, e)| (e.id.clone(), i)).collect();
        Self { entries, index }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The last entry of that name.
    pub(super) fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.get(*self.index.get(id)?)
    }
}

/// The pairs that count where merge keys brought some that the mapping sets itself.
pub(super) fn effective(pairs: &[Pair]) -> Cow<'_, [Pair]> {
    if !pairs.iter().any(|p| p.merged) {
        return Cow::Borrowed(pairs);
    }
    let mut seen = HashSet::new();
    let mut kept: Vec<Pair> = Vec::with_capacity(pairs.len());
    for pair in pairs.iter().rev() {
        let first = pair.key.as_str().is_none_or(|k| seen.insert(k));
        if first || !pair.merged {
            kept.push(pair.clone());
        }
    }
    kept.reverse();
    Cow::Owned(kept)
}

impl Evaluator<'_> {
    /// Appends the entries of a section's mapping, loops and includes expanded.
    pub(super) fn expand(&self, node: &Node, scope: &Scope, out: &mut Vec<Entry>) {
        let NodeKind::Mapping(pairs) = &node.kind else {
            if let Some((node, scope)) = self.node_of_variable(node, scope) {
                self.expand(&node, &scope, out);
            }
            return;
        };
        for pair in effective(pairs).iter() {
            if scope.has_loops() && out.len() >= MOST_LOOPED {
                let limit = format!("loops that make more than {MOST_LOOPED} entries");
                self.memo.limits.borrow_mut().entry(limit).or_insert_with(|| scope.at(pair.key.span));
                return;
            }
            let NodeKind::Scalar(scalar) = &pair.key.kind else { continue };
            if scalar.text.starts_with("Fn::ForEach::") {
                self.for_each(&pair.key, &pair.value, scope, &mut |body, scope| self.expand(body, scope, out));
                continue;
            }
            if &*scalar.text == "Fn::Transform" {
                match self.include(&pair.value, scope) {
                    Ok((node, scope)) => self.expand(&node, &scope, out),
                    Err(unknown) => self.memo.absent.borrow_mut().push((unknown.reference, scope.at(pair.key.span))),
                }
                continue;
            }
            let id = if scope.has_loops() {
                super::for_each::name(&self.with_loops(scope.text(pair.key.span, scalar), scope))
            } else {
                scalar.text.to_string()
            };
            let at = scope.at(pair.key.span);
            let end = scope.at(pair.value.span);
            let mut block = at;
            if end.file == at.file && end.span.start >= at.span.start {
                block.span = at.span.cover(end.span);
            }
            let content = self.node_of_variable(&pair.value, scope);
            let (node, scope) = content.unwrap_or_else(|| (pair.value.clone(), scope.clone()));
            out.push(Entry { id, at, block, node, scope });
        }
    }
}
