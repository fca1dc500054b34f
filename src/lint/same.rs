//! Which policies are the same but for where they stand.

use std::fmt::Write as _;

use crate::{
    policy::may_hold,
    value::{Kind, Part, Role, Text, Value},
};

/// Longer policies are each judged for themselves.
const MOST_BYTES: usize = 8 << 10;
/// So are those nested deeper.
const MOST_DEPTH: usize = 64;

/// A text that two roles share only when every rule says the same of both; `None` when there may be none: something is
/// not known, or the policy speaks of an ExternalId, which is weighed against the role's name and against other roles.
pub(super) fn key(role: &Role) -> Option<String> {
    let mut key = format!("{:?} {} ", role.own, role.is_service_linked());
    write_value(&role.policy, 0, &mut key)?;
    (!may_hold(&key, "externalid")).then_some(key)
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
    // Neighbouring known parts are one text.
    for run in text.parts().chunk_by(|a, b| known(a).is_some() && known(b).is_some()) {
        match run.first() {
            Some(Part::Symbol(symbol, _)) => write!(out, "{symbol:?};").ok()?,
            Some(Part::Json(value, _)) => {
                out.push('j');
                write_value(value, depth + 1, out)?;
            }
            Some(Part::Hole(..)) => return None,
            Some(Part::Known { .. }) | None => {
                write!(out, "{}:", run.iter().filter_map(known).map(str::len).sum::<usize>()).ok()?;
                out.extend(run.iter().filter_map(known));
            }
        }
    }
    out.push('"');
    Some(())
}

fn known(part: &Part) -> Option<&str> {
    match part {
        Part::Known { text, .. } => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::{FileId, Location, Span},
        value::{Entry, ObjectKind},
    };

    /// A role whose policy's one key is made of these parts.
    fn role(parts: &[&str]) -> Role {
        let at = Location::new(FileId(0), Span::new(0, 1));
        let known = |text: &&str| Part::Known { text: (*text).into(), origin: at.into(), map: None };
        let key = Text::new(parts.iter().map(known).collect());
        let entry = Entry { key, key_origin: at.into(), value: Value::string("x", at) };
        Role::of("r", Value::object(ObjectKind::Object, vec![entry], at))
    }

    #[test]
    fn an_external_id_is_seen_however_it_is_put_together() {
        for parts in [&["sts:ExternalId"][..], &["sts:Exter", "nalId"], &["STS:E", "", "XTERNALI", "D"], &["\\u0045"]] {
            assert_eq!(key(&role(parts)), None, "{parts:?}");
        }
        assert!(key(&role(&["aws:Principal", "Arn"])).is_some());
    }

    #[test]
    fn how_a_text_is_cut_makes_no_difference() {
        assert_eq!(key(&role(&["aws:Principal", "Arn"])), key(&role(&["aws:PrincipalArn"])));
        assert_ne!(key(&role(&["aws:PrincipalArn"])), key(&role(&["aws:PrincipalOrgID"])));
    }
}
