//! Which functions there are, and what their parameters take.

use std::sync::LazyLock;

use super::{
    call::{Call, Outcome},
    date, encoding, ends, file, format, hash, list, map, net, numeric, pattern, provider, set, string, typing, yaml,
};
use crate::{tables::Table, terraform::types::Type};

/// A function.
pub(super) struct Function {
    pub name: &'static str,
    pub params: &'static [Param],
    /// How many of the last parameters may be left out.
    pub optional: usize,
    /// The parameter that takes all further arguments.
    pub variadic: Option<Param>,
    pub run: fn(&Call<'_>) -> Outcome,
}

/// What a parameter takes.
#[derive(Clone, Copy)]
pub(super) struct Param {
    pub shape: Shape,
    /// Whether null is passed on to the function.
    pub null: bool,
    /// Whether an unknown value is passed on to the function; otherwise it makes the result unknown.
    pub unknown: bool,
    /// Which choices inside the value are resolved first.
    pub choices: Depth,
}

/// How far a function looks into an argument, so that choices there must be resolved before it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Not at all.
    Top,
    /// At the items of a list, and of lists in it.
    Items,
    /// At everything.
    All,
}

/// The type that an argument is converted to.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Any,
    String,
    Number,
    List,
    ListOfStrings,
    Set,
    MapOfStringLists,
}

impl Shape {
    pub fn ty(self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::String => Type::String,
            Self::Number => Type::Number,
            Self::List => Type::List(Box::new(Type::Any)),
            Self::ListOfStrings => Type::List(Box::new(Type::String)),
            Self::Set => Type::Set(Box::new(Type::Any)),
            Self::MapOfStringLists => Type::Map(Box::new(Type::List(Box::new(Type::String)))),
        }
    }
}

impl Function {
    /// A function that takes exactly these parameters.
    pub const fn new(name: &'static str, params: &'static [Param], run: fn(&Call<'_>) -> Outcome) -> Self {
        Self { name, params, optional: 0, variadic: None, run }
    }

    /// The last `count` parameters may be left out.
    pub const fn optional(mut self, count: usize) -> Self {
        self.optional = count;
        self
    }

    /// Any number of further arguments of that kind.
    pub const fn variadic(mut self, param: Param) -> Self {
        self.variadic = Some(param);
        self
    }

    /// How many arguments it takes, in words.
    pub fn arity(&self) -> String {
        let most = self.params.len();
        let least = most - self.optional;
        let noun = |n: usize| if n == 1 { "argument" } else { "arguments" };
        match self.variadic {
            Some(_) => format!("at least {least} {}", noun(least)),
            None if least == most => format!("{most} {}", noun(most)),
            None => format!("{least} to {most} arguments"),
        }
    }
}

impl Param {
    const fn new(shape: Shape) -> Self {
        Self { shape, null: false, unknown: false, choices: Depth::Top }
    }

    /// Null is passed on.
    pub const fn null(mut self) -> Self {
        self.null = true;
        self
    }

    /// Unknown values are passed on.
    pub const fn unknown(mut self) -> Self {
        self.unknown = true;
        self
    }

    /// Choices anywhere inside are resolved first.
    pub const fn deep(mut self) -> Self {
        self.choices = Depth::All;
        self
    }

    /// Choices among the items of a list are resolved first.
    pub const fn items(mut self) -> Self {
        self.choices = Depth::Items;
        self
    }
}

/// A value of any type that the function does not look into.
pub(super) const ANY: Param = Param::new(Shape::Any);
/// A string.
pub(super) const STRING: Param = Param::new(Shape::String).deep();
/// A number.
pub(super) const NUMBER: Param = Param::new(Shape::Number);
/// A list of any elements.
pub(super) const LIST: Param = Param::new(Shape::List);
/// A list of strings.
pub(super) const STRINGS: Param = Param::new(Shape::ListOfStrings).deep();
/// A set of any elements.
pub(super) const SET: Param = Param::new(Shape::Set).deep();
/// A map of lists of strings.
pub(super) const STRING_LISTS: Param = Param::new(Shape::MapOfStringLists).deep();

/// All functions, by the file they stand in.
const FUNCTIONS: &[&[Function]] = &[
    date::FUNCTIONS,
    encoding::FUNCTIONS,
    ends::FUNCTIONS,
    file::FUNCTIONS,
    format::FUNCTIONS,
    hash::FUNCTIONS,
    list::FUNCTIONS,
    map::FUNCTIONS,
    net::FUNCTIONS,
    numeric::FUNCTIONS,
    pattern::FUNCTIONS,
    provider::FUNCTIONS,
    set::FUNCTIONS,
    string::FUNCTIONS,
    typing::FUNCTIONS,
    yaml::FUNCTIONS,
];

pub(super) fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: LazyLock<Table<&str, &Function>> =
        LazyLock::new(|| FUNCTIONS.iter().copied().flatten().map(|f| (f.name, f)).collect());
    BY_NAME.get(name).copied()
}
