//! Values for one slot that meet all that is required of it.

use std::sync::Arc;

use super::{
    atom::{Atom, Carried, Matcher, Mode, Strings, Truth},
    automaton::{Automaton, Fuel},
    measure,
    pattern::Pattern,
    product::{Search, shortest},
    space::{Slot, View},
    strings::StringSet,
};
use crate::{analysis::keys::KeyType, policy::SetQuantifier, tables::Set, value::is_account_id};

/// Something required of a slot.
#[derive(Clone, Debug)]
pub enum Requirement {
    /// That a condition on a key behind the slot is met, or is not.
    Condition {
        atom: Arc<Atom>,
        view: View,
        /// Whether the key may have several values.
        many: bool,
        want: bool,
        /// Whether unknown values of the condition match nothing.
        strict: bool,
    },
    /// That the value, seen so, is in a set, or is not. Nothing is in no set.
    Member { set: Arc<StringSet>, view: View, inside: bool },
    /// That the slot is absent (when that is allowed here), or that all its values, seen so, are in the set.
    Carries { absent: bool, present: Option<Arc<StringSet>>, view: View },
}

/// What a search for a value found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    Value(Carried),
    Nothing,
    OutOfFuel,
}

impl Requirement {
    /// Whether a value of the slot meets it.
    pub fn holds(&self, carried: &Carried, mode: Mode, fuel: &mut Fuel) -> bool {
        match self {
            Self::Condition { atom, many, want, .. } => {
                if let Some(truth) = atom.truth_by_presence(carried) {
                    return mode.accepts(truth, *want);
                }
                if *many && atom.set == SetQuantifier::Single {
                    return mode == Mode::May;
                }
                match carried {
                    Carried::Nothing => false,
                    Carried::One(text) => self.holds_for(text, mode, fuel),
                    Carried::Many(all) if self.is_existential() => all.iter().any(|t| self.holds_for(t, mode, fuel)),
                    Carried::Many(all) => all.iter().all(|t| self.holds_for(t, mode, fuel)),
                }
            }
            Self::Member { inside, .. } => match carried {
                Carried::Nothing => !inside,
                Carried::One(text) => self.holds_for(text, mode, fuel),
                Carried::Many(all) => all.iter().all(|t| self.holds_for(t, mode, fuel)),
            },
            Self::Carries { absent, present, .. } => match carried {
                Carried::Nothing => *absent,
                _ if present.is_none() => false,
                Carried::One(text) => self.holds_for(text, mode, fuel),
                Carried::Many(all) => all.iter().all(|t| self.holds_for(t, mode, fuel)),
            },
        }
    }

    /// Whether, of several values, one that meets it is enough.
    fn is_existential(&self) -> bool {
        match self {
            Self::Condition { atom, want, .. } => (atom.set == SetQuantifier::ForAny) == *want,
            _ => false,
        }
    }

    /// Whether one value meets it.
    fn holds_for(&self, text: &str, mode: Mode, fuel: &mut Fuel) -> bool {
        match self {
            Self::Condition { atom, view, want, strict, .. } => {
                let mut truth = atom.matcher.truth(view.of(text), &|_| None, fuel);
                if *strict && mode == Mode::May && truth == Truth::Unknown && !matches!(atom.matcher, Matcher::Opaque) {
                    truth = Truth::False;
                }
                mode.accepts(if atom.negated { truth.not() } else { truth }, *want)
            }
            Self::Member { set, view, inside } => set.contains(view.of(text), fuel) == *inside,
            Self::Carries { present, view, .. } => {
                present.as_ref().is_some_and(|set| set.contains(view.of(text), fuel))
            }
        }
    }

