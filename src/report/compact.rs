use std::io;

use super::{View, printable, summary_line};

/// One line a finding: `FILE:LINE:COLUMN: SEVERITY RULE: MESSAGE`; then notes and the summary.
pub(super) fn write(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    for finding in view.outcome.shown() {
        let at = view.place(&finding.primary);
        let file = printable(&at.file);
        let message = printable(&finding.message);
        writeln!(out, "{file}:{}:{}: {} {}: {message}", at.line, at.column, finding.severity, finding.rule)?;
    }
    if view.settings.show_files {
        for file in &view.outcome.files {
            writeln!(out, "read {}", printable(file))?;
        }
    }
    if !view.settings.quiet {
        for note in &view.outcome.notes {
            writeln!(out, "note: {}", printable(note))?;
        }
        writeln!(out, "{}", summary_line(view.outcome))?;
    }
    Ok(())
}
