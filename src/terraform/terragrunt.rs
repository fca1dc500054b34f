//! Terragrunt: which module a `terragrunt.hcl` runs, and the values that it gives to the module's variables.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use super::{
    ast::{Access, Attribute, Block, Body},
    calls::{is_local, trust_input_of},
    demand::Demand,
    evaluator::Evaluator,
    member::Member,
    module::Module,
    parse,
    scope::{Instance, Memo, Once, Scope},
    variables::Given,
};
use crate::{
    source::{EntryKind, Location, normalized, relative},
    value::{AbsentModule, Entry, InputProblem, Kind, ObjectKind, Part, Reason, StepKind, Symbol, Text, Value},
};

/// Files include and read each other down to this depth.
const MOST_FILES: usize = 16;

/// What a Terragrunt file adds to the module that its locals are kept in.
#[derive(Debug, Default)]
pub(crate) struct Configuration {
    /// The directory that `get_terragrunt_dir()` means: of the unit, also in files that it includes.
    pub unit_dir: PathBuf,
    pub depth: usize,
    pub includes: Vec<Member<Block>>,
    pub inputs: Option<Member<Attribute>>,
    pub source: Option<Member<Attribute>>,
}

/// What a unit runs.
pub(super) enum Unit {
    /// The module in a directory, with values of its variables.
    Module { dir: PathBuf, given: HashMap<Arc<str>, Given> },
    /// A module that is not on disk.
    Absent(Box<AbsentModule>),
    /// Nothing: a file that others include.
    Nothing,
}

