use super::{
    ast::{Block, Body},
    evaluator::Evaluator,
    member::Member,
    scope::{Frame, Scope},
};
use crate::{
    source::Location,
    value::{Entry, Kind, ListKind, ObjectKind, StepKind, Text, Value},
};

/// Dynamic blocks stand in dynamic blocks down to this depth.
const MOST_NESTED: usize = 32;

/// Makes a value of one nested block.
pub(super) type MakeBlock<'m> = dyn FnMut(&Block, &Scope<'_>) -> Value + 'm;

fn is_dynamic(block: &Member<Block>) -> bool {
    &*block.kind == "dynamic"
}

impl Evaluator<'_> {
    /// The nested blocks of a kind, static and dynamic, each made a value: a list, or a choice of lists.
    pub fn nested(&self, body: &Body, kind: &str, at: Location, scope: &Scope<'_>, make: &mut MakeBlock<'_>) -> Value {
        let blocks = body.repeated(kind);
        if !blocks.iter().any(is_dynamic) {
            return Value::new(Kind::List(ListKind::Tuple, blocks.iter().map(|b| make(b, scope)).collect()), at);
        }
        let segments = blocks.iter().map(|block| {
            if is_dynamic(block) {
                self.dynamic(block, scope, make)
            } else {
                Value::list(ListKind::Tuple, vec![make(block, scope)], block.at)
            }
        });
        self.joined_lists(&segments.collect::<Vec<_>>(), at)
    }

    /// Lists, of which some may be choices, as one list.
    pub fn joined_lists(&self, segments: &[Value], at: Location) -> Value {
        self.lift(segments, at, &mut |segments| {
            let mut items = Vec::new();
            for segment in segments {
                match &segment.kind {
                    Kind::List(..) => items.extend(segment.items().into_iter().flatten()),
                    Kind::Unknown(u) => {
                        let many = self.derived(u, "", true);
                        items.push(Value::new(Kind::Unknown(many), segment.origin.clone()));
                    }
                    _ => items.push(segment.clone()),
                }
            }
            Value::list(ListKind::Tuple, items, at)
        })
    }

    fn dynamic(&self, block: &Member<Block>, scope: &Scope<'_>, make: &mut MakeBlock<'_>) -> Value {
        let nested = std::iter::successors(scope.names, |f| f.outer).count();
        let Some(each) = block.body.attribute("for_each") else {
            return self.error("a dynamic block needs `for_each`", block.header);
        };
        if nested > MOST_NESTED {
            return self.error("dynamic blocks are nested too deep", block.header);
        }
        let contents = block.body.blocks("content", 0);
        let Some(content) = contents.first() else {
            return self.error("a dynamic block needs `content`", block.header);
        };
        let iterator = block.body.attribute("iterator").map(|a| self.text(a.value.at).trim_matches('"').to_owned());
        let iterator = iterator.unwrap_or_else(|| block.label(0).to_owned());
        let collection = self.eval(&each.value, scope);
        let open = match &collection.kind {
            Kind::Unknown(u) if !self.is_error(u) => Some(u.clone()),
            _ => None,
        };
        let made = self.lift(&[collection], each.value.at, &mut |values| {
            let Some(collection) = values.first() else { return self.error("no collection", each.value.at) };
            let items = match &collection.kind {
                Kind::Null => return self.error("`for_each` must not be null", each.value.at),
                _ => match self.iterate(collection, each.value.at) {
                    Ok(items) => items,
                    Err(failed) => return failed,
                },
            };
            let names = ["key", "value"].map(|name| Text::known(name, each.value.at));
            let made = items.into_iter().map(|(key, value)| {
                let [of_key, of_value] = &names;
                let entry =
                    |name: &Text, value: Value| Entry { key: name.clone(), key_origin: each.value.at.into(), value };
                let parts = vec![entry(of_key, key), entry(of_value, value)];
                let element = Value::object(ObjectKind::Object, parts, each.value.at);
                let frame =
                    Frame { name: &iterator, value: element.into(), step: StepKind::Iteration, outer: scope.names };
                make(content, &scope.with(&frame))
            });
            Value::list(ListKind::Tuple, made.collect(), block.at)
        });
        match (open, &made.kind) {
            (Some(why), Kind::List(_, items)) => match items.first() {
                Some(item) => self.open_list(item.clone(), &why, block.at),
                None => made,
            },
            _ => made,
        }
    }
}
