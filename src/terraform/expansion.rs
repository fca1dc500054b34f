use std::{borrow::Cow, rc::Rc, sync::Arc};

use super::{
    ast::Block,
    demand::Demand,
    evaluator::Evaluator,
    scope::{Instance, Iteration, Scope},
};
use crate::{
    source::Location,
    tables::Table,
    value::{Assumption, Choice, Kind, Number, OTHER, Part, Reason, Subject, Text, Unknown, Value},
};

/// Blocks are repeated at most so often.
const MOST_INSTANCES: usize = 50_000;

/// What `count` or `for_each` makes of a block.
pub(super) enum Expansion {
    /// Neither stands there.
    Single(One),
    /// Instances with known keys.
    Many { each: bool, ones: Vec<One>, by_key: Table<Arc<str>, usize> },
    /// How many there are is not known; one stands for all.
    Open { each: bool, one: One, why: Arc<Unknown> },
    /// It depends on a condition.
    Choice(Arc<Subject>, Vec<(Arc<str>, Rc<Expansion>)>),
}

/// The outcomes of a condition, each with the instances that there are then.
pub(super) type Arms = [(Arc<str>, Rc<Expansion>)];

/// One instance of a block.
#[derive(Clone)]
pub(super) struct One {
    pub key: InstanceKey,
    pub iteration: Option<Iteration>,
    /// What must hold for it to be there, its module's instance included.
    pub when: Rc<[Assumption]>,
    /// Tells it from those with the same key that are there when something else holds.
    pub arm: u32,
}

/// Under what a block is repeated.
#[derive(Clone)]
struct Under {
    when: Rc<[Assumption]>,
    arm: u32,
}

/// The key of an instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum InstanceKey {
    None,
    Index(usize),
    Key(Arc<str>),
    /// Which keys there are is not known.
    Any,
}

impl std::fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(i) => write!(f, "[{i}]"),
            Self::Key(k) => write!(f, "[\"{}\"]", escaped(k)),
            Self::Any => f.write_str("[*]"),
        }
    }
}

/// What stands between the quotes of a string as HCL writes it.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '"', '\n', '\t', '$', '%']) {
        return text.into();
    }
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    text.replace("${", "$${").replace("%{", "%%{").into()
}

impl Under {
    fn one(&self, key: InstanceKey, iteration: Option<Iteration>) -> One {
        One { key, iteration, when: self.when.clone(), arm: self.arm }
    }
}

