//! Files as trees.

use std::{path::Path, sync::Arc};

use super::{detect, recover};
use crate::{
    source::{FileId, Files},
    syntax::{
        json,
        tree::{Node, SyntaxError},
        yaml,
    },
    value::InputProblem,
};

/// What could be read of a file.
pub(super) struct Loaded {
    /// The documents.
    pub(super) documents: Vec<Arc<Node>>,
    /// What could not be read.
    pub(super) problems: Vec<InputProblem>,
}

/// Reads a file as JSON when it looks like JSON, else as YAML.
pub(super) fn load(files: &Files, file: FileId, path: &Path) -> Loaded {
    let source = files.get(file);
    let text = source.text();
    if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        let parsed = json::parse(text, file);
        let named_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
        if parsed.errors.is_empty() || named_json {
            return loaded(parsed.root.into_iter().collect(), &parsed.errors, source.name(), file);
        }
        // A flow mapping of YAML begins like JSON.
        let as_yaml = yaml::parse(text, file);
        if !as_yaml.errors.is_empty() {
            return loaded(parsed.root.into_iter().collect(), &parsed.errors, source.name(), file);
        }
        return loaded(as_yaml.documents, &[], source.name(), file);
    }
    let mut parsed = yaml::parse(text, file);
    if let Some(first) = parsed.errors.first()
        && let Some(mended) = recover::with_joined_lines(text, file, first)
    {
        parsed = mended;
    }
    if !parsed.errors.is_empty()
        && detect::looks_like_template(text)
        && let Some(rest) = recover::without_broken_blocks(text, file)
    {
        let again = yaml::parse(&rest, file);
        if again.errors.is_empty() {
            parsed.documents = again.documents;
        }
    }
    loaded(parsed.documents, &parsed.errors, source.name(), file)
}

fn loaded(documents: Vec<Arc<Node>>, errors: &[SyntaxError], name: &str, file: FileId) -> Loaded {
    Loaded { documents, problems: errors.iter().map(|e| e.clone().problem(file, name)).collect() }
}
