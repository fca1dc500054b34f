use std::io;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use super::{ConfigUsed, Region, RunError, Summary, View, text::pass_on};
use crate::finding::{BaselineEntry, Certainty, Finding, Quieted, RoleRef, Severity, Witness};

/// What stands before the findings.
#[derive(Serialize)]
struct Head<'a> {
    schema_version: u32,
    tool: Tool,
    summary: &'a Summary,
}

/// What stands after them.
#[derive(Serialize)]
struct Tail<'a> {
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

/// From this many findings on all threads write them: so many each at once.
const PIECE: usize = 32;

/// The project's own JSON, as the contract has it.
pub(super) fn write(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    let outcome = view.outcome;
    let head = Head {
        schema_version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        summary: &outcome.summary,
    };
    let names = view.settings.show_files.then(|| view.names());
    let tail = Tail {
        quieted: view
            .settings
            .verbose
            .then(|| outcome.findings.iter().filter(|f| f.quieted.is_some()).map(|f| item(f, view)).collect()),
        errors: &outcome.errors,
        config: &outcome.config,
        notes: &outcome.notes,
        fixed: &outcome.fixed,
        files: names.as_deref(),
    };
    let shown: Vec<&Finding> = outcome.shown().collect();
    let pieces: Vec<io::Result<Vec<u8>>> = match shown.len() {
        ..PIECE => shown.chunks(PIECE).map(|findings| piece(findings, view)).collect(),
        _ => shown.par_chunks(PIECE).map(|findings| piece(findings, view)).collect(),
    };
    pass_on(out, inside(&serde_json::to_vec_pretty(&head)?, b"", b"\n}"))?;
    out.write_all(b",\n  \"findings\": [")?;
    for (i, text) in pieces.into_iter().enumerate() {
        out.write_all(if i == 0 { b"" } else { b"," })?;
        pass_on(out, inside(&text?, b"[", b"\n  ]"))?;
    }
    out.write_all(if shown.is_empty() { b"]," } else { b"\n  ]," })?;
    pass_on(out, inside(&serde_json::to_vec_pretty(&tail)?, b"{", b""))?;
    out.write_all(b"\n")
}

/// What stands between two texts.
fn inside<'t>(text: &'t [u8], start: &[u8], end: &[u8]) -> &'t [u8] {
    let text = text.strip_prefix(start).unwrap_or(text);
    text.strip_suffix(end).unwrap_or(text)
}

/// Some findings as the list that they would be in the document if they were all.
fn piece(findings: &[&Finding], view: &View<'_>) -> io::Result<Vec<u8>> {
    /// Most findings take less.
    const USUAL: usize = 2 << 10;
    let items: Vec<Item<'_>> = findings.iter().map(|f| item(f, view)).collect();
    let mut text = Vec::with_capacity(findings.len() * USUAL);
    // The list is a value of the document.
    let mut inside = PrettyFormatter::new();
    inside.begin_object(&mut io::sink())?;
    items.serialize(&mut Serializer::with_formatter(&mut text, inside))?;
    Ok(text)
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
