//! What a run found, and one file per output format that writes it.

mod compact;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod model;
mod pretty;
mod sarif;
#[cfg(test)]
mod tests;
mod text;
mod view;
mod wrap;

use std::io;

use crate::finding::{Finding, Severity};

pub use model::{ConfigUsed, Outcome, RunError, Summary};
pub use text::{printable, request_sentence, role_list, rule_url, summary_line, write_json};
pub use view::{Region, Settings, View};
pub(crate) use wrap::{reflow, wrap};

/// An output format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Format {
    /// For people at a terminal.
    Pretty,
    /// One line a finding.
    Compact,
    /// The project's own JSON.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// A comment on a pull request.
    Markdown,
}

impl Format {
    /// All formats, in the order that help shows them.
    pub const ALL: &[Self] = &[
        Self::Pretty,
        Self::Compact,
        Self::Json,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Markdown,
    ];

    /// The name that `--format` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Compact => "compact",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
        }
    }

    /// What a terminal gets when nobody asks for a format.
    pub fn for_terminal() -> Self {
        Self::Pretty
    }

    /// Writes an outcome in this format.
    pub fn write(self, out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
        crate::fault::fault("report", || self.name().to_owned());
        match self {
            Self::Pretty => pretty::write(out, view),
            Self::Compact => compact::write(out, view),
            Self::Json => json::write(out, view),
            Self::Sarif => sarif::write(out, view),
            Self::Github => github::write(out, view),
            Self::Gitlab => gitlab::write(out, view),
            Self::Junit => junit::write(out, view),
            Self::Markdown => markdown::write(out, view),
        }
    }
}

/// The text names no format.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no format: use pretty, compact, json, sarif, github, gitlab, junit or markdown")]
pub struct FormatParseError(String);

impl std::str::FromStr for Format {
    type Err = FormatParseError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|f| f.name() == s).ok_or_else(|| FormatParseError(s.to_owned()))
    }
}

/// What formats with three levels call a severity: `error`, `warning` or `note`.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The findings that are shown, most severe first and otherwise in their order.
fn by_severity(outcome: &Outcome) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = outcome.shown().collect();
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    findings
}
