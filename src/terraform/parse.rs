use std::{path::Path, sync::Arc};

use super::{
    ast::Body,
    json,
    later::{self, LateProblems},
    lower::Lower,
};
use crate::{
    source::{FileId, Files, Location, Span},
    syntax::hcl::{self, text::Source},
    value::InputProblem,
};

/// What a configuration file came to.
pub(super) struct ReadFile {
    pub file: Option<FileId>,
    pub body: Option<Body>,
    pub problems: Vec<InputProblem>,
}

/// Reads and parses a file in either syntax, by its name. What cannot be parsed is a problem; the rest is kept.
pub(super) fn file(files: &Files, path: &Path) -> ReadFile {
    read(files, path, read_hcl)
}

/// Reads a file of which perhaps not all is needed. Blocks of native syntax are parsed when somebody asks for what they
/// hold, and their problems are known then; a file that does not look sound is parsed at once.
pub(super) fn outlined(files: &Files, path: &Path, problems: &Arc<LateProblems>) -> ReadFile {
    read(files, path, |files, id| match later::body(files.get(id), id, problems) {
        Some(body) => (Some(Body::Hcl(body)), Vec::new()),
        None => read_hcl(files, id),
    })
}

fn read(
    files: &Files,
    path: &Path,
    native: impl FnOnce(&Files, FileId) -> (Option<Body>, Vec<InputProblem>),
) -> ReadFile {
    let id = match files.read(path) {
        Ok(id) => id,
        Err(e) => {
            let problem = InputProblem { file: files.show(path), at: None, message: e.to_string(), help: None };
            return ReadFile { file: None, body: None, problems: vec![problem] };
        }
    };
    let (body, problems) =
        if path.extension().is_some_and(|e| e == "json") { read_json(files, id) } else { native(files, id) };
    ReadFile { file: Some(id), body, problems }
}

fn read_json(files: &Files, id: FileId) -> (Option<Body>, Vec<InputProblem>) {
    let source = files.get(id);
    let parsed = crate::syntax::json::parse(source.text(), id);
    let problems = parsed.errors.into_iter().map(|e| e.problem(id, source.name()));
    (parsed.root.map(|root| json::body(id, &root)), problems.collect())
}

fn read_hcl(files: &Files, id: FileId) -> (Option<Body>, Vec<InputProblem>) {
    let source = files.get(id);
    let parsed = hcl::parse(source.text());
    let problems = parsed.errors.into_iter().map(|e| e.problem(id, source.name()));
    let body = Lower::new(Source::file(source.text(), id), Location::new(id, Span::new(0, source.text().len())))
        .body(&parsed.items);
    (Some(Body::Hcl(body)), problems.collect())
}
