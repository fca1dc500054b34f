//! A string that is in some sets and not in others, by a product of their automata.

use std::collections::BTreeSet;

use super::{
    automaton::{Automaton, Fuel},
    pattern::{Chars, Token},
};
use crate::tables::{Set, Table};

/// What a search for a string found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Search {
    /// The shortest string.
    Found(String),
    /// There is none.
    Empty,
    /// The budget ran out first.
    OutOfFuel,
}

/// The shortest string that is in all automata marked `true` and in none marked `false`, of at most `longest`
/// characters.
pub fn shortest(parts: &[(Automaton, bool)], longest: usize, fuel: &mut Fuel) -> Search {
    let alphabet = alphabet(parts.iter().map(|(a, _)| a));
    let mut parts: Vec<(Steps<'_>, bool)> =
        parts.iter().map(|(a, inside)| (Steps::new(a, &alphabet), *inside)).collect();
    let mut seen: Set<Box<[u32]>> = Set::default();
    let mut queue = Queue { states: Vec::new(), width: parts.len(), ways: vec![(usize::MAX, '\0')] };
    queue.states.resize(parts.len(), Steps::START);
    seen.insert(queue.states.clone().into());
    let (mut at, mut level_end, mut length) = (0, 1, 0);
    let (mut state, mut next) = (Vec::new(), Vec::new());
    while queue.take(at, &mut state) {
        if at == level_end {
            level_end = queue.ways.len();
            length += 1;
            if length > longest {
                return Search::Empty;
            }
        }
        if parts.iter().zip(&state).all(|((steps, inside), set)| steps.accepts(*set) == *inside) {
            return Search::Found(queue.spell(at));
        }
        for (letter, c) in alphabet.iter().enumerate() {
            let mut work = 4;
            next.clear();
            let mut dead = false;
            for ((steps, inside), set) in parts.iter_mut().zip(&state) {
                let step = steps.step(*set, letter);
                work += step.work;
                if *inside && step.to == Steps::NOWHERE {
                    dead = true;
                    break;
                }
                next.push(step.to);
            }
            if !fuel.burn(work) {
                return Search::OutOfFuel;
            }
            if !dead && !seen.contains(&*next) {
                seen.insert(next.clone().into());
                queue.states.extend(&next);
                queue.ways.push((at, *c));
            }
        }
        at += 1;
    }
    Search::Empty
}

/// The states that were reached, in that order.
struct Queue {
    /// For each state as many sets as there are automata.
    states: Vec<u32>,
    width: usize,
    /// The state before each one, and the character between them.
    ways: Vec<(usize, char)>,
}

impl Queue {
    /// Copies out the state at a position, when there is one.
    fn take(&self, at: usize, into: &mut Vec<u32>) -> bool {
        into.clear();
        into.extend(self.states.iter().skip(at * self.width).take(self.width));
        at < self.ways.len()
    }

    fn spell(&self, mut at: usize) -> String {
        let mut text = Vec::new();
        while let Some((parent, c)) = self.ways.get(at)
            && *parent != usize::MAX
        {
            text.push(*c);
            at = *parent;
        }
        text.iter().rev().collect()
    }
}

/// The steps of one automaton, each found out when it is first taken: few sets of nodes stand in many states.
struct Steps<'a> {
    automaton: &'a Automaton,
    alphabet: &'a [char],
    sets: Vec<Known>,
    numbers: Table<Box<[u32]>, u32>,
}

/// Nodes that are active together.
struct Known {
    nodes: Box<[u32]>,
    accepts: bool,
    /// One for each letter, once the first is asked for.
    steps: Box<[Step]>,
}

/// Where a letter leads to, by its number, and how much work it was to find out.
#[derive(Clone, Copy)]
struct Step {
    to: u32,
    work: u64,
}

impl Step {
    const UNKNOWN: Self = Self { to: u32::MAX, work: 0 };
}

impl<'a> Steps<'a> {
    /// The number of the set without any node.
    const NOWHERE: u32 = 0;
    /// The number of the set before the first letter.
    const START: u32 = 1;

    fn new(automaton: &'a Automaton, alphabet: &'a [char]) -> Self {
        let mut new = Self { automaton, alphabet, sets: Vec::new(), numbers: Table::default() };
        new.number(Vec::new());
        new.number(automaton.start());
        new
    }

    fn number(&mut self, nodes: Vec<u32>) -> u32 {
        if let Some(number) = self.numbers.get(&*nodes) {
            return *number;
        }
        let number = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        let nodes: Box<[u32]> = nodes.into();
        self.numbers.insert(nodes.clone(), number);
        self.sets.push(Known { accepts: self.automaton.accepts(&nodes), nodes, steps: Box::default() });
        number
    }

    fn accepts(&self, set: u32) -> bool {
        self.sets.get(set as usize).is_some_and(|s| s.accepts)
    }

