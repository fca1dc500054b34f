use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::{Path, PathBuf},
};

use super::{
    DocumentKind, FileKind, Selection, Target,
    calls::Graph,
    kind_of,
    order::order,
    root_of,
    walk::{Documents, Kept, Seen, Walk, named},
};
use crate::{
    config,
    source::{EntryKind, Files, Listing, ReadError, guarded},
    tables::Table,
    value::InputProblem,
};

/// The files that a run is about. Paths are absolute, lists are sorted.
#[derive(Debug, Default)]
pub struct FileSet {
    /// Folders to evaluate as Terraform root modules.
    pub terraform_roots: Vec<PathBuf>,
    /// How many bytes of Terraform files each of these has of its own, as far as they were read.
    pub root_bytes: Vec<usize>,
    /// The Terraform files of all folders that lead to a role.
    pub terraform_files: Vec<PathBuf>,
    /// Folders that may hold a role, each with the folders that call it as far as bytes tell.
    pub terraform_folders: Vec<(PathBuf, Vec<PathBuf>)>,
    /// Units of Terragrunt. Where there are any, bytes do not tell which folder is a root module.
    pub terragrunt: Vec<PathBuf>,
    /// Whether no more is known of modules than their files: finding the roots ended with an internal error.
    pub unplanned: bool,
    /// Templates, plans and policies.
    pub documents: Vec<Document>,
    /// Files that have an inline suppression.
    pub noted: Vec<PathBuf>,
    /// Files and folders that should be read and cannot be.
    pub problems: Vec<InputProblem>,
    /// What ended with an internal error while it was searched, files as reports show them or `.`, with its message.
    pub broken: Vec<(String, String)>,
    /// What is reported.
    pub selection: Selection,
    /// Folders of Terraform modules that named files belong to.
    pub modules: BTreeSet<PathBuf>,
}

impl FileSet {
    /// Whether the root modules are known. Otherwise `terraform_files` is all files, and roots have to be found by
    /// parsing them.
    pub fn has_roots(&self) -> bool {
        self.terragrunt.is_empty() && !self.unplanned
    }

    /// Whether a file was asked about, itself or as part of the module of one that was named.
    pub fn concerns(&self, file: &Path) -> bool {
        self.selection.has(file) || file.parent().is_some_and(|p| self.modules.contains(p))
    }
}

/// A file that is linted for itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Document {
    /// Where it is.
    pub path: PathBuf,
    /// What it is.
    pub kind: DocumentKind,
    /// How many bytes it has.
    pub bytes: usize,
}

/// How to look for files.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Threads; 0 lets the walker choose.
    pub jobs: usize,
}

/// Finds out what has to be read to lint the targets. `base` is the current directory.
pub fn discover(files: &Files, base: &Path, targets: &[Target], settings: &Settings) -> FileSet {
    let provider = files.provider();
    let selection = Selection::new(targets);
    let folders: Vec<PathBuf> = outermost(selection.folders());
    let mut collected = Collected::default();

    let walk = Walk { files, documents: Documents::All, except: &[], jobs: settings.jobs };
    collected.take(walk.run(&folders));
    let modules: BTreeSet<PathBuf> = selection.files().filter_map(|f| module_of(files, f)).collect();
    let siblings = modules.iter().flat_map(|folder| terraform_files(files, folder));
    let named_files: Vec<PathBuf> = selection.files().map(Path::to_owned).chain(siblings).collect();
    let seen = if named_files.is_empty() { HashSet::new() } else { collected.seen() };
    let unseen: BTreeSet<PathBuf> = named_files.into_iter().filter(|p| !seen.contains(p.as_path())).collect();
    collected.take(named(&walk, unseen));

    // Who calls what was named: modules by Terraform files, nested stacks by templates of the same repository.
    let roots: BTreeSet<PathBuf> = targets.iter().map(|t| root_of(provider, base, t)).collect();
    let mut open = outermost(roots.iter().map(PathBuf::as_path));
    open.retain(|r| !in_any(&folders, r));
    let in_repository = !open.is_empty() && open.iter().all(|r| config::repository(r).is_some());
    let names = if in_repository { collected.document_names() } else { Vec::new() };
    let anything = !(collected.graph.is_empty() && collected.terragrunt.is_empty() && names.is_empty());
    if anything && !open.is_empty() {
        let walk = Walk { files, documents: Documents::CallersOf(&names), except: &folders, jobs: settings.jobs };
        collected.take(walk.run(&open));
    }
    collected.finish(files, selection, modules)
}

