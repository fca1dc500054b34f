use std::{
    collections::{BTreeSet, HashSet},
    rc::Rc,
};

use super::pattern::{Chars, Pattern, Token};

/// A budget of steps. A step is about as much work as looking at one state of an automaton.
#[derive(Debug)]
pub struct Fuel {
    left: u64,
}

impl Fuel {
    /// So many steps.
    pub fn new(steps: u64) -> Self {
        Self { left: steps }
    }

    /// Takes steps away; false when there are not as many left.
    pub fn burn(&mut self, steps: u64) -> bool {
        let enough = self.left >= steps;
        self.left = self.left.saturating_sub(steps);
        enough
    }

    /// How many steps are left.
    pub fn left(&self) -> u64 {
        self.left
    }
}

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

/// A nondeterministic automaton for a union of patterns: their tokens as a tree, so that equal beginnings are shared.
#[derive(Debug)]
pub struct Automaton {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    /// The token that leads here; a star also loops here.
    token: Token,
    first_child: u32,
    next_sibling: u32,
    accepts: bool,
}

const NONE: u32 = u32::MAX;
/// Above this many tokens an automaton is not built.
const MOST_TOKENS: usize = 1 << 20;

impl Automaton {
    /// The automaton of a union of patterns; `None` when they are too many.
    pub fn new(patterns: &mut Vec<Pattern>, fuel: &mut Fuel) -> Option<Self> {
        let total: usize = patterns.iter().map(|p| p.0.len() + 1).sum();
        if total > MOST_TOKENS || !fuel.burn(total as u64) {
            return None;
        }
        patterns.sort_unstable();
        let root = Node { token: Token::Char('\0'), first_child: NONE, next_sibling: NONE, accepts: false };
        let mut nodes = vec![root];
        // The way to the pattern before this one; patterns are sorted, so what they share is at its beginning.
        let mut way: Vec<u32> = Vec::new();
        let mut before: &[Token] = &[];
        for pattern in &*patterns {
            let tokens = &pattern.0[..];
            let shared = before.iter().zip(tokens).take_while(|(a, b)| a == b).count();
            way.truncate(shared);
            for token in &tokens[shared..] {
                let parent = way.last().copied().unwrap_or(0) as usize;
                let child = u32::try_from(nodes.len()).ok()?;
                let next_sibling = nodes[parent].first_child;
                nodes[parent].first_child = child;
                nodes.push(Node { token: *token, first_child: NONE, next_sibling, accepts: false });
                way.push(child);
            }
            nodes[way.last().copied().unwrap_or(0) as usize].accepts = true;
            before = tokens;
        }
        Some(Self { nodes })
    }

    fn start(&self) -> Vec<u32> {
        let mut set = vec![0];
        self.close(&mut set);
        set
    }

    /// Adds what is reached without taking a character: stars may be passed.
    fn close(&self, set: &mut Vec<u32>) {
        let mut i = 0;
        while let Some(state) = set.get(i).copied() {
            for child in self.children(state) {
                if matches!(self.nodes[child as usize].token, Token::Star(_)) {
                    set.push(child);
                }
            }
            i += 1;
        }
        set.sort_unstable();
        set.dedup();
    }

    fn children(&self, state: u32) -> impl Iterator<Item = u32> {
        let mut next = self.nodes[state as usize].first_child;
        std::iter::from_fn(move || {
            let now = next;
            (now != NONE).then(|| {
                next = self.nodes[now as usize].next_sibling;
                now
            })
        })
    }

    fn step(&self, set: &[u32], c: char, work: &mut u64) -> Vec<u32> {
        let mut out = Vec::new();
        for state in set {
            *work += 1;
            let own = self.nodes[*state as usize].token;
            if *state != 0 && matches!(own, Token::Star(_)) && own.takes(c) {
                out.push(*state);
            }
            for child in self.children(*state) {
                *work += 1;
                let token = self.nodes[child as usize].token;
                if !matches!(token, Token::Star(_)) && token.takes(c) {
                    out.push(child);
                }
            }
        }
        self.close(&mut out);
        out
    }

    fn accepts(&self, set: &[u32]) -> bool {
        set.iter().any(|s| self.nodes[*s as usize].accepts)
    }
}

/// The shortest string that is in all automata marked `true` and in none marked `false`, of at most `longest`
/// characters.
pub fn shortest(parts: &[(Automaton, bool)], longest: usize, fuel: &mut Fuel) -> Search {
    let alphabet = alphabet(parts.iter().map(|(a, _)| a));
    let mut seen: HashSet<Rc<State>> = HashSet::new();
    let start: Rc<State> = Rc::new(parts.iter().map(|(a, _)| a.start()).collect());
    seen.insert(start.clone());
    let mut queue = vec![(start, usize::MAX, '\0')];
    let (mut at, mut level_end, mut length) = (0, 1, 0);
    while at < queue.len() {
        if at == level_end {
            level_end = queue.len();
            length += 1;
            if length > longest {
                return Search::Empty;
            }
        }
        let state = queue[at].0.clone();
        if parts.iter().zip(state.iter()).all(|((a, inside), set)| a.accepts(set) == *inside) {
            return Search::Found(spell(&queue, at));
        }
        for c in &alphabet {
            let mut work = 4;
            let mut next = Vec::with_capacity(parts.len());
            let mut dead = false;
            for ((automaton, inside), set) in parts.iter().zip(state.iter()) {
                let stepped = automaton.step(set, *c, &mut work);
                if *inside && stepped.is_empty() {
                    dead = true;
                    break;
                }
                work += stepped.len() as u64;
                next.push(stepped);
            }
            if !fuel.burn(work) {
                return Search::OutOfFuel;
            }
            let next = Rc::new(next);
            if !dead && seen.insert(next.clone()) {
                queue.push((next, at, *c));
            }
        }
        at += 1;
    }
    Search::Empty
}

/// The active nodes of each automaton.
type State = Vec<Vec<u32>>;

fn spell(queue: &[(Rc<State>, usize, char)], mut at: usize) -> String {
    let mut text = Vec::new();
    while let Some((_, parent, c)) = queue.get(at)
        && *parent != usize::MAX
    {
        text.push(*c);
        at = *parent;
    }
    text.iter().rev().collect()
}

/// One character for each way in which the automata can tell characters apart, those first that look natural.
fn alphabet<'a>(parts: impl Iterator<Item = &'a Automaton>) -> Vec<char> {
    let mut named = BTreeSet::new();
    let mut sets = BTreeSet::new();
    for node in parts.flat_map(|a| a.nodes.iter().skip(1)) {
        match node.token {
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
    use super::*;

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
