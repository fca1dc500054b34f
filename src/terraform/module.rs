use std::{
    collections::hash_map::Entry,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    ast::{Attribute, Block, Body},
    member::Member,
    parse,
};
use crate::{
    source::{EntryKind, FileId, Files},
    tables::Table,
    value::InputProblem,
};

/// A module: all files of one directory together.
#[derive(Debug, Default)]
pub(crate) struct Module {
    pub dir: PathBuf,
    pub files: Vec<FileId>,
    pub problems: Vec<InputProblem>,
    /// Problems of parts that are parsed when they are needed.
    pub late: Arc<super::later::LateProblems>,
    pub variables: Table<Arc<str>, Member<Block>>,
    pub locals: Table<Arc<str>, Member<Attribute>>,
    pub outputs: Table<Arc<str>, Member<Block>>,
    /// Managed resources under `type.name`, data sources under `data.type.name`.
    pub resources: Table<Arc<str>, Member<Block>>,
    /// Those of them that can hold what is extracted, in the order of files and lines.
    pub carriers: Vec<Arc<str>>,
    pub calls: Table<Arc<str>, Member<Block>>,
    pub calls_in_order: Vec<Arc<str>>,
    pub providers: Vec<Member<Block>>,
    /// The variable files of its directory that Terraform reads by itself when this is a root module, in its order.
    pub variable_files: Vec<PathBuf>,
    /// Set when this is no module but a file of Terragrunt.
    pub terragrunt: Option<super::terragrunt::Configuration>,
}

/// The blocks that make a module, with the number of their labels.
const BLOCKS: [(&str, usize); 8] = [
    ("locals", 0),
    ("variable", 1),
    ("output", 1),
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("module", 1),
    ("provider", 1),
];

/// The endings of configuration files.
const ENDINGS: [&str; 4] = [".tofu.json", ".tf.json", ".tofu", ".tf"];

/// The name of a configuration file without its ending, and the ending.
pub(crate) fn configuration_name(name: &str) -> Option<(&str, &'static str)> {
    if name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')) {
        return None;
    }
    ENDINGS.iter().find_map(|e| name.strip_suffix(e).map(|stem| (stem, *e)))
}

fn is_override(stem: &str) -> bool {
    stem == "override" || stem.ends_with("_override")
}