    /// The sets one of which the value must be in, or all of which it must not be in; `None` when it is not a matter of
    /// sets.
    fn sets(&self, mode: Mode) -> Option<(Vec<&StringSet>, View, bool)> {
        match self {
            Self::Condition { atom, view, want, strict, .. } => {
                let Matcher::Strings(strings) = &atom.matcher else { return None };
                let Strings { must, may, .. } = &**strings;
                let inside = *want != atom.negated;
                let with_may = (mode == Mode::May) == inside && !(*strict && mode == Mode::May);
                let sets = if with_may && !may.is_empty() { vec![must, may] } else { vec![must] };
                Some((sets, *view, inside))
            }
            Self::Member { set, view, inside } => Some((vec![set], *view, *inside)),
            Self::Carries { present, view, .. } => Some((vec![present.as_deref()?], *view, true)),
        }
    }

    /// Values near the places where a comparison by size changes.
    fn samples(&self, kind: KeyType) -> Vec<String> {
        let Self::Condition { atom, .. } = self else { return Vec::new() };
        match &atom.matcher {
            Matcher::Numbers(_, values, _) => {
                let near = values.iter().flat_map(|v| [*v, v + 1.0, v - 1.0, v.floor(), v.ceil(), v + 0.5, v - 0.5]);
                near.map(measure::number_text).collect()
            }
            Matcher::Dates(_, values, _) => {
                let near = values.iter().flat_map(|v| [*v, v + measure::SECOND, v - measure::SECOND, v + 1, v - 1]);
                let epoch = kind == KeyType::Numeric;
                near.map(|d| if epoch { (d / measure::SECOND).to_string() } else { measure::date_text(d) }).collect()
            }
            Matcher::Networks(nets, _) => {
                let ends = nets.iter().take(MOST_NETWORKS).flat_map(measure::Network::ends);
                ends.chain(["0.0.0.0".to_owned(), "::".to_owned()]).collect()
            }
            Matcher::Strings(_) | Matcher::Null(..) | Matcher::Opaque => Vec::new(),
        }
    }

    /// Whether what it asks of a present value depends on the value.
    fn depends_on_text(&self) -> bool {
        match self {
            Self::Condition { atom, many, .. } => {
                let by_presence = matches!(atom.matcher, Matcher::Null(..) | Matcher::Opaque);
                let undocumented = *many && atom.set == SetQuantifier::Single;
                !(by_presence || undocumented)
            }
            _ => true,
        }
    }
}

const MOST_NETWORKS: usize = 2000;
const MOST_EXAMPLES: usize = 12;

/// A value of the slot that meets all requirements; absence is preferred.
pub fn solve(slot: &Slot, requirements: &[Requirement], mode: Mode, fuel: &mut Fuel) -> Found {
    fuel.burn(1 + requirements.len() as u64);
    if slot.absent && requirements.iter().all(|r| r.holds(&Carried::Nothing, mode, fuel)) {
        return Found::Value(Carried::Nothing);
    }
    // What does not depend on the text is settled with any text.
    let probe = Carried::One(String::new());
    let mut asking = Vec::new();
    for r in requirements {
        let possible = match r {
            Requirement::Carries { present: None, .. } => false,
            r if r.depends_on_text() => {
                asking.push(r);
                true
            }
            r => r.holds(&probe, mode, fuel),
        };
        if !possible {
            return Found::Nothing;
        }
    }
    if !slot.many {
        return match text(slot, &asking, mode, fuel) {
            Text::Found(t) => Found::Value(Carried::One(t)),
            Text::None => Found::Nothing,
            Text::OutOfFuel => Found::OutOfFuel,
        };
    }
    let (some, all): (Vec<&Requirement>, Vec<&Requirement>) = asking.into_iter().partition(|r| r.is_existential());
    let mut values = Vec::new();
    let wanted: Vec<Option<&Requirement>> =
        if some.is_empty() { vec![None] } else { some.into_iter().map(Some).collect() };
    for one in wanted {
        let mut asked = all.clone();
        asked.extend(one);
        match text(slot, &asked, mode, fuel) {
            Text::Found(t) if values.contains(&t) => {}
            Text::Found(t) => values.push(t),
            Text::None => return Found::Nothing,
            Text::OutOfFuel => return Found::OutOfFuel,
        }
    }
    Found::Value(Carried::Many(values))
}

