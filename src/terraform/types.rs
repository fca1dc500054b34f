//! Type constraints of variables: what they are and how they are written.

use std::sync::Arc;

use hcl_edit::expr::{Expression, FuncCall, ObjectKey};

use crate::value::Value;

/// A type constraint.
#[derive(Clone, Debug)]
pub enum Type {
    /// `any`: whatever the value is, unified where it stands for several elements.
    Any,
    /// `string`.
    String,
    /// `number`.
    Number,
    /// `bool`.
    Bool,
    /// `list(T)`.
    List(Box<Self>),
    /// `set(T)`.
    Set(Box<Self>),
    /// `map(T)`.
    Map(Box<Self>),
    /// `tuple([A, B])`.
    Tuple(Vec<Self>),
    /// `object({a = A})`.
    Object(Arc<[Attribute]>),
}

/// One attribute of an object type.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// Whether it stands in `optional(…)`: it may be absent, and is then the default or null.
    pub optional: bool,
    /// The default, not yet converted to `ty`.
    pub default: Option<Value>,
}

/// A type constraint that Terraform does not accept.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TypeError {
    /// No type has that name.
    #[error("`{0}` is no type")]
    NoSuchType(String),
    /// The expression is no type constraint at all.
    #[error("the expression is no type constraint")]
    NotAType,
    /// `list`, `set`, `map`, `tuple`, `object` or `optional` with wrong arguments.
    #[error("`{0}` takes {1}")]
    Arguments(&'static str, &'static str),
    /// Deeper than is read.
    #[error("the type constraint is nested deeper than {MOST_DEPTH} levels")]
    TooDeep,
}

/// Types are read down to this depth.
const MOST_DEPTH: usize = 64;

impl Type {
    /// The type that a constraint expression names. `default` evaluates the second argument of `optional(T, default)`.
    pub fn parse(expr: &Expression, default: &mut dyn FnMut(&Expression) -> Value) -> Result<Self, TypeError> {
        Parser { default, depth: 0 }.ty(expr)
    }

    /// Whether a value of this type has no parts.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::String | Self::Number | Self::Bool)
    }
}

impl PartialEq for Type {
    /// Equal as far as conversion between them would change nothing; defaults do not count.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, Self::Any)
            | (Self::String, Self::String)
            | (Self::Number, Self::Number)
            | (Self::Bool, Self::Bool) => true,
            (Self::List(a), Self::List(b)) | (Self::Set(a), Self::Set(b)) | (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Tuple(a), Self::Tuple(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => {
                a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| a.name == b.name && a.ty == b.ty)
            }
            _ => false,
        }
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::String => f.write_str("string"),
            Self::Number => f.write_str("number"),
            Self::Bool => f.write_str("bool"),
            Self::List(t) => write!(f, "list({t})"),
            Self::Set(t) => write!(f, "set({t})"),
            Self::Map(t) => write!(f, "map({t})"),
            Self::Tuple(items) => {
                f.write_str("tuple([")?;
                for (i, t) in items.iter().enumerate() {
                    write!(f, "{}{t}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("])")
            }
            Self::Object(attributes) => {
                f.write_str("object({")?;
                for (i, a) in attributes.iter().enumerate() {
                    f.write_str(if i == 0 { "" } else { ", " })?;
                    match a.optional {
                        true => write!(f, "{} = optional({})", a.name, a.ty)?,
                        false => write!(f, "{} = {}", a.name, a.ty)?,
                    }
                }
                f.write_str("})")
            }
        }
    }
}

struct Parser<'d> {
    default: &'d mut dyn FnMut(&Expression) -> Value,
    depth: usize,
}

