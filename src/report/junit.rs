use std::{
    collections::{BTreeMap, HashMap},
    io,
};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{View, printable, request_sentence, summary_line};
use crate::finding::Finding;

/// JUnit: a suite per file with a failed case per finding, and one suite for the run itself.
pub(super) fn write(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    let mut by_file: BTreeMap<String, Vec<(&Finding, usize, usize)>> = BTreeMap::new();
    for finding in view.outcome.shown() {
        let at = view.place(&finding.primary);
        by_file.entry(at.file).or_default().push((finding, at.line, at.column));
    }
    let mut report = Report::new(env!("CARGO_PKG_NAME"));
    report.add_test_suite(run(view));
    for (file, findings) in &by_file {
        let mut suite = TestSuite::new(&*printable(file));
        // Readers take cases of one name for one case.
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (finding, line, column) in findings {
            let mut name = format!("{} at {line}:{column}", finding.rule);
            let nth = seen.entry(name.clone()).or_default();
            *nth += 1;
            if *nth > 1 {
                name.push_str(&format!(" ({nth})"));
            }
            suite.add_test_case(case(finding, file, *line, *column, name));
        }
        report.add_test_suite(suite);
    }
    report.serialize(&mut *out).map_err(io::Error::other)?;
    writeln!(out)
}

/// The run as a case of its own, so that a clean run has one that passes and errors have one that fails.
fn run(view: &View<'_>) -> TestSuite {
    let summary = &view.outcome.summary;
    let mut suite = TestSuite::new("run");
    for (name, value) in [
        ("files", summary.files),
        ("roles", summary.roles),
        ("undecided", summary.undecided),
        ("unreadable", summary.unreadable),
        ("absent_modules", summary.absent_modules),
        ("suppressed", summary.suppressed),
        ("baselined", summary.baselined),
    ] {
        suite.add_property((name, value.to_string().as_str()));
    }
    let status = match view.outcome.errors.as_slice() {
        [] => TestCaseStatus::success(),
        errors => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            let lines = errors.iter().map(|e| format!("{}: {}", printable(&e.file), printable(&e.message)));
            status.set_message("some files could not be linted").set_description(lines.collect::<Vec<_>>().join("\n"));
            status
        }
    };
    let mut case = TestCase::new("every file could be linted", status);
    case.set_classname("run").set_system_out(summary_line(view.outcome));
    suite.add_test_case(case);
    suite
}

fn case(finding: &Finding, file: &str, line: usize, column: usize, name: String) -> TestCase {
    let message = printable(&finding.message);
    let mut text = format!("{}:{line}:{column}: {} {}: {message}", printable(file), finding.severity, finding.rule);
    if let Some(witness) = &finding.witness {
        text.push_str(&format!("\nrequest: {}", printable(&request_sentence(witness))));
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!("\nhelp: {}", printable(help)));
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(finding.rule).set_message(&*message).set_description(text);
    let mut case = TestCase::new(name, status);
    case.set_classname(&*printable(file));
    case
}
