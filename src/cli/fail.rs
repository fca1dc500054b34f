use std::io;

use super::Exit;
use crate::{
    config::ConfigError,
    report::{RunError, printable},
    source::report_bug,
};

/// Why a command ends early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fail {
    /// The config cannot be used.
    #[error("{begin}{0}", begin = if matches!(.0, ConfigError::Mistake { .. }) { "" } else { "error: " })]
    Config(#[from] ConfigError),
    /// The arguments make no sense together, or name what is not there.
    #[error("error: {0}")]
    Usage(String),
    /// A panic that no unit of work held.
    #[error(
        "error: internal error: {0}; the report is not complete. Please {ask}",
        ask = report_bug("the command line and the files")
    )]
    Internal(String),
    /// Standard output could not be written.
    #[error("error: cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl Fail {
    /// Says on standard error what is wrong.
    pub(super) fn say(&self) {
        if self.exit() == Exit::Trouble {
            let text = self.to_string();
            for line in text.lines() {
                complain(line);
            }
        }
    }

    /// Whoever closes the pipe has read enough: that is no error.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Output(e) if e.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
            _ => Exit::Trouble,
        }
    }
}

/// Says on standard error what went wrong with a file.
pub(super) fn complain_of(error: &RunError) {
    let RunError { file, message } = error;
    match message.contains(&format!("`{file}`")) {
        true => complain(&format!("error: {message}")),
        false => complain(&format!("error: {file}: {message}")),
    }
}

/// Writes one line to standard error, where nobody may be listening.
pub(super) fn complain(line: &str) {
    use std::io::Write;
    let _ = writeln!(io::stderr(), "{}", printable(line));
}
