//! Backtracking over the ways in which Deny statements can be kept from matching.

use super::{
    atom::{Carried, Mode},
    automaton::Fuel,
    domain::{Found, Requirement, solve},
    space::Slot,
};

/// A requirement on a slot.
pub type Literal = (usize, Requirement);

/// What a search over all slots found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// A value for each slot.
    Values(Vec<Carried>),
    /// There are none.
    Nothing,
    /// The budget ran out before that was known.
    Undecided,
}

/// A way of one clause that is being tried.
struct Frame {
    clause: usize,
    way: usize,
    slot: usize,
    before: Carried,
}

/// More clauses than this are not tried one inside the other.
const MOST_FRAMES: usize = 2000;

/// Values that meet all requirements, and at least one of each clause.
pub fn search(
    slots: &[Slot],
    requirements: Vec<Literal>,
    clauses: &[Vec<Literal>],
    mode: Mode,
    fuel: &mut Fuel,
) -> Outcome {
    let mut required: Vec<Vec<Requirement>> = vec![Vec::new(); slots.len()];
    for (slot, requirement) in requirements {
        if let Some(all) = required.get_mut(slot) {
            all.push(requirement);
        }
    }
    let mut values = Vec::with_capacity(slots.len());
    for (slot, all) in slots.iter().zip(&required) {
        match solve(slot, all, mode, fuel) {
            Found::Value(v) => values.push(v),
            Found::Nothing => return Outcome::Nothing,
            Found::OutOfFuel => return Outcome::Undecided,
        }
    }
    let mut frames: Vec<Frame> = Vec::new();
    let mut undecided = false;
    loop {
        let mut violated = None;
        for (i, clause) in clauses.iter().enumerate() {
            fuel.burn(clause.len() as u64);
            if !clause.iter().any(|(slot, r)| values.get(*slot).is_some_and(|v| r.holds(v, mode, fuel))) {
                violated = Some(i);
                break;
            }
        }
        let Some(clause) = violated else { return Outcome::Values(values) };
        if fuel.left() == 0 || frames.len() >= MOST_FRAMES {
            return Outcome::Undecided;
        }
        let mut next = (clause, 0);
        // Takes the next way that can be gone, going back where a clause has none left.
        loop {
            let (clause, way) = next;
            let Some((slot, requirement)) = clauses.get(clause).and_then(|c| c.get(way)) else {
                let Some(last) = frames.pop() else {
                    return if undecided { Outcome::Undecided } else { Outcome::Nothing };
                };
                if let Some(all) = required.get_mut(last.slot) {
                    all.pop();
                }
                if let Some(value) = values.get_mut(last.slot) {
                    *value = last.before;
                }
                next = (last.clause, last.way + 1);
                continue;
            };
            let (Some(room), Some(all), Some(value)) =
                (slots.get(*slot), required.get_mut(*slot), values.get_mut(*slot))
            else {
                next = (clause, way + 1);
                continue;
            };
            all.push(requirement.clone());
            match solve(room, all, mode, fuel) {
                Found::Value(v) => {
                    let before = std::mem::replace(value, v);
                    frames.push(Frame { clause, way, slot: *slot, before });
                    break;
                }
                found => {
                    undecided |= found == Found::OutOfFuel;
                    all.pop();
                    next = (clause, way + 1);
                }
            }
        }
    }
}
