//! What conditions and mappings of a template depend on, so that outcomes are the same wherever they matter.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    eval::Evaluator,
    function::{Call, Func, call_of},
    functions::list_of,
    scope::Scope,
};
use crate::{
    source::Location,
    syntax::tree::{Node, NodeKind},
    value::{Kind, OTHER, Part, Reason, Subject, Symbol, Value},
};

/// More outcomes than this of one subject are not told apart.
const MOST_OUTCOMES: usize = 40;

/// Properties whose value is or carries a policy, or passes values on.
const POLICY_KEYS: [&str; 6] =
    ["AssumeRolePolicyDocument", "PolicyDocument", "Policies", "Parameters", "Statement", "PermissionsBoundary"];

/// The subjects of one template.
#[derive(Default)]
pub(super) struct Subjects {
    by_identity: HashMap<String, Info>,
}

/// What is known of the outcomes of one unknown thing.
#[derive(Clone, Default)]
pub(super) struct Info {
    key: String,
    text: String,
    literals: Vec<String>,
    /// Whether it is a key of a mapping, so that it must be one of the mapping's keys.
    pub(super) keys_of_maps: bool,
    /// Whether it can be nothing but one of the literals.
    closed: bool,
    /// The condition that says nothing but whether it is the only literal, and whether it says so or the contrary.
    named: Option<(String, bool)>,
}

/// The text of an outcome.
pub(super) fn label_of(literal: &str) -> String {
    if literal.is_empty() { "empty".to_owned() } else { literal.to_owned() }
}

/// The subject of a parameter's allowed values.
pub(super) fn parameter(prefix: &str, name: &str, at: Location) -> Subject {
    Subject {
        key: format!("{prefix}{name}").into(),
        text: name.into(),
        at,
        reason: Reason::ParameterNotSet(name.to_owned()),
    }
}