/// Those of the names in a directory, sorted, that are of variable files which nobody has to name.
fn automatic_variable_files<'n>(names: &'n [&'n str]) -> impl Iterator<Item = &'n str> {
    let first = ["terraform.tfvars", "terraform.tfvars.json"];
    let automatic = |name: &&str| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json");
    let present = first.into_iter().filter(|name| names.binary_search(name).is_ok());
    present.chain(names.iter().copied().filter(automatic))
}

impl Module {
    /// Reads the module that a directory is. Files that cannot be read are problems of it.
    pub fn read(files: &Files, dir: &Path) -> Self {
        crate::fault::fault("module", || dir.display().to_string());
        let mut module = Self { dir: dir.to_owned(), ..Self::default() };
        let entries = match files.list(dir) {
            Ok(entries) => entries,
            Err(e) => {
                module.problems.push(InputProblem {
                    file: files.show(dir),
                    at: None,
                    message: e.to_string(),
                    help: None,
                });
                return module;
            }
        };
        let is_file = |e: &&crate::source::DirEntry| e.kind == EntryKind::File;
        let names: Vec<&str> = entries.iter().filter(is_file).map(|e| &*e.name).collect();
        module.variable_files = automatic_variable_files(&names).map(|name| dir.join(name)).collect();
        let has_tofu = names.iter().any(|name| name.ends_with(".tofu") || name.ends_with(".tofu.json"));
        let mut base = Vec::new();
        let mut overriding = Vec::new();
        for name in &names {
            let Some((stem, ending)) = configuration_name(name) else { continue };
            let hidden_by = match ending {
                ".tf" => Some(".tofu"),
                ".tf.json" => Some(".tofu.json"),
                _ => None,
            };
            if has_tofu && hidden_by.is_some_and(|e| names.binary_search(&&*format!("{stem}{e}")).is_ok()) {
                continue;
            }
            let list = if is_override(stem) { &mut overriding } else { &mut base };
            list.push(dir.join(name));
        }
        for path in base {
            if let Some(body) = module.read_file(files, &path) {
                module.add(body);
            }
        }
        for path in overriding {
            if let Some(body) = module.read_file(files, &path) {
                module.merge(&body);
            }
        }
        module
    }

    fn read_file(&mut self, files: &Files, path: &Path) -> Option<Body> {
        let read = parse::outlined(files, path, &self.late);
        self.problems.extend(read.problems);
        self.files.extend(read.file);
        read.body
    }

    fn add(&mut self, body: Body) {
        let blocks: Vec<_> = match body {
            Body::Hcl(body) => body.blocks.iter().collect(),
            other => BLOCKS.into_iter().flat_map(|(kind, labels)| other.blocks(kind, labels)).collect(),
        };
        let (mut data, mut ephemeral, mut key) = (Vec::new(), Vec::new(), String::with_capacity(128));
        for block in blocks {
            match &*block.kind {
                "resource" => self.add_resource(block, &mut key),
                "data" => data.push(block),
                "ephemeral" => ephemeral.push(block),
                "variable" => drop(self.variables.entry(block.label(0).into()).or_insert(block)),
                "output" => drop(self.outputs.entry(block.label(0).into()).or_insert(block)),
                "locals" => {
                    for attribute in block.body.attributes() {
                        self.locals.entry(attribute.shared_name()).or_insert(attribute);
                    }
                }
                "module" => {
                    if let Entry::Vacant(free) = self.calls.entry(block.label(0).into()) {
                        self.calls_in_order.push(free.key().clone());
                        free.insert(block);
                    }
                }
                "provider" => self.providers.push(block),
                // Data sources of `check` blocks can be used inside them only, so nothing else needs them.
                _ => {}
            }
        }
        data.into_iter().chain(ephemeral).for_each(|block| self.add_resource(block, &mut key));
    }

    fn add_resource(&mut self, block: Member<Block>, key: &mut String) {
        resource_key(&block, key);
        if let Entry::Vacant(free) = self.resources.entry((&**key).into()) {
            if &*block.kind == "resource" && super::carriers::is_carrier(block.label(0)) {
                self.carriers.push(free.key().clone());
            }
            free.insert(block);
        }
    }

    /// Merges an override file into what is there: it adds no resources, and what it says of one does not change its type.
    fn merge(&mut self, body: &Body) {
        for locals in body.blocks("locals", 0) {
            for attribute in locals.body.attributes() {
                self.locals.insert(attribute.shared_name(), attribute);
            }
        }
        for (kind, table) in
            [("variable", &mut self.variables), ("output", &mut self.outputs), ("module", &mut self.calls)]
        {
            for block in body.blocks(kind, 1) {
                if let Some(base) = table.get_mut(block.label(0)) {
                    *base = merged(base, &block);
                }
            }
        }
        let mut key = String::new();
        for kind in ["resource", "data", "ephemeral"] {
            for block in body.blocks(kind, 2) {
                resource_key(&block, &mut key);
                if let Some(base) = self.resources.get_mut(&*key) {
                    *base = merged(base, &block);
                }
            }
        }
        for block in body.blocks("provider", 1) {
            let alias = |b: &Block| b.body.attribute("alias").map(|a| format!("{:?}", a.value.now().kind));
            match self.providers.iter_mut().find(|p| p.label(0) == block.label(0) && alias(p) == alias(&block)) {
                Some(base) => *base = merged(base, &block),
                None => self.providers.push(block),
            }
        }
    }
}

fn merged(base: &Member<Block>, over: &Member<Block>) -> Member<Block> {
    base.with_body(Body::Merged(base.clone(), over.clone())).into()
}

/// Writes the key of a resource or data source in place of what was written there before.
fn resource_key(block: &Block, key: &mut String) {
    key.clear();
    if &*block.kind != "resource" {
        key.push_str(&block.kind);
        key.push('.');
    }
    key.push_str(block.label(0));
    key.push('.');
    key.push_str(block.label(1));
}