/// The folders that lie in no other one of them.
fn outermost<'a>(folders: impl Iterator<Item = &'a Path>) -> Vec<PathBuf> {
    let all: BTreeSet<&Path> = folders.collect();
    all.iter().filter(|f| !f.ancestors().skip(1).any(|a| all.contains(a))).map(|f| (*f).to_owned()).collect()
}

fn in_any(folders: &[PathBuf], path: &Path) -> bool {
    folders.iter().any(|f| path.starts_with(f))
}

/// The nearest folder above a file, within the root, that holds Terraform files: the module that the file is part of,
/// or that may read it.
fn module_of(files: &Files, file: &Path) -> Option<PathBuf> {
    let inside = file.ancestors().skip(1).take_while(|a| files.check(a).is_ok());
    inside.take(8).find(|a| !terraform_files(files, a).is_empty()).map(Path::to_owned)
}

fn terraform_files(files: &Files, folder: &Path) -> Vec<PathBuf> {
    let entries = files.list(folder).unwrap_or_default();
    let wanted =
        |path: &PathBuf| matches!(kind_of(path), FileKind::Terraform | FileKind::TerraformJson | FileKind::Terragrunt);
    entries.iter().filter(|e| e.kind == EntryKind::File).map(|e| folder.join(&e.name)).filter(wanted).collect()
}

#[derive(Default)]
struct Collected {
    /// Terraform files of which no text is kept.
    passed: Vec<PathBuf>,
    graph: Graph,
    /// What stands in folders with Terraform files.
    listings: Vec<(PathBuf, Listing)>,
    terragrunt: BTreeSet<PathBuf>,
    noted: BTreeSet<PathBuf>,
    texts: Vec<Text>,
    problems: BTreeMap<PathBuf, String>,
    broken: BTreeMap<PathBuf, String>,
}

/// A file whose bytes are kept.
struct Text {
    path: PathBuf,
    text: Kept,
    purpose: Purpose,
}

/// What a text is kept for.
#[derive(Clone, Copy)]
enum Purpose {
    /// Part of a module, in a folder of the graph.
    Terraform(Option<usize>),
    Terragrunt,
    /// It is linted for itself.
    Document(DocumentKind),
}

impl Collected {
    fn take(&mut self, found: Vec<Seen>) {
        for seen in found {
            match seen {
                Seen::Terraform(path, hints, text) => {
                    let folder = guarded(|| self.graph.add(&path, &hints)).unwrap_or_else(|cause| {
                        self.broken.insert(path.clone(), cause);
                        None
                    });
                    match text {
                        Some(text) => self.texts.push(Text { path, text, purpose: Purpose::Terraform(folder) }),
                        None => self.passed.push(path),
                    }
                }
                Seen::Folder(path, listing) => self.listings.push((path, listing)),
                Seen::Terragrunt(path, text) => {
                    self.terragrunt.insert(path.clone());
                    self.texts.push(Text { path, text, purpose: Purpose::Terragrunt });
                }
                Seen::Document(path, kind, text) => {
                    self.texts.push(Text { path, text, purpose: Purpose::Document(kind) });
                }
                Seen::Noted(path) => {
                    self.noted.insert(path);
                }
                Seen::Broken(path, cause) => {
                    self.broken.insert(path, cause);
                }
                Seen::Problem(path, why) => {
                    self.problems.insert(path, why);
                }
            }
        }
    }

