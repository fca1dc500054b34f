use std::{collections::BTreeSet, sync::Arc};

use super::super::{
    ast::{Expr, ForExpr},
    bound::{Element, elements},
    evaluator::Evaluator,
    outcomes::choose,
    scope::{Frame, Scope},
    weight::MOST_WEIGHT,
};
use super::conditional::Truth;
use crate::{
    source::Location,
    tables::Table,
    value::{Arm, Entry, Kind, ListKind, OTHER, Object, ObjectKind, StepKind, Subject, Unknown, Value},
};

/// Filters that cannot be decided are told apart up to so many combinations.
const MOST_COMBINATIONS: usize = 16;

/// What a `for` makes of an element, perhaps only under a condition.
struct Made {
    when: Option<Truth>,
    key: Option<Value>,
    value: Value,
}

impl Evaluator<'_> {
    /// The keys and values that iterating over a collection gives. Choices must be lifted before.
    pub fn iterate(&self, collection: &Value, at: Location) -> Result<Vec<(Value, Value)>, Value> {
        let elements = self.elements(collection, at)?.into_iter();
        Ok(elements.map(|e| (e.key.into_value(), e.value.into_value())).collect())
    }

    fn elements<'c>(&self, collection: &'c Value, at: Location) -> Result<Vec<Element<'c>>, Value> {
        match &collection.kind {
            Kind::List(..) | Kind::Object(_) => Ok(elements(collection)),
            Kind::Unknown(u) if self.is_error(u) => Err(collection.clone()),
            Kind::Unknown(u) => {
                let key = Value::new(Kind::Unknown(self.derived(u, "[*]", true)), collection.origin.clone());
                Ok(vec![Element { key: key.clone().into(), value: key.into() }])
            }
            Kind::Null => Err(self.error("null cannot be iterated over", at)),
            _ => Err(self.error("this value cannot be iterated over", at)),
        }
    }

    pub(super) fn for_expr(&self, f: &ForExpr, at: Location, scope: &Scope<'_>) -> Value {
        let collection = self.eval(&f.collection, scope);
        self.lift_knowing(&collection, at, scope, &mut |collection, scope| self.for_over(collection, f, at, scope))
    }

    fn for_over(&self, collection: &Value, f: &ForExpr, at: Location, scope: &Scope<'_>) -> Value {
        let items = match self.elements(collection, f.collection.at) {
            Ok(items) => items,
            Err(failed) => return failed,
        };
        let mut made = Vec::with_capacity(items.len());
        let mut weight = 0;
        let heavy = self.count_heavy();
        for Element { key, value } in items {
            if weight > MOST_WEIGHT {
                return self.too_heavy(at);
            }
            let stands_for_many = matches!(&*value.kind(), Kind::Unknown(u) if u.many);
            let frame = Frame { name: &f.value_name, value, step: StepKind::Iteration, outer: scope.names };
            let key_frame;
            let inner = match &f.key_name {
                Some(name) => {
                    key_frame = Frame { name, value: key, step: StepKind::Iteration, outer: Some(&frame) };
                    scope.with(&key_frame)
                }
                None => scope.with(&frame),
            };
            let mut when = None;
            if let Some(condition) = &f.condition {
                match self.truth_of(condition, &inner) {
                    Truth::Known(true) => {}
                    Truth::Known(false) => continue,
                    Truth::Fails(value) => return value,
                    // How many there are is not known as it is. What is the same of all is there or is not.
                    Truth::Depends(..) if stands_for_many && is_about(f, condition) && is_about(f, &f.value) => {}
                    truth @ Truth::Depends(..) => when = Some(truth),
                }
            }
            let key = f.key.as_ref().map(|k| self.eval(k, &inner));
            let value = self.eval(&f.value, &inner);
            if self.count_heavy() > heavy && matches!(value.kind, Kind::Unknown(_)) {
                return value;
            }
            weight += self.weigh(std::iter::once(&value));
            made.push(Made { when, key, value });
        }
        self.assemble(made, f, at)
    }

    fn assemble(&self, mut elements: Vec<Made>, f: &ForExpr, at: Location) -> Value {
        let mut subjects: Subjects = Vec::new();
        for truth in elements.iter().filter_map(|e| e.when.as_ref()) {
            collect(truth, &mut subjects);
        }
        let combinations: usize = subjects.iter().map(|(_, l)| l.len()).fold(1, usize::saturating_mul);
        if combinations > MOST_COMBINATIONS {
            for e in &mut elements {
                if let Some(Truth::Depends(subject, _)) = e.when.take() {
                    let reason = crate::value::Reason::Limit("more conditions than are told apart".to_owned());
                    let unknown = Unknown::new(&*subject.text, reason, subject.at).many();
                    e.value = Value::unknown(unknown, e.value.origin.clone());
                }
            }
            subjects.clear();
        }
        self.combine(&elements, &subjects, &mut Vec::new(), f, at)
    }

    fn combine(
        &self,
        elements: &[Made],
        subjects: &[(Arc<Subject>, BTreeSet<Arc<str>>)],
        world: &mut Vec<(Arc<str>, Arc<str>)>,
        f: &ForExpr,
        at: Location,
    ) -> Value {
        if let Some(((subject, labels), rest)) = subjects.split_first() {
            let mut arms = Vec::new();
            for label in labels {
                world.push((subject.key.clone(), label.clone()));
                arms.push(Arm { label: label.clone(), value: self.combine(elements, rest, world, f, at) });
                world.pop();
            }
            return choose(subject, arms, at);
        }
        let there = |e: &&Made| e.when.as_ref().is_none_or(|truth| holds(truth, world));
        let kept = elements.iter().filter(there);
        if f.key.is_none() {
            return Value::list(ListKind::Tuple, kept.map(|e| e.value.clone()).collect(), at);
        }
        self.for_object(kept, f, at)
    }

    fn for_object<'e>(&self, elements: impl Iterator<Item = &'e Made>, f: &ForExpr, at: Location) -> Value {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: Table<Arc<str>, usize> = Table::default();
        // With `...`: the values of each entry.
        let mut groups: Vec<Vec<Value>> = Vec::new();
        for e in elements {
            let Some(key_value) = &e.key else { continue };
            let Some(key) = self.key_text(key_value) else {
                return match &key_value.kind {
                    Kind::Unknown(_) => key_value.clone(),
                    _ => self.error("the key of an object must be a string", at),
                };
            };
            let known = key.shared();
            match known.as_ref().and_then(|k| seen.get(k)).copied() {
                Some(_) if !f.grouping => {
                    return self.error(format!("two elements have the key {:?}", known.unwrap_or_default()), at);
                }
                Some(i) => groups.get_mut(i).into_iter().for_each(|values| values.push(e.value.clone())),
                None => {
                    if let Some(k) = known {
                        seen.insert(k, entries.len());
                    }
                    if f.grouping {
                        groups.push(vec![e.value.clone()]);
                    }
                    entries.push(Entry { key, key_origin: key_value.origin.clone(), value: e.value.clone() });
                }
            }
        }
        for (entry, values) in entries.iter_mut().zip(groups) {
            entry.value = Value::list(ListKind::Tuple, values, at);
        }
        Value::new(Kind::Object(Arc::new(Object::new(ObjectKind::Object, entries))), at)
    }
}