    /// Where a letter leads to from a set of nodes, by the letter's position in the alphabet.
    fn step(&mut self, set: u32, letter: usize) -> Step {
        let (Some(known), Some(c)) = (self.sets.get(set as usize), self.alphabet.get(letter)) else {
            return Step { to: Self::NOWHERE, work: 0 };
        };
        if let Some(step) = known.steps.get(letter).filter(|step| step.to != Step::UNKNOWN.to) {
            return *step;
        }
        let mut work = 0;
        let nodes = self.automaton.step(&known.nodes, *c, &mut work);
        work += nodes.len() as u64;
        let step = Step { to: self.number(nodes), work };
        if let Some(known) = self.sets.get_mut(set as usize) {
            if known.steps.is_empty() {
                known.steps = vec![Step::UNKNOWN; self.alphabet.len()].into();
            }
            if let Some(slot) = known.steps.get_mut(letter) {
                *slot = step;
            }
        }
        step
    }
}

/// One character for each way in which the automata can tell characters apart, those first that look natural.
fn alphabet<'a>(parts: impl Iterator<Item = &'a Automaton>) -> Vec<char> {
    let mut named = BTreeSet::new();
    let mut sets = BTreeSet::new();
    for token in parts.flat_map(Automaton::tokens) {
        match token {
            Token::Char(c) => {
                named.insert(c);
            }
            Token::Fold(c) => named.extend([c, c.to_ascii_uppercase()]),
            Token::One(set) | Token::Star(set) => {
                sets.insert(set);
            }
        }
    }
    let natural = "xabcdefghijklmnopqrstuvwyz7012345689XABCDEFGHIJKLMNOPQRSTUVWYZ-._/:=,+@";
    let strange = "!#$%&'()*;<>?[\\]^`{|}~\" éß€字";
    let kind = |c: char| -> u16 {
        Chars::ALL.iter().enumerate().filter(|(_, s)| sets.contains(s) && s.has(c)).map(|(i, _)| 1 << i).sum()
    };
    let mut kinds = BTreeSet::new();
    let free: Vec<char> = natural
        .chars()
        .chain(strange.chars())
        .chain(('\u{4e00}'..'\u{9fff}').find(|c| !named.contains(c)))
        .filter(|c| !named.contains(c))
        .filter(|c| kind(*c) != 0 && kinds.insert(kind(*c)))
        .collect();
    let (first, last): (Vec<char>, Vec<char>) = named.into_iter().partition(char::is_ascii_alphanumeric);
    free.into_iter().chain(first).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::pattern::Pattern, *};

    fn find(inside: &[&str], outside: &[&str]) -> Search {
        let mut fuel = Fuel::new(10_000_000);
        let mut parts = Vec::new();
        for (globs, keep) in inside.iter().map(|g| (*g, true)).chain(outside.iter().map(|g| (*g, false))) {
            let mut patterns = globs.split('|').map(Pattern::glob).collect();
            parts.push((Automaton::new(&mut patterns, &mut fuel).unwrap(), keep));
        }
        shortest(&parts, 100, &mut fuel)
    }

    #[test]
    fn intersections_and_complements_are_decided() {
        assert_eq!(find(&["a*", "*b"], &[]), Search::Found("ab".to_owned()));
        assert_eq!(find(&["a*"], &["*"]), Search::Empty);
        assert_eq!(find(&["a?"], &["a*"]), Search::Empty);
        assert_eq!(
            find(&["repo:acme/*"], &["repo:acme/api:*|repo:acme/web:*"]),
            Search::Found("repo:acme/".to_owned())
        );
        assert_eq!(find(&["ab|cd"], &["ab"]), Search::Found("cd".to_owned()));
        assert_eq!(find(&["x*", "y*"], &[]), Search::Empty);
        assert!(matches!(find(&["*"], &["?", ""]), Search::Found(s) if s.len() == 2));
    }

    #[test]
    fn folding_meets_both_cases() {
        let mut fuel = Fuel::new(1_000_000);
        let mut folded = vec![Pattern("ab".chars().map(super::super::pattern::folded).collect())];
        let mut upper = vec![Pattern::literal("AB")];
        let parts = [
            (Automaton::new(&mut folded, &mut fuel).unwrap(), true),
            (Automaton::new(&mut upper, &mut fuel).unwrap(), true),
        ];
        assert_eq!(shortest(&parts, 10, &mut fuel), Search::Found("AB".to_owned()));
    }

    #[test]
    fn too_much_work_is_given_up() {
        let mut fuel = Fuel::new(20_000);
        let globs: Vec<String> = (0..12).map(|i| format!("*{}*", (b'a' + i) as char)).collect();
        let parts: Vec<_> =
            globs.iter().map(|g| (Automaton::new(&mut vec![Pattern::glob(g)], &mut fuel).unwrap(), true)).collect();
        assert_eq!(shortest(&parts, 100, &mut fuel), Search::OutOfFuel);
    }
}
