use std::fmt::{Debug, Display};

use super::{Certainty, Finding, Place, Quieted, Severity};
use crate::{source::Location, tables::Table};

/// Joins what one role's rules found in its worlds: each entry has the assumptions of the worlds in which that was found,
/// in the order of the first of them. A finding of all worlds needs no assumption; any other says under which it holds,
/// and is possible: the assumptions that all its worlds share, or those of the first when they share none.
pub fn merge_worlds<A: PartialEq + Display + Debug>(worlds: Vec<(Vec<Vec<A>>, Vec<Finding>)>) -> Vec<Finding> {
    crate::fault::fault("worlds", || format!("{worlds:?}"));
    let keys = worlds.iter().flat_map(|(_, findings)| findings).map(|f| Some(Key::in_world(f)));
    let places = places(keys);
    let count: usize = worlds.iter().map(|(assumed, _)| assumed.len()).sum();
    let mut assumed: Vec<Vec<Vec<A>>> = Vec::with_capacity(worlds.len());
    let mut merged: Vec<(Finding, Vec<usize>)> = Vec::new();
    let mut places = places.into_iter();
    for (world, (of_world, findings)) in worlds.into_iter().enumerate() {
        assumed.push(of_world);
        for (finding, place) in findings.into_iter().zip(places.by_ref()) {
            match merged.get_mut(place) {
                Some((first, fired_in)) => {
                    if finding.certainty < first.certainty {
                        first.certainty = finding.certainty;
                        first.witness = finding.witness;
                    }
                    add_related(first, finding.related);
                    if fired_in.last() != Some(&world) {
                        fired_in.push(world);
                    }
                }
                None => merged.push((finding, vec![world])),
            }
        }
    }
    let merged = merged.into_iter().map(|(finding, fired_in)| {
        let fired: Vec<&Vec<A>> = fired_in.into_iter().filter_map(|w| assumed.get(w)).flatten().collect();
        with_assumptions(finding, &fired, count)
    });
    merged.collect()
}

/// Where each finding of such a key comes to stand when those of equal keys become one; one without a key stands alone.
fn places<'f>(keys: impl Iterator<Item = Option<Key<'f>>>) -> Vec<usize> {
    let mut known: Table<Key<'_>, usize> = Table::default();
    let mut next = 0;
    let place = |key| {
        let place = match key {
            Some(key) => *known.entry(key).or_insert(next),
            None => next,
        };
        next += usize::from(place == next);
        place
    };
    keys.map(place).collect()
}

fn with_assumptions<A: PartialEq + Display>(mut finding: Finding, fired: &[&Vec<A>], count: usize) -> Finding {
    finding.assumptions.clear();
    let Some((first, others)) = fired.split_first().filter(|_| fired.len() < count) else { return finding };
    let shared = |a: &&A| others.iter().all(|assumed| assumed.contains(a));
    let mut needed: Vec<&A> = first.iter().filter(shared).collect();
    if needed.is_empty() {
        needed = first.iter().collect();
    }
    finding.assumptions = needed.into_iter().map(ToString::to_string).collect();
    if !finding.assumptions.is_empty() {
        // It holds for some value of what is unknown, not whatever that is.
        finding.certainty = Certainty::Possible;
        finding.message = format!("{} when {}", finding.message, finding.assumptions.join(" and "));
    }
    finding
}

/// Joins findings of several roles that one text makes: same rule, same primary place, same thing wrong.
pub fn group_roles(mut findings: Vec<Finding>) -> Vec<Finding> {
    crate::fault::fault("group", || format!("{findings:?}"));
    findings.sort_by(|a, b| (&a.roles, &a.message).cmp(&(&b.roles, &b.message)));
    // Messages name the role, so what is wrong is compared by value and statement.
    let places = places(findings.iter().map(|f| (!f.roles.is_empty()).then(|| Key::in_file(f))));
    let mut groups: Vec<Finding> = Vec::with_capacity(findings.len());
    for (finding, place) in findings.into_iter().zip(places) {
        match groups.get_mut(place) {
            Some(first) => {
                let more: Vec<_> = finding.roles.into_iter().filter(|r| !first.roles.contains(r)).collect();
                first.roles.extend(more);
                add_related(first, finding.related);
                first.scopes.extend(finding.scopes);
            }
            None => groups.push(finding),
        }
    }
    for finding in &mut groups {
        finding.roles.sort();
        finding.roles.dedup();
        match finding.roles.len() {
            0 | 1 => {}
            2 => finding.message.push_str(" (and 1 more role)"),
            n => finding.message.push_str(&format!(" (and {} more roles)", n - 1)),
        }
    }
    groups
}

