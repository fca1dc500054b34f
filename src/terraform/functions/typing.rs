//! Functions that convert between types or mark values, and functions whose result nobody knows before a run.

use super::{
    call::{Call, Outcome, Stop, fail},
    table::{ANY, Function, Param},
};
use crate::{
    terraform::{convert::convert, types::Type},
    value::{Reason, Unknown, Value},
};

const OPEN: Param = ANY.null().unknown();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("bcrypt", &[OPEN], |c| impure(c, "bcrypt")).variadic(OPEN),
    Function::new("defaults", &[OPEN, OPEN], |_| {
        fail("Terraform has no `defaults` function; use `optional(type, default)`")
    }),
    Function::new("ephemeralasnull", &[OPEN], same),
    Function::new("issensitive", &[OPEN], |c| unsupported(c, "issensitive")),
    Function::new("nonsensitive", &[OPEN], same),
    Function::new("plantimestamp", &[], |c| impure(c, "plantimestamp")),
    Function::new("rsadecrypt", &[OPEN, OPEN], |c| unsupported(c, "rsadecrypt")),
    Function::new("sensitive", &[OPEN], same),
    Function::new("timestamp", &[], |c| impure(c, "timestamp")),
    Function::new("tobool", &[OPEN], |c| to(c, &Type::Bool)),
    Function::new("tolist", &[OPEN.items()], |c| to(c, &Type::List(Box::new(Type::Any)))),
    Function::new("tomap", &[OPEN], |c| to(c, &Type::Map(Box::new(Type::Any)))),
    Function::new("tonumber", &[OPEN], |c| to(c, &Type::Number)),
    Function::new("toset", &[OPEN.items()], |c| to(c, &Type::Set(Box::new(Type::Any)))),
    Function::new("tostring", &[OPEN], |c| to(c, &Type::String)),
    Function::new("uuid", &[], |c| impure(c, "uuid")),
];

fn same(c: &Call<'_>) -> Outcome {
    c.arg(0).cloned()
}

fn to(c: &Call<'_>, ty: &Type) -> Outcome {
    convert(c.arg(0)?.clone(), ty).map_err(|e| Stop::Argument(0, e.to_string()))
}

fn impure(c: &Call<'_>, name: &str) -> Outcome {
    Ok(Value::unknown(Unknown::new(format!("{name}()"), Reason::Impure, c.cx.at), c.cx.at))
}

/// An unknown result because this function is not computed here.
pub(super) fn unsupported(c: &Call<'_>, name: &str) -> Outcome {
    let why = Reason::Unsupported(format!("the function `{name}`"));
    Ok(Value::unknown(Unknown::new(format!("{name}()"), why, c.cx.at), c.cx.at))
}
