use std::{collections::HashMap, path::Path, rc::Rc, sync::Arc};

use super::{
    ast::{Block, Body, ExprKind},
    constraint,
    convert::convert,
    demand::{Demand, has_parts},
    evaluator::Evaluator,
    json, parse,
    scope::{Instance, Once, Scope},
    types::Type,
};
use crate::{
    source::{FileId, Location, Span},
    syntax::hcl::text::Source,
    value::{InputProblem, Kind, Reason, StepKind, Value},
};

/// A value that a root module's variable is given from outside.
pub(super) enum Given {
    /// An expression of a `.tfvars` file.
    Expression(super::member::Member<super::ast::Attribute>),
    /// Text of `--var` or of the environment.
    Text(String, FileId),
    /// A value, of Terragrunt's inputs.
    Value(Value),
}

impl Evaluator<'_> {
    /// As much of the value of a variable in a module instance as is asked for, and what the place is that it comes from.
    pub fn variable(
        &self,
        instance: &Rc<Instance>,
        name: &str,
        at: Location,
        demand: &Demand<'_>,
    ) -> (Value, StepKind) {
        let is_divisible = || {
            // Of what differs from instance to instance no parts are kept.
            let argument = match &instance.call {
                Some(call) if call.iteration.is_none() => call.block.body.attribute(name),
                _ => None,
            };
            argument.is_some_and(|argument| has_parts(&argument.value))
                && instance.module.variables.get(name).is_none_or(|block| takes_parts(block, demand))
        };
        let run = |part: &Demand<'_>| self.variable_once(instance, name, at, part);
        self.once_of(instance, Once::Variable(name), demand, at, is_divisible, run)
    }

    fn variable_once(
        &self,
        instance: &Rc<Instance>,
        name: &str,
        at: Location,
        demand: &Demand<'_>,
    ) -> (Value, StepKind) {
        let declared = instance.module.variables.get(name);
        let ty = declared.and_then(|b| self.variable_type(instance, b));
        let reference = || format!("{}var.{name}", super::resource::prefix(&instance.address));
        let given = match &instance.call {
            Some(call) => call.block.body.attribute(name).map(|argument| {
                let scope = Scope::iterated(&call.parent, call.iteration.as_ref(), &instance.when);
                (self.eval_for(&argument.value, demand, &scope), StepKind::CallArgument)
            }),
            None => self.given(instance, name, ty.as_ref()),
        };
        let Some(block) = declared else {
            return given.unwrap_or_else(|| (self.unknown(reference(), Reason::Undeclared, at), StepKind::Value));
        };
        let nullable = block.body.attribute("nullable");
        let nullable = !nullable.is_some_and(|n| matches!(n.value.now().kind, ExprKind::Bool(false)));
        let given = given.filter(|(v, _)| nullable || !matches!(v.kind, Kind::Null));
        let (value, step) = match (given, block.body.attribute("default")) {
            (Some(given), _) => given,
            (None, Some(default)) => (self.eval(&default.value, &Scope::of(instance)), StepKind::VariableDefault),
            (None, None) => {
                let reason = match &instance.call {
                    Some(_) => Reason::Error(format!("the module call does not set `{name}`, which has no default")),
                    None => Reason::VariableNotSet(name.to_owned()),
                };
                return (self.unknown(reference(), reason, block.header), StepKind::Value);
            }
        };
        match ty {
            None => (value, step),
            Some(ty) => match convert(value.clone(), &ty) {
                Ok(value) => (self.bounded(value, block.header), step),
                Err(e) => {
                    (self.error(format!("the value of `var.{name}` does not fit its type: {e}"), value.origin.at), step)
                }
            },
        }
    }

    fn variable_type(&self, instance: &Rc<Instance>, block: &Block) -> Option<Type> {
        let constraint = block.body.attribute("type")?;
        constraint::parse(constraint.value.now(), &mut |e| self.eval(e, &Scope::of(instance)))
    }

    /// What the root module's variable is given by files, options and the environment.
    fn given(&self, instance: &Rc<Instance>, name: &str, ty: Option<&Type>) -> Option<(Value, StepKind)> {
        let given = self.given.get(name)?;
        let value = match given {
            Given::Value(value) => value.clone(),
            Given::Expression(attribute) => self.eval(&attribute.value, &Scope::of(instance)),
            Given::Text(text, file) => {
                let at = Location::new(*file, Span::new(0, text.len()));
                let literal = ty.is_none_or(Type::is_primitive);
                let parsed = if literal { None } else { json::expression(Source::file(text, *file), at) };
                match parsed {
                    Some(expr) => self.eval(&expr, &Scope::of(instance)),
                    None => Value::string(text.as_str(), at),
                }
            }
        };
        Some((value, StepKind::VariableFile))
    }

    /// Collects what is given to a root module's variables, the later over the earlier.
    pub fn read_given(&mut self, problems: &mut Vec<InputProblem>) {
        // What Terragrunt gives comes in as environment variables, below files.
        let mut given = std::mem::take(&mut self.given);
        for (name, value) in &self.options.env_vars {
            self.give_text(&mut given, name, value);
        }
        for path in &self.workspace.module(&self.root_dir).variable_files {
            self.read_variable_file(path, &mut given, problems);
        }
        for path in &self.options.var_files {
            self.read_variable_file(&self.files.absolute(path), &mut given, problems);
        }
        for (name, value) in &self.options.vars {
            self.give_text(&mut given, name, value);
        }
        self.given = given;
    }

    fn give_text(&self, given: &mut HashMap<Arc<str>, Given>, name: &str, value: &str) {
        if let Ok(file) = self.files.sources.add(&format!("--var {name}"), value.to_owned()) {
            given.insert(name.into(), Given::Text(value.to_owned(), file));
        }
    }

    fn read_variable_file(&self, path: &Path, given: &mut HashMap<Arc<str>, Given>, problems: &mut Vec<InputProblem>) {
        let read = parse::file(self.files, path);
        self.other_files.borrow_mut().extend(read.file);
        problems.extend(read.problems);
        if let Some(body) = &read.body {
            for attribute in body.attributes() {
                given.insert(attribute.shared_name(), Given::Expression(attribute));
            }
        }
    }
}

/// Whether a part of what a variable is given is the same part of its value: mostly only whole values can be converted
/// to its type.
fn takes_parts(block: &Block, demand: &Demand<'_>) -> bool {
    block.body.attribute("type").is_none_or(|constraint| match &constraint.value.now().kind {
        ExprKind::Name(name) => &**name == "any",
        ExprKind::Call(call) => &*call.name == "map" && demand.is_keys(),
        _ => false,
    })
}

/// A body's argument as plain text.
pub(super) fn literal_text(body: &Body, name: &str) -> Option<String> {
    match &body.attribute(name)?.value.now().kind {
        ExprKind::String(text) => text.as_known().map(|t| t.into_owned()),
        _ => None,
    }
}
