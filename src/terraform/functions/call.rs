//! What a function sees of its call: arguments already converted to the types of its parameters.

use std::{borrow::Cow, sync::Arc};

use super::{Context, MOST_ELEMENTS, MOST_TEXT};
use crate::{
    terraform::convert::{describe, first_unknown, is_unordered, unknown_inside},
    value::{Kind, ListKind, Number, Origin, StepKind, Text, Unknown, Value},
};

pub(super) struct Call<'c> {
    pub args: &'c [Value],
    pub cx: &'c Context<'c>,
}

/// Why a function ends without a result.
pub(super) enum Stop {
    /// The argument with that index is not one that the function takes.
    Argument(usize, String),
    /// The call fails as a whole.
    Fail(String),
    /// The result depends on this.
    Unknown(Arc<Unknown>),
    /// The result is too large.
    Limit(String),
}

pub(super) type Outcome = Result<Value, Stop>;

pub(super) fn fail<T>(message: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Fail(message.into()))
}

pub(super) fn argument<T>(index: usize, message: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Argument(index, message.into()))
}

impl<'c> Call<'c> {
    pub fn arg(&self, index: usize) -> Result<&'c Value, Stop> {
        self.args.get(index).ok_or_else(|| Stop::Argument(index, "the argument is missing".to_owned()))
    }

    /// The arguments from an index on.
    pub fn rest(&self, from: usize) -> &'c [Value] {
        self.args.get(from..).unwrap_or(&[])
    }

    /// The call, with the way of an argument behind it.
    pub fn from(&self, index: usize) -> Origin {
        self.args.get(index).map_or_else(|| self.cx.at.into(), |a| a.origin.entered(self.cx.at, StepKind::Value))
    }

    /// A string argument, perhaps not wholly known.
    pub fn text(&self, index: usize) -> Result<&'c Text, Stop> {
        match &self.arg(index)?.kind {
            Kind::String(text) => Ok(text),
            Kind::Unknown(u) => Err(Stop::Unknown(u.clone())),
            _ => argument(index, format!("a string is required, and this is {}", describe(self.arg(index)?))),
        }
    }

    /// A string argument that must be known.
    pub fn str(&self, index: usize) -> Result<Cow<'c, str>, Stop> {
        known(self.text(index)?)
    }

    pub fn number(&self, index: usize) -> Result<Number, Stop> {
        match &self.arg(index)?.kind {
            Kind::Number(n) => Ok(*n),
            Kind::Unknown(u) => Err(Stop::Unknown(u.clone())),
            _ => argument(index, format!("a number is required, and this is {}", describe(self.arg(index)?))),
        }
    }

    /// A number argument that must be whole.
    pub fn int(&self, index: usize) -> Result<i128, Stop> {
        match self.number(index)? {
            Number::Int(i) => Ok(i.get()),
            Number::Float(_) => argument(index, "a whole number is required"),
        }
    }

    /// The items of a list, set or tuple, each with its way, and which of these it is.
    pub fn items(&self, index: usize) -> Result<(ListKind, Vec<Value>), Stop> {
        let arg = self.arg(index)?;
        match (&arg.kind, arg.items()) {
            (Kind::List(kind, _), Some(items)) => Ok((*kind, items.collect())),
            (Kind::Unknown(u), _) => Err(Stop::Unknown(u.clone())),
            _ => argument(index, format!("a list is required, and this is {}", describe(arg))),
        }
    }

    /// The items of a list whose order must be known.
    pub fn ordered(&self, index: usize) -> Result<(ListKind, Vec<Value>), Stop> {
        let (kind, items) = self.items(index)?;
        if is_unordered(self.arg(index)?) {
            all_known(self.arg(index)?)?;
        }
        Ok((kind, items))
    }

    /// A list that this call makes of the items of an argument; a set when their order is not known.
    pub fn list_of(&self, index: usize, items: Vec<Value>) -> Outcome {
        self.list(if is_unordered(self.arg(index)?) { ListKind::Set } else { ListKind::List }, items)
    }

    /// A string computed as a whole.
    pub fn made(&self, text: impl Into<Arc<str>>, from: usize) -> Outcome {
        let text = text.into();
        check_text(text.len())?;
        Ok(Value::string(text, self.from(from)))
    }

    pub fn bool(&self, value: bool, from: usize) -> Outcome {
        Ok(Value::bool(value, self.from(from)))
    }

    pub fn num(&self, value: Number, from: usize) -> Outcome {
        Ok(Value::new(Kind::Number(value), self.from(from)))
    }

    /// A list that this call makes, of items that have their own ways.
    pub fn list(&self, kind: ListKind, items: Vec<Value>) -> Outcome {
        check_elements(items.len())?;
        Ok(Value::list(kind, items, self.cx.at))
    }
}

/// The text when it is wholly known.
pub(super) fn known(text: &Text) -> Result<Cow<'_, str>, Stop> {
    match text.as_known() {
        Some(known) => Ok(known),
        None => match first_unknown(text) {
            Some(unknown) => Err(Stop::Unknown(unknown)),
            None => fail("the text is not known"),
        },
    }
}

/// Stops when anything in the value is not known.
pub(super) fn all_known(value: &Value) -> Result<(), Stop> {
    match unknown_inside(value, 0) {
        Some(unknown) => Err(Stop::Unknown(unknown)),
        None => Ok(()),
    }
}

pub(super) fn check_elements(count: usize) -> Result<(), Stop> {
    if count > MOST_ELEMENTS { Err(Stop::Limit(format!("more than {MOST_ELEMENTS} elements"))) } else { Ok(()) }
}

pub(super) fn check_text(bytes: usize) -> Result<(), Stop> {
    if bytes > MOST_TEXT { Err(Stop::Limit(format!("more than {MOST_TEXT} bytes"))) } else { Ok(()) }
}
