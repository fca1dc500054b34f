use std::collections::HashSet;

use super::{
    automaton::{Automaton, Fuel},
    pattern::{Chars, Pattern, Token},
};

/// A set of strings: single ones and patterns.
#[derive(Clone, Debug, Default)]
pub struct StringSet {
    /// Strings that belong to it.
    literals: HashSet<String>,
    /// The same in the order they came, for examples.
    order: Vec<String>,
    /// Strings that belong to it in any case of their letters, in lower case.
    folded: HashSet<String>,
    folded_order: Vec<String>,
    /// Patterns, members of which belong to it.
    patterns: Vec<Pattern>,
    /// Whether every string belongs to it.
    all: bool,
}

impl StringSet {
    /// All strings.
    pub fn everything() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// These strings.
    pub fn of<S: AsRef<str>>(strings: impl IntoIterator<Item = S>) -> Self {
        let mut set = Self::default();
        for s in strings {
            set.add_literal(s.as_ref());
        }
        set
    }

    /// Members of these patterns.
    pub fn like(patterns: impl IntoIterator<Item = Pattern>) -> Self {
        let mut set = Self::default();
        for p in patterns {
            set.add(p);
        }
        set
    }

    /// Adds one string.
    pub fn add_literal(&mut self, text: &str) {
        if self.literals.insert(text.to_owned()) {
            self.order.push(text.to_owned());
        }
    }

    /// Adds one string in all cases of its letters.
    pub fn add_folded(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        if self.folded.insert(lower.clone()) {
            self.folded_order.push(lower);
        }
    }

    /// Adds all members of a pattern.
    pub fn add(&mut self, pattern: Pattern) {
        if pattern.0 == [Token::Star(Chars::Any)] {
            self.all = true;
        } else if let Some(text) = pattern.as_literal() {
            self.add_literal(&text);
        } else if !self.patterns.contains(&pattern) || self.patterns.len() > 64 {
            self.patterns.push(pattern);
        }
    }

    /// Adds all members of another set.
    pub fn extend(&mut self, other: &Self) {
        self.all |= other.all;
        for s in &other.order {
            self.add_literal(s);
        }
        for s in &other.folded_order {
            self.add_folded(s);
        }
        self.patterns.extend(other.patterns.iter().cloned());
    }

    /// Whether no string belongs to it.
    pub fn is_empty(&self) -> bool {
        !self.all && self.literals.is_empty() && self.folded.is_empty() && self.patterns.is_empty()
    }

    /// Whether all strings surely belong to it.
    pub fn is_everything(&self) -> bool {
        self.all
    }

    /// Whether it is a list of single strings, with folding or not.
    pub fn is_finite(&self) -> bool {
        !self.all && self.patterns.is_empty()
    }

    /// How many strings and patterns make it up.
    pub fn size(&self) -> usize {
        self.order.len() + self.folded_order.len() + self.patterns.len() + usize::from(self.all)
    }

    /// Whether it is made of single strings without folding, which are then all that it has.
    pub fn as_list(&self) -> Option<&[String]> {
        (self.is_finite() && self.folded.is_empty()).then_some(&self.order[..])
    }

    /// Whether a string belongs to it. `fuel` is taken for patterns.
    pub fn contains(&self, text: &str, fuel: &mut Fuel) -> bool {
        if self.all || self.literals.contains(text) {
            return true;
        }
        if !self.folded.is_empty() && self.folded.contains(&text.to_ascii_lowercase()) {
            return true;
        }
        self.patterns.iter().any(|p| {
            fuel.burn(4 + (text.len() as u64 / 4));
            p.matches(text)
        })
    }

    /// Patterns for all of it.
    pub fn patterns(&self) -> Vec<Pattern> {
        let mut out: Vec<Pattern> = self.order.iter().map(|s| Pattern::literal(s)).collect();
        out.extend(self.folded_order.iter().map(|s| Pattern(s.chars().map(super::pattern::folded).collect())));
        out.extend(self.patterns.iter().cloned());
        if self.all {
            out.push(Pattern(vec![Token::Star(Chars::Any)]));
        }
        out
    }

    /// Its automaton, each member put into a frame; `None` when it is too large.
    pub fn automaton(&self, frame: impl Fn(&Pattern) -> Option<Pattern>, fuel: &mut Fuel) -> Option<Automaton> {
        let mut patterns: Vec<Pattern> = self.patterns().iter().filter_map(frame).collect();
        Automaton::new(&mut patterns, fuel)
    }

    /// Some members, natural ones first; runs of free characters become one of `fillers`.
    pub fn examples(&self, fillers: &[&str], most: usize) -> Vec<String> {
        let mut out: Vec<String> = self.order.iter().take(most).cloned().collect();
        out.extend(self.folded_order.iter().take(most).cloned());
        for filler in fillers {
            out.extend(self.patterns.iter().take(most).map(|p| p.example(filler)));
        }
        if self.all {
            out.extend(fillers.iter().map(|f| (*f).to_owned()));
        }
        out
    }
}
