use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use super::{
    ast::{Access, Block},
    demand::{Demand, has_parts},
    evaluator::Evaluator,
    expansion::{Expansion, InstanceKey, One},
    leads::Dir,
    member::Member,
    resource::prefix,
    scope::{CallInstances, CallSite, Instance, Memo, Once, Scope},
};
use crate::{
    source::{EntryKind, Files, Location, normalized},
    value::{Arm, Entry, Kind, ListKind, Number, ObjectKind, Reason, StepKind, Text, Value},
};

/// What somebody asks for of the outputs of a call.
#[derive(Clone, Copy)]
struct Asked<'a> {
    /// The steps after the reference.
    steps: &'a [Access],
    /// The part of what these lead to.
    demand: &'a Demand<'a>,
}

impl<'a> Asked<'a> {
    fn all(steps: &'a [Access]) -> Self {
        Self { steps, demand: &Demand::ALL }
    }
}

/// Modules call modules down to this depth.
pub(super) const MOST_CALLS: usize = 64;
/// One root module makes at most so many instances of modules.
pub(super) const MOST_INSTANCES: usize = 20_000;

/// The directories that `terraform init` has put modules into, by the names of the calls joined with `.`.
pub(super) fn installed_modules(files: &Files, root: &Path) -> HashMap<String, PathBuf> {
    #[derive(serde::Deserialize)]
    struct Manifest {
        #[serde(rename = "Modules")]
        modules: Vec<Installed>,
    }
    #[derive(serde::Deserialize)]
    struct Installed {
        #[serde(rename = "Key")]
        key: String,
        #[serde(rename = "Dir")]
        dir: String,
    }
    let path = root.join(".terraform/modules/modules.json");
    if files.kind(&path) != Some(EntryKind::File) {
        return HashMap::new();
    }
    let Ok(file) = files.read(&path) else { return HashMap::new() };
    let Ok(manifest) = serde_json::from_str::<Manifest>(files.get(file).text()) else { return HashMap::new() };
    manifest.modules.into_iter().map(|m| (m.key, normalized(&root.join(m.dir)))).collect()
}

/// Whether a module source is a path of the same tree.
pub(super) fn is_local(source: &str) -> bool {
    source.starts_with("./")
        || source.starts_with("../")
        || source == "."
        || source == ".."
        || source.starts_with(".\\")
}

