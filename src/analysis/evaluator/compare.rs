//! Comparing one value of a request with one value of a policy.

use std::{cmp::Ordering, net::IpAddr};

use super::{
    Truth,
    context::Context,
    pattern::{Expanded, Pattern, expand},
};
use crate::{
    policy::{
        Family, Literal, Test,
        scalars::{Decimal, Moment, Network, binary, boolean},
    },
    value::Text,
};

/// How a value of the request and one of the policy stand to each other, before any negation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// They match.
    Match,
    /// They do not.
    Mismatch,
    /// One of the two is not of the operator's type. That is no match; whether it satisfies a negated operator is not
    /// documented.
    Unreadable,
    /// It depends on something that is not known or not documented.
    Undecided,
}

/// Compares a value of the request with one of the policy. A negated test is compared as the test that it negates.
pub(super) fn compare(test: Test, value: &str, wanted: &Literal, variables: bool, context: &Context<'_>) -> Outcome {
    match test.family() {
        Family::String => string(test, value, &wanted.text, variables, context),
        Family::Arn => arn(value, &wanted.text, variables, context),
        Family::Bool => match expand(&wanted.text, false, variables, context) {
            Expanded::Pattern(p) => typed(&p, value, boolean, |a, b| a == b),
            Expanded::NoValue => Outcome::Mismatch,
            Expanded::Undecided => Outcome::Undecided,
        },
        Family::Numeric => typed(&Pattern::plain(&wanted.text), value, Decimal::parse, |a, b| ordered(test, a.cmp(b))),
        Family::Date if is_doubtful_date(value) => Outcome::Undecided,
        Family::Date => {
            let wanted = Pattern::plain(&wanted.text);
            if wanted.literal().is_some_and(|text| is_doubtful_date(&text)) {
                return Outcome::Undecided;
            }
            typed(&wanted, value, Moment::parse, |a, b| ordered(test, a.cmp(b)))
        }
        Family::Binary => typed(&Pattern::plain(&wanted.text), value, binary, |a, b| a == b),
        Family::Ip => {
            let wanted = Pattern::plain(&wanted.text);
            let Some(text) = wanted.literal() else { return Outcome::Undecided };
            match (Network::parse(&text), value.parse::<IpAddr>()) {
                (Some(network), Ok(address)) => truth(network.contains(address)),
                _ => Outcome::Unreadable,
            }
        }
        Family::Null => Outcome::Undecided,
    }
}

/// Whether it is not documented which date it is: four digits may be a year or seconds since 1970, and whether those
/// may have a fraction is not said.
fn is_doubtful_date(text: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let fraction = text.strip_prefix('-').unwrap_or(text).split_once('.');
    (text.len() == 4 && digits(text)) || fraction.is_some_and(|(whole, part)| digits(whole) && digits(part))
}

fn truth(is: bool) -> Outcome {
    if is { Outcome::Match } else { Outcome::Mismatch }
}

fn outcome(matched: Truth) -> Outcome {
    match matched {
        Truth::True => Outcome::Match,
        Truth::False => Outcome::Mismatch,
        Truth::Unknown => Outcome::Undecided,
    }
}

fn string(test: Test, value: &str, wanted: &Text, variables: bool, context: &Context<'_>) -> Outcome {
    let wildcards = matches!(test, Test::StringLike | Test::StringNotLike);
    let pattern = match expand(wanted, wildcards, variables, context) {
        Expanded::Pattern(pattern) => pattern,
        // A variable without value matches nothing.
        Expanded::NoValue => return Outcome::Mismatch,
        Expanded::Undecided => return Outcome::Undecided,
    };
    if !matches!(test, Test::StringEqualsIgnoreCase | Test::StringNotEqualsIgnoreCase) {
        return outcome(pattern.matches(value));
    }
    let ascii = pattern.matches_ignoring_case(value);
    match pattern.literal() {
        // Only the folding of ASCII letters is beyond doubt.
        Some(text) if ascii == Truth::False && text.to_lowercase() == value.to_lowercase() => Outcome::Undecided,
        _ => outcome(ascii),
    }
}

/// ARNs are compared field by field: a wildcard does not reach across the first five colons.
fn arn(value: &str, wanted: &Text, variables: bool, context: &Context<'_>) -> Outcome {
    let pattern = match expand(wanted, true, variables, context) {
        Expanded::Pattern(pattern) => pattern,
        Expanded::NoValue => return Outcome::Mismatch,
        Expanded::Undecided => return Outcome::Undecided,
    };
    let fields: Vec<&str> = value.splitn(6, ':').collect();
    if fields.len() < 6 {
        return Outcome::Unreadable;
    }
    let wanted = pattern.arn_fields();
    if pattern.is_open() {
        // A part that is not known may hold colons.
        return outcome(pattern.matches(value));
    }
    if wanted.len() < 6 {
        // Whether `*` alone is read as an ARN is not documented.
        return if pattern.is_any() { Outcome::Undecided } else { Outcome::Unreadable };
    }
    outcome(Truth::all(wanted.iter().zip(&fields).map(|(p, field)| p.matches(field))))
}

fn typed<T>(wanted: &Pattern, value: &str, read: fn(&str) -> Option<T>, matches: impl Fn(&T, &T) -> bool) -> Outcome {
    let Some(text) = wanted.literal() else { return Outcome::Undecided };
    match (read(value), read(&text)) {
        (Some(value), Some(wanted)) => truth(matches(&value, &wanted)),
        _ => Outcome::Unreadable,
    }
}

fn ordered(test: Test, order: Ordering) -> bool {
    match test {
        Test::NumericLessThan | Test::DateLessThan => order.is_lt(),
        Test::NumericLessThanEquals | Test::DateLessThanEquals => order.is_le(),
        Test::NumericGreaterThan | Test::DateGreaterThan => order.is_gt(),
        Test::NumericGreaterThanEquals | Test::DateGreaterThanEquals => order.is_ge(),
        _ => order.is_eq(),
    }
}