impl Parser<'_> {
    fn ty(&mut self, expr: &Expression) -> Result<Type, TypeError> {
        self.depth += 1;
        let result = if self.depth > MOST_DEPTH { Err(TypeError::TooDeep) } else { self.form(expr) };
        self.depth -= 1;
        result
    }

    fn form(&mut self, expr: &Expression) -> Result<Type, TypeError> {
        match expr {
            Expression::Variable(name) => keyword(name.as_str()),
            Expression::Parenthesis(inner) => self.ty(inner.inner()),
            Expression::FuncCall(call) if !call.name.is_namespaced() => self.constructor(call),
            // Terraform 0.11's quoted types, and every type in `.tf.json`.
            Expression::String(text) => match text.parse::<Expression>() {
                Ok(Expression::String(_)) | Err(_) => Err(TypeError::NoSuchType(text.value().clone())),
                Ok(inner) => self.ty(&inner),
            },
            _ => Err(TypeError::NotAType),
        }
    }

    fn constructor(&mut self, call: &FuncCall) -> Result<Type, TypeError> {
        let arguments: Vec<&Expression> = call.args.iter().collect();
        let element = |what| match arguments.as_slice() {
            [one] => Ok(*one),
            _ => Err(TypeError::Arguments(what, "the type of its elements")),
        };
        match call.name.name.as_str() {
            "list" => Ok(Type::List(Box::new(self.ty(element("list")?)?))),
            "set" => Ok(Type::Set(Box::new(self.ty(element("set")?)?))),
            "map" => Ok(Type::Map(Box::new(self.ty(element("map")?)?))),
            "tuple" => match arguments.as_slice() {
                [Expression::Array(items)] => {
                    Ok(Type::Tuple(items.iter().map(|item| self.ty(item)).collect::<Result<_, _>>()?))
                }
                _ => Err(TypeError::Arguments("tuple", "a list of types")),
            },
            "object" => match arguments.as_slice() {
                [Expression::Object(object)] => {
                    let attributes: Result<Vec<_>, _> =
                        object.iter().map(|(key, value)| self.attribute(key, value.expr())).collect();
                    let mut attributes = attributes?;
                    attributes.sort_by(|a, b| a.name.cmp(&b.name));
                    Ok(Type::Object(attributes.into()))
                }
                _ => Err(TypeError::Arguments("object", "a map from attribute names to types")),
            },
            other => keyword(other),
        }
    }

    fn attribute(&mut self, key: &ObjectKey, expr: &Expression) -> Result<Attribute, TypeError> {
        let name: Arc<str> = match key {
            ObjectKey::Ident(name) => name.as_str().into(),
            ObjectKey::Expression(Expression::Variable(name)) => name.as_str().into(),
            ObjectKey::Expression(Expression::String(name)) => name.as_str().into(),
            ObjectKey::Expression(_) => {
                return Err(TypeError::Arguments("object", "a map from attribute names to types"));
            }
        };
        let Expression::FuncCall(call) = expr else {
            return Ok(Attribute { name, ty: self.ty(expr)?, optional: false, default: None });
        };
        if call.name.is_namespaced() || call.name.name.as_str() != "optional" {
            return Ok(Attribute { name, ty: self.ty(expr)?, optional: false, default: None });
        }
        let arguments: Vec<&Expression> = call.args.iter().collect();
        match arguments.as_slice() {
            [ty] => Ok(Attribute { name, ty: self.ty(ty)?, optional: true, default: None }),
            [ty, default] => {
                let ty = self.ty(ty)?;
                let default = (self.default)(default);
                Ok(Attribute { name, ty, optional: true, default: Some(default) })
            }
            _ => Err(TypeError::Arguments("optional", "a type and perhaps a default")),
        }
    }
}

fn keyword(name: &str) -> Result<Type, TypeError> {
    match name {
        "any" => Ok(Type::Any),
        "string" => Ok(Type::String),
        "number" => Ok(Type::Number),
        "bool" => Ok(Type::Bool),
        // Shorthands that Terraform keeps for configurations of its version 0.11.
        "list" => Ok(Type::List(Box::new(Type::Any))),
        "map" => Ok(Type::Map(Box::new(Type::Any))),
        other => Err(TypeError::NoSuchType(other.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::{FileId, Location, Span},
        value::Kind,
    };

    fn parse(text: &str) -> Result<Type, TypeError> {
        let at = Location::new(FileId(0), Span::new(0, 0));
        let expr = text.parse::<Expression>().expect("the test's expression");
        Type::parse(&expr, &mut |_| Value::bool(true, at))
    }

    #[test]
    fn reads_every_constructor() {
        for (text, shown) in [
            ("string", "string"),
            ("list", "list(any)"),
            ("\"map\"", "map(any)"),
            ("\"list(string)\"", "list(string)"),
            ("tuple([string, number])", "tuple([string, number])"),
            (
                "map(object({ b = set(bool), \"a\" = optional(list(string)) }))",
                "map(object({a = optional(list(string)), b = set(bool)}))",
            ),
        ] {
            assert_eq!(parse(text).map(|t| t.to_string()).as_deref(), Ok(shown), "{text}");
        }
    }

    #[test]
    fn keeps_the_default_of_an_optional_attribute() {
        let Ok(Type::Object(attributes)) = parse("object({a = optional(bool, true)})") else { panic!("no object") };
        assert!(attributes[0].optional);
        assert!(matches!(attributes[0].default.as_ref().map(|v| &v.kind), Some(Kind::Bool(true))));
    }

    #[test]
    fn refuses_what_is_no_type() {
        assert_eq!(parse("strnig"), Err(TypeError::NoSuchType("strnig".to_owned())));
        assert_eq!(parse("1 + 2"), Err(TypeError::NotAType));
        assert!(matches!(parse("list(string, string)"), Err(TypeError::Arguments("list", _))));
        assert!(matches!(parse("object(string)"), Err(TypeError::Arguments("object", _))));
    }
}
