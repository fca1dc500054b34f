//! What a run found, and one file per output format that writes it.

mod compact;
mod json;
mod model;
mod pretty;
mod text;
mod view;

use std::io;

pub use model::{ConfigUsed, Outcome, RunError, Summary};
pub use text::{printable, request_sentence, role_list, rule_url, summary_line};
pub use view::{Region, Settings, View};

/// An output format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Format {
    /// For people at a terminal.
    Pretty,
    /// One line a finding.
    Compact,
    /// The project's own JSON.
    Json,
}

impl Format {
    /// All formats, in the order that help shows them.
    pub const ALL: &[Self] = &[Self::Pretty, Self::Compact, Self::Json];

    /// The name that `--format` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Compact => "compact",
            Self::Json => "json",
        }
    }

    /// What a terminal gets when nobody asks for a format.
    pub fn for_terminal() -> Self {
        Self::Pretty
    }

    /// Writes an outcome in this format.
    pub fn write(self, out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
        match self {
            Self::Pretty => pretty::write(out, view),
            Self::Compact => compact::write(out, view),
            Self::Json => json::write(out, view),
        }
    }
}

/// The text names no format.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no format")]
pub struct FormatParseError(String);

impl std::str::FromStr for Format {
    type Err = FormatParseError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|f| f.name() == s).ok_or_else(|| FormatParseError(s.to_owned()))
    }
}