impl Evaluator<'_> {
    /// What the unit in a directory runs.
    pub fn unit(&self, dir: &Path, problems: &mut Vec<InputProblem>) -> Unit {
        let path = dir.join("terragrunt.hcl");
        let Some(instance) = self.terragrunt_file(&path, dir, 0, problems) else { return Unit::Nothing };
        let Some(configuration) = &instance.module.terragrunt else { return Unit::Nothing };
        let mut files = vec![];
        for block in &configuration.includes {
            files.extend(self.included(&instance, block));
        }
        files.push(instance.clone());
        let source = files.iter().rev().find_map(|f| {
            let source = f.module.terragrunt.as_ref()?.source.clone()?;
            Some((self.eval(&source.value, &Scope::of(f)), source, f.module.dir.clone()))
        });
        let module_dir = match &source {
            None => {
                let here = self.files.list(dir).unwrap_or_default();
                let own = here.iter().any(|e| super::module::configuration_name(&e.name).is_some());
                if !own {
                    return Unit::Nothing;
                }
                dir.to_owned()
            }
            Some((value, attribute, _)) => {
                let written = value.as_str().map(|s| s.into_owned());
                let path = written.as_deref().filter(|s| is_local(s) || Path::new(s).is_absolute());
                let found = path.map(|p| normalized(&dir.join(p.replace("//", "/"))));
                match found.filter(|p| self.files.kind(p) == Some(EntryKind::Directory)) {
                    Some(found) => found,
                    None => {
                        let inputs = configuration.inputs.as_ref().and_then(|i| match &i.value.now().kind {
                            super::ast::ExprKind::Object(items) => Some(items),
                            _ => None,
                        });
                        let names =
                            inputs.into_iter().flatten().map(|(key, _)| (Arc::from(&*self.text(key.at)), key.at));
                        return Unit::Absent(Box::new(AbsentModule {
                            address: "terraform.source".to_owned(),
                            source: written.unwrap_or_else(|| self.text(attribute.value.at)),
                            root: self.files.show(dir),
                            at: attribute.name_at,
                            block: attribute.value.at,
                            trust_input: trust_input_of(names),
                        }));
                    }
                }
            }
        };
        let mut given = HashMap::new();
        for file in &files {
            let Some(inputs) = file.module.terragrunt.as_ref().and_then(|c| c.inputs.clone()) else { continue };
            let value = self.eval(&inputs.value, &Scope::of(file));
            for entry in value.entries().into_iter().flatten() {
                if let Some(name) = entry.key.as_known() {
                    given.insert(Arc::from(&*name), Given::Value(entry.value));
                }
            }
        }
        Unit::Module { dir: module_dir, given }
    }

    /// The instance that evaluates a Terragrunt file.
    fn terragrunt_file(
        &self,
        path: &Path,
        unit_dir: &Path,
        depth: usize,
        problems: &mut Vec<InputProblem>,
    ) -> Option<Rc<Instance>> {
        if depth > MOST_FILES {
            return None;
        }
        let read = parse::file(self.files, path);
        self.other_files.borrow_mut().extend(read.file);
        problems.extend(read.problems);
        let body = read.body?;
        let mut module =
            Module { dir: path.parent()?.to_owned(), files: read.file.into_iter().collect(), ..Module::default() };
        for locals in body.blocks("locals", 0) {
            for attribute in locals.body.attributes() {
                module.locals.insert(attribute.shared_name(), attribute);
            }
        }
        module.terragrunt = Some(Configuration {
            unit_dir: unit_dir.to_owned(),
            depth,
            includes: includes(&body),
            inputs: body.attribute("inputs"),
            source: body.blocks("terraform", 0).iter().find_map(|t| t.body.attribute("source")),
        });
        Some(Rc::new(Instance {
            module: Arc::new(module),
            address: String::new(),
            call_path: String::new(),
            call: None,
            when: Rc::new([]),
            depth,
            memo: Memo::default(),
        }))
    }

    fn included(&self, from: &Rc<Instance>, block: &Block) -> Option<Rc<Instance>> {
        let configuration = from.module.terragrunt.as_ref()?;
        let path = self.eval(&block.body.attribute("path")?.value, &Scope::of(from));
        let path = self.files.absolute(&from.module.dir.join(&*path.as_str()?));
        self.terragrunt_file(&path, &configuration.unit_dir, configuration.depth + 1, &mut Vec::new())
    }

    /// `include.NAME.…` and `dependency.NAME.outputs.…`; `None` when the name means nothing of Terragrunt's.
    pub fn terragrunt_name(&self, name: &str, steps: &[Access], at: Location, scope: &Scope<'_>) -> Option<Value> {
        let configuration = scope.instance.module.terragrunt.as_ref()?;
        match name {
            "dependency" => {
                let run = || (self.unknown(self.text(at), Reason::Elsewhere, at), StepKind::Value);
                Some(self.once(scope.instance, Once::Other(&self.text(at)), at, run).0)
            }
            "include" => {
                let labelled = match steps.first() {
                    Some(Access::Attribute(label)) => {
                        configuration.includes.iter().find(|b| b.label(0) == &**label).map(|b| (b, 1))
                    }
                    _ => None,
                };
                let (block, skip) = labelled.or_else(|| configuration.includes.first().map(|b| (b, 0)))?;
                let key = format!("include.{}", block.label(0));
                let run = || {
                    let value = self.included(scope.instance, block).map(|i| self.exposed(&i, at));
                    (value.unwrap_or_else(|| self.unknown(self.text(at), Reason::Undeclared, at)), StepKind::Value)
                };
                let value = self.once(scope.instance, Once::Other(&key), at, run).0;
                Some(self.accesses(value, steps.get(skip..).unwrap_or(&[]), at, scope).entered(at, StepKind::Local))
            }
            _ => None,
        }
    }

    /// What a file shows to others: its locals and inputs.
    fn exposed(&self, instance: &Rc<Instance>, at: Location) -> Value {
        let mut names: Vec<&Arc<str>> = instance.module.locals.keys().collect();
        names.sort();
        let scope = Scope::of(instance);
        let entry = |key: &str, value: Value| Entry { key: Text::known(key, at), key_origin: at.into(), value };
        let locals = names.into_iter().map(|name| {
            let steps = [Access::Attribute(name.clone())];
            entry(name, self.traversal("local", &steps, at, &Demand::ALL, &scope))
        });
        let locals = Value::object(ObjectKind::Object, locals.collect(), at);
        let inputs = instance.module.terragrunt.as_ref().and_then(|c| c.inputs.as_ref());
        let inputs =
            inputs.map_or_else(|| Value::object(ObjectKind::Object, Vec::new(), at), |i| self.eval(&i.value, &scope));
        Value::object(ObjectKind::Object, vec![entry("locals", locals), entry("inputs", inputs)], at)
    }

    /// A function that only Terragrunt has; `None` when it is none.
    pub fn terragrunt_function(&self, name: &str, args: &[Value], at: Location, scope: &Scope<'_>) -> Option<Value> {
        let configuration = scope.instance.module.terragrunt.as_ref()?;
        let unit = &configuration.unit_dir;
        let own_dir = &scope.instance.module.dir;
        let path_value = |path: &Path| Value::string(path.to_string_lossy().replace('\\', "/"), at);
        let text = |index: usize| args.get(index).and_then(|v| v.as_str()).map(|s| s.into_owned());
        Some(match name {
            "find_in_parent_folders" => {
                let names = match text(0) {
                    Some(name) => vec![name],
                    None => vec!["root.hcl".to_owned(), "terragrunt.hcl".to_owned()],
                };
                match self.find_above(unit, &names) {
                    Some(found) => path_value(&found),
                    None => args.get(1).cloned().unwrap_or_else(|| {
                        self.error(format!("no parent folder holds `{}`", names.join("` or `")), at)
                    }),
                }
            }
            "get_terragrunt_dir" | "get_original_terragrunt_dir" => path_value(unit),
            "get_parent_terragrunt_dir" => {
                let parent = configuration.includes.first().and_then(|b| self.included(scope.instance, b));
                path_value(parent.as_ref().map_or(own_dir, |p| &p.module.dir))
            }
            "get_repo_root" => path_value(self.files.root()),
            "path_relative_to_include" | "path_relative_from_include" => {
                let parent = configuration.includes.first().and_then(|b| self.included(scope.instance, b));
                let base = parent.as_ref().map_or(own_dir, |p| &p.module.dir);
                let (from, to) = if name == "path_relative_to_include" { (base, unit) } else { (unit, base) };
                Value::string(relative(from, to), at)
            }
            "get_env" => match (args.get(1), text(0)) {
                (Some(default), _) => default.clone(),
                (None, name) => self.unknown(
                    format!("get_env({:?})", name.unwrap_or_default()),
                    Reason::Unsupported("the environment".to_owned()),
                    at,
                ),
            },
            "get_aws_account_id" => {
                Value::new(Kind::String(Text::one(Part::Symbol(Symbol::OwnAccount, at.into()))), at)
            }
            "get_aws_caller_identity_arn" | "get_aws_caller_identity_user_id" => {
                self.unknown(self.text(at), Reason::OnlyAws, at)
            }
            "run_cmd" => self.unknown(self.text(at), Reason::Unsupported("the output of a command".to_owned()), at),
            "sops_decrypt_file" => self.unknown(self.text(at), Reason::Elsewhere, at),
            "read_terragrunt_config" => {
                let Some(path) = text(0) else { return Some(self.unknown(self.text(at), Reason::OnlyAws, at)) };
                let path = self.files.absolute(&own_dir.join(path));
                let dir = path.parent().unwrap_or(own_dir).to_owned();
                match self.terragrunt_file(&path, &dir, configuration.depth + 1, &mut Vec::new()) {
                    Some(instance) => self.exposed(&instance, at),
                    None => args.get(1).cloned().unwrap_or_else(|| {
                        let shown = self.files.show(&path);
                        self.unknown(self.text(at), Reason::Unreadable(format!("`{shown}` cannot be read")), at)
                    }),
                }
            }
            _ => return None,
        })
    }

    /// The nearest file of one of these names in the folders above a directory.
    fn find_above(&self, dir: &Path, names: &[String]) -> Option<PathBuf> {
        let mut current = dir.parent();
        while let Some(folder) = current {
            for name in names {
                let path = folder.join(name);
                if self.files.kind(&path) == Some(EntryKind::File) {
                    return Some(path);
                }
            }
            if folder == self.files.root() {
                return None;
            }
            current = folder.parent();
        }
        None
    }
}

fn includes(body: &Body) -> Vec<Member<Block>> {
    let mut all = body.blocks("include", 1);
    all.extend(body.blocks("include", 0).into_iter().filter(|b| !all.iter().any(|a| a.is(b))).collect::<Vec<_>>());
    all
}
