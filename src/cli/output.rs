use std::{
    fs::File,
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
};

use super::{Fail, args::ShowArgs, args::When};
use crate::report::{Format, Settings, View};

/// A report into a file.
pub(super) struct FileReport {
    pub format: Format,
    pub path: PathBuf,
}

impl std::str::FromStr for FileReport {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((format, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) else {
            return Err(format!("`--output {text}` names no file: write `--output FORMAT=PATH`"));
        };
        let format = format.parse().map_err(|e| format!("`--output {text}`: {e}"))?;
        Ok(Self { format, path: path.into() })
    }
}

/// How reports to standard output look.
pub(super) fn settings(args: &ShowArgs) -> Settings {
    let terminal = io::stdout().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
        || std::env::var_os("TERM").is_some_and(|v| v == "dumb");
    let color = match args.color {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && !plain,
    };
    Settings {
        color,
        links: color && terminal,
        width: width().unwrap_or(Settings::default().width),
        quiet: args.quiet,
        verbose: args.verbose,
        show_files: args.show_files,
    }
}

/// Columns that prose is fitted to, when there is a terminal to fit it to.
pub(super) fn prose_width() -> Option<usize> {
    const WIDEST: usize = 100;
    width().filter(|_| io::stdout().is_terminal()).map(|w| w.clamp(40, WIDEST))
}

/// The columns of the terminal; `COLUMNS` says them where standard output is none.
fn width() -> Option<usize> {
    let said = || std::env::var("COLUMNS").ok().and_then(|c| c.trim().parse().ok());
    let terminal = terminal_size::terminal_size_of(io::stdout());
    terminal.map(|(width, _)| usize::from(width.0)).or_else(said).filter(|w| *w >= 20)
}

/// The format of standard output.
pub(super) fn format(asked: Option<&str>) -> Result<Format, Fail> {
    match asked {
        Some(name) => name.parse().map_err(|e: crate::report::FormatParseError| Fail::Usage(e.to_string())),
        None if io::stdout().is_terminal() => Ok(Format::for_terminal()),
        None => Ok(Format::Compact),
    }
}

/// Writes a report to standard output.
pub(super) fn to_stdout(format: Format, view: &View<'_>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    format.write(&mut out, view)?;
    out.flush()
}

/// Writes a report into a file, without colours.
pub(super) fn to_file(report: &FileReport, view: &View<'_>) -> io::Result<()> {
    let settings = Settings { color: false, links: false, ..view.settings.clone() };
    let mut out = BufWriter::new(File::create(&report.path)?);
    report.format.write(&mut out, &View { settings: &settings, ..*view })?;
    out.flush()
}

/// Writes a text to standard output.
pub(super) fn text(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
