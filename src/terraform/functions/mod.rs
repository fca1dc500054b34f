//! Terraform's functions, as of version 1.11: their results, their errors, and what is still known of the result where
//! an argument is not.
//!
//! `try`, `can`, `templatefile` and `templatestring` are not here: they evaluate expressions and belong to the
//! evaluator.

mod call;
mod date;
mod encoding;
mod ends;
mod file;
mod format;
mod glob;
mod hash;
mod lift;
mod list;
mod map;
mod net;
mod numeric;
mod pattern;
mod provider;
mod set;
mod string;
mod table;
mod texts;
mod typing;
mod verb;
mod yaml;

use std::path::Path;

use self::call::{Call, Stop};
use super::convert::convert;
use crate::{
    source::{Files, Location},
    value::{Kind, Reason, StepKind, Unknown, Value},
};

/// What a call may look at besides its arguments.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// Where files are read.
    pub files: &'c Files,
    /// The root module's directory: relative paths of file functions start there.
    pub root_dir: &'c Path,
    /// The call.
    pub at: Location,
}

/// Why a call has no result.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FunctionError {
    /// Terraform has no function of that name.
    #[error("there is no function `{0}`")]
    NoSuchFunction(String),
    /// Too few or too many arguments.
    #[error("`{function}` takes {wanted}, and {given} are given")]
    Arity {
        /// The function.
        function: String,
        /// How many it takes.
        wanted: String,
        /// How many are given.
        given: usize,
    },
    /// An argument that the function does not take.
    #[error("argument {number} of `{function}`: {message}")]
    Argument {
        /// The function.
        function: String,
        /// Which argument, from 1.
        number: usize,
        /// What is wrong with it.
        message: String,
    },
    /// The call fails as a whole.
    #[error("`{function}` fails: {message}")]
    Failed {
        /// The function.
        function: String,
        /// Why.
        message: String,
    },
    /// The result would be larger than is evaluated.
    #[error("the result of `{function}` would have {what}")]
    Limit {
        /// The function.
        function: String,
        /// Which limit.
        what: String,
    },
}

/// Collections that functions make have at most so many elements.
const MOST_ELEMENTS: usize = 1_000_000;
/// Texts that functions make have at most so many bytes.
const MOST_TEXT: usize = 16 * 1024 * 1024;

/// The result of a function. The name may begin with `core::`. A call of a provider's function is unknown,
/// but for those of the AWS provider that compute with ARNs.
pub fn call(name: &str, args: &[Value], cx: &Context<'_>) -> Result<Value, FunctionError> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    if name.starts_with("provider::") && table::find(name).is_none() {
        return Ok(Value::unknown(Unknown::new(format!("{name}()"), Reason::OtherProvider, cx.at), cx.at));
    }
    let function = table::find(name).ok_or_else(|| FunctionError::NoSuchFunction(name.to_owned()))?;
    let most = if function.variadic.is_some() { usize::MAX } else { function.params.len() };
    if args.len() < function.params.len() - function.optional || args.len() > most {
        return Err(FunctionError::Arity { function: name.to_owned(), wanted: function.arity(), given: args.len() });
    }
    lift::over_choices(function, args, cx)
}

/// Runs a function on arguments without choices that it would have to look into.
fn run(function: &table::Function, args: &[Value], cx: &Context<'_>) -> Result<Value, FunctionError> {
    let fail = |stop| match stop {
        Stop::Unknown(unknown) => {
            let origin = args.first().map_or_else(|| cx.at.into(), |a| a.origin.entered(cx.at, StepKind::Value));
            Ok(Value::new(Kind::Unknown(unknown), origin))
        }
        Stop::Argument(index, message) => {
            Err(FunctionError::Argument { function: function.name.to_owned(), number: index + 1, message })
        }
        Stop::Fail(message) => Err(FunctionError::Failed { function: function.name.to_owned(), message }),
        Stop::Limit(what) => Err(FunctionError::Limit { function: function.name.to_owned(), what }),
    };
    let mut converted = Vec::with_capacity(args.len());
    let mut unknown = None;
    for (i, arg) in args.iter().enumerate() {
        let Some(param) = function.params.get(i).or(function.variadic.as_ref()) else { continue };
        match &arg.kind {
            Kind::Null if !param.null => {
                return fail(Stop::Argument(i, "the argument must not be null".to_owned()));
            }
            Kind::Unknown(u) if !param.unknown => unknown = unknown.or_else(|| Some(u.clone())),
            _ => {}
        }
        match convert(arg.clone(), &param.shape.ty()) {
            Ok(v) => converted.push(v),
            Err(e) => return fail(Stop::Argument(i, e.to_string())),
        }
    }
    if let Some(mut unknown) = unknown {
        if unknown.many || unknown.pattern.is_some() {
            let plain = Unknown { many: false, pattern: None, ..(*unknown).clone() };
            unknown = plain.into();
        }
        return fail(Stop::Unknown(unknown));
    }
    (function.run)(&Call { args: &converted, cx }).or_else(fail)
}

#[cfg(test)]
mod tests;
