use std::collections::BTreeSet;

use super::guarded::attempt;
use crate::{
    finding::{Certainty, Finding, Place},
    report::RunError,
    rules::{self, Rule},
    source::{Files, Location, normalized},
    value::{AbsentModule, InputProblem, Reason},
};

/// A finding of a rule that the run itself fires.
pub(super) fn finding(rule: &'static Rule, place: Place, message: String, help: Option<String>) -> Finding {
    Finding { help, ..Finding::new(rule.name, rule.severity, place, message) }
}

/// One finding per problem; what several units met is said once, and a file without text is said once.
pub(super) fn unparsable(
    problems: Vec<InputProblem>,
    rule: &'static Rule,
    files: &Files,
    errors: &mut Vec<RunError>,
) -> Vec<Finding> {
    let mut seen: BTreeSet<(String, Option<(u32, u32)>)> = BTreeSet::new();
    let mut out = Vec::new();
    for problem in problems {
        let span = problem.at.map(|at| (at.span.start, at.span.end));
        if !seen.insert((problem.file.clone(), span)) {
            continue;
        }
        out.extend(attempt(errors, || problem.file.clone(), || of_problem(&problem, rule, files)));
    }
    out
}

fn of_problem(problem: &InputProblem, rule: &'static Rule, files: &Files) -> Finding {
    crate::fault::fault("problem", || format!("{problem:?}"));
    let place = problem.at.map_or_else(|| Place::File(problem.file.clone()), Place::Span);
    let mut found = finding(rule, place, problem.message.clone(), problem.help.clone());
    if let Some(at) = problem.at {
        "it cannot be read from here on".clone_into(&mut found.primary_label);
        found.fingerprint_parts.statement = line_of(files, at);
    }
    found
}

/// Drops calls that several roots make. A call that is given whom to trust makes a role that nobody can judge: that is
/// a finding of `unresolved-trust`. With a note of what to do about modules that lie where nothing is read.
pub(super) fn absent(modules: &mut Vec<AbsentModule>, files: &Files) -> (Vec<Finding>, Option<String>) {
    let mut seen = BTreeSet::new();
    modules.retain(|m| seen.insert((m.at.file, m.at.span.start)));
    let outside: Vec<Option<Reason>> = modules.iter().map(|module| outside(module, files)).collect();
    let note = note_of_outside(outside.iter().flatten().count());
    let Some(rule) = rules::find("unresolved-trust") else { return (Vec::new(), note) };
    let judged = modules.iter().zip(outside).filter_map(|(module, outside)| {
        let (name, at) = module.trust_input.as_ref()?;
        let reason = outside.unwrap_or_else(|| Reason::AbsentModule(module.source.clone()));
        let message = format!("whom `{name}` of `{}` lets in cannot be decided: {reason}", module.address);
        let mut found = finding(rule, Place::Span(*at), message, reason.how_to_supply());
        found.certainty = Certainty::Possible;
        "it says who can assume a role of the module".clone_into(&mut found.primary_label);
        found.scopes.push(module.block);
        found.fingerprint_parts.value.clone_from(&module.address);
        found.fingerprint_parts.statement = line_of(files, *at);
        Some(found)
    });
    (judged.collect(), note)
}

/// Why a module is not read that lies where nothing is read; `None` for all others.
fn outside(module: &AbsentModule, files: &Files) -> Option<Reason> {
    if !(module.source.starts_with("./") || module.source.starts_with("../")) {
        return None;
    }
    let caller = files.absolute(files.get(module.at.file).name().as_ref());
    let target = normalized(&caller.parent()?.join(&module.source));
    files.check(&target).is_err().then(|| Reason::OutsideRoot(files.show(&target)))
}

fn note_of_outside(count: usize) -> Option<String> {
    let what = match count {
        0 => return None,
        1 => "1 module lies".to_owned(),
        n => format!("{n} modules lie"),
    };
    Some(format!(
        "{what} outside of the root, where nothing is read: run in the repository's root, or give `--allow-outside`"
    ))
}

/// The text of the line on which a place begins.
pub(super) fn line_of(files: &Files, at: Location) -> String {
    let file = files.get(at.file);
    file.slice(file.line_span(file.line_of(at.span.start))).trim().chars().take(500).collect()
}
