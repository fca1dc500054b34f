use std::sync::Arc;

use super::{
    ast::{Expr, ExprKind},
    json,
    types::{Attribute, Type},
};
use crate::{
    syntax::hcl::text::Source,
    value::{Part, Text, Value},
};

/// The type that a constraint names; `None` when it is none. `default` evaluates the defaults of optional attributes.
pub(super) fn parse(expr: &Expr, default: &mut dyn FnMut(&Expr) -> Value) -> Option<Type> {
    match &expr.kind {
        ExprKind::Name(name) => keyword(name),
        ExprKind::Parenthesis(inner) => parse(inner, default),
        ExprKind::String(text) => {
            let [Part::Known { text, map, .. }] = text.parts() else { return None };
            match keyword(text) {
                Some(ty) => Some(ty),
                None => {
                    let map = map.clone().unwrap_or_default();
                    let inner = json::expression(Source::decoded(text, &map), expr.at)?;
                    if matches!(inner.kind, ExprKind::String(_)) { None } else { parse(&inner, default) }
                }
            }
        }
        ExprKind::Call(call) => match (&*call.name, &*call.args) {
            ("list", [t]) => Some(Type::List(Box::new(parse(t, default)?))),
            ("set", [t]) => Some(Type::Set(Box::new(parse(t, default)?))),
            ("map", [t]) => Some(Type::Map(Box::new(parse(t, default)?))),
            ("tuple", [Expr { kind: ExprKind::Tuple(items), .. }]) => {
                Some(Type::Tuple(items.iter().map(|t| parse(t, default)).collect::<Option<_>>()?))
            }
            ("object", [Expr { kind: ExprKind::Object(items), .. }]) => {
                let mut attributes = Vec::new();
                for (key, value) in items {
                    attributes.push(attribute(key, value, default)?);
                }
                attributes.sort_by(|a, b| a.name.cmp(&b.name));
                Some(Type::Object(attributes.into()))
            }
            _ => None,
        },
        _ => None,
    }
}

fn keyword(name: &str) -> Option<Type> {
    Some(match name {
        "any" => Type::Any,
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "list" => Type::List(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        _ => return None,
    })
}

fn attribute(key: &Expr, value: &Expr, default: &mut dyn FnMut(&Expr) -> Value) -> Option<Attribute> {
    let ExprKind::String(text) = &key.kind else { return None };
    let name: Arc<str> = text.as_known()?.into();
    if let ExprKind::Call(call) = &value.kind
        && &*call.name == "optional"
    {
        return match &*call.args {
            [ty] => {
                let key = Some(Text::known(name.clone(), key.at));
                Some(Attribute { name, ty: parse(ty, default)?, optional: true, default: None, key })
            }
            [ty, d] => {
                let ty = parse(ty, default)?;
                let default = default(d);
                let key = Some(Text::known(name.clone(), default.origin.clone()));
                Some(Attribute { name, ty, optional: true, default: Some(default), key })
            }
            _ => None,
        };
    }
    Some(Attribute { name, ty: parse(value, default)?, optional: false, default: None, key: None })
}
