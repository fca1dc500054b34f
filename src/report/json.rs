use std::io;

use serde::Serialize;

use super::{ConfigUsed, Region, RunError, Summary, View, write_json};
use crate::finding::{BaselineEntry, Certainty, Finding, Quieted, RoleRef, Severity, Witness};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    summary: &'a Summary,
    findings: Vec<Item<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quieted: Option<Vec<Item<'a>>>,
    errors: &'a [RunError],
    config: &'a ConfigUsed,
    notes: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fixed: &'a [BaselineEntry],
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<&'a [String]>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Item<'a> {
    rule: &'a str,
    severity: Severity,
    certainty: Certainty,
    message: &'a str,
    help: Option<&'a str>,
    role: Option<&'a RoleRef>,
    roles: &'a [RoleRef],
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    related: Vec<Related<'a>>,
    witness: Option<&'a Witness>,
    assumptions: &'a [String],
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quieted: Option<Quiet<'a>>,
}

#[derive(Serialize)]
struct Quiet<'a> {
    by: &'static str,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Related<'a> {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    label: &'a str,
}

/// The project's own JSON, as the contract has it.
pub(super) fn write(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    let outcome = view.outcome;
    let document = Document {
        schema_version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        summary: &outcome.summary,
        findings: outcome.shown().map(|f| item(f, view)).collect(),
        quieted: view
            .settings
            .verbose
            .then(|| outcome.findings.iter().filter(|f| f.quieted.is_some()).map(|f| item(f, view)).collect()),
        errors: &outcome.errors,
        config: &outcome.config,
        notes: &outcome.notes,
        fixed: &outcome.fixed,
        files: view.settings.show_files.then_some(&outcome.files),
    };
    write_json(out, &document)
}

fn item<'a>(finding: &'a Finding, view: &View<'_>) -> Item<'a> {
    let Region { file, line, column, end_line, end_column } = view.place(&finding.primary);
    let related = finding.related.iter().map(|label| {
        let Region { file, line, column, end_line, end_column } = view.region(label.at);
        Related { file, line, column, end_line, end_column, label: &label.text }
    });
    Item {
        rule: finding.rule,
        severity: finding.severity,
        certainty: finding.certainty,
        message: &finding.message,
        help: finding.help.as_deref(),
        role: finding.roles.first(),
        roles: &finding.roles,
        file,
        line,
        column,
        end_line,
        end_column,
        related: related.collect(),
        witness: finding.witness.as_ref(),
        assumptions: &finding.assumptions,
        fingerprint: &finding.fingerprint,
        quieted: finding.quieted.as_ref().map(|quieted| match quieted {
            Quieted::Suppressed(reason) => Quiet { by: "suppression", reason: Some(reason) },
            Quieted::Baselined => Quiet { by: "baseline", reason: None },
        }),
    }
}
