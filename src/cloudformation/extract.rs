use std::{path::Path, sync::Arc};

use super::{
    body::Body, detect, eval::Evaluator, load, parameter_file::Options, parameters::Given, scope::Scope, serverless,
};
use crate::{
    source::{FileId, Files},
    syntax::tree::Node,
    value::{AbsentModule, Extraction, InputProblem},
};

/// Everything that the templates of a file are: roles, identity policies, and what could not be read. A file without a
/// template gives nothing at all.
pub fn extract(files: &Files, file: FileId, path: &Path, options: &Options) -> Extraction {
    let mut out = Extraction::default();
    crate::fault::fault("cloudformation", || path.display().to_string());
    let loaded = load::load(files, file, path);
    let templates: Vec<&Arc<Node>> = loaded.documents.iter().filter(|d| is_read(d)).collect();
    if templates.is_empty() {
        if !loaded.problems.is_empty() && detect::looks_like_template(files.get(file).text()) {
            out.files.push(file);
            out.problems = loaded.problems;
            out.problems.truncate(1);
        }
        return out;
    }
    out.files.push(file);
    out.problems = loaded.problems;
    let given = options.given(files).unwrap_or_else(|error| {
        out.problems.push(InputProblem {
            file: files.get(file).name().to_owned(),
            at: None,
            message: format!("the parameters are not read: {error}"),
            help: None,
        });
        Given { no_defaults: options.no_parameter_defaults, ..Given::default() }
    });
    let name = files.get(file).name().to_owned();
    let absolute = files.absolute(path);
    for root in templates {
        let scope = Scope::new(Body::File(file), &absolute);
        if !detect::is_template(root) {
            serverless::collect(files, root.clone(), scope, &given, &name, &mut out);
            continue;
        }
        let evaluator = Evaluator::new(files, root.clone(), scope, &given);
        evaluator.collect_all(&name, &mut out);
        evaluator.finish(&name, &mut out);
    }
    out
}

fn is_read(root: &Node) -> bool {
    detect::is_template(root) || detect::is_serverless(root)
}

impl Evaluator<'_> {
    /// Reports the files that were read, those that are not here, and the limits that were passed.
    pub(super) fn finish(&self, name: &str, out: &mut Extraction) {
        for file in self.memo.files.borrow().iter() {
            if !out.files.contains(file) {
                out.files.push(*file);
            }
        }
        for (source, at) in self.memo.absent.borrow().iter() {
            out.absent_modules.push(AbsentModule {
                address: format!("{}{source}", self.prefix),
                source: source.clone(),
                root: name.to_owned(),
                at: *at,
                block: *at,
                trust_input: None,
            });
        }
        for (limit, at) in self.memo.limits.borrow().iter() {
            out.problems.push(InputProblem {
                file: name.to_owned(),
                at: Some(*at),
                message: format!("the template is too large to evaluate: {limit}"),
                help: Some("what depends on it counts as unknown".to_owned()),
            });
        }
    }
}
