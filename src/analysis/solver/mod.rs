//! The solver: is there a request of a given kind that the policy allows?
//!
//! The question is put as requirements on *slots*, the independent things in which requests of one kind of caller
//! differ: the caller's ARN, its organization path, and one slot for each other key. Keys that depend on each other
//! share a slot and see it through a view (`aws:PrincipalAccount` is a field of the ARN, `aws:PrincipalOrgID` the
//! beginning of the path). A condition on a key is a set of strings, or a comparison by size, that the slot's value
//! must be in or not. What keeps a Deny from matching is a clause: one of its conditions, or its principals, must fail.
//!
//! - [`pattern`], [`strings`], [`automaton`]: sets of strings. [`product`]: a string in some and not in others.
//! - [`measure`]: numbers, dates, addresses.
//! - [`segment`], [`atom`], [`compile`], [`index`]: a policy made ready.
//! - [`space`]: the kinds of callers, their slots, and what holds of all requests.
//! - [`domain`]: a value for one slot. [`search`]: values for all, clauses included.
//! - [`demands`], [`variables`], [`problem`]: a query as requirements and clauses. [`moments`]: times that are yet to
//!   come.
//! - [`witness`]: values as a request.
//!
//! Every step takes from a budget of fuel. When it is gone the answer is that nothing could be decided, never no.

mod atom;
mod automaton;
mod compile;
mod demands;
mod domain;
mod index;
mod measure;
mod moments;
mod pattern;
mod problem;
mod product;
mod search;
mod segment;
mod space;
mod strings;
mod variables;
mod witness;

use std::sync::Arc;

use super::{Answer, Caller, Certainty, Query, Request, Strings};
use crate::{
    policy::{Effect, Policy},
    tables::Set,
};
use atom::{Carried, Mode, Truth};
use compile::{Compiled, Statement};
use problem::{Problem, shapes};
use search::Outcome;
use space::{Binding, Shape, Space};
use variables::Assignment;

pub(super) use automaton::Fuel;
pub(super) use measure::date;
pub(super) use pattern::Pattern;
pub(super) use space::{Bases, Surroundings};

/// Asks the evaluator about a witness.
pub(super) type Replay<'a> = dyn FnMut(Trial<'_>, &mut Fuel) -> Replayed + 'a;

/// A request that is to get in through the statement at a position.
#[derive(Clone, Copy)]
pub(super) struct Trial<'a> {
    pub position: usize,
    pub request: &'a Request,
    /// Whether it is only a try, with policy variables taken as anything.
    pub tentative: bool,
}

/// What the evaluator says of a witness.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Replayed {
    Allow,
    Undefined,
    Deny,
}

/// The solver of one policy.
#[derive(Debug)]
pub(super) struct Solver {
    compiled: Arc<Compiled>,
    around: Surroundings,
    has_variables: bool,
}

enum Attempt {
    Found(Box<Request>, bool),
    Nothing,
    Undecided,
}

/// Steps that every search takes for its own set-up.
const RUN: u64 = 80;
/// At most so many policy variables are tried with several values; the others may be anything.
const MOST_VARIABLES: usize = 12;
/// At most so many assignments of policy variables are tried.
const MOST_ASSIGNMENTS: usize = 48;

impl Solver {
    /// Makes a policy without symbols ready for questions.
    pub fn new(policy: &Policy, around: Surroundings) -> Self {
        let compiled = Arc::new(Compiled::new(policy));
        let has_variables = compiled.statements.iter().flat_map(|s| &s.atoms).any(|a| a.variables().next().is_some());
        Self { compiled, around, has_variables }
    }

    /// Whether some Allow statement may speak of the call.
    pub fn speaks_of(&self, action: super::Action) -> bool {
        self.compiled.speaks_of(action)
    }