impl Evaluator<'_> {
    /// The instances of a block, evaluated once per module instance.
    pub fn expansion(&self, instance: &Rc<Instance>, key: &Arc<str>, block: &Block) -> Rc<Expansion> {
        if let Some(known) = instance.memo.expansions.borrow().get(key) {
            let cycle = || {
                let unknown = Arc::new(Unknown::new(&**key, Reason::Cycle, block.header));
                let under = Under { when: instance.when.clone(), arm: 0 };
                Rc::new(self.open(unknown, block.body.attribute("for_each").is_some(), block.header, &under))
            };
            return known.as_ref().map_or_else(cycle, |known| self.recall(known));
        }
        instance.memo.expansions.borrow_mut().insert(key.clone(), None);
        let errors = self.errors.get();
        let known = self.keeping(|| self.expand(block, &Demand::ALL, &Scope::of(instance)));
        self.errors.set(errors);
        let made = known.it.clone();
        instance.memo.expansions.borrow_mut().insert(key.clone(), Some(known));
        made
    }

    /// Whether a block has no instances, without what differs between those that it has.
    pub fn makes_none(&self, instance: &Rc<Instance>, block: &Block) -> bool {
        let errors = self.errors.get();
        let expansion = self.expand(block, &Demand::KEYS, &Scope::of(instance));
        self.errors.set(errors);
        expansion.count() == 0
    }

    /// Which of the outcomes an assumed one is, with its instances: that of its name, or that of all others; an error
    /// when there is none.
    pub fn chosen<'x>(
        &self,
        subject: &Subject,
        arms: &'x Arms,
        label: &str,
        at: Location,
    ) -> Result<(usize, &'x Expansion), Value> {
        let of = |label: &str| arms.iter().enumerate().find(|(_, (l, _))| **l == *label);
        match of(label).or_else(|| of(OTHER)) {
            Some((i, (_, arm))) => Ok((i, arm)),
            None => Err(self.error(format!("there is no instance when `{}` is {label}", subject.text), at)),
        }
    }

    /// The instances that a block has in a scope; each with as much of its value as is asked for.
    fn expand(&self, block: &Block, demand: &Demand<'_>, scope: &Scope<'_>) -> Rc<Expansion> {
        let under = Under { when: scope.when.clone(), arm: 0 };
        if let Some(count) = block.body.attribute("count") {
            let value = self.eval(&count.value, scope);
            return Rc::new(self.counted(&value, count.value.at, &under));
        }
        if let Some(each) = block.body.attribute("for_each") {
            let value = self.eval_for(&each.value, demand, scope);
            return Rc::new(self.for_each(&value, each.value.at, &under));
        }
        let lifecycle = block.body.blocks("lifecycle", 0);
        if let Some(enabled) = lifecycle.iter().find_map(|l| l.body.attribute("enabled")) {
            return Rc::new(self.enabled(&self.eval(&enabled.value, scope), &under));
        }
        let single = || Rc::new(Expansion::Single(under.one(InstanceKey::None, None)));
        scope.instance.memo.single.get_or_init(single).clone()
    }

    /// OpenTofu: a block is there or not, without a key.
    fn enabled(&self, value: &Value, under: &Under) -> Expansion {
        match &value.kind {
            Kind::Choice(choice) => self.each_outcome(value, choice, under, |v, under| self.enabled(v, under)),
            _ if value.as_str().as_deref() == Some("false") => {
                Expansion::Many { each: true, ones: Vec::new(), by_key: Table::default() }
            }
            _ => Expansion::Single(under.one(InstanceKey::None, None)),
        }
    }

    fn open(&self, why: Arc<Unknown>, each: bool, at: Location, under: &Under) -> Expansion {
        let one = if each {
            let part = Value::new(Kind::Unknown(self.derived(&why, "[*]", false)), at);
            under.one(InstanceKey::Any, Some(Iteration::Each { key: part.clone(), value: part }))
        } else {
            let zero = Value::new(Kind::Number(Number::int(0)), at);
            under.one(InstanceKey::Index(0), Some(Iteration::Count(zero)))
        };
        Expansion::Open { each, one, why }
    }

    fn under(&self, outer: &Under, subject: &Subject, label: &Arc<str>) -> Under {
        let arm = self.arms.get() + 1;
        self.arms.set(arm);
        Under { when: outer.when.iter().cloned().chain([subject.assumed(label)]).collect(), arm }
    }

    fn each_outcome(
        &self,
        value: &Value,
        choice: &Choice,
        under: &Under,
        expand: impl Fn(&Value, &Under) -> Expansion,
    ) -> Expansion {
        let arms = value.arms().into_iter().flatten().map(|a| {
            let under = self.under(under, &choice.subject, &a.label);
            (a.label.clone(), Rc::new(expand(&a.value, &under)))
        });
        Expansion::Choice(choice.subject.clone(), arms.collect())
    }

    fn counted(&self, value: &Value, at: Location, under: &Under) -> Expansion {
        if let Kind::Choice(choice) = &value.kind {
            return self.each_outcome(value, choice, under, |v, under| self.counted(v, at, under));
        }
        let count = match &value.kind {
            Kind::Unknown(u) => return self.open(u.clone(), false, at, under),
            Kind::Bool(_) | Kind::Null | Kind::List(..) | Kind::Object(_) => None,
            _ => value.as_str().and_then(|s| s.parse::<usize>().ok()),
        };
        match count {
            Some(n) if n <= MOST_INSTANCES => {
                let ones = (0..n).map(|i| {
                    let index = Value::new(Kind::Number(Number::int(i as i128)), value.origin.clone());
                    under.one(InstanceKey::Index(i), Some(Iteration::Count(index)))
                });
                Expansion::Many { each: false, ones: ones.collect(), by_key: Table::default() }
            }
            Some(n) => {
                let reason = Reason::Limit(format!("{n} instances of one block"));
                self.open(Arc::new(Unknown::new(self.text(at), reason, at)), false, at, under)
            }
            None => {
                let reason = Reason::Error("`count` must be a whole number".to_owned());
                self.open(Arc::new(Unknown::new(self.text(at), reason, at)), false, at, under)
            }
        }
    }

    fn for_each(&self, value: &Value, at: Location, under: &Under) -> Expansion {
        if let Kind::Choice(choice) = &value.kind {
            return self.each_outcome(value, choice, under, |v, under| self.for_each(v, at, under));
        }
        let pairs: Vec<(Value, Value)> = match &value.kind {
            Kind::Unknown(u) => return self.open(u.clone(), true, at, under),
            Kind::List(..) => value.items().into_iter().flatten().map(|v| (v.clone(), v)).collect(),
            Kind::Object(_) => self.iterate(value, at).unwrap_or_default(),
            _ => {
                let reason = Reason::Error("`for_each` must be a map or a set of strings".to_owned());
                return self.open(Arc::new(Unknown::new(self.text(at), reason, at)), true, at, under);
            }
        };
        if pairs.len() > MOST_INSTANCES {
            let reason = Reason::Limit(format!("{} instances of one block", pairs.len()));
            return self.open(Arc::new(Unknown::new(self.text(at), reason, at)), true, at, under);
        }
        let mut ones = Vec::with_capacity(pairs.len());
        let mut by_key = Table::with_capacity_and_hasher(pairs.len(), Default::default());
        for (key, value) in pairs {
            let instance_key = match &key.kind {
                Kind::Unknown(_) => InstanceKey::Any,
                Kind::String(t) if is_hole(t) => InstanceKey::Any,
                Kind::String(t) => InstanceKey::Key(t.shared().unwrap_or_else(|| t.display().into())),
                _ => InstanceKey::Key((*key.as_str().unwrap_or_default()).into()),
            };
            if let InstanceKey::Key(k) = &instance_key {
                if by_key.contains_key(k) {
                    continue;
                }
                by_key.insert(k.clone(), ones.len());
            }
            ones.push(under.one(instance_key, Some(Iteration::Each { key, value })));
        }
        Expansion::Many { each: true, ones, by_key }
    }
}

