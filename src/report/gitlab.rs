use std::io;

use serde::Serialize;

use super::{View, printable, write_json};
use crate::finding::Severity;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// GitLab's code quality report: an array of issues. It has no place for a summary.
pub(super) fn write(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    let issues: Vec<Issue<'_>> = view
        .outcome
        .shown()
        .map(|finding| {
            let at = view.place(&finding.primary);
            Issue {
                description: printable(&finding.message).into_owned(),
                check_name: finding.rule,
                fingerprint: &finding.fingerprint,
                severity: severity(finding.severity),
                location: Location { path: at.file, lines: Lines { begin: at.line, end: at.end_line } },
            }
        })
        .collect();
    write_json(out, &issues)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
