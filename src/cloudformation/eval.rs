use std::{
    cell::{Cell, OnceCell},
    collections::HashMap,
    sync::Arc,
};

use super::{
    function::{Call, Func, call_of, describe, is_call},
    lift::{choice_value, lift, map_leaves, may_vanish, too_many},
    memo::Memo,
    nested::Lineage,
    parameters::Given,
    scope::Scope,
    section::{Entry, Section},
    text,
};
use crate::{
    source::{Files, Location},
    syntax::{
        plain,
        tree::{Node, NodeKind, Pair},
    },
    value::{self, Arm, Kind, ListKind, Object, ObjectKind, Origin, Part, Reason, StepKind, Text, Unknown, Value},
};

/// Deeper values than this are not evaluated; no template that CloudFormation takes comes near.
const MOST_DEPTH: u32 = 100;

/// More nodes than this are not evaluated in one template: what aliases or loops multiply ends here.
const MOST_NODES: u32 = 3_000_000;

/// More nodes than this are not evaluated in one property.
const MOST_NODES_OF_PROPERTY: u32 = 400_000;

/// Evaluates one template.
pub(super) struct Evaluator<'f> {
    pub(super) files: &'f Files,
    /// The template; where it is put together from several trees, all of them.
    pub(super) roots: Vec<(Arc<Node>, Scope)>,
    pub(super) given: &'f Given,
    /// Parameter values that a parent stack passes; where there is a parent, nothing else counts but defaults.
    pub(super) passed: Option<HashMap<String, Value>>,
    /// Addresses of parent stacks, each with `/`.
    pub(super) prefix: String,
    pub(super) own: value::Own,
    pub(super) lineage: Lineage,
    pub(super) memo: Memo,
    depth: Cell<u32>,
    nodes: Cell<u32>,
    property_nodes: Cell<u32>,
}

impl<'f> Evaluator<'f> {
    pub(super) fn new(files: &'f Files, root: Arc<Node>, scope: Scope, given: &'f Given) -> Self {
        Self {
            files,
            roots: vec![(root, scope)],
            given,
            passed: None,
            prefix: String::new(),
            own: value::Own::default(),
            lineage: Lineage::default(),
            memo: Memo::default(),
            depth: Cell::new(0),
            nodes: Cell::new(0),
            property_nodes: Cell::new(0),
        }
    }

    /// Evaluates a property of its own: a new allowance of nodes.
    pub(super) fn property(&self, node: &Node, scope: &Scope) -> Value {
        self.property_nodes.set(0);
        self.eval(node, scope)
    }

    /// Evaluates a node. What `AWS::NoValue` leaves behind is [`Kind::Null`].
    pub(super) fn eval(&self, node: &Node, scope: &Scope) -> Value {
        let at = scope.at_node(node);
        if let Some(limit) = self.enter(at) {
            return Value::unknown(Unknown::new("the value", Reason::Limit(limit), at), at);
        }
        let value = match call_of(node) {
            Some(Call::Known(func, arg, true)) => {
                let arg = Node { tag: None, ..arg.clone() };
                self.call(func, &arg, at, scope)
            }
            Some(Call::Known(func, arg, false)) => self.call(func, arg, at, scope),
            Some(Call::Other(name)) => {
                Value::unknown(Unknown::new(name.clone(), Reason::Unsupported(format!("`{name}`")), at), at)
            }
            None => self.data(node, at, scope),
        };
        self.leave();
        value
    }

    /// Goes one level deeper, unless a limit is passed.
    pub(super) fn enter(&self, at: Location) -> Option<String> {
        let limit = self.spend(at);
        if limit.is_none() {
            self.depth.set(self.depth.get() + 1);
        }
        limit
    }

    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// Counts one more node; says which limit is passed.
    pub(super) fn spend(&self, at: Location) -> Option<String> {
        self.nodes.set(self.nodes.get().saturating_add(1));
        self.property_nodes.set(self.property_nodes.get().saturating_add(1));
        let limit = self.limit_passed()?;
        self.memo.limits.borrow_mut().entry(limit.clone()).or_insert(at);
        Some(limit)
    }

    fn limit_passed(&self) -> Option<String> {
        if self.depth.get() >= MOST_DEPTH {
            Some(format!("values nested more than {MOST_DEPTH} levels deep"))
        } else if self.property_nodes.get() > MOST_NODES_OF_PROPERTY {
            Some(format!("more than {MOST_NODES_OF_PROPERTY} values in one property"))
        } else if self.nodes.get() > MOST_NODES {
            Some(format!("more than {MOST_NODES} values in one template"))
        } else {
            None
        }
    }

    fn data(&self, node: &Node, at: Location, scope: &Scope) -> Value {
        match &node.kind {
            NodeKind::Null => Value::new(Kind::Null, at),
            NodeKind::Scalar(scalar) => match plain::typed(scalar) {
                Some(kind) => Value::new(kind, at),
                None => {
                    let text = self.with_loops(scope.text(node.span, scalar), scope);
                    if scope.has_variables() {
                        return self.with_variables(text, at, scope);
                    }
                    let text = text::with_dynamic_references(text);
                    text::string(text.parts().to_vec(), at)
                }
            },
            NodeKind::Sequence(items) => self.sequence(items, at, scope),
            NodeKind::Mapping(pairs) => self.mapping(pairs, at, scope),
        }
    }

