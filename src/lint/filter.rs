use std::collections::BTreeSet;

use super::{Changes, Options};
use crate::{
    config::{Effective, Level, Subject},
    finding::{Finding, Place, Quieted},
    report::{Outcome, Region},
    rules::{self, RuleKind},
    source::{Files, normalized},
};

/// Root and address of a role.
type RoleId = (String, String);

/// Gives findings the severities that the config sets, and drops those of rules that are off.
pub(super) fn set_severities(findings: &mut Vec<Finding>, files: &Files, config: &Effective) {
    findings.retain_mut(|finding| {
        let file = files.absolute(Region::of_place(files, &finding.primary).file.as_ref());
        let root = finding.roles.first().map(|r| files.absolute(r.root.as_ref()));
        match config.level(finding.rule, Subject { file: &file, root: root.as_deref() }) {
            Some(Level::Off) => false,
            Some(Level::Severity(severity)) => {
                finding.severity = severity;
                true
            }
            None => true,
        }
    });
}

/// What is said once about the config.
pub(super) fn notes(config: &Effective) -> Vec<String> {
    let expired = config.expired().into_iter().map(|e| {
        let name = e.name.map_or_else(String::new, |n| format!(" ({n})"));
        format!("the trust entry for {}{name} expired on {} and no longer counts", e.party, e.since)
    });
    expired.collect()
}

/// Removes what is not asked for, then quiets what the baseline knows.
pub(super) fn apply(
    findings: &mut Vec<Finding>,
    files: &Files,
    options: &Options,
    changed_roles: Option<&BTreeSet<RoleId>>,
    notes: &mut Vec<String>,
) {
    let filters = &options.filters;
    if let Some(baseline) = &filters.baseline {
        let fixed = baseline.fixed(findings).len();
        let whole = filters.select.is_none() && filters.changes.is_none();
        if fixed > 0 && whole {
            let (findings, are) = if fixed == 1 { ("finding", "is") } else { ("findings", "are") };
            notes.push(format!(
                "{fixed} {findings} of the baseline {are} no longer found; `--write-baseline` takes them out"
            ));
        }
    }
    findings.retain(|finding| {
        let is_input = rules::find(finding.rule).is_some_and(|r| matches!(r.kind, RuleKind::Input));
        let selected = is_input || filters.select.as_ref().is_none_or(|s| s.contains(finding.rule));
        let file = normalized(&files.absolute(Region::of_place(files, &finding.primary).file.as_ref()));
        selected
            && !filters.ignore.contains(finding.rule)
            && !options.config.excludes(&file)
            && filters.changes.as_ref().is_none_or(|c| on_changes(finding, files, c, changed_roles))
    });
    if let Some(baseline) = &filters.baseline {
        baseline.apply(findings);
    }
}

fn on_changes(finding: &Finding, files: &Files, changes: &Changes, roles: Option<&BTreeSet<RoleId>>) -> bool {
    let primary = match &finding.primary {
        Place::Span(at) => changes.touch(files, *at),
        Place::File(name) => changes.files.contains_key(&files.absolute(name.as_ref())),
    };
    primary
        || finding.related.iter().any(|l| changes.touch(files, l.at))
        || roles.is_some_and(|all| finding.roles.iter().any(|r| all.contains(&(r.root.clone(), r.address.clone()))))
}

/// Counts what is shown and what is kept quiet.
pub(super) fn count(outcome: &mut Outcome) {
    let mut summary = outcome.summary.clone();
    for finding in outcome.shown() {
        summary.count(finding.severity);
    }
    summary.hidden = outcome.counted().count() - summary.findings();
    let quiet = |baselined: bool| {
        let wanted = |q: &Quieted| matches!(q, Quieted::Baselined) == baselined;
        outcome.findings.iter().filter(|f| f.quieted.as_ref().is_some_and(wanted)).count()
    };
    summary.suppressed = quiet(false);
    summary.baselined = quiet(true);
    outcome.summary = summary;
}