    /// The files that were found so far.
    fn seen(&self) -> HashSet<&Path> {
        self.texts.iter().map(|t| &t.path).chain(&self.passed).map(PathBuf::as_path).collect()
    }

    /// The names of the documents, without their folders.
    fn document_names(&self) -> Vec<String> {
        let documents = self.texts.iter().filter(|t| matches!(t.purpose, Purpose::Document(_)));
        let names = documents.filter_map(|t| t.path.file_name()?.to_str());
        names.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn finish(mut self, files: &Files, selection: Selection, modules: BTreeSet<PathBuf>) -> FileSet {
        let mut problems: Vec<InputProblem> = self
            .problems
            .into_iter()
            .filter(|(path, _)| selection.has(path))
            .map(|(path, why)| {
                let file = files.show(&path);
                let message = format!("cannot read `{file}`: {why}");
                InputProblem { file, at: None, message, help: None }
            })
            .collect();
        // Files are numbered in this order. Of what was met twice the first text counts.
        self.texts.sort_by(|a, b| order(&a.path, &b.path));
        self.texts.dedup_by(|a, b| order(&a.path, &b.path).is_eq());
        let mut broken: Vec<(String, String)> =
            self.broken.iter().map(|(path, cause)| (files.show(path), cause.clone())).collect();
        let selected = |folder: &Path| selection.has_folder_of(folder) || modules.contains(folder);
        // A source may also be that of a file.
        let unseen = |target: &Path| files.check(target).is_err() || files.kind(target) != Some(EntryKind::File);
        let plan = guarded(|| self.graph.plan(selected, unseen)).map_err(|cause| broken.push((".".to_owned(), cause)));
        let unplanned = plan.is_err();
        let plan = plan.unwrap_or_default();

        let all_modules = unplanned || !self.terragrunt.is_empty();
        // Texts of modules that no root leads to are let go.
        self.texts.retain(|t| match t.purpose {
            Purpose::Terraform(Some(folder)) => all_modules || plan.leads_to(folder) || t.text.is_err(),
            _ => true,
        });
        files.reserve(self.texts.len());
        for (folder, listing) in self.listings {
            if all_modules || self.graph.find(&folder).is_some_and(|number| plan.leads_to(number)) {
                files.take_listing(folder, listing);
            }
        }
        let mut documents = Vec::new();
        let mut folder_bytes: Table<usize, usize> = Table::default();
        for Text { path, text, purpose } in self.texts {
            let bytes = text.as_ref().map_or(0, String::len);
            if let Purpose::Terraform(Some(folder)) = purpose {
                *folder_bytes.entry(folder).or_default() += bytes;
            }
            let inserted = match text {
                Ok(text) => files.insert_text(&path, text),
                Err(error) => files.insert(&path, error.into_bytes()),
            };
            match (inserted, purpose) {
                // What is not UTF-8 in a Terraform file is said by whoever reads the module.
                (Err(error @ (ReadError::NotText(..) | ReadError::TooLarge(..))), _)
                    if kind_of(&path) != FileKind::Terraform =>
                {
                    let (file, message) = (files.show(&path), error.to_string());
                    problems.push(InputProblem { file, at: None, message, help: None });
                }
                (_, Purpose::Document(kind)) => documents.push(Document { path, kind, bytes }),
                _ => {}
            }
        }
        let mut set = FileSet {
            root_bytes: plan.root_numbers.iter().map(|n| folder_bytes.get(n).copied().unwrap_or_default()).collect(),
            terraform_roots: plan.roots,
            terraform_files: plan.files,
            unplanned,
            terragrunt: self.terragrunt.iter().cloned().collect(),
            terraform_folders: plan.interesting,
            documents,
            noted: self.noted.into_iter().filter(|p| selection.has(p)).collect(),
            problems,
            broken,
            selection,
            modules,
        };
        if !set.has_roots() {
            set.terraform_files = self.graph.files().chain(&self.terragrunt).cloned().collect();
            set.terraform_files.sort();
        }
        set
    }
}
