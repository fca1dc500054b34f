//! What a run found, and one file per output format that writes it.

mod compact;
mod json;
mod model;
mod text;
mod view;

use std::io;

pub use model::{ConfigUsed, Outcome, RunError, Summary};
pub use text::{printable, summary_line};
pub use view::{Region, Settings, View};

/// An output format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Format {
    /// One line a finding.
    Compact,
    /// The project's own JSON.
    Json,
}

impl Format {
    /// All formats, in the order that help shows them.
    pub const ALL: &[Self] = &[Self::Compact, Self::Json];

    /// The name that `--format` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Json => "json",
        }
    }

    /// What a terminal gets when nobody asks for a format.
    pub fn for_terminal() -> Self {
        Self::Compact
    }

    /// Writes an outcome in this format.
    pub fn write(self, out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
        match self {
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