/// The name of the one unknown thing that a value is; `None` when it is known or made of several parts.
pub(super) fn identity(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Unknown(u) => Some(u.reference.clone()),
        Kind::String(text) => match text.parts() {
            [Part::Hole(u, _)] => Some(u.reference.clone()),
            [Part::Symbol(symbol, _)] => Some(pseudo_name(*symbol).to_owned()),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn pseudo_name(symbol: Symbol) -> &'static str {
    match symbol {
        Symbol::OwnAccount => "AWS::AccountId",
        Symbol::Partition => "AWS::Partition",
        Symbol::Region => "AWS::Region",
        Symbol::DnsSuffix => "AWS::URLSuffix",
        Symbol::OwnOrganization | Symbol::AwsServiceAccount => symbol.placeholder(),
    }
}

impl Info {
    fn is_binary(&self) -> bool {
        self.literals.len() == 1 && !self.closed && !self.keys_of_maps
    }

    /// The labels, each with the text that the thing is then; `None` when there are too many.
    pub(super) fn outcomes(&self) -> Option<Vec<(Arc<str>, Option<String>)>> {
        if self.literals.is_empty() || self.literals.len() > MOST_OUTCOMES {
            return None;
        }
        if let ([literal], true) = (self.literals.as_slice(), self.is_binary()) {
            let (yes, no): (Arc<str>, Arc<str>) = match &self.named {
                Some((_, true)) => ("true".into(), "false".into()),
                Some((_, false)) => ("false".into(), "true".into()),
                None => (label_of(literal).into(), format!("not {}", label_of(literal)).into()),
            };
            return Some(vec![(yes, Some(literal.clone())), (no, None)]);
        }
        let known = self.literals.iter().map(|l| (label_of(l).into(), Some(l.clone())));
        let other = (!self.closed && !self.keys_of_maps).then(|| (OTHER.into(), None));
        Some(known.chain(other).collect())
    }

    pub(super) fn subject(&self, at: Location) -> Arc<Subject> {
        let text = match &self.named {
            Some((name, _)) if self.is_binary() => name,
            _ => &self.text,
        };
        Arc::new(Subject { key: (*self.key).into(), text: (**text).into(), at, reason: Reason::OnlyAws })
    }

    fn add(&mut self, literal: &str) {
        if self.literals.len() <= MOST_OUTCOMES && !self.literals.iter().any(|l| l == literal) {
            self.literals.push(literal.to_owned());
        }
    }
}

impl Subjects {
    pub(super) fn get(&self, identity: &str) -> Option<&Info> {
        self.by_identity.get(identity)
    }
}

impl Evaluator<'_> {
    /// The subjects; empty while they are being found.
    pub(super) fn subjects(&self) -> &Subjects {
        if self.memo.finding_subjects.get() {
            return &self.memo.no_subjects;
        }
        self.memo.subjects.get_or_init(|| {
            self.memo.finding_subjects.set(true);
            let mut found = Subjects::default();
            self.keys_of_maps(&mut found);
            for entry in self.conditions().entries() {
                self.literals_of(&entry.node, &entry.scope, Some((&entry.id, true)), 0, &mut found);
            }
            self.close(&mut found);
            self.inherit(&mut found);
            self.memo.finding_subjects.set(false);
            found
        })
    }

    /// Whether a parameter's own value matters to a policy, so that each allowed value is judged by itself.
    pub(super) fn is_direct(&self, name: &str) -> bool {
        self.memo.direct.get_or_init(|| self.direct_names()).contains(name)
    }

    fn direct_names(&self) -> HashSet<String> {
        let mut names = HashSet::new();
        for (resources, _) in self.top("Resources") {
            walk(resources, &mut |node, in_policy| {
                if let (true, NodeKind::Scalar(scalar)) = (in_policy, &node.kind) {
                    names.insert(scalar.text.to_string());
                    let variables = scalar.text.split("${").skip(1).filter_map(|rest| rest.split('}').next());
                    names.extend(variables.map(|v| v.trim().to_owned()));
                }
            });
        }
        names
    }

    fn keys_of_maps(&self, found: &mut Subjects) {
        let mut calls = Vec::new();
        for section in ["Resources", "Conditions"] {
            for (node, _) in self.top(section) {
                walk(node, &mut |node, in_policy| {
                    if let Some(Call::Known(Func::FindInMap, arg, _)) = call_of(node)
                        && (in_policy || section == "Conditions")
                        && let [map, first, second, ..] = list_of(arg)
                    {
                        let names = (map.as_str().map(str::to_owned), referenced(first), referenced(second));
                        calls.push(names);
                    }
                });
            }
        }
        for (map, first, second) in calls {
            let Some(entry) = map.and_then(|m| self.mappings().get(&m)) else { continue };
            let NodeKind::Mapping(outer) = &entry.node.kind else { continue };
            if let Some(name) = first {
                let info = self.info(&name, found);
                info.keys_of_maps = true;
                outer.iter().filter_map(|p| p.key.as_str()).take(MOST_OUTCOMES + 1).for_each(|k| info.add(k));
            }
            if let Some(name) = second {
                let info = self.info(&name, found);
                info.keys_of_maps = true;
                for pair in outer.iter().take(MOST_OUTCOMES) {
                    if let NodeKind::Mapping(inner) = &pair.value.kind {
                        inner.iter().filter_map(|p| p.key.as_str()).take(MOST_OUTCOMES + 1).for_each(|k| info.add(k));
                    }
                }
            }
        }
    }

    fn info<'s>(&self, identity: &str, found: &'s mut Subjects) -> &'s mut Info {
        found.by_identity.entry(identity.to_owned()).or_insert_with(|| Info {
            key: format!("{}{identity}", self.prefix),
            text: identity.to_owned(),
            ..Info::default()
        })
    }

    /// Notes each literal that something unknown is compared with.
    fn literals_of(&self, node: &Node, scope: &Scope, name: Option<(&str, bool)>, depth: usize, found: &mut Subjects) {
        if depth > 20 || self.spend(scope.at_node(node)).is_some() {
            return;
        }
        let Some(Call::Known(func, arg, _)) = call_of(node) else { return };
        match func {
            Func::Not => {
                for item in list_of(arg) {
                    self.literals_of(item, scope, name.map(|(n, yes)| (n, !yes)), depth + 1, found);
                }
            }
            Func::And | Func::Or => {
                list_of(arg).iter().for_each(|item| self.literals_of(item, scope, None, depth + 1, found));
            }
            Func::Equals => {
                let [a, b] = list_of(arg) else { return };
                let (a, b) = (self.eval(a, scope), self.eval(b, scope));
                for (unknown, literal) in [(&a, &b), (&b, &a)] {
                    let (Some(id), Some(literal)) = (identity(unknown), literal.as_str()) else { continue };
                    let info = self.info(&id, found);
                    info.add(&literal);
                    if let (None, Some((name, yes))) = (&info.named, name) {
                        info.named = Some((name.to_owned(), yes));
                    }
                }
            }
            _ => {}
        }
    }

    /// Drops what parameters cannot be, and marks those that can be nothing else.
    fn close(&self, found: &mut Subjects) {
        for (id, info) in &mut found.by_identity {
            let Some(entry) = self.parameters().get(id) else { continue };
            let Some(allowed) = self.allowed(entry) else { continue };
            info.literals.retain(|l| allowed.iter().any(|(a, _)| a == l));
            info.closed = allowed.len() <= info.literals.len();
        }
    }
}