    /// Answers a query. `replay` says what the evaluator makes of a witness. One that the evaluator refuses is not
    /// shown.
    pub fn ask(&self, query: &Query, fuel: &mut Fuel, replay: &mut Replay<'_>) -> Answer {
        let mut possible: Option<Box<Request>> = None;
        let mut undecided = false;
        let chosen = match (query.statement, &query.caller) {
            (Some(i), _) => vec![i],
            (None, Caller::Aws { account: Strings::OneOf(accounts), .. }) => {
                self.compiled.allows_for(query.action, Some(accounts))
            }
            (None, _) => self.compiled.allows_for(query.action, None),
        };
        fuel.burn(chosen.len() as u64);
        for position in chosen {
            let Some(statement) = self.compiled.statements.get(position) else { continue };
            fuel.burn(4);
            if statement.effect != Effect::Allow || statement.speaks_of(query.action) == Truth::False {
                continue;
            }
            let mut certain: Option<Box<Request>> = None;
            for shape in shapes(query, statement, &self.compiled, &self.around) {
                if fuel.left() == 0 {
                    return undecided_or(possible);
                }
                for mode in [Mode::May, Mode::Must] {
                    match self.attempt(query, position, statement, &shape, mode, fuel, replay) {
                        Attempt::Nothing => break,
                        Attempt::Undecided => undecided = true,
                        Attempt::Found(request, sure) => {
                            match replay(Trial { position, request: &request, tentative: false }, fuel) {
                                Replayed::Allow if sure => {
                                    certain = Some(request);
                                    break;
                                }
                                Replayed::Allow | Replayed::Undefined => possible = possible.or(Some(request)),
                                Replayed::Deny => undecided = true,
                            }
                        }
                    }
                }
                match &certain {
                    // A session of a role has no MFA of its own: where MFA is asked for, a user is the likelier caller.
                    Some(request) if shape == Shape::Role && has_mfa(request) => {}
                    Some(_) => break,
                    None => {}
                }
            }
            if let Some(request) = certain {
                return yes(request, Certainty::Certain);
            }
        }
        match possible {
            Some(request) => yes(request, Certainty::Possible),
            None if undecided => Answer::Undecided,
            None => Answer::No,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of the question")]
    fn attempt(
        &self,
        query: &Query,
        position: usize,
        statement: &Statement,
        shape: &Shape,
        mode: Mode,
        fuel: &mut Fuel,
        replay: &mut Replay<'_>,
    ) -> Attempt {
        let free = if self.has_variables { self.free_variables(position, shape, fuel) } else { Vec::new() };
        if free.is_empty() {
            return self.run(query, position, statement, shape, mode, &Assignment::default(), fuel).0;
        }
        // Taking the variables as anything at all: where that lets nobody in, nothing does.
        let (attempt, known) = self.run(query, position, statement, shape, Mode::May, &Assignment::default(), fuel);
        let mut gets_in = |attempt: &Attempt, fuel: &mut Fuel| match attempt {
            Attempt::Found(request, _) => replay(Trial { position, request, tentative: true }, fuel),
            Attempt::Nothing | Attempt::Undecided => Replayed::Deny,
        };
        if matches!(attempt, Attempt::Nothing) || gets_in(&attempt, fuel) == Replayed::Allow {
            return attempt;
        }
        let mut possible = Attempt::Undecided;
        for assignment in self.assignments(position, shape, &free, &known, query, fuel) {
            if fuel.left() == 0 {
                break;
            }
            let (attempt, _) = self.run(query, position, statement, shape, mode, &assignment, fuel);
            match gets_in(&attempt, fuel) {
                Replayed::Allow => return attempt,
                Replayed::Undefined => possible = attempt,
                Replayed::Deny => {}
            }
        }
        possible
    }

    /// One search; with it the values of the keys, when there are some.
    #[expect(clippy::too_many_arguments, reason = "each is a part of the question")]
    fn run(
        &self,
        query: &Query,
        position: usize,
        statement: &Statement,
        shape: &Shape,
        mode: Mode,
        assignment: &Assignment,
        fuel: &mut Fuel,
    ) -> (Attempt, Vec<(String, Carried)>) {
        fuel.burn(RUN);
        let space = Space::new(&self.around, shape.clone(), self.partitions(statement));
        let problem = Problem::new(&self.compiled, space, query, position, mode, assignment, fuel);
        let Ok(mut problem) = problem else { return (Attempt::Nothing, Vec::new()) };
        let outcome = search::search(&mut problem, fuel);
        let Problem { mut space, .. } = problem;
        match outcome {
            Outcome::Nothing => (Attempt::Nothing, Vec::new()),
            Outcome::Undecided => (Attempt::Undecided, Vec::new()),
            Outcome::Values(mut values) => {
                if !witness::complete(&mut space, &mut values, &self.compiled, fuel) {
                    return (Attempt::Undecided, Vec::new());
                }
                let carried = witness::carried(&space, &values);
                let sure = !carried.iter().any(|(k, v)| *v == Carried::Nothing && space.is_promised_by_nobody(k));
                let request = witness::request(&space, &values, &carried, query.action, &self.compiled);
                (Attempt::Found(Box::new(request), sure), carried)
            }
        }
    }

    /// Partitions that callers of the statement may be of: the role's, and those of its principals. One that differs
    /// from the role's is invalid, and the statement is judged as if it were not.
    fn partitions(&self, statement: &Statement) -> Vec<String> {
        let mut out = vec![self.around.partition.clone()];
        out.extend(statement.partitions.iter().filter(|p| **p != self.around.partition).cloned());
        out
    }

    /// Keys of policy variables that differ from request to request.
    fn free_variables(&self, position: usize, shape: &Shape, fuel: &mut Fuel) -> Vec<String> {
        fuel.burn(4 * self.compiled.denies.len() as u64);
        let mut space = Space::new(&self.around, shape.clone(), Vec::new());
        let mut out: Vec<String> = Vec::new();
        let mut seen = Set::default();
        for statement in self.compiled.denies.iter().chain([&position]).filter_map(|i| self.compiled.statements.get(*i))
        {
            for key in statement.atoms.iter().flat_map(|a| a.variables()) {
                fuel.burn(2);
                if seen.insert(key) && matches!(space.bind(key), Binding::Slot(..)) {
                    out.push(key.to_owned());
                    if out.len() == MOST_VARIABLES {
                        return out;
                    }
                }
            }
        }
        out
    }

    /// Values to try for policy variables: those of a request that was found with variables taken as anything, those
    /// that would make a value equal what it is compared with, and none.
    fn assignments(
        &self,
        position: usize,
        shape: &Shape,
        free: &[String],
        known: &[(String, Carried)],
        query: &Query,
        fuel: &mut Fuel,
    ) -> Vec<Assignment> {
        let mut candidates: Vec<(&String, Vec<Option<String>>)> = Vec::new();
        for key in free.iter().filter(|k| carried_for(known, k).is_some()) {
            let mut own: Vec<Option<String>> = Vec::new();
            let mut add = |v: Option<String>| {
                if !own.contains(&v) && own.len() < 6 {
                    own.push(v);
                }
            };
            let statements = self.compiled.denies.iter().chain([&position]);
            for atom in statements.filter_map(|i| self.compiled.statements.get(*i)).flat_map(|s| &s.atoms) {
                let atom::Matcher::Strings(strings) = &atom.matcher else { continue };
                fuel.burn(1 + 2 * strings.templates.len() as u64);
                if strings.templates.is_empty() {
                    continue;
                }
                let compared = atom.key.as_ref().and_then(|key| carried_for(known, key));
                let wanted = query.demands.iter().filter(|(k, _)| Some(k.to_ascii_lowercase()) == atom.key);
                let mut texts: Vec<String> = wanted.flat_map(|(_, d)| witness::demanded(d)).collect();
                if let Some(Carried::One(text)) = compared {
                    texts.push(text.clone());
                }
                for template in &strings.templates {
                    for text in &texts {
                        if let Some((k, value)) = segment::solve_for(template, text)
                            && k == *key
                        {
                            add(Some(value));
                        }
                    }
                }
            }
            match carried_for(known, key) {
                Some(Carried::One(text)) => add(Some(text.clone())),
                Some(Carried::Many(texts)) => texts.iter().take(2).for_each(|t| add(Some(t.clone()))),
                _ => {}
            }
            let mut space = Space::new(&self.around, shape.clone(), vec![self.around.partition.clone()]);
            if let Binding::Slot(slot, view, _) = space.bind(key)
                && let Some(slot) = space.slots.get(slot)
            {
                if view == space::View::Whole && !slot.is_arn {
                    slot.examples.iter().take(1).for_each(|e| add(Some(e.clone())));
                }
                if slot.absent {
                    add(None);
                }
            }
            candidates.push((key, own));
        }
        let mut out = vec![Assignment::default()];
        for (key, own) in &candidates {
            let mut next = Vec::new();
            for assignment in &out {
                for value in own {
                    let mut with = assignment.clone();
                    with.values.insert((*key).clone(), value.clone());
                    next.push(with);
                }
            }
            next.truncate(MOST_ASSIGNMENTS);
            out = next;
        }
        out
    }
}

/// What a request carries for a key, out of a list that is sorted.
fn carried_for<'a>(known: &'a [(String, Carried)], key: &str) -> Option<&'a Carried> {
    let at = known.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok()?;
    known.get(at).map(|(_, v)| v)
}

