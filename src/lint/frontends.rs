use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::large::{self, Look};
use crate::{
    cloudformation,
    discover::{FileKind, FileSet, kind_of},
    document, rules,
    source::{FileId, Files, SourceFile},
    syntax::{hcl, json, tree::Comment, yaml},
    terraform::{self, Workspace},
    value::{EmbeddedTemplate, Extraction, InputProblem},
};

pub(super) use crate::policy::decode;

/// Values that the user gives for what the input leaves open.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Variables of Terraform configurations, and where the configuration of a plan is.
    pub terraform: terraform::Options,
    /// Parameters of CloudFormation templates.
    pub cloudformation: cloudformation::Options,
}

/// A tree with more Terraform files is large.
const LARGE: usize = 20_000;

/// The frontends of one run.
pub(super) struct Frontends<'a> {
    files: &'a Files,
    set: &'a FileSet,
    workspace: Workspace<'a>,
    terraform: &'a terraform::Options,
    cloudformation: &'a cloudformation::Options,
}

impl<'a> Frontends<'a> {
    pub(super) fn new(files: &'a Files, set: &'a FileSet, inputs: &'a Inputs) -> Self {
        // Where the roots are known nobody asks for the others.
        let others: &[PathBuf] = if set.has_roots() { &[] } else { &set.terraform_files };
        let workspace = Workspace::new(files, others, inputs.terraform.clone());
        let workspace = workspace.with_identity_of(rules::concern_identity);
        Self { files, set, workspace, terraform: &inputs.terraform, cloudformation: &inputs.cloudformation }
    }

    /// The root modules of the run.
    pub(super) fn roots(&self) -> Vec<PathBuf> {
        if self.set.has_roots() {
            return self.set.terraform_roots.clone();
        }
        self.workspace.roots(&|file| self.set.concerns(file))
    }

    /// Whether a folder calls another one, as the parser sees it.
    pub(super) fn calls(&self, caller: &Path, called: &Path) -> bool {
        self.workspace.calls_of(caller).iter().any(|c| c == called)
    }

    /// Takes it apart while others go on: large modules take their time. Of a tree that is not large they are given
    /// back: whoever ends soon can leave that to the system.
    pub(super) fn retire(self) -> Option<Box<dyn Send>> {
        let is_large = self.set.terraform_files.len() > LARGE;
        let modules: Box<dyn Send> = Box::new(self.workspace.into_modules());
        if is_large {
            rayon::spawn(move || drop(modules));
            return None;
        }
        Some(modules)
    }

    /// Evaluates a root module.
    pub(super) fn terraform(&self, folder: &Path) -> Extraction {
        self.workspace.extract(folder)
    }

    /// Reads a plan.
    pub(super) fn plan(&self, path: &Path) -> Option<(FileId, Extraction)> {
        let file = self.files.read(path).ok()?;
        Some((file, terraform::plan::extract(self.files, path, self.terraform)))
    }

    /// Evaluates a template that stands in another language.
    pub(super) fn embedded(&self, template: &EmbeddedTemplate) -> Extraction {
        cloudformation::extract_embedded(self.files, template, self.cloudformation)
    }

    /// Reads a file that may be a template or a policy; `None` when it is neither.
    pub(super) fn document(&self, path: &Path) -> Option<(FileId, Extraction)> {
        let file = self.files.read(path).ok()?;
        match large::look(&self.files.get(file)) {
            Look::Read => {}
            Look::Pass => return None,
            Look::TooLarge(problem) => {
                let extraction = Extraction { problems: vec![problem], files: vec![file], ..Extraction::default() };
                return Some((file, extraction));
            }
        }
        let template = cloudformation::extract(self.files, file, path, self.cloudformation);
        let found = if template.files.is_empty() { document::extract(self.files, file, path) } else { Some(template) };
        let found = found.or_else(|| {
            let problem = self.broken(file, path)?;
            Some(Extraction { problems: vec![problem], files: vec![file], ..Extraction::default() })
        })?;
        if !found.problems.is_empty() && self.is_rendered(file, path) {
            return None;
        }
        Some((file, found))
    }

    /// Whether a file is no document but what Terraform makes one of: it has interpolations or directives, and a
    /// configuration of the tree names it.
    fn is_rendered(&self, file: FileId, path: &Path) -> bool {
        let source = self.files.get(file);
        let has = |text: &str, needle: &str| memchr::memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { return false };
        (has(source.text(), "${") || has(source.text(), "%{"))
            && self.set.terraform_files.iter().any(|configuration| {
                self.files.read(configuration).is_ok_and(|id| has(self.files.get(id).text(), name))
            })
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
    has("AWS::IAM::") || document::speaks_of_trust(text)
}

/// The comments of a file, in order.
pub(super) fn comments(file: &Arc<SourceFile>, id: FileId, path: &Path) -> Vec<Comment> {
    let text = file.text();
    match kind_of(path) {
        FileKind::Terraform | FileKind::Variables | FileKind::Terragrunt => hcl::parse(text).comments,
        FileKind::TerraformJson => json::parse(text, id).comments,
        _ if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) => json::parse(text, id).comments,
        _ => yaml::parse(text, id).comments,
    }
}
