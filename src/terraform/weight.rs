//! How large values are when all that they share is written out: references that double a value ten times make it a
//! thousand times as large without taking memory, and whatever walks through it pays for all of it.

use std::{cell::RefCell, sync::Arc};

use crate::{
    tables::Table,
    value::{Kind, Object, Part, Text, Value},
};

/// Heavier values are not kept.
pub(super) const MOST_WEIGHT: u64 = 500_000;
/// Lighter containers are counted anew each time.
const REMEMBERED: u64 = 64;
/// So much weight is remembered at once; what is remembered stays in memory.
const MOST_REMEMBERED: u64 = 4 * MOST_WEIGHT;
/// Values nested deeper count as too heavy.
const MOST_DEPTH: usize = 4_096;

/// The weights of containers that were met, by their address.
#[derive(Default)]
pub(super) struct Weights {
    memo: RefCell<Memo>,
}

#[derive(Default)]
struct Memo {
    /// With the value, so that its address stays its own.
    known: Table<usize, (Kind, u64)>,
    total: u64,
}

impl Weights {
    /// The number of values in a value, itself included; more than [`MOST_WEIGHT`] when it is too heavy.
    pub fn of(&self, value: &Value) -> u64 {
        if is_single(value) { 1 } else { self.weigh(value, 0) }
    }

    fn weigh(&self, value: &Value, depth: usize) -> u64 {
        let address = match &value.kind {
            Kind::List(_, items) => match light(items) {
                Some(weight) => return weight,
                None => Arc::as_ptr(items).cast::<()>() as usize,
            },
            Kind::Object(object) => return self.weigh_object(object, depth),
            Kind::Choice(choice) => Arc::as_ptr(choice).cast::<()>() as usize,
            Kind::String(text) => return 1 + self.inside_text(text, depth),
            _ => return 1,
        };
        if depth > MOST_DEPTH {
            return MOST_WEIGHT + 1;
        }
        if let Some((_, weight)) = self.memo.borrow().known.get(&address) {
            return *weight;
        }
        let inside = match &value.kind {
            Kind::List(_, items) => sum(items.iter().map(|v| self.weigh(v, depth + 1))),
            Kind::Choice(choice) => sum(choice.arms.iter().map(|a| self.weigh(&a.value, depth + 1))),
            _ => 0,
        };
        let weight = 1 + inside;
        self.remember(address, &value.kind, weight);
        weight
    }

    fn weigh_object(&self, object: &Object, depth: usize) -> u64 {
        if let Some(known) = object.weight.get() {
            return *known;
        }
        if depth > MOST_DEPTH {
            return MOST_WEIGHT + 1;
        }
        let of_key = |key: &Text| if key.is_plain() { 0 } else { self.inside_text(key, depth) };
        let of_value = |value: &Value| if is_single(value) { 1 } else { self.weigh(value, depth + 1) };
        let weight = 1 + sum(object.entries().iter().map(|e| of_key(&e.key) + of_value(&e.value)));
        // From further up less of the depth is used up.
        if depth == 0 || weight <= MOST_WEIGHT {
            let _ = object.weight.set(weight);
        }
        weight
    }

    fn inside_text(&self, text: &Text, depth: usize) -> u64 {
        sum(text.parts().iter().map(|part| match part {
            Part::Json(value, _) => self.weigh(value, depth + 1),
            _ => 0,
        }))
    }

    fn remember(&self, address: usize, kind: &Kind, weight: u64) {
        if weight <= REMEMBERED {
            return;
        }
        let mut memo = self.memo.borrow_mut();
        if memo.total > MOST_REMEMBERED {
            memo.known.clear();
            memo.total = 0;
        }
        memo.total += weight.min(MOST_WEIGHT);
        memo.known.insert(address, (kind.clone(), weight));
    }
}

/// Whether a value holds no others.
#[inline]
fn is_single(value: &Value) -> bool {
    match &value.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => true,
        Kind::String(text) => text.is_plain(),
        Kind::List(..) | Kind::Object(_) | Kind::Choice(_) => false,
    }
}

/// The weight of a list of few values that hold no others, as most are.
fn light(items: &[Value]) -> Option<u64> {
    let weight = 1 + items.len() as u64;
    (weight <= REMEMBERED && items.iter().all(is_single)).then_some(weight)
}

/// The sum, or as much of it as is too much.
fn sum(weights: impl Iterator<Item = u64>) -> u64 {
    let mut total = 0;
    for weight in weights {
        total += weight;
        if total > MOST_WEIGHT {
            break;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::{FileId, Location, Span},
        value::ListKind,
    };

    #[test]
    fn what_is_shared_counts_as_often_as_it_is_met() {
        let at = Location::new(FileId(0), Span::new(0, 0));
        let weights = Weights::default();
        let mut value = Value::bool(true, at);
        for _ in 0..10 {
            value = Value::list(ListKind::Tuple, vec![value.clone(), value], at);
        }
        assert_eq!(weights.of(&value), 2_047);
        for _ in 0..60 {
            let json = Part::Json(Arc::new(Value::list(ListKind::Tuple, vec![value.clone(), value], at)), at.into());
            value = Value::new(Kind::String(Text::one(json)), at);
        }
        assert!(weights.of(&value) > MOST_WEIGHT);
    }
}
