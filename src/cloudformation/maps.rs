//! `Fn::FindInMap`.

use std::{collections::HashMap, sync::Arc};

use super::{
    eval::Evaluator,
    function::{Func, describe},
    lift::choice_value,
    scope::Scope,
    subjects::identity,
};
use crate::{
    source::Location,
    syntax::tree::{Node, NodeKind},
    value::{Arm, Kind, Reason, StepKind, Unknown, Value},
};

/// Mappings with fewer entries are searched one by one.
const INDEXED: usize = 16;

impl Evaluator<'_> {
    pub(super) fn find_in_map(&self, arg: &Node, at: Location, scope: &Scope) -> Value {
        let NodeKind::Sequence(items) = &arg.kind else {
            return self.error(Func::FindInMap, arg, at, "it needs a mapping and two keys");
        };
        let (keys, rest) = items.split_at(items.len().min(3));
        if keys.len() < 3 {
            return self.error(Func::FindInMap, arg, at, "it needs a mapping and two keys");
        }
        let default = rest.first().and_then(|options| options.get("DefaultValue"));
        let default = default.map(|node| self.eval(node, scope));
        let keys: Vec<Value> = keys.iter().map(|k| self.candidates(self.eval(k, scope))).collect();
        self.lifted(Func::FindInMap, arg, at, keys, &mut |keys| {
            let mut path = Vec::with_capacity(3);
            for key in keys {
                match key.as_str() {
                    Some(k) => path.push(k.into_owned()),
                    None => return self.unknown_key(key, arg, at),
                }
            }
            let [map, first, second] = path.as_slice() else {
                return self.error(Func::FindInMap, arg, at, "it needs a mapping and two keys");
            };
            match self.lookup(map, first, second) {
                Some(value) => value.entered(at, StepKind::Mapping),
                None => match &default {
                    Some(value) => value.clone(),
                    None => {
                        let why = format!("mapping `{map}` has no `{first}` with `{second}`");
                        self.error(Func::FindInMap, arg, at, &why)
                    }
                },
            }
        })
    }

    fn unknown_key(&self, key: &Value, arg: &Node, at: Location) -> Value {
        match &key.kind {
            Kind::Unknown(u) => self.derived(Func::FindInMap, arg, at, u),
            Kind::String(text) => {
                let hole = text.first_hole().map(|u| (**u).clone());
                let hole = hole.unwrap_or_else(|| Unknown::new(describe(Func::FindInMap, arg), Reason::OnlyAws, at));
                self.derived(Func::FindInMap, arg, at, &hole)
            }
            _ => self.error(Func::FindInMap, arg, at, "the keys must be strings"),
        }
    }

    /// A key that is not known as a choice of the values that the template has for it.
    fn candidates(&self, key: Value) -> Value {
        let Some(id) = identity(&key) else { return key };
        let Some(subject) = self.subjects().get(&id).filter(|s| s.keys_of_maps) else { return key };
        let Some(outcomes) = subject.outcomes() else { return key };
        let at = key.origin.at;
        let arms = outcomes
            .iter()
            .map(|(label, literal)| Arm {
                label: label.clone(),
                value: match literal {
                    Some(text) => Value::string(text.clone(), key.origin.clone()),
                    None => key.clone(),
                },
            })
            .collect();
        choice_value(subject.subject(at), arms, at)
    }

    fn lookup(&self, map: &str, first: &str, second: &str) -> Option<Value> {
        let entry = self.mappings().get(map)?;
        let inner = self.entry_of(&entry.node, first)?;
        let node = self.entry_of(&inner, second)?;
        Some(self.eval(&node, &entry.scope))
    }

    /// The last value under a key; large mappings are indexed once.
    fn entry_of(&self, node: &Arc<Node>, key: &str) -> Option<Arc<Node>> {
        let NodeKind::Mapping(pairs) = &node.kind else { return None };
        if pairs.len() < INDEXED {
            return node.get(key).cloned();
        }
        let id = Arc::as_ptr(node) as usize;
        let index = self.memo.mapping_keys.borrow().get(&id).cloned();
        let index = index.unwrap_or_else(|| {
            let index: HashMap<Arc<str>, usize> = pairs
                .iter()
                .enumerate()
                .filter_map(|(i, p)| match &p.key.kind {
                    NodeKind::Scalar(s) => Some((s.text.clone(), i)),
                    _ => None,
                })
                .collect();
            let index = Arc::new(index);
            self.memo.mapping_keys.borrow_mut().insert(id, index.clone());
            index
        });
        pairs.get(*index.get(key)?).map(|p| p.value.clone())
    }
}