/// Whether an expression speaks of the element.
fn is_about(f: &ForExpr, expr: &Expr) -> bool {
    expr.mentions(&|name| *name == *f.value_name || f.key_name.as_deref() == Some(name))
}

/// What conditions depend on, each with its outcomes.
type Subjects = Vec<(Arc<Subject>, BTreeSet<Arc<str>>)>;

fn collect(truth: &Truth, out: &mut Subjects) {
    let Truth::Depends(subject, outcomes) = truth else { return };
    let labels = outcomes.iter().map(|(l, _)| l.clone());
    match out.iter_mut().find(|(s, _)| s.key == subject.key) {
        Some((_, known)) => known.extend(labels),
        None => out.push((subject.clone(), labels.collect())),
    }
    for (_, inner) in outcomes {
        collect(inner, out);
    }
}

/// Whether a condition holds when its subjects have these outcomes. One that fails counts as holding.
fn holds(truth: &Truth, world: &[(Arc<str>, Arc<str>)]) -> bool {
    match truth {
        Truth::Known(b) => *b,
        Truth::Fails(_) => true,
        Truth::Depends(subject, outcomes) => {
            let label = world.iter().find(|(key, _)| *key == subject.key).map(|(_, l)| l);
            let of = |wanted: &str| outcomes.iter().find(|(l, _)| &**l == wanted);
            let inner = label.and_then(|l| of(l).or_else(|| of(OTHER)));
            inner.is_some_and(|(_, truth)| holds(truth, world))
        }
    }
}