fn is_hole(text: &Text) -> bool {
    matches!(text.parts(), [Part::Hole(..)])
}

impl Expansion {
    /// The instance with a key.
    pub fn find(&self, key: &str) -> Option<&One> {
        match self {
            Self::Many { each: true, ones, by_key } => match by_key.get(key) {
                Some(i) => ones.get(*i),
                // Of the instances whose keys are not known one stands for all.
                None => ones.iter().find(|one| one.key == InstanceKey::Any),
            },
            Self::Many { each: false, ones, .. } => ones.get(key.parse::<usize>().ok()?),
            Self::Open { one, .. } => Some(one),
            Self::Single(_) | Self::Choice(..) => None,
        }
    }

    /// All instances that there may be.
    pub fn instances(&self) -> Vec<&One> {
        match self {
            Self::Single(one) | Self::Open { one, .. } => vec![one],
            Self::Many { ones, .. } => ones.iter().collect(),
            Self::Choice(_, arms) => arms.iter().flat_map(|(_, arm)| arm.instances()).collect(),
        }
    }

    /// How many instances there may be.
    pub fn count(&self) -> usize {
        match self {
            Self::Single(_) | Self::Open { .. } => 1,
            Self::Many { ones, .. } => ones.len(),
            Self::Choice(_, arms) => arms.iter().map(|(_, arm)| arm.count()).sum(),
        }
    }
}
