use crate::{finding::Finding, report::Region, source::Files};

/// Sorts by file, line, column, rule, role, message.
pub(super) fn sort(findings: Vec<Finding>, files: &Files) -> Vec<Finding> {
    let mut keyed: Vec<(Region, Finding)> =
        findings.into_iter().map(|f| (Region::of_place(files, &f.primary), f)).collect();
    keyed.sort_by(|(at, a), (bt, b)| {
        (&at.file, at.line, at.column, a.rule, a.roles.first(), &a.message, at)
            .cmp(&(&bt.file, bt.line, bt.column, b.rule, b.roles.first(), &b.message, bt))
            .then_with(|| a.fingerprint_parts.cmp(&b.fingerprint_parts))
    });
    keyed.into_iter().map(|(_, f)| f).collect()
}
