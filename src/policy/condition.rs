use super::Literal;
use crate::value::{Origin, Text};

/// One operator applied to one key: `{"StringEquals": {"sts:ExternalId": […]}}`.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The operator; `None` when there is no such operator or it is not known.
    pub operator: Option<Operator>,
    /// The operator as written.
    pub operator_text: Literal,
    /// The key as written; compare without regard to case.
    pub key: Literal,
    /// The values; one of them must match (none of them, for a negated operator).
    pub values: Vec<Literal>,
    /// Whether the list of values may hold more than is known.
    pub more_values: bool,
    /// Where the values stand as a whole.
    pub values_origin: Origin,
}

impl Condition {
    /// A condition of which nothing is known: what a statement has that cannot be read, or reads differently in two
    /// ways.
    pub fn undecided(origin: Origin) -> Self {
        let nothing = || Literal { text: Text::new(Vec::new()), origin: origin.clone() };
        Self {
            operator: None,
            operator_text: nothing(),
            key: nothing(),
            values: Vec::new(),
            more_values: true,
            values_origin: origin.clone(),
        }
    }

    /// Whether it is on that key; case does not matter.
    pub(crate) fn is_on(&self, key: &str) -> bool {
        self.key.known().is_some_and(|k| k.eq_ignore_ascii_case(key))
    }

    /// Whether it is [`Self::undecided`].
    pub fn is_undecided(&self) -> bool {
        self.operator_text.text.parts().is_empty()
    }
}

/// A condition operator.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Operator {
    /// `ForAllValues:` or `ForAnyValue:`.
    pub set: SetQuantifier,
    /// The comparison.
    pub test: Test,
    /// Whether it ends in `IfExists`.
    pub if_exists: bool,
}

/// The prefix of an operator.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SetQuantifier {
    /// None.
    Single,
    /// `ForAllValues:`.
    ForAll,
    /// `ForAnyValue:`.
    ForAny,
}

/// The comparison that an operator makes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the names are those of the policy language")]
pub enum Test {
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnNotEquals,
    ArnLike,
    ArnNotLike,
    Null,
}

/// What kind of values a test compares.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the names are those of the policy language")]
pub enum Family {
    String,
    Numeric,
    Date,
    Bool,
    Binary,
    Ip,
    Arn,
    Null,
}

impl Test {
    /// Every test with its name.
    pub const ALL: [(&'static str, Self); 27] = [
        ("StringEquals", Self::StringEquals),
        ("StringNotEquals", Self::StringNotEquals),
        ("StringEqualsIgnoreCase", Self::StringEqualsIgnoreCase),
        ("StringNotEqualsIgnoreCase", Self::StringNotEqualsIgnoreCase),
        ("StringLike", Self::StringLike),
        ("StringNotLike", Self::StringNotLike),
        ("NumericEquals", Self::NumericEquals),
        ("NumericNotEquals", Self::NumericNotEquals),
        ("NumericLessThan", Self::NumericLessThan),
        ("NumericLessThanEquals", Self::NumericLessThanEquals),
        ("NumericGreaterThan", Self::NumericGreaterThan),
        ("NumericGreaterThanEquals", Self::NumericGreaterThanEquals),
        ("DateEquals", Self::DateEquals),
        ("DateNotEquals", Self::DateNotEquals),
        ("DateLessThan", Self::DateLessThan),
        ("DateLessThanEquals", Self::DateLessThanEquals),
        ("DateGreaterThan", Self::DateGreaterThan),
        ("DateGreaterThanEquals", Self::DateGreaterThanEquals),
        ("Bool", Self::Bool),
        ("BinaryEquals", Self::BinaryEquals),
        ("IpAddress", Self::IpAddress),
        ("NotIpAddress", Self::NotIpAddress),
        ("ArnEquals", Self::ArnEquals),
        ("ArnNotEquals", Self::ArnNotEquals),
        ("ArnLike", Self::ArnLike),
        ("ArnNotLike", Self::ArnNotLike),
        ("Null", Self::Null),
    ];

    /// The operator's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, t)| *t == self).map_or("", |(name, _)| name)
    }

    /// What kind of values it compares.
    pub fn family(self) -> Family {
        match self {
            Self::StringEquals
            | Self::StringNotEquals
            | Self::StringEqualsIgnoreCase
            | Self::StringNotEqualsIgnoreCase
            | Self::StringLike
            | Self::StringNotLike => Family::String,
            Self::NumericEquals
            | Self::NumericNotEquals
            | Self::NumericLessThan
            | Self::NumericLessThanEquals
            | Self::NumericGreaterThan
            | Self::NumericGreaterThanEquals => Family::Numeric,
            Self::DateEquals
            | Self::DateNotEquals
            | Self::DateLessThan
            | Self::DateLessThanEquals
            | Self::DateGreaterThan
            | Self::DateGreaterThanEquals => Family::Date,
            Self::Bool => Family::Bool,
            Self::BinaryEquals => Family::Binary,
            Self::IpAddress | Self::NotIpAddress => Family::Ip,
            Self::ArnEquals | Self::ArnNotEquals | Self::ArnLike | Self::ArnNotLike => Family::Arn,
            Self::Null => Family::Null,
        }
    }

    /// Whether the test is true when nothing matches, and so for an absent key.
    pub fn is_negated(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals
                | Self::StringNotEqualsIgnoreCase
                | Self::StringNotLike
                | Self::NumericNotEquals
                | Self::DateNotEquals
                | Self::NotIpAddress
                | Self::ArnNotEquals
                | Self::ArnNotLike
        )
    }
}
