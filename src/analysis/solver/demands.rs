//! What a query asks of keys, as requirements.

use std::sync::Arc;

use super::{
    atom::Carried,
    automaton::Fuel,
    compile::Compiled,
    domain::Requirement,
    pattern::Pattern,
    search::Literal,
    space::{Binding, ORGANIZATION, Slot, Space, Surroundings, View},
    strings::StringSet,
};
use crate::{
    analysis::{Demand, Strings, keys::KeyType},
    tables::Set,
};

/// A set of strings as sets to be in and not to be in.
pub fn sets(strings: &Strings, around: &Surroundings) -> Vec<(Arc<StringSet>, bool)> {
    let like = |all: &[String]| Arc::new(StringSet::like(all.iter().map(|p| Pattern::glob(p))));
    match strings {
        Strings::Any => Vec::new(),
        Strings::OneOf(all) => vec![(Arc::new(StringSet::of(all)), true)],
        Strings::NoneOf(all) => vec![(Arc::new(StringSet::of(all)), false)],
        Strings::Unnamed => vec![(around.named.clone(), false)],
        Strings::Like(yes, no) => {
            let mut out = Vec::new();
            if !yes.is_empty() {
                out.push((like(yes), true));
            }
            if !no.is_empty() {
                out.push((like(no), false));
            }
            out
        }
    }
}

/// How many strings name the set.
pub fn size(strings: &Strings) -> u64 {
    match strings {
        Strings::Any | Strings::Unnamed => 0,
        Strings::OneOf(all) | Strings::NoneOf(all) => all.len() as u64,
        Strings::Like(yes, no) => yes.len() as u64 + no.len() as u64,
    }
}

/// How many strings name what a demand asks for.
fn weight(demand: &Demand) -> u64 {
    match demand {
        Demand::Free | Demand::Absent | Demand::Unguarded => 0,
        Demand::Is(strings) | Demand::AbsentOr(strings) => size(strings),
    }
}

/// Whether a string is in the set.
pub fn admits(strings: &Strings, text: &str, around: &Surroundings) -> bool {
    let mut fuel = Fuel::new(u64::MAX);
    sets(strings, around).iter().all(|(set, inside)| set.contains(text, &mut fuel) == *inside)
}

/// A demand on a key as requirements, with the slots on which unknown values match nothing. `None` when no request
/// meets it.
pub fn pose(
    space: &mut Space<'_>,
    compiled: &Compiled,
    key: &str,
    demand: &Demand,
    fuel: &mut Fuel,
) -> Option<(Vec<Literal>, Option<usize>)> {
    let key = key.to_ascii_lowercase();
    let binding = space.bind(&key);
    fuel.burn(16 * weight(demand));
    let (slot, view) = match binding {
        Binding::Fixed(carried) => return fixed(&carried, demand, space.around).then(|| (Vec::new(), None)),
        Binding::Slot(slot, view, _) => (slot, view),
    };
    let may_lack = matches!(demand, Demand::Absent | Demand::AbsentOr(_) | Demand::Unguarded);
    if may_lack && !matches!(demand, Demand::Unguarded) && space.is_promised_by_nobody(&key) {
        space.slots.get_mut(slot)?.absent = true;
    }
    let requirements = match demand {
        Demand::Unguarded if space.shape.is_aws() && slot == ORGANIZATION => vec![stranger(space)],
        Demand::Unguarded => {
            let made_up = made_up(space, slot, compiled, &key, fuel);
            vec![Requirement::Carries { absent: true, present: Some(made_up), view }]
        }
        other => plain(other, view, space.around),
    };
    let strict = matches!(demand, Demand::Unguarded).then_some(slot);
    Some((requirements.into_iter().map(|r| (slot, r)).collect(), strict))
}

/// What the demand on the caller's organization requires.
pub fn organization(space: &Space<'_>, demand: &Demand) -> Vec<Requirement> {
    match demand {
        Demand::Unguarded => vec![stranger(space)],
        other => plain(other, View::Organization, space.around),
    }
}

/// That the caller is in no organization, or in one that nobody named.
fn stranger(space: &Space<'_>) -> Requirement {
    let own = &space.around.strange_organization;
    let strange = Arc::new(StringSet::of([format!("{own}/r-x/"), format!("{own}/r-x/ou-x-x/")]));
    Requirement::Carries { absent: true, present: Some(strange), view: View::Whole }
}

