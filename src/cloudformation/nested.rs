//! Nested stacks and stack sets whose template is on disk or in the template itself.

use std::{cell::Cell, collections::HashMap, path::PathBuf, rc::Rc, sync::Arc};

use super::{
    body::Body, detect, embedded::Read, eval::Evaluator, load, own_resources::resource_type, scope::Scope,
    section::Entry,
};
use crate::{
    source::{Location, ReadError},
    syntax::tree::NodeKind,
    value::{AbsentModule, Extraction, InputProblem, Kind, Reason, StepKind, Unknown, Value},
};

/// Stacks nested deeper than this are not read.
const MOST_NESTED: usize = 8;

/// More stacks than this below one template are not read.
const MOST_STACKS: u32 = 400;

/// The stacks above a template, and how many stacks were read in all.
#[derive(Clone, Default)]
pub(super) struct Lineage {
    paths: Vec<PathBuf>,
    count: Rc<Cell<u32>>,
}

/// Outputs of a nested stack, by name.
pub(super) type Outputs = Arc<HashMap<String, Value>>;

/// The template of a nested stack.
enum Child<'f> {
    Here(Box<Evaluator<'f>>, String),
    /// Somewhere else; carries the source as written.
    Absent(String),
    /// It cannot be read.
    Broken(String),
}

impl<'f> Evaluator<'f> {
    /// Adds what nested stacks and stack sets hold.
    pub(super) fn collect_nested(&self, root: &str, out: &mut Extraction) {
        for entry in self.resources().entries() {
            let Some(kind) = resource_type(entry) else { continue };
            if kind.ends_with("::MODULE") {
                out.absent_modules.push(self.absent(entry, kind.to_owned(), root));
                continue;
            }
            if !matches!(
                kind,
                "AWS::CloudFormation::Stack" | "AWS::CloudFormation::StackSet" | "AWS::Serverless::Application"
            ) {
                continue;
            }
            let existence = self.existence(entry);
            match self.child(entry, kind) {
                Some(Child::Here(child, name)) => {
                    let from = (out.roles.len(), out.identity_policies.len());
                    child.collect_all(root, out);
                    child.finish(&name, out);
                    apply(&existence, from, out);
                }
                Some(Child::Absent(source)) => out.absent_modules.push(self.absent(entry, source, root)),
                Some(Child::Broken(message)) => out.problems.push(InputProblem {
                    file: root.to_owned(),
                    at: Some(entry.at),
                    message: format!("the template of `{}` cannot be read: {message}", entry.id),
                    help: None,
                }),
                None => {}
            }
        }
    }

    fn absent(&self, entry: &Entry, source: String, root: &str) -> AbsentModule {
        AbsentModule {
            address: format!("{}{}", self.prefix, entry.id),
            source,
            root: root.to_owned(),
            at: entry.at,
            block: entry.block,
            trust_input: None,
        }
    }