/// The source of a call as written, when it is plain text.
pub(super) fn source_of(block: &Block) -> Option<(String, Location)> {
    let attribute = block.body.attribute("source")?;
    match &attribute.value.now().kind {
        super::ast::ExprKind::String(text) => Some((text.as_known()?.into_owned(), attribute.value.at)),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// The instances that a module call makes, made once.
    pub fn call_instances(&self, parent: &Rc<Instance>, name: &str) -> Option<Rc<CallInstances>> {
        let block = parent.module.calls.get(name)?;
        if let Some(known) = parent.memo.calls.borrow().get(name) {
            let cycle = || Rc::new(CallInstances::Absent(Reason::Cycle));
            return Some(known.as_ref().map_or_else(cycle, |known| self.recall(known)));
        }
        let key: Arc<str> = name.into();
        parent.memo.calls.borrow_mut().insert(key.clone(), None);
        let known = self.keeping(|| Rc::new(self.make_instances(parent, name, block)));
        let made = known.it.clone();
        parent.memo.calls.borrow_mut().insert(key, Some(known));
        Some(made)
    }

    fn make_instances(&self, parent: &Rc<Instance>, name: &str, block: &Member<Block>) -> CallInstances {
        let target = self.target(&parent.module.dir, &parent.call_path, name, block);
        let dir = match &*target {
            Ok(dir) => dir,
            Err(reason) => return CallInstances::Absent(reason.clone()),
        };
        if parent.depth >= MOST_CALLS || calls_itself(parent, dir) {
            return CallInstances::Absent(Reason::Cycle);
        }
        let module = self.workspace.module(dir.path());
        let expansion = self.expansion(parent, &format!("module.{name}").into(), block);
        let wanted = expansion.instances();
        let total = self.instances.get().saturating_add(wanted.len());
        self.instances.set(total);
        if total > MOST_INSTANCES {
            return CallInstances::Absent(Reason::Limit(format!("more than {MOST_INSTANCES} instances of modules")));
        }
        let instances = wanted
            .into_iter()
            .map(|one| {
                let address = format!("{}module.{name}{}", prefix(&parent.address), one.key);
                Rc::new(Instance {
                    module: module.clone(),
                    address,
                    call_path: join_path(&parent.call_path, name),
                    call: Some(CallSite {
                        parent: parent.clone(),
                        block: block.clone(),
                        iteration: one.iteration.clone(),
                    }),
                    when: one.when.clone(),
                    depth: parent.depth + 1,
                    memo: Memo::default(),
                })
            })
            .collect();
        CallInstances::Present { expansion, instances }
    }

    /// What a reference to a module call with the steps after its name is.
    pub fn module_call(
        &self,
        name: &str,
        steps: &[Access],
        at: Location,
        demand: &Demand<'_>,
        scope: &Scope<'_>,
    ) -> Value {
        let Some(made) = self.call_instances(scope.instance, name) else {
            return self.unknown(self.text(at), Reason::Undeclared, at);
        };
        match &*made {
            CallInstances::Absent(reason) => {
                let run = || {
                    let address = format!("{}module.{name}", prefix(&scope.instance.address));
                    let header = scope.instance.module.calls.get(name).map_or(at, |b| b.header);
                    (self.unknown(address, reason.clone(), header), StepKind::Value)
                };
                let (value, step) = self.once(scope.instance, Once::Call(name), at, run);
                self.accesses(value, steps, at, scope).entered(at, step)
            }
            CallInstances::Present { expansion, instances } => {
                let mut next = instances.iter();
                let asked = Asked { steps, demand };
                self.outputs_of(expansion, &mut next, &asked, at, scope).entered(at, StepKind::Output)
            }
        }
    }

    /// `instances` are in the order of [`Expansion::instances`].
    fn outputs_of(
        &self,
        expansion: &Expansion,
        instances: &mut std::slice::Iter<'_, Rc<Instance>>,
        asked: &Asked<'_>,
        at: Location,
        scope: &Scope<'_>,
    ) -> Value {
        let Asked { steps, demand } = *asked;
        let of = |child: Option<&Rc<Instance>>, asked: Asked<'_>| match child {
            Some(child) => self.of_call(child, asked, at, scope),
            None => self.error("there is no such instance", at),
        };
        let inside = Demand::through(steps, demand).inside();
        let of_each = |child: Option<&Rc<Instance>>| of(child, Asked { steps: &[], demand: &inside });
        match expansion {
            Expansion::Single(_) => match steps.split_first() {
                Some((Access::FullSplat, rest)) => {
                    Value::list(ListKind::Tuple, vec![of(instances.next(), Asked::all(rest))], at)
                }
                _ => of(instances.next(), *asked),
            },
            Expansion::Choice(subject, arms) => {
                if let Some(label) = scope.assumed(subject) {
                    let all = arms.iter().map(|(_, arm)| arm.count()).sum();
                    let (here, rest) = instances.as_slice().split_at_checked(all).unwrap_or_default();
                    *instances = rest.iter();
                    return match self.chosen(subject, arms, label, at) {
                        Ok((i, arm)) => {
                            let before = arms.iter().take(i).map(|(_, arm)| arm.count()).sum();
                            let mut own = here.get(before..).unwrap_or_default().iter();
                            self.outputs_of(arm, &mut own, asked, at, scope)
                        }
                        Err(none) => none,
                    };
                }
                let arms = arms
                    .iter()
                    .map(|(label, arm)| Arm {
                        label: label.clone(),
                        value: self.outputs_of(arm, instances, asked, at, scope),
                    })
                    .collect();
                self.without_failures(subject, arms, at)
            }
            Expansion::Open { one, each, .. } => {
                let child = instances.next();
                match steps.split_first() {
                    Some((Access::FullSplat, rest)) if !each => {
                        Value::list(ListKind::Tuple, vec![of(child, Asked::all(rest))], at)
                    }
                    Some((Access::Index(_) | Access::LegacyIndex(..), rest)) => {
                        of(child, Asked { steps: rest, demand })
                    }
                    _ => {
                        let whole = self.collected(&[(one, child)], *each, &of_each, at);
                        self.accesses(whole, steps, at, scope)
                    }
                }
            }
            Expansion::Many { ones, each, .. } => {
                let children: Vec<(&One, Option<&Rc<Instance>>)> =
                    ones.iter().map(|one| (one, instances.next())).collect();
                match steps.split_first() {
                    Some((Access::FullSplat | Access::AttributeSplat, rest)) if !each => {
                        let items = children.iter().map(|(_, c)| of(*c, Asked::all(rest))).collect();
                        Value::list(ListKind::Tuple, items, at)
                    }
                    Some((Access::Index(_) | Access::LegacyIndex(..), rest)) => {
                        let wanted = match steps.first() {
                            Some(Access::Index(e)) => self.eval(e, scope),
                            Some(Access::LegacyIndex(i, _)) => Value::new(Kind::Number(Number::int(*i)), at),
                            _ => Value::new(Kind::Null, at),
                        };
                        let child = |one: &One| {
                            let index = match &one.key {
                                InstanceKey::Index(i) => Some(*i),
                                InstanceKey::Key(k) => match expansion {
                                    Expansion::Many { by_key, .. } => by_key.get(k).copied(),
                                    _ => None,
                                },
                                InstanceKey::Any => ones.iter().position(|one| one.key == InstanceKey::Any),
                                InstanceKey::None => None,
                            };
                            let child = index.and_then(|i| children.get(i)).and_then(|(_, c)| *c);
                            of(child, Asked { steps: rest, demand })
                        };
                        self.lift(&[wanted], at, &mut |wanted| match wanted.first() {
                            Some(wanted) => self.indexed(expansion, wanted, &child, at),
                            None => self.error("no index", at),
                        })
                    }
                    _ => {
                        let whole = self.collected(&children, *each, &of_each, at);
                        self.accesses(whole, steps, at, scope)
                    }
                }
            }
        }
    }

    fn collected(
        &self,
        children: &[(&One, Option<&Rc<Instance>>)],
        each: bool,
        of: &dyn Fn(Option<&Rc<Instance>>) -> Value,
        at: Location,
    ) -> Value {
        if !each {
            return Value::list(ListKind::Tuple, children.iter().map(|(_, c)| of(*c)).collect(), at);
        }
        let entries = children.iter().map(|(one, c)| self.entry_of(one, of(*c), at));
        Value::object(ObjectKind::Object, entries.collect(), at)
    }

    fn of_call(&self, child: &Rc<Instance>, asked: Asked<'_>, at: Location, scope: &Scope<'_>) -> Value {
        let Asked { steps, demand } = asked;
        match steps.split_first() {
            Some((Access::Attribute(output), rest)) => {
                let value = self.output(child, output, at, &Demand::through(rest, demand));
                self.accesses(value, rest, at, scope)
            }
            _ => {
                let demand = Demand::through(steps, demand);
                let mut names: Vec<&Arc<str>> = child.module.outputs.keys().filter(|n| demand.takes(n)).collect();
                names.sort();
                let entries = names.into_iter().map(|name| {
                    let value = self.output(child, name, at, &demand.inside());
                    Entry { key: Text::known(name.clone(), at), key_origin: at.into(), value }
                });
                let whole = Value::object(ObjectKind::Object, entries.collect(), at);
                self.accesses(whole, steps, at, scope)
            }
        }
    }

    /// As much of the value of a module's output as is asked for.
    pub fn output(&self, child: &Rc<Instance>, name: &str, at: Location, demand: &Demand<'_>) -> Value {
        let Some(block) = child.module.outputs.get(name) else {
            return self.error(format!("the module has no output `{name}`"), at);
        };
        let is_divisible = || block.body.attribute("value").is_some_and(|value| has_parts(&value.value));
        let run = |part: &Demand<'_>| match block.body.attribute("value") {
            Some(value) => (self.eval_for(&value.value, part, &Scope::of(child)), StepKind::Output),
            None => (self.error("the output has no value", block.header), StepKind::Output),
        };
        self.once_of(child, Once::Output(name), demand, at, is_divisible, run).0
    }
}