enum Text {
    Found(String),
    None,
    OutOfFuel,
}

/// One text that meets all requirements.
fn text(slot: &Slot, asking: &[&Requirement], mode: Mode, fuel: &mut Fuel) -> Text {
    let fits = |text: &str, fuel: &mut Fuel| {
        fuel.burn(8 + asking.len() as u64);
        text.chars().count() <= slot.longest
            && slot.base.contains(text, fuel)
            && asking.iter().all(|r| r.holds_for(text, mode, fuel))
    };
    let sets: Vec<_> = asking.iter().map(|r| r.sets(mode)).collect();
    // Where one list holds all that is allowed, trying each is enough.
    let lists = sets.iter().flatten().filter(|(sets, view, inside)| *inside && *view == View::Whole && sets.len() == 1);
    let list =
        lists.filter_map(|(sets, _, _)| sets.first()?.as_list()).chain(slot.base.as_list()).min_by_key(|l| l.len());
    if let Some(list) = list {
        for candidate in list {
            if fuel.left() == 0 {
                return Text::OutOfFuel;
            }
            if fits(candidate, fuel) {
                return Text::Found(candidate.clone());
            }
        }
        return Text::None;
    }
    let candidates = if slot.is_arn { arns(slot, &sets) } else { examples(slot, &sets) };
    let samples = asking.iter().flat_map(|r| r.samples(slot.kind));
    for candidate in candidates.into_iter().chain(samples) {
        if fuel.left() == 0 {
            return Text::OutOfFuel;
        }
        if fits(&candidate, fuel) {
            return Text::Found(candidate);
        }
    }
    if sets.iter().all(Option::is_none) && !asking.is_empty() {
        // All of them compare by size, and the samples hold one value of each kind that they can tell apart.
        return Text::None;
    }
    if sets.iter().any(Option::is_none) {
        return mixed(slot, &sets, fuel);
    }
    search(slot, &sets, fuel)
}

type Sets<'a> = [Option<(Vec<&'a StringSet>, View, bool)>];

/// Comparisons by size together with comparisons of text: only whether the latter alone cannot be met is found out.
fn mixed(slot: &Slot, sets: &Sets<'_>, fuel: &mut Fuel) -> Text {
    match search(slot, sets, fuel) {
        Text::None => Text::None,
        Text::Found(_) | Text::OutOfFuel => Text::OutOfFuel,
    }
}

fn search(slot: &Slot, sets: &Sets<'_>, fuel: &mut Fuel) -> Text {
    let mut parts = Vec::new();
    let mut outside = Vec::new();
    let mut wanted: Vec<Vec<Pattern>> = Vec::new();
    let Some(base) = slot.base.automaton(|p| Some(p.clone()), fuel) else { return Text::OutOfFuel };
    parts.push((base, true));
    let accounts = if slot.is_arn { fixed_accounts(sets) } else { None };
    for (union, view, inside) in sets.iter().flatten() {
        let patterns = |s: &&StringSet| match &accounts {
            Some(accounts) if *view == View::Whole => s.patterns_of(accounts),
            _ => s.patterns(),
        };
        let of_union: Vec<Pattern> = union.iter().flat_map(patterns).collect();
        if !fuel.burn(of_union.len() as u64) {
            return Text::OutOfFuel;
        }
        let lifted = of_union.iter().filter_map(|p| view.lift(p));
        if !inside {
            outside.extend(lifted);
            continue;
        }
        wanted.push(lifted.collect());
    }
    // What is denied in the same words as it is allowed needs no search.
    let refused: Set<&Pattern> = outside.iter().collect();
    let is_refused = |p: &Pattern| refused.contains(p);
    if !refused.is_empty() && wanted.iter().any(|all| all.iter().all(is_refused)) {
        return Text::None;
    }
    for mut patterns in wanted {
        let Some(automaton) = Automaton::new(&mut patterns, fuel) else { return Text::OutOfFuel };
        parts.push((automaton, true));
    }
    if !outside.is_empty() {
        let Some(automaton) = Automaton::new(&mut outside, fuel) else { return Text::OutOfFuel };
        parts.push((automaton, false));
    }
    match shortest(&parts, slot.longest, fuel) {
        Search::Found(text) => Text::Found(text),
        Search::Empty => Text::None,
        Search::OutOfFuel => Text::OutOfFuel,
    }
}

