use std::{fmt::Write, io};

use super::{View, by_severity, printable, request_sentence, role_list, rule_url, summary_line};
use crate::finding::Finding;

/// The first line, by which a comment of an earlier run is found again.
const MARKER: &str = "<!-- iac-trust-lint -->";
/// A comment on GitHub takes 65,536 characters; past this many the rest is only counted.
const MOST: usize = 60_000;
/// More rows than these nobody reads in a comment.
const ROWS: usize = 100;
/// The table leaves room for what to do about its first rows.
const MOST_OF_TABLE: usize = 40_000;

/// A comment on a pull request, or the summary of a step.
pub(super) fn write(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    let findings = by_severity(view.outcome);
    let mut text = format!("{MARKER}\n## Trust policies\n\n{}\n\n", prose(&summary_line(view.outcome)));
    for note in &view.outcome.notes {
        let _ = writeln!(text, "{}\n", prose(note));
    }
    if !findings.is_empty() {
        text.push_str("| severity | rule | place | what |\n|---|---|---|---|\n");
        let rows = findings.iter().map(|f| row(f, view));
        let left = fill(&mut text, rows, MOST_OF_TABLE);
        if left > 0 {
            let _ = writeln!(text, "\n{left} more, none of them more severe, are in the log.");
        }
        text.push_str("\n<details><summary>Requests that get in, and what to do</summary>\n\n");
        let left = fill(&mut text, findings.iter().map(|f| detail(f, view)), MOST);
        if left > 0 {
            let _ = writeln!(text, "\n{left} more are in the log.");
        }
        text.push_str("\n</details>\n");
    }
    for error in &view.outcome.errors {
        let _ = writeln!(text, "\n**Error:** {}: {}", code(&error.file), prose(&error.message));
    }
    out.write_all(text.as_bytes())
}

/// Adds pieces while there is room; returns how many there was no room for.
fn fill(text: &mut String, pieces: impl ExactSizeIterator<Item = String>, most: usize) -> usize {
    let total = pieces.len();
    for (done, piece) in pieces.enumerate() {
        if done == ROWS || text.len() + piece.len() > most {
            return total - done;
        }
        text.push_str(&piece);
    }
    0
}

fn row(finding: &Finding, view: &View<'_>) -> String {
    let at = view.place(&finding.primary);
    let place = code(&format!("{}:{}:{}", at.file, at.line, at.column));
    format!(
        "| {} | [{}]({}) | {place} | {} |\n",
        finding.severity,
        finding.rule,
        rule_url(finding.rule),
        prose(&finding.message)
    )
}

fn detail(finding: &Finding, view: &View<'_>) -> String {
    let at = view.place(&finding.primary);
    let mut out = format!("- {} **{}**\n", code(&format!("{}:{}:{}", at.file, at.line, at.column)), finding.rule);
    if finding.roles.len() > 1 {
        let _ = writeln!(out, "  - roles: {}", code(&role_list(&finding.roles, 10)));
    }
    if let Some(witness) = &finding.witness {
        let _ = writeln!(out, "  - request: {}", prose(&request_sentence(witness)));
    }
    for label in &finding.related {
        let at = view.region(label.at);
        let place = code(&format!("{}:{}:{}", at.file, at.line, at.column));
        let _ = writeln!(out, "  - {place}: {}", prose(&label.text));
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(out, "  - help: {}", prose(help));
    }
    out
}

/// Prose with code in backticks, safe inside a table: nothing of it can become markup, a link or a mention.
fn prose(text: &str) -> String {
    let text = printable(text);
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        // A value with a backtick of its own: no telling what is code.
        return unlinked(&text);
    }
    let shown = pieces.iter().enumerate().map(|(i, piece)| if i % 2 == 1 { code(piece) } else { unlinked(piece) });
    shown.collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(&printable(text)))
}

/// Text that no name of a person or number of an issue can be read from: those are looked for after escapes are undone.
fn unlinked(text: &str) -> String {
    escaped(text).replace("&#64;", "&#64;&#8203;").replace("&#35;", "&#35;&#8203;")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '|' | '@' | '*' | '_' | '[' | ']' | '#' | '`' | '\\' | '~' | '!' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}
