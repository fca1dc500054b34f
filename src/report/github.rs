use std::io;

use super::{View, by_severity, level, printable, request_sentence, rule_url, text};
use crate::finding::Finding;

/// GitHub shows this many annotations of each level for one step and drops the rest without a word.
const MOST: usize = 10;

/// Places elsewhere that an annotation names.
const RELATED: usize = 4;

/// Workflow commands, most severe first. Past what GitHub shows, findings are plain lines of the log.
pub(super) fn write(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    let findings = by_severity(view.outcome);
    for wanted in ["error", "warning", "note"] {
        let of_level: Vec<&Finding> = findings.iter().filter(|f| level(f.severity) == wanted).copied().collect();
        let command = if wanted == "note" { "notice" } else { wanted };
        let room = if of_level.len() > MOST { MOST - 1 } else { MOST };
        for finding in of_level.iter().take(room) {
            annotate(out, command, finding, view)?;
        }
        let rest = of_level.get(room..).unwrap_or_default();
        if !rest.is_empty() {
            let more = format!("{} more of this level are in the log and in the step summary", rest.len());
            writeln!(out, "::{command} title=iac-trust-lint::{more}")?;
        }
        for finding in rest {
            writeln!(out, "{}", line(finding, view))?;
        }
    }
    for error in &view.outcome.errors {
        let message = format!("{}: {}", error.file, error.message);
        writeln!(out, "::error file={},title=iac-trust-lint::{}", property(&error.file), data(&message))?;
    }
    if !view.settings.quiet {
        text::closing_lines(out, view.outcome)?;
    }
    Ok(())
}

fn annotate(out: &mut dyn io::Write, command: &str, finding: &Finding, view: &View<'_>) -> io::Result<()> {
    let at = view.place(&finding.primary);
    let mut text = line(finding, view);
    for label in finding.related.iter().take(RELATED) {
        let at = view.region(label.at);
        let (file, label) = (printable(&at.file), printable(&label.text));
        text.push_str(&format!("\n{file}:{}:{}: {label}", at.line, at.column));
    }
    if let Some(witness) = &finding.witness {
        text.push_str("\nrequest: ");
        text.push_str(&printable(&request_sentence(witness)));
    }
    if let Some(help) = &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(&printable(help));
    }
    text.push('\n');
    text.push_str(&rule_url(finding.rule));
    // A column range over several lines is refused: then the lines alone are given.
    let columns =
        if at.line == at.end_line { format!(",col={},endColumn={}", at.column, at.end_column) } else { String::new() };
    writeln!(
        out,
        "::{command} file={},line={},endLine={}{columns},title={}::{}",
        property(&at.file),
        at.line,
        at.end_line,
        property(&format!("{} {}", finding.severity, finding.rule)),
        data(&text)
    )
}

fn line(finding: &Finding, view: &View<'_>) -> String {
    let at = view.place(&finding.primary);
    let (file, message) = (printable(&at.file), printable(&finding.message));
    format!("{file}:{}:{}: {} {}: {message}", at.line, at.column, finding.severity, finding.rule)
}

fn data(text: &str) -> String {
    // Line breaks have an escape of their own; nothing else that steers a terminal may reach the log.
    let lines: Vec<_> = text.split('\n').map(|line| printable(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