/// The accounts of which the caller must be by one of the requirements: of long lists only what means those counts.
fn fixed_accounts(sets: &Sets<'_>) -> Option<Vec<u64>> {
    let inside = sets.iter().flatten().filter(|(union, _, inside)| *inside && union.len() == 1);
    inside
        .filter_map(|(union, view, _)| {
            let set = union.first()?;
            match view {
                View::Whole => set.accounts(),
                View::Account => set.as_list()?.iter().take(MOST_EXAMPLES + 1).map(|a| a.parse().ok()).collect(),
                _ => None,
            }
        })
        .filter(|accounts: &Vec<u64>| accounts.len() <= MOST_EXAMPLES)
        .min_by_key(Vec::len)
}

/// Those that the value must be in, the smallest first.
fn inside<'s, 'a>(sets: &'s Sets<'a>) -> impl Iterator<Item = (&'s [&'a StringSet], View)> {
    let mut inside: Vec<_> = sets.iter().flatten().filter(|(_, _, inside)| *inside).collect();
    inside.sort_by_key(|(sets, _, _)| sets.iter().map(|s| s.size()).sum::<usize>());
    inside.into_iter().map(|(sets, view, _)| (&**sets, *view))
}

fn examples(slot: &Slot, sets: &Sets<'_>) -> Vec<String> {
    let fillers: Vec<&str> = slot.fillers.iter().map(String::as_str).collect();
    let mut out = Vec::new();
    for (sets, view) in inside(sets) {
        let made = sets.iter().flat_map(|s| s.examples(&fillers, MOST_EXAMPLES));
        match view {
            View::Organization => out.extend(made.flat_map(|o| [format!("{o}/r-x/"), format!("{o}/r-x/ou-x-x/")])),
            _ => out.extend(made),
        }
    }
    out.splice(0..0, slot.examples.iter().take(usize::from(out.is_empty())).cloned());
    out.extend(slot.examples.iter().cloned());
    out
}

/// ARNs put together of accounts and resources that the requirements name.
fn arns(slot: &Slot, sets: &Sets<'_>) -> Vec<String> {
    let (mut whole, mut accounts, mut resources) = (Vec::new(), Vec::new(), Vec::new());
    for (sets, view) in inside(sets) {
        for made in sets.iter().flat_map(|s| s.examples(&["any", ""], MOST_EXAMPLES)) {
            match view {
                View::Account => accounts.push(made),
                View::Resource => resources.push(made),
                View::Name => resources.push(format!("user/{made}")),
                _ => {
                    accounts.push(View::Account.of(&made).to_owned());
                    resources.push(View::Resource.of(&made).to_owned());
                    whole.push(made);
                }
            }
        }
    }
    accounts.retain(|a| is_account_id(a));
    resources.retain(|r| r.contains('/'));
    accounts.extend(slot.fillers.iter().filter(|f| f.len() == 12).cloned());
    resources.splice(0..0, slot.examples.iter().cloned());
    dedup(&mut accounts);
    dedup(&mut resources);
    let heads: Vec<String> =
        slot.base.patterns().iter().filter_map(|p| Some(p.example("").split_once(":iam::")?.0.to_owned())).collect();
    let mut out = whole;
    for head in heads.iter().step_by(2) {
        for account in accounts.iter().take(MOST_EXAMPLES) {
            out.extend(resources.iter().take(MOST_EXAMPLES).map(|r| format!("{head}:iam::{account}:{r}")));
        }
    }
    out
}

fn dedup(all: &mut Vec<String>) {
    let mut seen = Set::default();
    all.retain(|s| seen.insert(s.clone()));
}
