use std::rc::Rc;

use super::{
    ast::Access,
    demand::{Demand, has_parts},
    evaluator::Evaluator,
    scope::{Instance, Iteration, Once, Scope},
};
use crate::{
    source::{EntryKind, Location, Span, relative},
    value::{Kind, Reason, StepKind, Value},
};

impl Evaluator<'_> {
    /// What a name with the steps after it stands for, under what holds there.
    pub fn traversal(
        &self,
        name: &str,
        steps: &[Access],
        at: Location,
        demand: &Demand<'_>,
        scope: &Scope<'_>,
    ) -> Value {
        scope.settled(self.referred(name, steps, at, demand, scope))
    }

    fn referred(&self, name: &str, steps: &[Access], at: Location, demand: &Demand<'_>, scope: &Scope<'_>) -> Value {
        if let Some(frame) = scope.find(name) {
            return self.accesses(frame.value.value().clone(), steps, at, scope).entered(at, frame.step);
        }
        if let Some(vars) = scope.vars {
            return match vars.get(name) {
                Some(value) => self.accesses(value, steps, at, scope).entered(at, StepKind::Value),
                None => self.error(format!("the template is given no variable `{name}`"), at),
            };
        }
        let first = match steps.split_first() {
            Some((Access::Attribute(first), rest)) => Some((&**first, rest)),
            _ => None,
        };
        if let Some(value) = self.terragrunt_name(name, steps, at, scope) {
            return value;
        }
        match (name, first) {
            ("var", Some((variable, rest))) => {
                let (value, step) = self.variable(scope.instance, variable, at, &Demand::through(rest, demand));
                self.accesses(value, rest, at, scope).entered(at, step)
            }
            ("local", Some((local, rest))) => {
                let Some((value, step)) = self.local(scope.instance, local, at, &Demand::through(rest, demand)) else {
                    return self.unknown(self.text(at), Reason::Undeclared, at);
                };
                self.accesses(value, rest, at, scope).entered(at, step)
            }
            ("each", Some((part, rest))) => {
                let value = match (scope.iteration, part) {
                    (Some(Iteration::Each { key, .. }), "key") => key.clone(),
                    (Some(Iteration::Each { value, .. }), "value") => value.clone(),
                    _ => return self.error("`each` stands only in blocks with `for_each`", at),
                };
                self.accesses(value, rest, at, scope).entered(at, StepKind::Iteration)
            }
            ("count", Some(("index", rest))) => match scope.iteration {
                Some(Iteration::Count(index)) => {
                    self.accesses(index.clone(), rest, at, scope).entered(at, StepKind::Iteration)
                }
                _ => self.error("`count.index` stands only in blocks with `count`", at),
            },
            ("path", Some((which, rest))) => {
                let value = self.path(which, at, scope);
                self.accesses(value, rest, at, scope)
            }
            ("terraform", Some(("workspace", _))) => {
                match self.selected_workspace.get_or_init(|| self.find_workspace()) {
                    Some((workspace, from)) => {
                        Value::string(workspace.as_str(), from.unwrap_or(at)).entered(at, StepKind::Value)
                    }
                    None => {
                        let name = format!("{name}.workspace");
                        let run = || (self.unknown(name.clone(), Reason::Elsewhere, at), StepKind::Value);
                        // It stands nowhere else: where it was asked for first means nothing here.
                        Value::new(self.once(scope.instance, Once::Other(&name), at, run).0.kind, at)
                    }
                }
            }
            ("module", Some((call, rest))) => self.module_call(call, rest, at, demand, scope),
            ("data" | "ephemeral", Some((kind, [Access::Attribute(resource), rest @ ..]))) => {
                self.resource(&[name, kind, resource], rest, at, scope)
            }
            ("resource", Some((kind, [Access::Attribute(resource), rest @ ..]))) => {
                self.resource(&[kind, resource], rest, at, scope)
            }
            ("self", _) => self.unknown(self.text(at), Reason::AfterApply, at),
            (kind, Some((resource, rest))) => self.resource(&[kind, resource], rest, at, scope),
            _ => self.unknown(self.text(at), Reason::Undeclared, at),
        }
    }

    /// As much of the value of a local as is asked for; `None` when there is none of that name.
    pub fn local(
        &self,
        instance: &Rc<Instance>,
        name: &str,
        at: Location,
        demand: &Demand<'_>,
    ) -> Option<(Value, StepKind)> {
        let attribute = instance.module.locals.get(name)?;
        let run = |part: &Demand<'_>| (self.eval_for(&attribute.value, part, &Scope::of(instance)), StepKind::Local);
        Some(self.once_of(instance, Once::Local(name), demand, at, || has_parts(&attribute.value), run))
    }

    /// The workspace that is selected, and where that stands when it is in a file.
    fn find_workspace(&self) -> Option<(String, Option<Location>)> {
        if let Some(given) = &self.options.workspace {
            return Some((given.clone(), None));
        }
        let path = self.root_dir.join(".terraform/environment");
        if self.files.kind(&path) != Some(EntryKind::File) {
            return None;
        }
        let file = self.files.read(&path).ok()?;
        self.other_files.borrow_mut().insert(file);
        let source = self.files.get(file);
        let text = source.text();
        let name = text.trim();
        let start = text.len() - text.trim_start().len();
        let place = Location::new(file, Span::new(start, start + name.len()));
        (!name.is_empty()).then(|| (name.to_owned(), Some(place)))
    }

    fn path(&self, which: &str, at: Location, scope: &Scope<'_>) -> Value {
        let shown = |path: &std::path::Path| path.to_string_lossy().replace('\\', "/");
        match which {
            "module" => {
                let dir = &scope.instance.module.dir;
                Value::string(relative(&self.root_dir, dir), at)
            }
            "root" => Value::string(".", at),
            "cwd" => Value::string(shown(&self.root_dir), at),
            _ => Value::new(Kind::Null, at),
        }
    }
}
