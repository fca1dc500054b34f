use super::pattern::{Pattern, Token};

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

    /// The nodes that are active before the first character.
    pub fn start(&self) -> Vec<u32> {
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

    /// The tokens of all its patterns.
    pub fn tokens(&self) -> impl Iterator<Item = Token> {
        self.nodes.iter().skip(1).map(|n| n.token)
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

    /// The nodes that are active after one more character. `work` grows by what that took.
    pub fn step(&self, set: &[u32], c: char, work: &mut u64) -> Vec<u32> {
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

    /// Whether a text that leads to these nodes belongs to the union.
    pub fn accepts(&self, set: &[u32]) -> bool {
        set.iter().any(|s| self.nodes[*s as usize].accepts)
    }
}
