//! Type constraints of variables: what they are.

use std::sync::Arc;

use crate::value::{Text, Value};

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
    /// The name as the key of objects that lack it, made once for all of them.
    pub key: Option<Text>,
}

impl Type {
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