fn has_mfa(request: &Request) -> bool {
    request.context.keys().any(|k| k.eq_ignore_ascii_case("aws:MultiFactorAuthPresent"))
}

fn yes(witness: Box<Request>, certainty: Certainty) -> Answer {
    Answer::Yes { witness, certainty }
}

fn undecided_or(possible: Option<Box<Request>>) -> Answer {
    possible.map_or(Answer::Undecided, |witness| yes(witness, Certainty::Possible))
}

/// A set of these strings.
pub(super) fn strings<'a>(all: impl Iterator<Item = &'a str>) -> Arc<strings::StringSet> {
    Arc::new(strings::StringSet::of(all))
}

/// Whether every string that the glob `inner` matches is matched by the glob `outer` too; `false` when that would take
/// too long to find out.
pub(super) fn includes(outer: &str, inner: &str) -> bool {
    let mut fuel = Fuel::new(1_000_000);
    let inner = automaton::Automaton::new(&mut vec![Pattern::glob(inner)], &mut fuel);
    let outer = automaton::Automaton::new(&mut vec![Pattern::glob(outer)], &mut fuel);
    let (Some(inner), Some(outer)) = (inner, outer) else { return false };
    product::shortest(&[(inner, true), (outer, false)], usize::MAX, &mut fuel) == product::Search::Empty
}
