//! Results of functions that are not known: each is something of its own, and the same for the same call.

use std::{cell::OnceCell, fmt::Write as _, sync::Arc};

use super::super::evaluator::Evaluator;
use crate::{
    source::Location,
    value::{Arm, Choice, Kind, Part, Text, Unknown, Value, changed},
};

/// Functions that give a value on as it is.
const GIVE_ON: [&str; 14] = [
    "coalesce",
    "format",
    "join",
    "lookup",
    "nonsensitive",
    "one",
    "sensitive",
    "tobool",
    "tolist",
    "tomap",
    "tonumber",
    "toset",
    "tostring",
    "try",
];
/// Functions whose result is true or false: the call itself says best what is not known.
const ASK: [&str; 7] = ["alltrue", "anytrue", "contains", "endswith", "fileexists", "startswith", "strcontains"];
/// Of longer texts this many bytes.
const MOST_TEXT: usize = 1_000;
/// So many values inside of an argument are compared.
const MOST_COMPARED: usize = 64;

/// What is not known about a call.
struct Doubt<'c> {
    name: &'c str,
    args: &'c [Value],
    /// The function with its arguments, once it is needed.
    call: OnceCell<String>,
    at: Location,
}

/// The outcomes under which something is not known.
struct Outcomes<'o> {
    label: &'o str,
    outer: Option<&'o Self>,
}

impl std::fmt::Display for Outcomes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(outer) = self.outer {
            outer.fmt(f)?;
        }
        write!(f, " {}", self.label)
    }
}

impl Evaluator<'_> {
    /// The result of a call. What is unknown of it is not what is unknown of the arguments: `contains(x, "a")` and
    /// `contains(x, "b")` are two questions.
    pub(super) fn result(&self, value: Value, name: &str, args: &[Value], at: Location) -> Value {
        let name = name.strip_prefix("core::").unwrap_or(name);
        let open = match &value.kind {
            Kind::Unknown(_) | Kind::Choice(_) => true,
            Kind::String(text) => text.first_hole().is_some(),
            _ => false,
        };
        if !open || GIVE_ON.contains(&name) {
            return value;
        }
        let doubt = Doubt { name, args, call: OnceCell::new(), at };
        self.doubted(&value, &doubt, None).unwrap_or(value)
    }

    /// The value with what is not known of it as something of its own; `None` when all is known.
    fn doubted(&self, value: &Value, doubt: &Doubt<'_>, when: Option<&Outcomes<'_>>) -> Option<Value> {
        let kind = match &value.kind {
            Kind::Unknown(u) if !self.is_error(u) => Kind::Unknown(self.own(u, doubt, when)),
            Kind::Choice(c) => {
                let arms = changed(&c.arms, |a| {
                    let value = self.doubted(&a.value, doubt, Some(&Outcomes { label: &a.label, outer: when }))?;
                    Some(Arm { label: a.label.clone(), value })
                })?;
                Kind::Choice(Arc::new(Choice { subject: c.subject.clone(), arms }))
            }
            Kind::String(text) if text.first_hole().is_some() => {
                let parts = text.parts().iter().map(|p| match p {
                    Part::Hole(u, origin) => Part::Hole(self.own(u, doubt, when), origin.clone()),
                    other => other.clone(),
                });
                Kind::String(Text::new(parts.collect()))
            }
            _ => return None,
        };
        Some(Value { kind, origin: value.origin.clone() })
    }

    fn own(&self, unknown: &Arc<Unknown>, doubt: &Doubt<'_>, when: Option<&Outcomes<'_>>) -> Arc<Unknown> {
        if unknown.many || unknown.pattern.is_some() {
            return unknown.clone();
        }
        let asks = ASK.contains(&doubt.name);
        let reference = if asks { self.text(doubt.at) } else { unknown.reference.clone() };
        let call = doubt.call.get_or_init(|| {
            let args: Vec<String> = doubt.args.iter().map(signature).collect();
            format!("{}({})", doubt.name, args.join(","))
        });
        match when {
            Some(when) => self.derived_as(unknown, format_args!("{call}{when}"), reference, unknown.at),
            None => self.derived_as(unknown, call, reference, unknown.at),
        }
    }
}

/// A text that is the same for equal values. Of a large value only the beginning is looked at, and where it lies.
pub(super) fn signature(value: &Value) -> String {
    let mut out = String::new();
    let mut left = MOST_COMPARED;
    sign(value, &mut left, &mut out);
    if left == 0 {
        let place = match &value.kind {
            Kind::List(_, items) => Arc::as_ptr(items).cast::<()>(),
            Kind::Object(object) => Arc::as_ptr(object).cast::<()>(),
            Kind::Choice(choice) => Arc::as_ptr(choice).cast::<()>(),
            _ => std::ptr::null(),
        };
        let _ = write!(out, "…{place:p}");
    }
    out
}

fn sign_text(text: &Text, left: &mut usize, out: &mut String) {
    out.push('"');
    for part in text.parts().iter().take(MOST_COMPARED) {
        let _ = match part {
            Part::Known { text, .. } => {
                write!(out, "{}…{:?}", text.len(), text.chars().take(MOST_TEXT).collect::<String>())
            }
            Part::Symbol(symbol, _) => write!(out, "{}", symbol.placeholder()),
            Part::Hole(u, _) => write!(out, "{:p}", Arc::as_ptr(u)),
            Part::Json(value, _) => {
                sign(value, left, out);
                Ok(())
            }
        };
    }
    out.push('"');
}

fn sign(value: &Value, left: &mut usize, out: &mut String) {
    let Some(less) = left.checked_sub(1) else { return };
    *left = less;
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(_) | Kind::Number(_) => out.push_str(&value.as_str().unwrap_or_default()),
        Kind::String(text) => sign_text(text, left, out),
        Kind::List(_, items) => {
            out.push('[');
            for item in items.iter().take(MOST_COMPARED) {
                sign(item, left, out);
                out.push(',');
            }
            out.push(']');
        }
        Kind::Object(object) => {
            out.push('{');
            for e in object.entries().iter().take(MOST_COMPARED) {
                sign_text(&e.key, left, out);
                out.push(':');
                sign(&e.value, left, out);
                out.push(',');
            }
            out.push('}');
        }
        Kind::Unknown(u) => {
            let _ = write!(out, "{:p}", Arc::as_ptr(u));
        }
        Kind::Choice(c) => {
            let _ = write!(out, "({}", c.subject.key);
            for arm in c.arms.iter().take(MOST_COMPARED) {
                let _ = write!(out, "|{}=", arm.label);
                sign(&arm.value, left, out);
            }
            out.push(')');
        }
    }
}
