use std::fmt::Write;

use serde::Serialize;

use super::{
    Exit, Fail,
    args::{RulesArgs, TableFormat},
    output,
};
use crate::{finding::Severity, report::wrap, rules};

/// The fewest columns for summaries beside the names.
const NARROWEST: usize = 30;

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    rules: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    name: &'static str,
    severity: Severity,
    summary: &'static str,
    since: &'static str,
}

/// Lists all rules.
pub(super) fn run(args: &RulesArgs) -> Result<Exit, Fail> {
    let text = match args.format {
        TableFormat::Json => {
            let items = rules::ALL.iter().map(|r| Item {
                name: r.name,
                severity: r.severity,
                summary: r.summary,
                since: r.since,
            });
            let document = Document { schema_version: 1, rules: items.collect() };
            serde_json::to_string_pretty(&document).map_err(|e| Fail::Usage(e.to_string()))? + "\n"
        }
        TableFormat::Pretty => {
            let width = rules::ALL.iter().map(|r| r.name.len()).max().unwrap_or(0);
            let mut out = String::new();
            let terminal = output::prose_width().unwrap_or(usize::MAX);
            for rule in rules::ALL {
                // Beside the name when there is room, else below it.
                let (start, indent) = if terminal >= width + 12 + NARROWEST { ("", width + 12) } else { ("\n    ", 4) };
                let summary = wrap(rule.summary, terminal.saturating_sub(indent));
                let summary = summary.replace('\n', &format!("\n{:indent$}", ""));
                let _ = writeln!(out, "{:width$}  {:8}  {start}{summary}", rule.name, rule.severity.name());
            }
            out
        }
    };
    output::text(&text)?;
    Ok(Exit::Clean)
}