pub(super) fn join_path(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

fn calls_itself(parent: &Rc<Instance>, dir: &Dir) -> bool {
    let mut current = Some(parent);
    while let Some(instance) = current {
        if dir.is_of(&instance.module) {
            return true;
        }
        current = instance.call.as_ref().map(|c| &c.parent);
    }
    false
}

/// Words of arguments that say which keys, certificates, addresses and hosts are trusted, and not who may assume a
/// role.
const NO_ROLE: [&str; 8] = ["store", "anchor", "key", "signer", "cert", "cidr", "_ip", "host"];

/// What the name of an argument has in it that says who may assume a role.
struct Stake {
    word: &'static str,
    /// One of these has to be in it too, when there are any.
    with: &'static [&'static str],
    /// None of these may be in it.
    without: &'static [&'static str],
}

impl Stake {
    const fn of(word: &'static str) -> Self {
        Self { word, with: &[], without: &[] }
    }

    /// Whether it is in a name in lower case.
    fn is_in(&self, name: &str) -> bool {
        let has = |word: &&str| name.contains(word);
        has(&self.word) && (self.with.is_empty() || self.with.iter().any(has)) && !self.without.iter().any(has)
    }
}

const STAKES: [Stake; 8] = [
    Stake { without: &NO_ROLE, ..Stake::of("trust") },
    Stake::of("assume_role_policy"),
    Stake::of("assumable"),
    Stake { with: &["condition", "principal"], ..Stake::of("assume_role") },
    Stake { with: &["subject", "provider", "sub"], ..Stake::of("oidc") },
    Stake::of("allowed_principals"),
    Stake::of("role_principals"),
    Stake::of("external_id"),
];

/// The first three letters of the words of [`STAKES`].
const BEGINNINGS: [[u8; 3]; STAKES.len()] = {
    let mut all = [[0; 3]; STAKES.len()];
    let mut i = 0;
    while i < all.len() {
        if let [a, b, c, ..] = STAKES[i].word.as_bytes() {
            all[i] = [*a, *b, *c];
        }
        i += 1;
    }
    all
};

/// The first argument of a module call whose name says that trust is at stake.
pub(super) fn trust_input_of(mut names: impl Iterator<Item = (Arc<str>, Location)>) -> Option<(String, Location)> {
    let at_stake = |name: &str| {
        may_be_at_stake(name) && {
            let name = name.to_ascii_lowercase();
            STAKES.iter().any(|stake| stake.is_in(&name))
        }
    };
    names.find(|(n, _)| at_stake(n)).map(|(n, at)| (n.to_string(), at))
}

/// Whether a name has the first three letters of a word by which trust is at stake. Most names have none.
fn may_be_at_stake(name: &str) -> bool {
    let begins = |three: &[u8]| BEGINNINGS.iter().any(|word| word.eq_ignore_ascii_case(three));
    name.as_bytes().windows(3).any(begins)
}
