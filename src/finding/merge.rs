use std::hash::Hash;

use super::{Certainty, Finding, Place, Quieted, Severity};
use crate::{source::Location, tables::Table};

/// What a subject of a world's assumptions is and how it turned out there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Outcome {
    /// Identity of the subject.
    pub subject: String,
    /// The assumption in words: "`IsProd` is true".
    pub text: String,
}

/// Joins what one role's rules found in its worlds. A finding of all worlds needs no assumption; any other says under
/// which it holds, and is possible: the outcomes that all its worlds share, or those of the first when they share none.
pub fn merge_worlds(worlds: Vec<(Vec<Outcome>, Vec<Finding>)>) -> Vec<Finding> {
    crate::fault::fault("worlds", || format!("{worlds:?}"));
    if worlds.iter().all(|(_, findings)| findings.is_empty()) {
        return Vec::new();
    }
    let count = worlds.len();
    let outcomes: Vec<Vec<Outcome>> = worlds.iter().map(|(o, _)| o.clone()).collect();
    let mut merged: Vec<(Finding, Vec<usize>)> = Vec::new();
    let mut known: Table<Key, usize> = Table::default();
    for (world, (_, findings)) in worlds.into_iter().enumerate() {
        for finding in findings {
            let key = Key::of(&finding, &finding.message);
            match known.get(&key).and_then(|i| merged.get_mut(*i)) {
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
                None => {
                    known.insert(key, merged.len());
                    merged.push((finding, vec![world]));
                }
            }
        }
    }
    merged.into_iter().map(|(finding, fired_in)| with_assumptions(finding, &fired_in, &outcomes, count)).collect()
}

fn with_assumptions(mut finding: Finding, fired_in: &[usize], outcomes: &[Vec<Outcome>], count: usize) -> Finding {
    finding.assumptions.clear();
    if fired_in.len() == count {
        return finding;
    }
    let first = fired_in.first().and_then(|w| outcomes.get(*w)).cloned().unwrap_or_default();
    let shared = |o: &&Outcome| fired_in.iter().all(|w| outcomes.get(*w).is_some_and(|all| all.contains(o)));
    let mut needed: Vec<&Outcome> = first.iter().filter(shared).collect();
    if needed.is_empty() {
        needed = first.iter().collect();
    }
    finding.assumptions = needed.into_iter().map(|o| o.text.clone()).collect();
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
    let mut groups: Vec<Finding> = Vec::new();
    let mut known: Table<Key, usize> = Table::default();
    for finding in findings {
        if finding.roles.is_empty() {
            groups.push(finding);
            continue;
        }
        // Messages name the role, so what is wrong is compared by value and statement.
        let key = Key::of(&finding, "");
        match known.get(&key).and_then(|i| groups.get_mut(*i)) {
            Some(first) => {
                let more: Vec<_> = finding.roles.into_iter().filter(|r| !first.roles.contains(r)).collect();
                first.roles.extend(more);
                add_related(first, finding.related);
                first.scopes.extend(finding.scopes);
            }
            None => {
                known.insert(key, groups.len());
                groups.push(finding);
            }
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

#[derive(PartialEq, Eq, Hash)]
struct Key {
    rule: &'static str,
    severity: Severity,
    certainty: Option<Certainty>,
    place: Result<Location, String>,
    value: String,
    statement: String,
    message: String,
    assumptions: Vec<String>,
    quieted: Option<String>,
}

impl Key {
    fn of(finding: &Finding, message: &str) -> Self {
        Self {
            rule: finding.rule,
            severity: finding.severity,
            certainty: message.is_empty().then_some(finding.certainty),
            place: match &finding.primary {
                Place::Span(at) => Ok(*at),
                Place::File(name) => Err(name.clone()),
            },
            value: finding.fingerprint_parts.value.clone(),
            statement: if message.is_empty() { finding.fingerprint_parts.statement.clone() } else { String::new() },
            message: message.to_owned(),
            assumptions: if message.is_empty() { finding.assumptions.clone() } else { Vec::new() },
            quieted: finding.quieted.as_ref().map(|q| match q {
                Quieted::Suppressed(reason) => reason.clone(),
                Quieted::Baselined => String::new(),
            }),
        }
    }
}
