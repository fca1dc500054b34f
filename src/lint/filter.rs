use std::collections::BTreeSet;

use super::{
    Changes, Options,
    finish::file_of,
    guarded::{attempt, here},
};
use crate::{
    config::{Effective, Level, Subject},
    discover::Selection,
    finding::{BaselineEntry, Finding, Place, Quieted},
    report::{Outcome, RunError},
    rules::{self, RuleKind},
    source::{Files, normalized},
};

/// Root and address of a role.
pub(super) type RoleId = (String, String);

/// Gives findings the severities that the config sets, and drops those of rules that are off.
pub(super) fn set_severities(findings: &mut Vec<Finding>, files: &Files, config: &Effective) {
    findings.retain_mut(|finding| {
        let file = files.absolute(file_of(files, finding).as_ref().as_ref());
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

/// What a run was about, as far as filters ask.
pub(super) struct Asked<'a> {
    pub files: &'a Files,
    pub options: &'a Options,
    pub selection: &'a Selection,
    /// The roles that changed, when only changes are asked for.
    pub changed_roles: Option<BTreeSet<RoleId>>,
}

/// What the filters say besides what they take out.
#[derive(Default)]
pub(super) struct Filtered {
    pub notes: Vec<String>,
    pub fixed: Vec<BaselineEntry>,
    pub not_judged: Vec<BaselineEntry>,
}

/// Removes what is not asked for, then quiets what the baseline knows.
pub(super) fn apply(findings: &mut Vec<Finding>, asked: &Asked<'_>, errors: &mut Vec<RunError>) -> Filtered {
    let filters = &asked.options.filters;
    let mut out = Filtered::default();
    if let Some(baseline) = &filters.baseline {
        let missing = || baseline.without(findings).into_iter().filter(|e| asked.judges(e)).cloned().collect();
        out.fixed = attempt(errors, here, missing).unwrap_or_default();
    }
    let name = |f: &Finding| file_of(asked.files, f).into_owned();
    findings.retain(|f| attempt(errors, || name(f), || asked.takes(f.rule, &name(f))).unwrap_or(false));
    if let Some(changes) = &filters.changes {
        let is_shown = |f: &Finding| f.quieted.is_none() && filters.min_severity.is_none_or(|min| f.severity >= min);
        let mut others = 0;
        findings.retain(|f| {
            let on_changes = || on_changes(f, asked.files, changes, asked.changed_roles.as_ref());
            let stays = attempt(errors, || name(f), on_changes).unwrap_or(true);
            others += usize::from(!stays && is_shown(f));
            stays
        });
        if others > 0 {
            let (findings, are) = if others == 1 { ("finding", "is") } else { ("findings", "are") };
            out.notes.push(format!("{others} other {findings} on what did not change {are} left out"));
        }
    }
    if let Some(baseline) = &filters.baseline {
        let known = || {
            let gone: BTreeSet<&BaselineEntry> = baseline.without(findings).into_iter().collect();
            let rest = baseline.beyond(findings).into_iter();
            // Where all of a finding's roles were judged, the ones that are missing are fixed.
            let rest = rest.filter(|e| !out.fixed.contains(e) && (gone.contains(e) || !asked.judges(e)));
            let rest = rest.cloned().collect();
            baseline.apply(findings);
            rest
        };
        out.not_judged = attempt(errors, here, known).unwrap_or_default();
        if !out.fixed.is_empty() {
            let n = out.fixed.len();
            let (findings, are) = if n == 1 { ("finding", "is") } else { ("findings", "are") };
            let what = format!("{n} {findings} of the baseline {are} no longer found");
            out.notes.push(format!("{what}; `--write-baseline` takes them out"));
        }
    }
    out
}

impl Asked<'_> {
    /// Whether options and config leave findings of a rule in a file.
    fn takes(&self, rule: &str, file: &str) -> bool {
        let filters = &self.options.filters;
        let is_input = rules::find(rule).is_some_and(|r| matches!(r.kind, RuleKind::Input));
        let selected = is_input || filters.select.as_ref().is_none_or(|s| s.contains(rule));
        let file = normalized(&self.files.absolute(file.as_ref()));
        selected && !filters.ignore.contains(rule) && !self.options.config.excludes(&file)
    }

    /// Whether this run would find what an entry of the baseline says, if it were still there.
    fn judges(&self, entry: &BaselineEntry) -> bool {
        let file = normalized(&self.files.absolute(entry.file.as_ref()));
        self.options.filters.changes.is_none() && self.takes(&entry.rule, &entry.file) && self.selection.has(&file)
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