    fn child(&self, entry: &Entry, kind: &str) -> Option<Child<'f>> {
        let property = if kind == "AWS::Serverless::Application" { "Location" } else { "TemplateURL" };
        if let Some(body) = self.resource_property(entry, "TemplateBody") {
            return self.embedded_child(entry, &body);
        }
        let url = self.resource_property(entry, property)?;
        let Some(location) = url.as_str() else {
            let source = match &url.kind {
                Kind::String(text) => text.display(),
                Kind::Unknown(u) => u.reference.clone(),
                _ => "an application".to_owned(),
            };
            return Some(Child::Absent(source));
        };
        if location.contains("://") {
            return Some(Child::Absent(location.into_owned()));
        }
        let path = entry.scope.path().parent().unwrap_or(entry.scope.path()).join(&*location);
        let file = match self.files.read(&path) {
            Ok(file) => file,
            Err(ReadError::NotFound(_) | ReadError::NotAFile(_)) => return Some(Child::Absent(location.into_owned())),
            Err(e) => return Some(Child::Broken(e.to_string())),
        };
        let absolute = self.files.absolute(&path);
        if self.lineage.paths.contains(&absolute) || self.roots.iter().any(|(_, s)| s.path() == absolute) {
            return Some(Child::Broken("it contains itself".to_owned()));
        }
        if let Some(limit) = self.too_many_stacks() {
            return Some(Child::Broken(limit));
        }
        let loaded = load::load(self.files, file, &path);
        let root = loaded.documents.into_iter().find(|d| detect::is_template(d));
        let Some(root) = root else { return Some(Child::Broken(format!("`{location}` is no template"))) };
        let mut child = Evaluator::new(self.files, root, Scope::new(Body::File(file), &absolute), self.given);
        child.note_file(file);
        child.lineage = self.lineage.clone();
        child.lineage.paths.push(absolute);
        Some(Child::Here(Box::new(self.adopted(child, entry)), self.files.get(file).name().to_owned()))
    }

    fn too_many_stacks(&self) -> Option<String> {
        if self.lineage.paths.len() >= MOST_NESTED {
            return Some(format!("stacks are nested more than {MOST_NESTED} levels deep"));
        }
        self.lineage.count.set(self.lineage.count.get() + 1);
        (self.lineage.count.get() > MOST_STACKS).then(|| format!("more than {MOST_STACKS} stacks are nested"))
    }

    /// A child with this template's values for its parameters.
    fn adopted(&self, mut child: Evaluator<'f>, entry: &Entry) -> Evaluator<'f> {
        let mut passed = HashMap::new();
        if let Some(parameters) = self.resource_property(entry, "Parameters") {
            if let Kind::List(..) = parameters.kind {
                // A stack set's shape.
                for item in parameters.items().into_iter().flatten() {
                    if let (Some(key), Some(value)) = (
                        item.get("ParameterKey").and_then(|k| k.as_str().map(|k| k.into_owned())),
                        item.get("ParameterValue"),
                    ) {
                        passed.insert(key, value);
                    }
                }
            }
            for e in parameters.entries().into_iter().flatten() {
                if let Some(key) = e.key.as_known() {
                    passed.insert(key.into_owned(), e.value.clone());
                }
            }
        }
        child.memo.inherited = self.passed_subjects(passed.values());
        child.passed = Some(passed);
        child.prefix = format!("{}{}/", self.prefix, entry.id);
        child.own = self.own.clone();
        child
    }

    fn embedded_child(&self, entry: &Entry, body: &Value) -> Option<Child<'f>> {
        if let Some(limit) = self.too_many_stacks() {
            return Some(Child::Broken(limit));
        }
        match super::embedded::read(body, entry.scope.path()) {
            Read::Template(root, scope) => {
                let mut child = Evaluator::new(self.files, root, scope, self.given);
                child.lineage = self.lineage.clone();
                child.lineage.paths.push(PathBuf::from(format!("{}{}", self.prefix, entry.id)));
                let mut child = self.adopted(child, entry);
                if resource_type(entry) == Some("AWS::CloudFormation::StackSet") {
                    // A stack set is deployed to other accounts than the template that makes it.
                    child.own = crate::value::Own::default();
                }
                Some(Child::Here(Box::new(child), self.files.show(entry.scope.path())))
            }
            Read::Unknown(reference) => Some(Child::Absent(reference)),
            Read::Broken(message) => Some(Child::Broken(message)),
        }
    }

    /// An output of a nested stack.
    pub(super) fn stack_output(&self, entry: &Entry, output: &str, at: Location) -> Value {
        let reference = format!("!GetAtt {}.Outputs.{output}", entry.id);
        let unknown = |reason: Reason| Value::unknown(Unknown::new(reference.clone(), reason, at), at);
        let known = self.memo.outputs.borrow().get(&entry.id).cloned();
        let outputs = match known {
            Some(Some(outputs)) => outputs,
            Some(None) => return unknown(Reason::Cycle),
            None => {
                self.memo.outputs.borrow_mut().insert(entry.id.clone(), None);
                let outputs = match resource_type(entry).and_then(|kind| self.child(entry, kind)) {
                    Some(Child::Here(child, _)) => child.outputs(),
                    _ => Outputs::default(),
                };
                self.memo.outputs.borrow_mut().insert(entry.id.clone(), Some(outputs.clone()));
                outputs
            }
        };
        match outputs.get(output) {
            Some(value) => value.clone().entered(at, StepKind::Output),
            None => unknown(Reason::AfterApply),
        }
    }

    fn outputs(&self) -> Outputs {
        let mut out = HashMap::new();
        let mut entries = Vec::new();
        for (node, scope) in self.top("Outputs") {
            self.expand(node, scope, &mut entries);
        }
        for entry in entries {
            if let Some(node) = entry.node.get("Value") {
                let value = self.property(node, &entry.scope);
                if !matches!((&value.kind, &node.kind), (Kind::Null, NodeKind::Null)) {
                    out.insert(entry.id.clone(), value);
                }
            }
        }
        Arc::new(out)
    }
}

/// Puts a condition on what was added to `out` since it had so many roles and identity policies.
pub(super) fn apply(existence: &super::conditions::Existence, from: (usize, usize), out: &mut Extraction) {
    let roles = out.roles.split_off(from.0.min(out.roles.len()));
    for mut role in roles {
        let Some((when, policy)) = existence.apply(role.policy) else { continue };
        role.policy = policy;
        role.when.extend(when);
        out.roles.push(role);
    }
    let policies = out.identity_policies.split_off(from.1.min(out.identity_policies.len()));
    for mut identity in policies {
        let Some((when, policy)) = existence.apply(identity.policy) else { continue };
        identity.policy = policy;
        identity.when.extend(when);
        out.identity_policies.push(identity);
    }
}
