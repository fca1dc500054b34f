//! Parameters: what is given, what the template says when nothing is, and what is known of the rest.

use std::{collections::HashMap, sync::Arc};

use super::{eval::Evaluator, functions::list_of, section::Entry, subjects, text};
use crate::{
    source::{FileId, Location},
    syntax::tree::{Node, NodeKind},
    value::{Arm, Kind, ListKind, Reason, Text, Unknown, Value},
};

/// More allowed values than this are not judged one by one.
const MOST_ALLOWED: usize = 40;

/// The values that users give to parameters.
#[derive(Default, Debug)]
pub(super) struct Given {
    /// By name; the last one given counts.
    pub(super) values: HashMap<String, GivenValue>,
    /// Whether defaults are taken as unknown.
    pub(super) no_defaults: bool,
}

/// One given value.
#[derive(Clone, Debug)]
pub(super) enum GivenValue {
    /// From the command line.
    Text(String),
    /// From a parameter file.
    Node(FileId, Arc<Node>),
}

impl Evaluator<'_> {
    /// The value of a parameter; `None` when the template declares none of that name.
    pub(super) fn parameter(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.memo.parameter_values.borrow().get(name) {
            return Some(value.clone());
        }
        let entry = self.parameters().get(name)?;
        let value = self.parameter_value(entry);
        self.memo.parameter_values.borrow_mut().insert(name.to_owned(), value.clone());
        Some(value)
    }

    fn parameter_value(&self, entry: &Entry) -> Value {
        let kind = entry.node.get("Type").and_then(|t| t.as_str().map(str::to_owned)).unwrap_or_default();
        let unknown = |reason: Reason| Value::unknown(self.bounded(entry, &kind, reason), entry.at);
        if kind.starts_with("AWS::SSM::Parameter::Value<") {
            return unknown(Reason::Elsewhere);
        }
        if let Some(value) = self.set_value(entry) {
            return if is_list(&kind) { split_list(value) } else { value };
        }
        let not_set = Reason::ParameterNotSet(entry.id.clone());
        match self.allowed(entry) {
            Some(allowed) if !is_list(&kind) && self.is_direct(&entry.id) => {
                let subject = subjects::parameter(&self.prefix, &entry.id, entry.at);
                let arms =
                    allowed.into_iter().map(|(text, at)| Arm { label: subjects::label_of(&text).into(), value: at });
                super::lift::choice_value(Arc::new(subject), arms.collect(), entry.at)
            }
            _ => unknown(not_set),
        }
    }

    /// The value that somebody gives, or the default.
    fn set_value(&self, entry: &Entry) -> Option<Value> {
        let passed = match &self.passed {
            Some(passed) => passed.get(&entry.id).cloned(),
            None => self.given.values.get(&entry.id).map(|given| match given {
                GivenValue::Text(text) => Value::string(text.as_str(), entry.at),
                GivenValue::Node(file, node) => given_node(*file, node),
            }),
        };
        if passed.is_some() || self.given.no_defaults {
            return passed;
        }
        let default = entry.node.get("Default")?;
        if matches!(default.kind, NodeKind::Null) {
            return None;
        }
        let at = entry.scope.at(default.span);
        match &default.kind {
            NodeKind::Scalar(scalar) => {
                let text = text::with_dynamic_references(entry.scope.text(default.span, scalar));
                Some(text::string(text.parts().to_vec(), at))
            }
            // CloudFormation refuses it; what is meant is plain.
            _ => Some(self.eval(default, &entry.scope)),
        }
    }

    /// The allowed values with their texts, when there are not too many.
    pub(super) fn allowed(&self, entry: &Entry) -> Option<Vec<(String, Value)>> {
        let node = entry.node.get("AllowedValues")?;
        let items = list_of(node);
        if items.is_empty() || items.len() > MOST_ALLOWED {
            return None;
        }
        let mut out: Vec<(String, Value)> = Vec::with_capacity(items.len());
        for item in items {
            let NodeKind::Scalar(scalar) = &item.kind else { return None };
            if out.iter().any(|(t, _)| **t == *scalar.text) {
                continue;
            }
            let text = entry.scope.text(item.span, scalar);
            out.push((scalar.text.to_string(), text::string(text.parts().to_vec(), entry.scope.at(item.span))));
        }
        Some(out)
    }

    fn bounded(&self, entry: &Entry, kind: &str, reason: Reason) -> Unknown {
        let mut unknown = Unknown::new(entry.id.clone(), reason, entry.at);
        if is_list(kind) {
            return unknown.many();
        }
        unknown.pattern = match self.allowed(entry) {
            Some(allowed) => Some(allowed.iter().map(|(t, _)| regex::escape(t)).collect::<Vec<_>>().join("|")),
            None => entry.node.get("AllowedPattern").and_then(|p| p.as_str()).map(str::to_owned),
        };
        unknown
    }
}

fn is_list(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind.starts_with("List<")
}

fn given_node(file: FileId, node: &Node) -> Value {
    let at = Location::new(file, node.span);
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            let part = crate::value::Part::Known {
                text: scalar.text.clone(),
                origin: at.into(),
                map: Some(scalar.map.clone()),
            };
            Value::new(Kind::String(Text::one(part)), at)
        }
        NodeKind::Sequence(items) => {
            Value::list(ListKind::List, items.iter().map(|i| given_node(file, i)).collect(), at)
        }
        _ => Value::unknown(Unknown::new("the parameter", Reason::Error("its value must be a string".into()), at), at),
    }
}

/// The items of a comma-delimited list, without the white space around them.
fn split_list(value: Value) -> Value {
    let Kind::String(text) = &value.kind else { return value };
    let items = super::functions::split_text(text, ",", &value.origin);
    let items = items.into_iter().map(|v| match &v.kind {
        Kind::String(text) => {
            let trimmed = text::trimmed(text);
            let origin = trimmed.origin().unwrap_or_else(|| v.origin.clone());
            Value::new(Kind::String(trimmed), origin)
        }
        _ => v,
    });
    Value::list(ListKind::List, items.collect(), value.origin.clone())
}