fn plain(demand: &Demand, view: View, around: &Surroundings) -> Vec<Requirement> {
    let carries = |absent: bool, strings: &Strings| {
        let mut out = vec![Requirement::Carries { absent, present: Some(Arc::new(StringSet::everything())), view }];
        for (set, inside) in sets(strings, around) {
            out.push(if inside {
                Requirement::Carries { absent, present: Some(set), view }
            } else {
                Requirement::Member { set, view, inside }
            });
        }
        out
    };
    match demand {
        Demand::Free | Demand::Unguarded => Vec::new(),
        Demand::Absent => vec![Requirement::Carries { absent: true, present: None, view }],
        Demand::Is(strings) => carries(false, strings),
        Demand::AbsentOr(strings) => carries(true, strings),
    }
}

fn fixed(carried: &Carried, demand: &Demand, around: &Surroundings) -> bool {
    let all = |strings: &Strings| match carried {
        Carried::Nothing => true,
        Carried::One(text) => admits(strings, text, around),
        Carried::Many(texts) => texts.iter().all(|t| admits(strings, t, around)),
    };
    let absent = *carried == Carried::Nothing;
    match demand {
        Demand::Free | Demand::Unguarded => true,
        Demand::Absent => absent,
        Demand::Is(strings) => !absent && all(strings),
        Demand::AbsentOr(strings) => absent || all(strings),
    }
}

/// Values of a key that a caller makes up without knowing the policy.
fn made_up(space: &Space<'_>, slot: usize, compiled: &Compiled, key: &str, fuel: &mut Fuel) -> Arc<StringSet> {
    let around = space.around;
    let Some(own) = space.slots.get(slot) else { return Arc::default() };
    let uses = compiled.uses.get(key).unwrap_or(&compiled.unused);
    fuel.burn(8 + uses.narrow.len() as u64);
    let set = match (key, own.kind) {
        ("aws:principalaccount", _) => StringSet::of([&around.stranger]),
        (_, KeyType::Bool) => StringSet::of(["false"]),
        (_, KeyType::Numeric | KeyType::Date) => StringSet::default(),
        (_, KeyType::Ip) => StringSet::of(own.examples.iter().take(3).filter(|ip| {
            // An address that happens to lie in a network that the policy names is not made up.
            !uses.narrow.iter().any(|n| n.holds(ip))
        })),
        (_, KeyType::Arn) if own.is_arn => {
            let kind = own.examples.first().map_or("role/any", String::as_str);
            let of = |p: &String| format!("arn:{p}:iam::{}:{kind}", around.stranger);
            StringSet::of(space.partitions().iter().map(of))
        }
        (_, KeyType::Arn) => StringSet::of([own.examples.first().map_or("", String::as_str)]),
        // What a user's id looks like a role's does not.
        ("aws:userid", _) => words(own, &uses.letters, uses.strings, around),
        (_, KeyType::String) if uses.strings > 0 => {
            let words = || Arc::new(words(own, &uses.letters, uses.strings, around));
            return match uses.made_up.get(space.shape.call() as usize) {
                Some(cell) => cell.get_or_init(words).clone(),
                None => words(),
            };
        }
        (_, KeyType::String) => words(own, &uses.letters, uses.strings, around),
    };
    Arc::new(set)
}

/// Words of one letter that no literal of the policy has, of several lengths; where all letters occur, a long word.
fn words(slot: &Slot, named: &Set<char>, strings: usize, around: &Surroundings) -> StringSet {
    let mut fuel = Fuel::new(u64::MAX);
    let word = |c: char, n: usize| c.to_string().repeat(n);
    let letter = ('a'..='z').rev().chain('0'..='9').find(|c| !named.contains(c));
    let mut out: Vec<String> = vec![];
    if let Some(c) = letter {
        // Where nothing is compared with the key one word is as good as another.
        let longest = if strings == 0 { 3 } else { 64 };
        out.extend((2..=longest).map(|n| word(c, n)));
    } else {
        out.push(format!("{}-{strings}", around.word));
    }
    // Keys of a fixed shape (accounts, organizations) have examples that nothing names.
    if out.iter().all(|w| !slot.base.contains(w, &mut fuel)) {
        out = slot.examples.iter().take(1).cloned().collect();
    }
    StringSet::of(out)
}
