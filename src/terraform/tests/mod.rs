mod arms;
mod attributes;
mod carriers;
mod demand;
mod forms;
mod limits;
mod lists;
mod places;
mod unknowns;
mod wanted;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use serde_json::Value as Json;

use super::{Options, Workspace};
use crate::{
    source::{DirEntry, EntryKind, Files, Provider},
    value::{Extraction, Kind, Part, Role, Value, to_contract_json},
};

/// A tree of files in memory.
pub(super) struct Memory(BTreeMap<PathBuf, String>);

impl Provider for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).map(|t| t.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let mut out: Vec<DirEntry> = Vec::new();
        for file in self.0.keys() {
            let Ok(rest) = file.strip_prefix(path) else { continue };
            let mut parts = rest.components();
            let Some(first) = parts.next() else { continue };
            let kind = if parts.next().is_some() { EntryKind::Directory } else { EntryKind::File };
            let entry = DirEntry { name: first.as_os_str().to_string_lossy().into_owned(), kind };
            if !out.contains(&entry) {
                out.push(entry);
            }
        }
        Ok(out)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        if self.0.contains_key(path) {
            Some(EntryKind::File)
        } else {
            self.0.keys().any(|f| f.starts_with(path)).then_some(EntryKind::Directory)
        }
    }

    fn resolve(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }
}

pub(super) struct Tree {
    pub files: Files,
    paths: Vec<PathBuf>,
    options: Options,
    whole: bool,
}

impl Tree {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let all: BTreeMap<PathBuf, String> =
            files.iter().map(|(name, text)| (Path::new("/w").join(name), (*text).to_owned())).collect();
        let paths = all.keys().cloned().collect();
        let files = Files::new(Box::new(Memory(all)), Path::new("/w"), Path::new("/w"), false);
        Self { files, paths, options: Options::default(), whole: false }
    }

    pub fn with(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// The same, where values are evaluated whole whatever is asked for.
    pub fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    pub fn roots(&self) -> Vec<String> {
        let workspace = Workspace::new(&self.files, &self.paths, self.options.clone());
        workspace.roots(&|_| true).iter().map(|p| self.files.show(p)).collect()
    }

    pub fn extract(&self) -> Extraction {
        let mut workspace = Workspace::new(&self.files, &self.paths, self.options.clone());
        workspace.takes_parts = !self.whole;
        let mut all = Extraction::default();
        for root in workspace.roots(&|_| true) {
            let one = workspace.extract(&root);
            all.roles.extend(one.roles);
            all.identity_policies.extend(one.identity_policies);
            all.problems.extend(one.problems);
            all.absent_modules.extend(one.absent_modules);
            all.templates.extend(one.templates);
        }
        all
    }

    /// The text under a place.
    pub fn text(&self, at: crate::source::Location) -> String {
        self.files.get(at.file).slice(at.span).to_owned()
    }
}

/// The document of a policy as the contract shows it.
pub(super) fn document(policy: &Value) -> Json {
    to_contract_json(&parsed(policy))
}

/// The document of a policy: strings are parsed.
pub(super) fn parsed(policy: &Value) -> Value {
    match &policy.kind {
        Kind::String(text) => match text.parts() {
            [Part::Json(value, _)] => Value::clone(value),
            _ => crate::syntax::json::parse_text(text).value.unwrap_or_else(|| policy.clone()),
        },
        _ => policy.clone(),
    }
}

/// The policies of a single file's roles by address.
pub(super) fn policies(text: &str) -> BTreeMap<String, Json> {
    policies_of(&Tree::new(&[("main.tf", text)]))
}

pub(super) fn policies_of(tree: &Tree) -> BTreeMap<String, Json> {
    let extraction = tree.extract();
    let problems: Vec<&str> = extraction.problems.iter().map(|p| p.message.as_str()).collect();
    assert!(problems.is_empty(), "{problems:?}");
    extraction.roles.iter().map(|r: &Role| (r.address.clone(), document(&r.policy))).collect()
}

/// The policy of the only role.
pub(super) fn policy(text: &str) -> Json {
    let all = policies(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_values().next().unwrap_or_default()
}
