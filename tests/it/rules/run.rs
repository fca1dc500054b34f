use std::path::Path;

use iac_trust_lint::{
    config::{Config, Date, Effective},
    discover::{Settings, discover, expand},
    finding::{Finding, Place},
    lint::{Filters, Inputs, Options, Run, lint},
    source::{Disk, Files},
};

/// A finding as fixtures expect it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Fired {
    /// The file, relative to the folder that was linted.
    pub file: String,
    /// The line of the primary place; 0 for a file without text.
    pub line: usize,
    /// The rule.
    pub rule: String,
}

/// Lints one folder with a config, and keeps what each policy means when asked to.
pub fn run(folder: &Path, config: &str, keep_worlds: bool) -> (Files, Run) {
    let files = Files::new(Box::new(Disk), folder, folder, false);
    let targets = expand(files.provider(), folder, folder).unwrap();
    let set = discover(&files, folder, &targets, &Settings { jobs: 1 });
    let config = Config::parse("config.yaml", config).unwrap();
    let options = Options {
        config: Effective { config, folder: folder.to_owned(), now: "2026-11-01".parse::<Date>().unwrap() },
        config_path: None,
        inputs: Inputs::default(),
        filters: Filters::default(),
        keep_worlds,
        jobs: 1,
    };
    let run = lint(&files, set, &options);
    assert!(run.outcome.errors.is_empty(), "{}: {:?}", folder.display(), run.outcome.errors);
    (files, run)
}

/// The findings of one folder that count.
pub fn findings(folder: &Path, config: &str) -> Vec<(Fired, Finding)> {
    let (files, run) = run(folder, config, false);
    let counted = run.outcome.findings.into_iter().filter(|f| f.quieted.is_none());
    let mut found: Vec<(Fired, Finding)> = counted.map(|f| (place(&files, &f), f)).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn place(files: &Files, finding: &Finding) -> Fired {
    let rule = finding.rule.to_owned();
    match &finding.primary {
        Place::Span(at) => {
            let file = files.get(at.file);
            Fired { file: file.name().to_owned(), line: file.position(at.span.start).line, rule }
        }
        Place::File(name) => Fired { file: name.clone(), line: 0, rule },
    }
}
