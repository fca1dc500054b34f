//! `Ref`, `Fn::GetAtt` and the pseudo parameters.

use std::sync::Arc;

use super::{eval::Evaluator, function::Func, own_resources::MADE_UP_NAME, scope::Scope, text::string};
use crate::{
    source::Location,
    syntax::tree::{Node, NodeKind},
    value::{Kind, Part, Reason, StepKind, Symbol, Unknown, Value},
};

impl Evaluator<'_> {
    pub(super) fn ref_(&self, arg: &Node, at: Location, scope: &Scope) -> Value {
        let name = self.eval(arg, scope);
        match name.as_str() {
            Some(name) => self.reference(&name, at, scope),
            None => match &name.kind {
                Kind::Unknown(u) => self.derived(Func::Ref, arg, at, u),
                _ => self.error(Func::Ref, arg, at, "the name must be known"),
            },
        }
    }

    /// What a name stands for, as reached from `at`.
    pub(super) fn reference(&self, name: &str, at: Location, scope: &Scope) -> Value {
        if let Some(value) = scope.variable(name) {
            return value.clone().entered(at, StepKind::Value);
        }
        if name.starts_with("AWS::") {
            return self.pseudo(name, at);
        }
        if let Some(value) = self.parameter(name) {
            return value.entered(at, StepKind::Parameter);
        }
        if let Some(entry) = self.resources().get(name) {
            return self.resource_ref(entry, at);
        }
        if let Some(value) = self.generated(name, None, at) {
            return value;
        }
        Value::unknown(Unknown::new(format!("!Ref {name}"), Reason::Undeclared, at), at)
    }

    fn pseudo(&self, name: &str, at: Location) -> Value {
        let symbol = match name {
            "AWS::NoValue" => return Value::new(Kind::Null, at),
            "AWS::AccountId" => Symbol::OwnAccount,
            "AWS::Partition" => Symbol::Partition,
            "AWS::Region" => Symbol::Region,
            "AWS::URLSuffix" => Symbol::DnsSuffix,
            "AWS::StackId" => return stack_id(at),
            "AWS::StackName" | "AWS::NotificationARNs" => {
                return Value::unknown(Unknown::new(name, Reason::AfterApply, at), at);
            }
            _ => return Value::unknown(Unknown::new(name, Reason::Undeclared, at), at),
        };
        string(vec![Part::Symbol(symbol, at.into())], at)
    }

    pub(super) fn get_att(&self, arg: &Node, at: Location, scope: &Scope) -> Value {
        let path = match &arg.kind {
            NodeKind::Sequence(items) => {
                let mut path = Vec::new();
                for item in items {
                    let value = self.eval(item, scope);
                    match value.as_str() {
                        Some(s) => path.push(s.into_owned()),
                        None => {
                            return match &value.kind {
                                Kind::Unknown(u) => self.derived(Func::GetAtt, arg, at, u),
                                _ => self.error(Func::GetAtt, arg, at, "the resource's name must be known"),
                            };
                        }
                    }
                }
                path.join(".")
            }
            _ => match self.eval(arg, scope).as_str() {
                Some(path) => path.into_owned(),
                None => return self.error(Func::GetAtt, arg, at, "it needs a resource and an attribute"),
            },
        };
        match path.split_once('.') {
            Some((resource, attribute)) => self.attribute(resource, attribute, at),
            None => self.error(Func::GetAtt, arg, at, "it needs a resource and an attribute"),
        }
    }

    /// An attribute of a resource, as reached from `at`.
    pub(super) fn attribute(&self, resource: &str, attribute: &str, at: Location) -> Value {
        if let Some(entry) = self.resources().get(resource) {
            return self.resource_attribute(entry, attribute, at);
        }
        if let Some(value) = self.generated(resource, Some(attribute), at) {
            return value;
        }
        Value::unknown(Unknown::new(format!("!GetAtt {resource}.{attribute}"), Reason::Undeclared, at), at)
    }
}

/// The ARN of the stack: whose it is and where is known, its name and number are not.
fn stack_id(at: Location) -> Value {
    let known = |text: &str| Part::Known { text: text.into(), origin: at.into(), map: None };
    let symbol = |symbol| Part::Symbol(symbol, at.into());
    let made_up = || {
        let mut unknown = Unknown::new("AWS::StackId", Reason::AfterApply, at);
        unknown.pattern = Some(MADE_UP_NAME.to_owned());
        Part::Hole(Arc::new(unknown), at.into())
    };
    let parts = vec![
        known("arn:"),
        symbol(Symbol::Partition),
        known(":cloudformation:"),
        symbol(Symbol::Region),
        known(":"),
        symbol(Symbol::OwnAccount),
        known(":stack/"),
        made_up(),
        known("/"),
        made_up(),
    ];
    string(parts, at)
}
