//! Backtracking over the ways past Deny statements.

use std::rc::Rc;

use super::{
    atom::Carried,
    automaton::Fuel,
    domain::{Found, Requirement, solve},
    problem::Problem,
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

/// A way past something that is being tried.
struct Frame {
    ways: Rc<Vec<Literal>>,
    way: usize,
    slot: usize,
    before: Carried,
}

/// More ways than this are not tried one inside the other.
const MOST_FRAMES: usize = 4000;

/// Values that meet all that the problem requires and respect all its Deny statements.
pub fn search(problem: &mut Problem<'_>, fuel: &mut Fuel) -> Outcome {
    let mut state = State { required: Vec::new(), values: Vec::new() };
    let requirements = std::mem::take(&mut problem.required);
    state.required.resize(problem.space.slots.len(), Vec::new());
    for (slot, requirement) in requirements {
        if let Some(all) = state.required.get_mut(slot) {
            all.push(requirement);
        }
    }
    let mut frames: Vec<Frame> = Vec::new();
    let mut undecided = false;
    if let Err(outcome) = state.extend(problem, fuel) {
        return outcome;
    }
    loop {
        let Some(ways) = problem.violated(&state.values, fuel) else {
            // Slots made while that was looked at have no value yet.
            if state.values.len() < problem.space.slots.len() {
                if let Err(outcome) = state.extend(problem, fuel) {
                    return outcome;
                }
                continue;
            }
            return Outcome::Values(state.values);
        };
        if let Err(outcome) = state.extend(problem, fuel) {
            return outcome;
        }
        if fuel.left() == 0 || frames.len() >= MOST_FRAMES {
            return Outcome::Undecided;
        }
        let mut next = (Rc::new(ways), 0);
        // Takes the next way that can be gone, going back where there is none left.
        loop {
            let (ways, way) = next;
            let Some((slot, requirement)) = ways.get(way) else {
                let Some(last) = frames.pop() else {
                    return if undecided { Outcome::Undecided } else { Outcome::Nothing };
                };
                state.undo(last.slot, last.before);
                next = (last.ways, last.way + 1);
                continue;
            };
            match state.add(problem, *slot, requirement, fuel) {
                Found::Value(before) => {
                    frames.push(Frame { way, slot: *slot, before, ways });
                    break;
                }
                found => {
                    undecided |= found == Found::OutOfFuel;
                    next = (ways, way + 1);
                }
            }
        }
    }
}

struct State {
    required: Vec<Vec<Requirement>>,
    values: Vec<Carried>,
}

impl State {
    /// Gives slots that are new a value.
    fn extend(&mut self, problem: &Problem<'_>, fuel: &mut Fuel) -> Result<(), Outcome> {
        self.required.resize(problem.space.slots.len().max(self.required.len()), Vec::new());
        for (slot, required) in problem.space.slots.iter().zip(&self.required).skip(self.values.len()) {
            match solve(slot, required, problem.mode, fuel) {
                Found::Value(v) => self.values.push(v),
                Found::Nothing => return Err(Outcome::Nothing),
                Found::OutOfFuel => return Err(Outcome::Undecided),
            }
        }
        Ok(())
    }

    /// Requires one thing more; gives back the value before.
    fn add(&mut self, problem: &Problem<'_>, slot: usize, requirement: &Requirement, fuel: &mut Fuel) -> Found {
        let room = problem.space.slots.get(slot);
        let (Some(room), Some(all), Some(value)) = (room, self.required.get_mut(slot), self.values.get_mut(slot))
        else {
            return Found::Nothing;
        };
        all.push(requirement.clone());
        match solve(room, all, problem.mode, fuel) {
            Found::Value(v) => Found::Value(std::mem::replace(value, v)),
            found => {
                all.pop();
                found
            }
        }
    }

    fn undo(&mut self, slot: usize, before: Carried) {
        if let Some(all) = self.required.get_mut(slot) {
            all.pop();
        }
        if let Some(value) = self.values.get_mut(slot) {
            *value = before;
        }
    }
}
