use std::collections::HashMap;

use rayon::prelude::*;

use super::{
    JudgedRole, JudgedWorld,
    guarded::{attempt, guarded, here},
    judge::Judge,
};
use crate::{
    finding::Finding,
    report::RunError,
    rules::{self, Report, RoleContext, Rule, RuleKind, RunContext},
    source::Files,
};

/// Judges all roles together, by the rules that look at them so.
pub(super) fn judge(
    judge: &Judge<'_>,
    files: &Files,
    roles: &[JudgedRole],
    errors: &mut Vec<RunError>,
) -> Vec<Finding> {
    let common: Vec<&JudgedRole> = in_common(roles);
    // What policies mean is hardly ever kept: few roles have anything in common.
    let again = |one: &&JudgedRole| {
        let name = || files.get(one.role.at.file).name().to_owned();
        one.worlds.is_empty().then(|| guarded(name, || judge.worlds(&one.role)))
    };
    let again: Vec<Option<Result<Vec<JudgedWorld>, RunError>>> = common.par_iter().map(again).collect();
    let mut contexts: Vec<RoleContext<'_>> = Vec::new();
    for (one, again) in common.iter().zip(&again) {
        match again {
            None => contexts.extend(one.contexts()),
            Some(Ok(worlds)) => contexts.extend(one.contexts_of(worlds)),
            Some(Err(error)) => errors.push(error.clone()),
        }
    }
    contexts.sort_by(|a, b| (&a.role.address, &a.role.root).cmp(&(&b.role.address, &b.role.root)));
    rules::ALL.iter().flat_map(|rule| apply(rule, files, &contexts, errors)).collect()
}

/// The roles that have a thing in common with a role, or with themselves, on another side.
fn in_common(roles: &[JudgedRole]) -> Vec<&JudgedRole> {
    let mut things: HashMap<&str, (&str, bool)> = HashMap::new();
    for (thing, side) in roles.iter().flat_map(|r| &r.sides) {
        let (first, several) = things.entry(thing).or_insert((side, false));
        *several |= *first != side;
    }
    let is_common = |(thing, _): &(String, String)| things.get(thing.as_str()).is_some_and(|(_, several)| *several);
    roles.iter().filter(|r| r.sides.iter().any(is_common)).collect()
}

fn apply(rule: &Rule, files: &Files, roles: &[RoleContext<'_>], errors: &mut Vec<RunError>) -> Vec<Finding> {
    let RuleKind::Run { check, .. } = rule.kind else { return Vec::new() };
    let over = |roles: &[RoleContext<'_>]| {
        crate::fault::fault("rule", || roles.iter().map(|r| format!("{} {}\n", rule.name, r.role.address)).collect());
        let mut findings = Vec::new();
        check(&RunContext { roles }, &mut Report { findings: &mut findings });
        findings
    };
    if let Ok(findings) = guarded(String::new, || over(roles)) {
        return findings;
    }
    // Without those with which it fails even alone, it says what it can of the others.
    let mut sound: Vec<RoleContext<'_>> = roles.to_vec();
    sound.retain(|role| {
        let name = || files.get(role.role.at.file).name().to_owned();
        attempt(errors, name, || over(std::slice::from_ref(role))).is_some()
    });
    attempt(errors, here, || over(&sound)).unwrap_or_default()
}
