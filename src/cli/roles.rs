use std::io::{self, BufWriter, Write};

use super::{
    Exit, Fail,
    args::{InputArgs, RolesArgs, TableFormat},
    fail::{self, complain},
    listing::{RoleEntry, write_json, write_text},
    prepare::prepare,
};
use crate::{
    finding::Place,
    lint::{Filters, Run, guarded, lint},
    report::Region,
    source::Files,
    syntax::json,
    value::{Kind, Value, to_contract_json},
};

/// Lists every role and who can assume it.
pub(super) fn run(args: &RolesArgs) -> Result<Exit, Fail> {
    let (files, mut run) = judge(&args.input)?;
    let entries = entries(&files, &mut run, args.with_policy);
    let exit = complain_of(&files, &run);
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        TableFormat::Json => write_json(&mut out, &entries)?,
        TableFormat::Pretty => write_text(&mut out, &entries)?,
    }
    out.flush()?;
    Ok(exit)
}

/// Judges what the arguments name.
pub(super) fn judge(input: &InputArgs) -> Result<(Files, Run), Fail> {
    let mut prepared = prepare(input, Filters::default())?;
    prepared.options.keep_worlds = true;
    let mut run = lint(&prepared.files, prepared.set, &prepared.options);
    run.outcome.errors.extend(prepared.errors);
    Ok((prepared.files, run))
}

/// The roles of a run as they are listed, each for itself.
pub(super) fn entries(files: &Files, run: &mut Run, with_policy: bool) -> Vec<RoleEntry> {
    let mut entries = Vec::with_capacity(run.roles.len());
    for judged in &run.roles {
        let entry = || {
            let mut entry = RoleEntry::of(files, judged);
            if with_policy {
                entry.document = Some(document(&judged.role.settled_policy()));
            }
            entry
        };
        match guarded(|| files.get(judged.role.at.file).name().to_owned(), entry) {
            Ok(entry) => entries.push(entry),
            Err(error) => run.outcome.errors.push(error),
        }
    }
    entries
}

/// Says what could not be read or judged; findings are the business of linting.
pub(super) fn complain_of(files: &Files, run: &Run) -> Exit {
    for error in &run.outcome.errors {
        fail::complain_of(error);
    }
    for problem in run.outcome.findings.iter().filter(|f| f.rule == "unparsable-file") {
        let at = Region::of_place(files, &problem.primary);
        let place = match &problem.primary {
            Place::Span(_) => format!("{}:{}:{}", at.file, at.line, at.column),
            Place::File(name) => name.clone(),
        };
        complain(&format!("warning: {place}: {}", problem.message));
    }
    if run.outcome.errors.is_empty() { Exit::Clean } else { Exit::Trouble }
}

/// The evaluated policy document; a policy that is written as text is what the text says.
fn document(policy: &Value) -> serde_json::Value {
    if let Kind::String(text) = &policy.kind
        && let Some(value) = json::parse_text(text).value
    {
        return to_contract_json(&value);
    }
    to_contract_json(policy)
}
