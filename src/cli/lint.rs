use std::{collections::BTreeSet, io, mem::ManuallyDrop, path::Path};

use super::{
    Exit, Fail,
    args::{LintArgs, ReportArgs},
    fail::{complain, complain_of},
    output::{self, FileReport},
    prepare::{Prepared, prepare},
};
use crate::{
    config::Threshold,
    finding::{Baseline, Finding, Severity},
    lint::{Filters, Run, lint},
    report::{Outcome, Region, View},
    rules,
    source::{Files, guarded, read_named},
};

/// Lints.
pub(super) fn run(args: &LintArgs) -> Result<Exit, Fail> {
    let report = &args.report;
    let format = output::format(report.format.as_deref())?;
    let reports: Vec<FileReport> =
        report.output.iter().map(|o| o.parse().map_err(Fail::Usage)).collect::<Result<_, _>>()?;
    let filters = filters(report)?;
    let prepared = prepare(&args.input, filters)?;
    let fail_on = threshold(report, &prepared)?;

    let Prepared { files, set, options, errors } = prepared;
    // The process ends with this: what is large is left to the system.
    let files = ManuallyDrop::new(files);
    let Run { outcome, roles, remains } = lint(&files, set, &options);
    let (mut outcome, _roles, remains) =
        (ManuallyDrop::new(outcome), ManuallyDrop::new(roles), ManuallyDrop::new(remains));
    outcome.errors.extend(errors);
    outcome.errors.sort();

    let settings = output::settings(&args.show);
    let mut exit = exit(&outcome, fail_on, report.fail_on_unknown);
    for error in &outcome.errors {
        complain_of(error);
    }
    if let Some(path) = &report.write_baseline {
        exit = if outcome.errors.is_empty() { Exit::Clean } else { Exit::Trouble };
        match guarded(|| write_baseline(path, &outcome, &files)) {
            Ok(Ok(note)) => outcome.notes.push(note),
            Ok(Err(e)) => {
                complain(&format!("error: cannot write the baseline `{}`: {e}", path.display()));
                exit = Exit::Trouble;
            }
            Err(cause) => {
                internal(path, &cause);
                exit = Exit::Trouble;
            }
        }
    }
    let view = View { outcome: &outcome, files: &files, settings: &settings };
    for one in &reports {
        match guarded(|| remains.install(|| output::to_file(one, &view))) {
            Ok(Ok(())) => {}
            Ok(Err(e)) => {
                complain(&format!("error: cannot write `{}`: {e}", one.path.display()));
                exit = Exit::Trouble;
            }
            Err(cause) => {
                internal(&one.path, &cause);
                exit = Exit::Trouble;
            }
        }
    }
    match remains.install(|| output::to_stdout(format, &view)) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(exit),
    }
}

fn exit(outcome: &Outcome, fail_on: Threshold, fail_on_unknown: bool) -> Exit {
    if !outcome.errors.is_empty() {
        Exit::Trouble
    } else if outcome.counted().any(|f| fail_on.reached_by(f.severity))
        || (fail_on_unknown && !outcome.everything_decided())
    {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

fn threshold(report: &ReportArgs, prepared: &Prepared) -> Result<Threshold, Fail> {
    match &report.fail_on {
        Some(text) => text.parse().map_err(Fail::Usage),
        None => Ok(prepared.options.config.config.fail_on.unwrap_or(Threshold::From(Severity::Medium))),
    }
}

fn filters(report: &ReportArgs) -> Result<Filters, Fail> {
    let baseline = match &report.baseline {
        None => None,
        Some(path) => {
            let fail = |e: String| Fail::Usage(format!("cannot use the baseline `{}`: {e}", path.display()));
            let text = read_named(path).map_err(|e| fail(e.to_string()))?;
            let text = String::from_utf8(text).map_err(|_| fail("it is not UTF-8 text".to_owned()))?;
            Some(Baseline::parse(&text).map_err(|e| fail(e.to_string()))?)
        }
    };
    Ok(Filters {
        select: report.select.as_deref().map(|names| rule_names("--select", names)).transpose()?,
        ignore: rule_names("--ignore", &report.ignore)?,
        no_suppressions: report.no_suppressions,
        baseline,
        changes: None,
        min_severity: Some(report.min_severity.parse().map_err(|e| Fail::Usage(format!("{e}")))?),
    })
}

fn rule_names(option: &str, names: &[String]) -> Result<BTreeSet<String>, Fail> {
    let mut out = BTreeSet::new();
    for name in names.iter().map(|n| n.trim()).filter(|n| !n.is_empty()) {
        if rules::find(name).is_none() {
            return Err(super::explain::unknown_rule(option, name));
        }
        out.insert(name.to_owned());
    }
    Ok(out)
}

/// All findings that no inline suppression hides; those that an older baseline has stay in as long as they are found,
/// or when this run did not look.
fn baseline(outcome: &Outcome, files: &Files) -> Baseline {
    let known = |f: &&Finding| !matches!(f.quieted, Some(crate::finding::Quieted::Suppressed(_)));
    let findings = outcome.findings.iter().filter(known);
    Baseline::of(findings, |f| Region::of_place(files, &f.primary).file).with(&outcome.not_judged)
}

/// Writes the baseline and gives what there is to say about it.
fn write_baseline(path: &Path, outcome: &Outcome, files: &Files) -> io::Result<String> {
    crate::fault::fault("baseline", || path.display().to_string());
    let baseline = baseline(outcome, files);
    let text = baseline.to_json().map_err(io::Error::other)?;
    std::fs::write(path, text)?;
    Ok(written(path, baseline.len()))
}

/// Says that what was to be written ended with a panic; other outputs are written all the same.
fn internal(path: &Path, cause: &str) {
    Fail::Internal(format!("`{}`: {cause}", path.display())).say();
}

fn written(path: &Path, count: usize) -> String {
    let findings = if count == 1 { "finding" } else { "findings" };
    let path = path.display();
    format!(
        "{count} {findings}, also those that are not shown, are now in `{path}`: `--baseline {path}` keeps them quiet"
    )
}