    fn sequence(&self, items: &[Arc<Node>], at: Location, scope: &Scope) -> Value {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.eval(item, scope);
            if !(matches!(value.kind, Kind::Null) && is_call(item)) {
                values.push(value);
            }
        }
        let make = |values: Vec<Value>| Value::list(ListKind::List, values, at);
        self.without_absent(values, at, make, |v| v, |_, v| v)
    }

    fn mapping(&self, pairs: &[Pair], at: Location, scope: &Scope) -> Value {
        let mut entries = Vec::with_capacity(pairs.len());
        let mut voided = Vec::new();
        self.entries(pairs, scope, &mut entries, &mut voided);
        let make = |entries: Vec<value::Entry>| {
            let object = Object::new(ObjectKind::Object, entries).with_voided(voided.clone());
            Value::new(Kind::Object(Arc::new(object)), at)
        };
        self.without_absent(entries, at, make, |e| &e.value, |e, value| value::Entry { value, ..e.clone() })
    }

    /// Appends the entries of a mapping, loops and includes expanded.
    fn entries(&self, pairs: &[Pair], scope: &Scope, out: &mut Vec<value::Entry>, voided: &mut Vec<Origin>) {
        for pair in super::section::effective(pairs).iter() {
            let name = pair.key.as_str().unwrap_or_default();
            if name.starts_with("Fn::ForEach::") {
                self.for_each(&pair.key, &pair.value, scope, &mut |body, scope| {
                    if let NodeKind::Mapping(pairs) = &body.kind {
                        self.entries(pairs, scope, out, voided);
                    }
                });
                continue;
            }
            if name == "Fn::Transform" {
                self.include_entries(pair, scope, out, voided);
                continue;
            }
            let NodeKind::Scalar(scalar) = &pair.key.kind else { continue };
            let value = self.eval(&pair.value, scope);
            if matches!(value.kind, Kind::Null) && is_call(&pair.value) {
                voided.extend(
                    self.voided_by(&pair.value, scope).map(|o| o.entered(scope.at(pair.key.span), StepKind::Parameter)),
                );
                continue;
            }
            let key = self.with_loops(scope.text(pair.key.span, scalar), scope);
            out.push(value::Entry { key, key_origin: scope.at(pair.key.span).into(), value });
        }
    }

    fn include_entries(&self, pair: &Pair, scope: &Scope, out: &mut Vec<value::Entry>, voided: &mut Vec<Origin>) {
        match self.include(&pair.value, scope) {
            Ok((node, scope)) => {
                if let NodeKind::Mapping(pairs) = &node.kind {
                    self.entries(pairs, &scope, out, voided);
                }
            }
            Err(unknown) => {
                let at = scope.at(pair.key.span);
                let hole = Part::Hole(Arc::new(unknown.clone().many()), at.into());
                let value = Value::unknown(unknown.many(), at);
                out.push(value::Entry { key: Text::one(hole), key_origin: at.into(), value });
            }
        }
    }

    /// Makes a container of parts of which some are absent under some conditions: a choice of containers then.
    fn without_absent<T: Clone>(
        &self,
        parts: Vec<T>,
        at: Location,
        make: impl Fn(Vec<T>) -> Value,
        value_of: impl Fn(&T) -> &Value,
        with_value: impl Fn(&T, Value) -> T,
    ) -> Value {
        let doubtful: Vec<usize> =
            parts.iter().enumerate().filter(|(_, p)| may_vanish(value_of(p))).map(|(i, _)| i).collect();
        if doubtful.is_empty() {
            return make(parts);
        }
        let args = doubtful.iter().filter_map(|i| parts.get(*i)).map(|p| value_of(p).clone()).collect();
        let lifted = lift(args, at, &mut |values| {
            let mut chosen = values.iter();
            let mut next = doubtful.iter().peekable();
            let mut present = Vec::with_capacity(parts.len());
            for (i, part) in parts.iter().enumerate() {
                if next.next_if(|d| **d == i).is_none() {
                    present.push(part.clone());
                } else if let Some(value) = chosen.next().filter(|v| !matches!(v.kind, Kind::Null)) {
                    present.push(with_value(part, value.clone()));
                }
            }
            make(present)
        });
        lifted.unwrap_or_else(|| {
            let unknown =
                |p: &T| with_value(p, Value::unknown(too_many("Fn::If", at).many(), value_of(p).origin.clone()));
            let known = |p: &T| if may_vanish(value_of(p)) { unknown(p) } else { p.clone() };
            make(parts.iter().map(known).collect())
        })
    }

    /// `Fn::If`.
    pub(super) fn if_(&self, arg: &Node, at: Location, scope: &Scope) -> Value {
        let NodeKind::Sequence(items) = &arg.kind else {
            return self.error(Func::If, arg, at, "it needs a list of a condition and two values");
        };
        let [condition, then, otherwise] = items.as_slice() else {
            return self.error(Func::If, arg, at, "it needs a condition and two values");
        };
        let condition = self.condition_named_by(condition, scope);
        if let Kind::Bool(known) = condition.kind {
            return self.eval(if known { then } else { otherwise }, scope);
        }
        let (then, otherwise) = (self.eval(then, scope), self.eval(otherwise, scope));
        map_leaves(&condition, &|leaf| match leaf.kind {
            Kind::Bool(true) => then.clone(),
            Kind::Bool(false) => otherwise.clone(),
            _ => leaf.clone(),
        })
    }

    /// An unknown that stands for a call that fails.
    pub(super) fn error(&self, func: Func, arg: &Node, at: Location, why: &str) -> Value {
        Value::unknown(Unknown::new(describe(func, arg), Reason::Error(why.to_owned()), at), at)
    }

    /// An unknown that stands for a call whose result depends on something unknown.
    pub(super) fn derived(&self, func: Func, arg: &Node, at: Location, from: &Unknown) -> Value {
        let mut u = Unknown::new(describe(func, arg), from.reason.clone(), at);
        u.many = false;
        Value::unknown(u, at)
    }

    /// Applies `f` under every combination of the outcomes that `args` depend on.
    pub(super) fn lifted(
        &self,
        func: Func,
        arg: &Node,
        at: Location,
        args: Vec<Value>,
        f: &mut dyn FnMut(&[Value]) -> Value,
    ) -> Value {
        lift(args, at, f).unwrap_or_else(|| Value::unknown(too_many(&describe(func, arg), at), at))
    }

    /// The items of a function's argument; `None` when it is no list.
    pub(super) fn args(&self, arg: &Node, scope: &Scope) -> Option<Vec<Value>> {
        match &arg.kind {
            NodeKind::Sequence(items) => Some(items.iter().map(|n| self.eval(n, scope)).collect()),
            _ => None,
        }
    }

    /// The text with `${Name}` and `&{Name}` of loop variables replaced.
    pub(super) fn with_loops(&self, text: Text, scope: &Scope) -> Text {
        if !scope.has_loops() { text } else { super::for_each::substituted(&text, scope) }
    }

    /// The entries of a top-level section, expanded once.
    pub(super) fn section<'s>(&'s self, cell: &'s OnceCell<Section>, name: &'static str) -> &'s Section {
        if self.memo.expanding.borrow().contains(&name) {
            return &self.memo.empty;
        }
        cell.get_or_init(|| {
            self.memo.expanding.borrow_mut().push(name);
            let mut entries = Vec::new();
            for (node, scope) in self.top(name) {
                self.expand(node, scope, &mut entries);
            }
            self.memo.expanding.borrow_mut().pop();
            Section::new(entries)
        })
    }

    /// What stands under a top-level key.
    pub(super) fn top(&self, name: &str) -> impl Iterator<Item = (&Arc<Node>, &Scope)> {
        self.roots.iter().filter_map(move |(root, scope)| Some((root.get(name)?, scope)))
    }

    pub(super) fn parameters(&self) -> &Section {
        self.section(&self.memo.parameters, "Parameters")
    }

    pub(super) fn mappings(&self) -> &Section {
        self.section(&self.memo.mappings, "Mappings")
    }

    pub(super) fn conditions(&self) -> &Section {
        self.section(&self.memo.conditions, "Conditions")
    }

    pub(super) fn resources(&self) -> &Section {
        self.section(&self.memo.resources, "Resources")
    }

    /// A property of a resource, evaluated; `None` when it is not there.
    pub(super) fn resource_property(&self, entry: &Entry, name: &str) -> Option<Value> {
        let properties = entry.node.get("Properties")?;
        let plain = matches!(&properties.kind, NodeKind::Mapping(pairs)
            if !is_call(properties) && !pairs.iter().any(|p| p.key.as_str().is_some_and(|k| k.starts_with("Fn::"))));
        if plain {
            let node = properties.get(name)?;
            let value = self.property(node, &entry.scope);
            return (!(matches!(value.kind, Kind::Null) && is_call(node))).then_some(value);
        }
        self.member(&self.property(properties, &entry.scope), name)
    }

    /// The value under a key of an object, of each arm of a choice, or of something unknown.
    pub(super) fn member(&self, value: &Value, name: &str) -> Option<Value> {
        match &value.kind {
            Kind::Object(_) => value.get(name),
            Kind::Unknown(_) => Some(value.clone()),
            Kind::Choice(choice) => {
                let arms: Vec<Arm> = value
                    .arms()?
                    .map(|a| Arm {
                        value: self.member(&a.value, name).unwrap_or_else(|| Value::new(Kind::Null, a.value.origin)),
                        label: a.label,
                    })
                    .collect();
                let present = arms.iter().any(|a| !matches!(a.value.kind, Kind::Null));
                present.then(|| choice_value(choice.subject.clone(), arms, value.origin.at))
            }
            _ => None,
        }
    }

    /// Notes that a file was read for this template.
    pub(super) fn note_file(&self, file: crate::source::FileId) {
        let mut files = self.memo.files.borrow_mut();
        if !files.contains(&file) {
            files.push(file);
        }
    }
}