fn add_related(finding: &mut Finding, related: Vec<super::Label>) {
    /// More places than a person would read.
    const MOST: usize = 10;
    for label in related {
        if finding.related.len() < MOST && !finding.related.contains(&label) {
            finding.related.push(label);
        }
    }
}

/// What equal findings have in common.
#[derive(PartialEq, Eq, Hash)]
struct Key<'f> {
    rule: &'static str,
    severity: Severity,
    place: Result<Location, &'f str>,
    value: &'f str,
    quieted: Option<&'f str>,
    more: More<'f>,
}

/// What else findings of one role, or of several, have in common.
#[derive(PartialEq, Eq, Hash)]
enum More<'f> {
    InWorld { message: &'f str },
    InFile { certainty: Certainty, statement: &'f str, assumptions: &'f [String] },
}

impl<'f> Key<'f> {
    fn of(finding: &'f Finding, more: More<'f>) -> Self {
        Self {
            rule: finding.rule,
            severity: finding.severity,
            place: match &finding.primary {
                Place::Span(at) => Ok(*at),
                Place::File(name) => Err(name),
            },
            value: &finding.fingerprint_parts.value,
            quieted: finding.quieted.as_ref().map(|q| match q {
                Quieted::Suppressed(reason) => reason.as_str(),
                Quieted::Baselined => "",
            }),
            more,
        }
    }

    fn in_world(finding: &'f Finding) -> Self {
        Self::of(finding, More::InWorld { message: &finding.message })
    }

    fn in_file(finding: &'f Finding) -> Self {
        let (statement, assumptions) = (&finding.fingerprint_parts.statement, &finding.assumptions);
        Self::of(finding, More::InFile { certainty: finding.certainty, statement, assumptions })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn finding(message: &str, certainty: Certainty, related: u32) -> Finding {
        let at = |start| Location::new(FileId(0), Span { start, end: start + 1 });
        let label = super::super::Label { at: at(related), text: "here".to_owned() };
        let found = Finding::new("public-trust", Severity::High, Place::Span(at(0)), message.to_owned());
        Finding { certainty, related: vec![label], ..found }
    }

    #[test]
    fn worlds_in_which_the_same_was_found_are_merged_as_if_each_stood_for_itself() {
        let kinds = [
            vec![],
            vec![finding("a", Certainty::Certain, 1)],
            vec![finding("a", Certainty::Possible, 2), finding("b", Certainty::Certain, 1)],
        ];
        let assumed = [vec!["x", "y"], vec!["x"], vec!["x", "z"], vec!["w", "y"]];
        let mut fired_in_some = 0;
        // Which kind was found in each of four worlds.
        for case in 0..kinds.len().pow(4) {
            let kind_of = |world: usize| case / kinds.len().pow(u32::try_from(world).unwrap()) % kinds.len();
            let apart = (0..4).map(|w| (vec![assumed[w].clone()], kinds[kind_of(w)].clone())).collect();
            let mut together: Vec<(usize, Vec<Vec<&str>>)> = Vec::new();
            for (world, assumed) in assumed.iter().enumerate() {
                match together.iter_mut().find(|(kind, _)| *kind == kind_of(world)) {
                    Some((_, all)) => all.push(assumed.clone()),
                    None => together.push((kind_of(world), vec![assumed.clone()])),
                }
            }
            let together = together.into_iter().map(|(kind, all)| (all, kinds[kind].clone())).collect();
            let (apart, together) = (merge_worlds(apart), merge_worlds(together));
            fired_in_some += usize::from(apart.iter().any(|f| !f.assumptions.is_empty()));
            assert_eq!(format!("{apart:?}"), format!("{together:?}"), "{case}");
        }
        assert!(fired_in_some > 20);
    }
}
