//! Templates that stand in a string of another language or of another template.

use std::{path::Path, sync::Arc};

use super::{
    body::{Body, Virtual},
    detect,
    eval::Evaluator,
    parameter_file::Options,
    scope::Scope,
};
use crate::{
    source::{FileId, Files},
    syntax::{json, tree::Node, yaml},
    value::{AbsentModule, EmbeddedTemplate, Extraction, InputProblem, Kind, Part, Text, Value},
};

/// A template in a string.
pub(super) enum Read {
    /// It is one.
    Template(Arc<Node>, Scope),
    /// Its text is not known; carries what stands in the way.
    Unknown(String),
    /// It cannot be read.
    Broken(String),
}

/// Reads a string or a JSON-encoded value as a template.
pub(super) fn read(body: &Value, path: &Path) -> Read {
    let text = match &body.kind {
        Kind::String(text) => text.clone(),
        Kind::Object(_) if body.get("Resources").is_none() => {
            return Read::Unknown("a body that is made elsewhere".to_owned());
        }
        Kind::Object(_) => Text::one(Part::Json(Arc::new(body.clone()), body.origin.clone())),
        Kind::Unknown(u) => return Read::Unknown(u.reference.clone()),
        Kind::Choice(c) => return Read::Unknown(c.subject.text.to_string()),
        _ => return Read::Broken("it is no text".to_owned()),
    };
    if let [Part::Hole(u, _)] = text.parts() {
        return Read::Unknown(u.reference.clone());
    }
    let written = Virtual::new(&text, body.origin.clone());
    // No file has this id: every place is translated before anybody sees it.
    let file = FileId(u32::MAX);
    let (root, error) = if written.text().trim_start().starts_with('{') {
        let parsed = json::parse(written.text(), file);
        (parsed.root, parsed.errors.into_iter().next())
    } else {
        let parsed = yaml::parse(written.text(), file);
        (parsed.documents.into_iter().next(), parsed.errors.into_iter().next())
    };
    match root {
        Some(root) if detect::is_template(&root) => Read::Template(root, Scope::new(Body::Virtual(written), path)),
        _ => Read::Broken(error.map_or_else(|| "it is no template".to_owned(), |e| e.message)),
    }
}

/// What a template that stands in a string of another language holds. Addresses begin with that of the resource that
/// carries it.
pub fn extract_embedded(files: &Files, template: &EmbeddedTemplate, options: &Options) -> Extraction {
    let mut out = Extraction::default();
    let path = files.get(template.block.file).name().to_owned();
    let path = Path::new(&path);
    match read(&template.body, path) {
        Read::Template(root, scope) => {
            let given = options.given(files).unwrap_or_default();
            let mut evaluator = Evaluator::new(files, root, scope, &given);
            evaluator.passed = Some(template.parameters.iter().cloned().collect());
            evaluator.prefix = format!("{}/", template.address);
            evaluator.own = template.own.clone();
            evaluator.collect_all(&template.root, &mut out);
            evaluator.finish(&template.root, &mut out);
        }
        Read::Unknown(reference) => out.absent_modules.push(AbsentModule {
            address: template.address.clone(),
            source: reference,
            root: template.root.clone(),
            at: template.block,
            block: template.block,
            trust_input: None,
        }),
        Read::Broken(message) => out.problems.push(InputProblem {
            file: files.get(template.block.file).name().to_owned(),
            at: Some(template.body.origin.at),
            message: format!("the template of `{}` cannot be read: {message}", template.address),
            help: None,
        }),
    }
    out
}
