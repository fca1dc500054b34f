use super::{
    automaton::{Automaton, Fuel},
    pattern::{Chars, Pattern, Token},
};
use crate::tables::{Set, Table};

/// Sets of more strings than this are not looked through for account ids.
const MOST_ACCOUNTS: usize = 32;

/// How many digits an account id has.
pub const ACCOUNT_DIGITS: usize = 12;

/// A set of strings: single ones and patterns.
#[derive(Clone, Debug, Default)]
pub struct StringSet {
    /// Strings that belong to it.
    literals: Set<String>,
    /// The same in the order they came, for examples.
    order: Vec<String>,
    /// Positions in it of those with an account id as a field, by the first such id, and of the others.
    literals_by_account: Table<u64, Vec<u32>>,
    other_literals: Vec<u32>,
    /// Strings that belong to it in any case of their letters, in lower case.
    folded: Set<String>,
    folded_order: Vec<String>,
    /// Patterns, members of which belong to it.
    patterns: Vec<Pattern>,
    /// Positions of the patterns whose members all have the same account id as a field, by that id.
    by_account: Table<u64, Vec<u32>>,
    /// Positions of the other patterns.
    general: Vec<u32>,
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
            let at = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
            match text.split(':').find_map(account) {
                Some(account) => self.literals_by_account.entry(account).or_default().push(at),
                None => self.other_literals.push(at),
            }
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
        } else if self.patterns.len() > 64 || !self.patterns.contains(&pattern) {
            self.push(pattern);
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
        other.patterns.iter().for_each(|p| self.push(p.clone()));
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
        let mut matches = |at: &u32| {
            fuel.burn(4 + (text.len() as u64 / 4));
            self.patterns.get(*at as usize).is_some_and(|p| p.matches(text))
        };
        if self.general.iter().any(&mut matches) {
            return true;
        }
        !self.by_account.is_empty()
            && text
                .split(':')
                .filter_map(account)
                .any(|a| self.by_account.get(&a).into_iter().flatten().any(&mut matches))
    }

    fn push(&mut self, pattern: Pattern) {
        let at = u32::try_from(self.patterns.len()).unwrap_or(u32::MAX);
        match pattern.account() {
            Some(account) => self.by_account.entry(account).or_default().push(at),
            None => self.general.push(at),
        }
        self.patterns.push(pattern);
    }

    /// The letters of its strings and patterns.
    pub fn letters(&self, into: &mut Set<char>) {
        for s in &self.order {
            into.extend(s.chars());
        }
        for s in &self.folded_order {
            into.extend(s.chars().flat_map(|c| [c, c.to_ascii_uppercase()]));
        }
        for token in self.patterns.iter().flat_map(|p| &p.0) {
            match *token {
                Token::Char(c) => drop(into.insert(c)),
                Token::Fold(c) => into.extend([c, c.to_ascii_uppercase()]),
                Token::One(_) | Token::Star(_) => {}
            }
        }
    }

    /// The account ids that all its members have as a field, sorted; `None` when they may have others or are too many.
    pub fn accounts(&self) -> Option<Vec<u64>> {
        if self.all
            || !self.general.is_empty()
            || !self.folded.is_empty()
            || self.patterns.len() + self.order.len() > MOST_ACCOUNTS
        {
            return None;
        }
        let of_text = |text: &String| text.split(':').find_map(account);
        let mut out: Vec<u64> = self.order.iter().map(of_text).collect::<Option<_>>()?;
        out.extend(self.by_account.keys());
        out.sort_unstable();
        out.dedup();
        Some(out)
    }

    /// Patterns for the members that have one of these account ids as a field, and for others.
    pub fn patterns_of(&self, accounts: &[u64]) -> Vec<Pattern> {
        if self.all || self.size() <= MOST_ACCOUNTS {
            return self.patterns();
        }
        let literals = accounts.iter().filter_map(|a| self.literals_by_account.get(a)).flatten();
        let literals = literals.chain(&self.other_literals).filter_map(|at| self.order.get(*at as usize));
        let mut out: Vec<Pattern> = literals.map(|s| Pattern::literal(s)).collect();
        out.extend(self.folded_patterns());
        let here = accounts.iter().filter_map(|a| self.by_account.get(a)).flatten().chain(&self.general);
        out.extend(here.filter_map(|at| self.patterns.get(*at as usize)).cloned());
        out
    }

    fn folded_patterns(&self) -> impl Iterator<Item = Pattern> {
        self.folded_order.iter().map(|s| Pattern(s.chars().map(super::pattern::folded).collect()))
    }

    /// Patterns for all of it.
    pub fn patterns(&self) -> Vec<Pattern> {
        let mut out: Vec<Pattern> = self.order.iter().map(|s| Pattern::literal(s)).collect();
        out.extend(self.folded_patterns());
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

/// A field of an ARN as an account id.
fn account(field: &str) -> Option<u64> {
    let is = field.len() == ACCOUNT_DIGITS && field.bytes().all(|b| b.is_ascii_digit());
    if is { field.parse().ok() } else { None }
}
