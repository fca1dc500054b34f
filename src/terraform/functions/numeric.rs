//! Functions of numbers.

use std::cmp::Ordering;

use super::{
    call::{Call, Outcome, argument, fail},
    table::{ANY, Function, NUMBER},
};
use crate::{
    terraform::{
        convert::number,
        equality::{as_float, compare_numbers},
    },
    value::Number,
};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abs", &[NUMBER], abs),
    Function::new("ceil", &[NUMBER], |c| rounded(c, f64::ceil)),
    Function::new("floor", &[NUMBER], |c| rounded(c, f64::floor)),
    Function::new("log", &[NUMBER, NUMBER], log),
    Function::new("max", &[NUMBER], |c| extreme(c, Ordering::Greater)).variadic(NUMBER),
    Function::new("min", &[NUMBER], |c| extreme(c, Ordering::Less)).variadic(NUMBER),
    Function::new("parseint", &[ANY, NUMBER], parseint),
    Function::new("pow", &[NUMBER, NUMBER], pow),
    Function::new("signum", &[NUMBER], signum),
];

fn abs(c: &Call<'_>) -> Outcome {
    let result = match c.number(0)? {
        Number::Int(i) => Number::int(i.get().saturating_abs()),
        Number::Float(x) => Number::Float(x.abs()),
    };
    c.num(result, 0)
}

fn rounded(c: &Call<'_>, round: fn(f64) -> f64) -> Outcome {
    let result = match c.number(0)? {
        Number::Int(i) => Number::Int(i),
        Number::Float(x) => number(round(x)),
    };
    c.num(result, 0)
}

fn log(c: &Call<'_>) -> Outcome {
    let result = as_float(c.number(0)?).ln() / as_float(c.number(1)?).ln();
    if result.is_nan() {
        return fail("the logarithm is not defined");
    }
    c.num(number(result), 0)
}

fn extreme(c: &Call<'_>, wanted: Ordering) -> Outcome {
    let mut best = c.number(0)?;
    for i in 1..c.args.len() {
        let other = c.number(i)?;
        if compare_numbers(other, best) == wanted {
            best = other;
        }
    }
    c.num(best, 0)
}

fn pow(c: &Call<'_>) -> Outcome {
    let (base, exponent) = (c.number(0)?, c.number(1)?);
    if let (Number::Int(base), Number::Int(exponent)) = (base, exponent)
        && let Some(exact) = u32::try_from(exponent.get()).ok().and_then(|e| base.get().checked_pow(e))
    {
        return c.num(Number::int(exact), 0);
    }
    let result = as_float(base).powf(as_float(exponent));
    if result.is_nan() {
        return fail("the power is not defined");
    }
    c.num(number(result), 0)
}

fn signum(c: &Call<'_>) -> Outcome {
    c.num(Number::int(c.int(0)?.signum()), 0)
}

const DIGITS: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn parseint(c: &Call<'_>) -> Outcome {
    let (text, base) = (c.str(0)?, c.int(1)?);
    if !(2..=62).contains(&base) {
        return argument(1, "the base must lie between 2 and 62");
    }
    let (negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, &*text),
    };
    let refuse = || argument(0, format!("`{text}` is no number in base {base}"));
    if digits.is_empty() {
        return refuse();
    }
    let mut value = 0_i128;
    for digit in digits.chars() {
        let digit = if base <= 36 { digit.to_ascii_lowercase() } else { digit };
        match DIGITS.find(digit).and_then(|d| i128::try_from(d).ok()) {
            Some(d) if d < base => match value.checked_mul(base).and_then(|v| v.checked_add(d)) {
                Some(v) => value = v,
                None => return argument(0, "the number is larger than is evaluated"),
            },
            _ => return refuse(),
        }
    }
    c.num(Number::int(if negative { -value } else { value }), 0)
}
