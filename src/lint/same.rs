//! Which policies are the same but for where they stand.

use std::fmt::Write as _;

use crate::value::{Kind, Part, Role, Text, Value};

/// Longer policies are each judged for themselves.
const MOST_BYTES: usize = 8 << 10;
/// So are those nested deeper.
const MOST_DEPTH: usize = 64;

/// A text that two roles share only when every rule says the same of both; `None` when there may be none: something is not
/// known, or the policy speaks of an ExternalId, which is weighed against the role's name and against other roles.
pub(super) fn key(role: &Role) -> Option<String> {
    let mut key = format!("{:?} {} ", role.own, role.is_service_linked());
    write_value(&role.policy, 0, &mut key)?;
    let speaks = |word: &[u8]| key.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word));
    // A backslash may begin an escape that stands for any letter.
    (!speaks(b"externalid") && !key.contains('\\')).then_some(key)
}

fn write_value(value: &Value, depth: usize, out: &mut String) -> Option<()> {
    if depth > MOST_DEPTH || out.len() > MOST_BYTES {
        return None;
    }
    match &value.kind {
        Kind::Null => out.push('n'),
        Kind::Bool(b) => out.push(if *b { 't' } else { 'f' }),
        Kind::Number(n) => write!(out, "#{n};").ok()?,
        Kind::String(text) => write_text(text, depth, out)?,
        Kind::List(kind, items) => {
            write!(out, "{kind:?}[").ok()?;
            for item in items.iter() {
                write_value(item, depth + 1, out)?;
            }
            out.push(']');
        }
        Kind::Object(o) if o.voided().is_empty() => {
            out.push('{');
            for entry in o.entries() {
                write_text(&entry.key, depth, out)?;
                write_value(&entry.value, depth + 1, out)?;
            }
            out.push('}');
        }
        Kind::Object(_) | Kind::Unknown(_) | Kind::Choice(_) => return None,
    }
    Some(())
}

fn write_text(text: &Text, depth: usize, out: &mut String) -> Option<()> {
    out.push('"');
    for part in text.parts() {
        match part {
            Part::Known { text, .. } => write!(out, "{}:{text}", text.len()).ok()?,
            Part::Symbol(symbol, _) => write!(out, "{symbol:?};").ok()?,
            Part::Json(value, _) => {
                out.push('j');
                write_value(value, depth + 1, out)?;
            }
            Part::Hole(..) => return None,
        }
    }
    out.push('"');
    Some(())
}
