use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Entry, Kind, Object, Part, Text, Unknown, Value, unknown::Reason};
use crate::source::Location;

/// A value that depends on something unknown of which the possible outcomes are known.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What it depends on.
    pub subject: Arc<Subject>,
    /// The outcomes.
    pub arms: Vec<Arm>,
}

/// The label of the arm for all outcomes that have none of their own.
pub const OTHER: &str = "something else";

impl Choice {
    /// The arm for an outcome; `None` when there is no value then.
    pub fn arm(&self, label: &str) -> Option<&Arm> {
        let of = |wanted: &str| self.arms.iter().find(|a| *a.label == *wanted);
        of(label).or_else(|| of(OTHER))
    }
}

/// What a choice depends on. Two choices with equal keys always have the same outcome.
#[derive(Debug, PartialEq, Eq)]
pub struct Subject {
    /// Identity within one root module or template.
    pub key: Arc<str>,
    /// How a person would name it: `IsProd`, `var.enabled`.
    pub text: Arc<str>,
    /// Where the condition stands.
    pub at: Location,
    /// Why it is not known.
    pub reason: Reason,
}

impl Subject {
    /// What a value is that depends on the subject in a way that cannot be followed.
    pub fn unknown(&self) -> Unknown {
        Unknown::new(&*self.text, self.reason.clone(), self.at)
    }

    /// That it has that outcome.
    pub fn assumed(&self, label: &Arc<str>) -> Assumption {
        Assumption { key: self.key.clone(), text: self.text.clone(), label: label.clone() }
    }
}

/// One outcome of a choice.
#[derive(Clone, Debug)]
pub struct Arm {
    /// The outcome, the same text wherever the subject has it: `true`, `false`, an allowed value.
    pub label: Arc<str>,
    /// The value then.
    pub value: Value,
}

/// That a subject has an outcome: "when `IsProd` is true".
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Assumption {
    /// The subject's identity.
    pub key: Arc<str>,
    /// The subject as a person would name it.
    pub text: Arc<str>,
    /// The outcome.
    pub label: Arc<str>,
}

