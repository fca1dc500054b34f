use std::io;

use miette::{GraphicalReportHandler, GraphicalTheme};

use super::{View, printable, summary_line};
use crate::{
    finding::Finding,
    report::{text, wrap::wrap},
};

mod diagnostic;
mod snippet;
mod window;

use diagnostic::Shown;

/// Narrower terminals get lines of this width all the same; below it nothing can be laid out.
const NARROWEST: usize = 40;
/// Wider terminals are not filled: long lines of prose are hard to read.
const WIDEST: usize = 120;

/// Columns before the closing lines of a finding.
const FOOTER: usize = 2;

/// Fixed findings that are listed without `--verbose`.
const FIXED: usize = 10;

/// Each finding with the text it points at, the way the value took, a request that gets in, and the edit to make.
pub(super) fn write(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    let settings = view.settings;
    let width = settings.width.clamp(NARROWEST, WIDEST);
    let theme = if settings.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_wrap_lines(false)
        .with_link_display_text("")
        .with_links(settings.links)
        .with_urls(settings.links)
        .with_show_related_as_nested(true)
        .with_context_lines(snippet::NEAR)
        .without_syntax_highlighting();
    for finding in view.outcome.shown() {
        let shown = Shown::new(finding, view, width);
        let handler = match closing(finding, width, settings.verbose) {
            Some(footer) => handler.clone().with_footer(footer),
            None => handler.clone(),
        };
        let mut rendered = String::new();
        if handler.render_report(&mut rendered, &shown).is_err() {
            rendered = format!("{}: {}\n", finding.rule, printable(&finding.message));
        }
        writeln!(out, "{}\n", rendered.trim_end_matches('\n'))?;
    }
    if settings.verbose {
        text::quiet_lines(out, view)?;
    }
    for error in &view.outcome.errors {
        writeln!(out, "error: {}: {}", printable(&error.file), printable(&error.message))?;
    }
    if settings.show_files {
        for file in &view.names() {
            writeln!(out, "read {}", printable(file))?;
        }
    }
    if !settings.quiet {
        if !settings.verbose {
            text::fixed_lines(out, view, FIXED)?;
        }
        for note in &view.outcome.notes {
            writeln!(out, "{}", wrap(&format!("note: {}", printable(note)), width))?;
        }
        writeln!(out, "{}", wrap(&summary_line(view.outcome), width))?;
    }
    Ok(())
}

/// The request that gets in, and the other roles that the finding is about.
fn closing(finding: &Finding, width: usize, verbose: bool) -> Option<String> {
    let mut lines = Vec::new();
    let hanging = |name: &str, text: &str| {
        let text = wrap(text, width - FOOTER - name.len()).replace('\n', &format!("\n{:1$}", "", name.len()));
        format!("{name}{text}")
    };
    if let Some(witness) = &finding.witness {
        lines.push(hanging("request: ", &printable(&text::request_sentence(witness))));
    }
    if let [_, others @ ..] = finding.roles.as_slice()
        && !others.is_empty()
    {
        lines.push(hanging(
            "roles:   ",
            &printable(&text::role_list(&finding.roles, if verbose { usize::MAX } else { 6 })),
        ));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}