impl Evaluator<'_> {
    /// What the parent of a nested stack asks of a value that it passes on is one question in both. Where the child
    /// tells more outcomes apart than the parent it has subjects of its own.
    fn inherit(&self, found: &mut Subjects) {
        for (id, info) in &mut found.by_identity {
            if let Some(theirs) = self.memo.inherited.get(id)
                && info.literals.iter().all(|l| theirs.literals.contains(l))
                && info.keys_of_maps <= theirs.keys_of_maps
            {
                *info = theirs.clone();
            }
        }
    }

    /// The subjects of what a template passes to a nested stack.
    pub(super) fn passed_subjects<'v>(&self, passed: impl Iterator<Item = &'v Value>) -> HashMap<String, Info> {
        let known = |id: &String| self.subjects().get(id).or_else(|| self.memo.inherited.get(id)).cloned();
        passed.filter_map(identity).filter_map(|id| known(&id).map(|info| (id, info))).collect()
    }
}

/// The name that a node refers to.
fn referenced(node: &Node) -> Option<String> {
    match call_of(node)? {
        Call::Known(Func::Ref, arg, _) => arg.as_str().map(str::to_owned),
        _ => None,
    }
}

/// Visits every node once, with whether it stands under a property that carries a policy.
fn walk<'n>(root: &'n Arc<Node>, visit: &mut dyn FnMut(&'n Node, bool)) {
    let mut seen = HashSet::new();
    let mut todo = vec![(root, false)];
    while let Some((node, in_policy)) = todo.pop() {
        let shared = Arc::strong_count(node) > 1 && matches!(node.kind, NodeKind::Sequence(_) | NodeKind::Mapping(_));
        if shared && !seen.insert((Arc::as_ptr(node), in_policy)) {
            continue;
        }
        visit(node, in_policy);
        match &node.kind {
            NodeKind::Sequence(items) => todo.extend(items.iter().map(|i| (i, in_policy))),
            NodeKind::Mapping(pairs) => todo.extend(pairs.iter().map(|p| {
                let policy = in_policy || p.key.as_str().is_some_and(|k| POLICY_KEYS.contains(&k));
                (&p.value, policy)
            })),
            NodeKind::Null | NodeKind::Scalar(_) => {}
        }
    }
}