impl std::fmt::Display for Assumption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` is {}", self.text, self.label)
    }
}

/// One consistent set of outcomes: subject key to label.
pub type World = BTreeMap<Arc<str>, Assumption>;

/// Above this many worlds a value's choices become unknown.
pub const MOST_WORLDS: usize = 64;

/// The outcomes that are given. That a subject has none of some outcomes leaves all others open.
pub(crate) fn given(when: &[Assumption]) -> World {
    when.iter().filter(|a| *a.label != *OTHER).map(|a| (a.key.clone(), a.clone())).collect()
}

/// All consistent ways to resolve the choices in `value`, each with the value in it. `given` holds outcomes that are
/// already assumed. A value without choices has one world. Where there are more than 64, the choices that
/// are too many become unknown. Where a choice has no arm for an outcome, because its expression fails then, the world
/// cannot be; such worlds are left out unless all are such.
pub fn worlds(value: &Value, given: &World) -> Vec<(World, Value)> {
    crate::fault::fault("value", || format!("{value:?}"));
    if !may_vary(value, 0) {
        return vec![(given.clone(), value.clone())];
    }
    let mut done = Vec::new();
    let mut todo = vec![given.clone()];
    while let Some(world) = todo.pop() {
        match undecided(value, &world) {
            Some((subject, labels)) if done.len() + todo.len() + labels.len() <= MOST_WORLDS => {
                for label in labels.into_iter().rev() {
                    let mut next = world.clone();
                    next.insert(subject.key.clone(), subject.assumed(&label));
                    todo.push(next);
                }
            }
            _ => {
                let mut fails = false;
                let resolved = resolve(value, &world, &mut fails);
                done.push((fails, world, resolved));
            }
        }
    }
    let sound = done.iter().any(|(fails, ..)| !fails);
    done.into_iter().filter(|(fails, ..)| !(sound && *fails)).map(|(_, world, value)| (world, value)).collect()
}

/// Values nested deeper are taken to have a choice in them.
const MOST_DEPTH: usize = 500;

/// Whether there may be a choice in an object, which is looked up once.
pub(crate) fn varies(object: &Object) -> bool {
    varies_at(object, 0)
}

fn varies_at(object: &Object, depth: usize) -> bool {
    let looked = || object.entries().iter().any(|e| may_vary_text(&e.key, depth) || may_vary(&e.value, depth));
    *object.varies.get_or_init(looked)
}

fn may_vary(value: &Value, depth: usize) -> bool {
    match &value.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => false,
        Kind::Choice(_) => true,
        _ if depth > MOST_DEPTH => true,
        Kind::String(text) => may_vary_text(text, depth),
        Kind::List(_, items) => items.iter().any(|item| may_vary(item, depth + 1)),
        Kind::Object(object) => varies_at(object, depth + 1),
    }
}

fn may_vary_text(text: &Text, depth: usize) -> bool {
    text.parts().iter().any(|part| matches!(part, Part::Json(value, _) if may_vary(value, depth + 1)))
}

/// The first choice that the world does not decide, with all outcomes of its subject.
fn undecided(value: &Value, world: &World) -> Option<(Arc<Subject>, BTreeSet<Arc<str>>)> {
    let subject = find(value, world)?;
    let mut labels = BTreeSet::new();
    collect(value, world, &subject.key, &mut labels);
    Some((subject, labels))
}

fn chosen<'v>(choice: &'v Choice, world: &World) -> Option<&'v Arm> {
    let label = &world.get(&choice.subject.key)?.label;
    choice.arm(label)
}

fn find(value: &Value, world: &World) -> Option<Arc<Subject>> {
    match &value.kind {
        Kind::Object(o) if !varies(o) => None,
        Kind::List(_, items) => items.iter().find_map(|v| find(v, world)),
        Kind::Object(o) => o.entries().iter().find_map(|e| find(&e.value, world).or_else(|| find_text(&e.key, world))),
        Kind::String(t) => find_text(t, world),
        Kind::Choice(c) if world.contains_key(&c.subject.key) => find(&chosen(c, world)?.value, world),
        Kind::Choice(c) => Some(c.subject.clone()),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => None,
    }
}

fn find_text(text: &Text, world: &World) -> Option<Arc<Subject>> {
    text.parts().iter().find_map(|p| match p {
        Part::Json(v, _) => find(v, world),
        _ => None,
    })
}

fn collect(value: &Value, world: &World, key: &str, out: &mut BTreeSet<Arc<str>>) {
    match &value.kind {
        Kind::Object(o) if !varies(o) => {}
        Kind::List(_, items) => items.iter().for_each(|v| collect(v, world, key, out)),
        Kind::Object(o) => {
            for e in o.entries() {
                collect_text(&e.key, world, key, out);
                collect(&e.value, world, key, out);
            }
        }
        Kind::String(t) => collect_text(t, world, key, out),
        Kind::Choice(c) => {
            if *c.subject.key == *key {
                out.extend(c.arms.iter().map(|a| a.label.clone()));
            }
            match world.get(&c.subject.key) {
                Some(_) => {
                    if let Some(arm) = chosen(c, world) {
                        collect(&arm.value, world, key, out);
                    }
                }
                None => c.arms.iter().for_each(|a| collect(&a.value, world, key, out)),
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => {}
    }
}

fn collect_text(text: &Text, world: &World, key: &str, out: &mut BTreeSet<Arc<str>>) {
    for part in text.parts() {
        if let Part::Json(v, _) = part {
            collect(v, world, key, out);
        }
    }
}

/// The value with every choice replaced by what it is in that world; undecided ones become unknown.
fn resolve(value: &Value, world: &World, fails: &mut bool) -> Value {
    resolved(value, world, fails).unwrap_or_else(|| value.clone())
}

/// The same; `None` when there is no choice in the value: what stays as it is remains shared.
fn resolved(value: &Value, world: &World, fails: &mut bool) -> Option<Value> {
    let kind = match &value.kind {
        Kind::Object(o) if !varies(o) => return None,
        Kind::Choice(c) => match chosen(c, world) {
            Some(arm) => return Some(resolve(&arm.value.within(&value.origin), world, fails)),
            None => {
                let why = match world.get(&c.subject.key) {
                    Some(assumed) => {
                        *fails = true;
                        Reason::Error(format!("there is no value when {assumed}"))
                    }
                    None => Reason::Limit(format!("more than {MOST_WORLDS} combinations of conditions")),
                };
                Kind::Unknown(Arc::new(Unknown::new(&*c.subject.text, why, c.subject.at)))
            }
        },
        other => changed_inside(other, |v| resolved(v, world, fails))?,
    };
    Some(Value { kind, origin: value.origin.clone() })
}

/// A container or text with those of the values right inside of it replaced that change; `None` when none does, and for
/// all that holds no values, or several outcomes.
#[inline]
pub(crate) fn changed_inside(kind: &Kind, mut change: impl FnMut(&Value) -> Option<Value>) -> Option<Kind> {
    Some(match kind {
        Kind::List(kind, items) => Kind::List(*kind, changed(items, &mut change)?.into()),
        Kind::Object(o) => {
            let entries = changed(o.entries(), |e| {
                let key = changed_text(&e.key, &mut change);
                let value = change(&e.value);
                (key.is_some() || value.is_some()).then(|| Entry {
                    key: key.unwrap_or_else(|| e.key.clone()),
                    key_origin: e.key_origin.clone(),
                    value: value.unwrap_or_else(|| e.value.clone()),
                })
            })?;
            Kind::Object(Arc::new(Object::new(o.kind(), entries).with_voided(o.voided().to_vec())))
        }
        Kind::String(text) => Kind::String(changed_text(text, change)?),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) | Kind::Choice(_) => return None,
    })
}

#[inline]
fn changed_text(text: &Text, mut change: impl FnMut(&Value) -> Option<Value>) -> Option<Text> {
    let parts = changed(text.parts(), |p| match p {
        Part::Json(v, origin) => Some(Part::Json(Arc::new(change(v)?), origin.clone())),
        _ => None,
    })?;
    Some(Text::new(parts))
}

/// The items with those replaced that change; `None` when none does.
pub(crate) fn changed<T: Clone>(items: &[T], mut change: impl FnMut(&T) -> Option<T>) -> Option<Vec<T>> {
    let (first, replaced) = items.iter().enumerate().find_map(|(i, item)| Some((i, change(item)?)))?;
    let (before, rest) = items.split_at_checked(first)?;
    let mut out = Vec::with_capacity(items.len());
    out.extend_from_slice(before);
    out.push(replaced);
    out.extend(rest.iter().skip(1).map(|item| change(item).unwrap_or_else(|| item.clone())));
    Some(out)
}
