use std::borrow::Cow;

use super::Outcome;
use crate::finding::Severity;

/// The text without characters that steer a terminal or turn the reading direction: each is shown as `\u{…}`.
pub fn printable(text: &str) -> Cow<'_, str> {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if steers(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The summary in one line: findings by severity, files, roles, and what could not be decided.
pub fn summary_line(outcome: &Outcome) -> String {
    let s = &outcome.summary;
    let mut line = match s.findings() {
        0 => "no findings".to_owned(),
        n => {
            let by = Severity::ALL.into_iter().filter(|v| s.of(*v) > 0).map(|v| format!("{} {v}", s.of(v)));
            format!("{} ({})", counted(n, "finding"), by.collect::<Vec<_>>().join(", "))
        }
    };
    line.push_str(&format!(" in {}, {}", counted(s.files, "file"), counted(s.roles, "role")));
    line.push_str(&format!("; {} undecided, {} unreadable", s.undecided, s.unreadable));
    if s.absent_modules > 0 {
        line.push_str(&format!(", {} absent", counted(s.absent_modules, "module")));
    }
    for (n, what) in [
        (s.suppressed, "suppressed"),
        (s.baselined, "in the baseline"),
        (s.hidden, "hidden by `--min-severity`"),
        (outcome.errors.len(), "not linted because of an error"),
    ] {
        if n > 0 {
            line.push_str(&format!("; {n} {what}"));
        }
    }
    if !outcome.config.zone_configured {
        line.push_str("; no zone of trust is configured, so every other account counts as outside");
    }
    line
}

fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}
