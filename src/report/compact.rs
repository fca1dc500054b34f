use std::io;

use super::{View, printable, request_sentence, role_list, text};
use crate::finding::Finding;

/// Fixed findings that are listed without `--verbose`.
const FIXED: usize = 10;

/// One line a finding: `FILE:LINE:COLUMN: SEVERITY RULE: MESSAGE`; then notes and the summary.
pub(super) fn write(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    for finding in view.outcome.shown() {
        let at = view.place(&finding.primary);
        let file = printable(&at.file);
        let message = printable(&finding.message);
        writeln!(out, "{file}:{}:{}: {} {}: {message}", at.line, at.column, finding.severity, finding.rule)?;
        if view.settings.verbose {
            detail(out, finding, view)?;
        }
    }
    if view.settings.verbose {
        text::quiet_lines(out, view)?;
    }
    if view.settings.show_files {
        for file in &view.names() {
            writeln!(out, "read {}", printable(file))?;
        }
    }
    if !view.settings.quiet {
        if !view.settings.verbose {
            text::fixed_lines(out, view, FIXED)?;
        }
        text::closing_lines(out, view.outcome)?;
    }
    Ok(())
}

/// What the one line leaves out, indented below it.
fn detail(out: &mut dyn io::Write, finding: &Finding, view: &View<'_>) -> io::Result<()> {
    for label in &finding.related {
        let at = view.region(label.at);
        writeln!(out, "    {}:{}:{}: {}", printable(&at.file), at.line, at.column, printable(&label.text))?;
    }
    if let Some(witness) = &finding.witness {
        writeln!(out, "    request: {}", printable(&request_sentence(witness)))?;
    }
    if finding.roles.len() > 1 {
        writeln!(out, "    roles: {}", printable(&role_list(&finding.roles, usize::MAX)))?;
    }
    if let Some(help) = &finding.help {
        writeln!(out, "    help: {}", printable(help))?;
    }
    Ok(())
}
