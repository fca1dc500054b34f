//! Parameter files: both shapes of the AWS CLI, and CodePipeline's.

use std::{path::PathBuf, sync::Arc};

use super::{
    load,
    parameters::{Given, GivenValue},
};
use crate::{
    source::{Files, ReadError},
    syntax::tree::{Node, NodeKind},
};

/// What users say about parameters.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--parameter NAME=VALUE`, in order; the last one of a name counts.
    pub parameters: Vec<(String, String)>,
    /// `--parameter-file FILE`, in order; the last one counts, and `parameters` before all files.
    pub parameter_files: Vec<PathBuf>,
    /// Whether a parameter with nothing but a default is taken as unknown.
    pub no_parameter_defaults: bool,
}

/// A parameter file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterFileError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is no JSON or YAML.
    #[error("{place}: {message}")]
    Syntax {
        /// Where: the file as reports show it, with line and column where they are known.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// It has another shape.
    #[error(
        "`{0}` is no parameter file: write `{{\"Parameters\": {{\"Name\": \"value\"}}}}`, or a list of \
         `{{\"ParameterKey\", \"ParameterValue\"}}` or of `\"Name=value\"`"
    )]
    Shape(String),
}

impl Options {
    /// Reads the parameter files, so that the command line can refuse a wrong one before anything is linted.
    ///
    /// # Errors
    /// When a file cannot be read, is no JSON or YAML, or has another shape.
    pub fn check(&self, files: &Files) -> Result<(), ParameterFileError> {
        self.given(files).map(drop)
    }

    pub(super) fn given(&self, files: &Files) -> Result<Given, ParameterFileError> {
        let mut given = Given { no_defaults: self.no_parameter_defaults, ..Given::default() };
        for path in &self.parameter_files {
            let file = files.read(path)?;
            let loaded = load::load(files, file, path);
            if let Some(problem) = loaded.problems.into_iter().next() {
                let at = problem.at.map(|at| files.get(at.file).position(at.span.start));
                let place = at.map_or(String::new(), |at| format!(":{}:{}", at.line, at.column));
                let place = format!("{}{place}", problem.file);
                return Err(ParameterFileError::Syntax { place, message: problem.message });
            }
            let shape = || ParameterFileError::Shape(files.show(path));
            let root = loaded.documents.into_iter().next().ok_or_else(shape)?;
            let pairs = entries(&root).ok_or_else(shape)?;
            for (name, value) in pairs {
                let value = match value {
                    Found::Node(node) => GivenValue::Node(file, node),
                    Found::Text(text) => GivenValue::Text(text),
                };
                given.values.insert(name, value);
            }
        }
        for (name, value) in &self.parameters {
            given.values.insert(name.clone(), GivenValue::Text(value.clone()));
        }
        Ok(given)
    }
}

enum Found {
    Node(Arc<Node>),
    Text(String),
}

/// The names and values of a parameter file; `None` when it has another shape.
fn entries(root: &Node) -> Option<Vec<(String, Found)>> {
    match &root.kind {
        // aws cloudformation create-stack --parameters file://…, and deploy --parameter-overrides file://…
        NodeKind::Sequence(items) => {
            let mut out = Vec::with_capacity(items.len());
            for item in items {
                if let Some(text) = item.as_str() {
                    let (name, value) = text.split_once('=')?;
                    out.push((name.to_owned(), Found::Text(value.to_owned())));
                    continue;
                }
                let name = item.get("ParameterKey")?.as_str()?.to_owned();
                if let Some(value) = item.get("ParameterValue") {
                    out.push((name, Found::Node(value.clone())));
                }
            }
            Some(out)
        }
        NodeKind::Mapping(pairs) => {
            // CodePipeline's template configuration has `Parameters`, next to `Tags` and `StackPolicy`.
            let pairs = match root.get("Parameters").map(|p| &p.kind) {
                Some(NodeKind::Mapping(inner)) => inner,
                Some(NodeKind::Sequence(_)) => return entries(root.get("Parameters")?),
                _ => pairs,
            };
            let scalar = |n: &Node| matches!(n.kind, NodeKind::Scalar(_) | NodeKind::Sequence(_));
            if !pairs.iter().all(|p| scalar(&p.value)) {
                return None;
            }
            let named = pairs.iter().filter_map(|p| Some((p.key.as_str()?.to_owned(), Found::Node(p.value.clone()))));
            Some(named.collect())
        }
        _ => None,
    }
}
