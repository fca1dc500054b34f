use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    cloudformation,
    discover::{FileKind, FileSet, kind_of},
    document,
    source::{FileId, Files, SourceFile},
    syntax::{json, tree::Comment, yaml},
    terraform,
    value::{EmbeddedTemplate, Extraction, InputProblem},
};

pub(super) use crate::policy::decode;

/// Values that the user gives for what the input leaves open.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Parameters of CloudFormation templates.
    pub cloudformation: cloudformation::Options,
    /// Variables of Terraform configurations.
    pub terraform: terraform::Options,
}

/// The frontends of one run.
pub(super) struct Frontends<'a> {
    files: &'a Files,
    cloudformation: &'a cloudformation::Options,
    terraform: terraform::Workspace<'a>,
    terraform_options: &'a terraform::Options,
}

impl<'a> Frontends<'a> {
    pub(super) fn new(files: &'a Files, set: &'a FileSet, inputs: &'a Inputs) -> Self {
        let terraform = terraform::Workspace::new(files, &set.terraform_files, inputs.terraform.clone());
        Self { files, cloudformation: &inputs.cloudformation, terraform, terraform_options: &inputs.terraform }
    }

    /// Evaluates a root module.
    pub(super) fn terraform(&self, folder: &Path) -> Extraction {
        self.terraform.extract(folder)
    }

    /// Reads a plan.
    pub(super) fn plan(&self, path: &Path) -> Option<(FileId, Extraction)> {
        let file = self.files.read(path).ok()?;
        Some((file, terraform::plan::extract(self.files, path, self.terraform_options)))
    }

    /// Evaluates a template that stands in another language.
    pub(super) fn embedded(&self, template: &EmbeddedTemplate) -> Extraction {
        cloudformation::extract_embedded(self.files, template, self.cloudformation)
    }

    /// Reads a file that may be a template or a policy; `None` when it is neither.
    pub(super) fn document(&self, path: &Path) -> Option<(FileId, Extraction)> {
        let file = self.files.read(path).ok()?;
        let template = cloudformation::extract(self.files, file, path, self.cloudformation);
        if !template.files.is_empty() {
            return Some((file, template));
        }
        if let Some(document) = document::extract(self.files, file, path) {
            return Some((file, document));
        }
        self.broken(file, path)
            .map(|problem| (file, Extraction { problems: vec![problem], files: vec![file], ..Extraction::default() }))
    }

    /// Why a file that speaks of roles cannot be read at all.
    fn broken(&self, file: FileId, path: &Path) -> Option<InputProblem> {
        let source = self.files.get(file);
        let text = source.text();
        if !speaks_of_roles(text) {
            return None;
        }
        let json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
        let errors = if json { json::parse(text, file).errors } else { yaml::parse(text, file).errors };
        let error = errors.into_iter().next()?;
        Some(InputProblem {
            file: source.name().to_owned(),
            at: Some(crate::source::Location::new(file, error.span)),
            message: error.message,
            help: error.help,
        })
    }
}

/// Whether a file that cannot be parsed is still one that should be read.
fn speaks_of_roles(text: &str) -> bool {
    let has = |needle: &str| memchr::memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    has("AssumeRolePolicyDocument") || has("AWS::IAM::") || (has("Statement") && has("Principal"))
}

/// The comments of a file, in order.
pub(super) fn comments(file: &Arc<SourceFile>, id: FileId, path: &PathBuf) -> Vec<Comment> {
    let text = file.text();
    match kind_of(path) {
        FileKind::Terraform | FileKind::Variables => Vec::new(),
        FileKind::TerraformJson => json::parse(text, id).comments,
        _ if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) => json::parse(text, id).comments,
        _ => yaml::parse(text, id).comments,
    }
}
