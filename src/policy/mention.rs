use crate::value::{Kind, Part, Text, Value};

/// Whether a wholly known string of a policy may be an action of a service, as far as can be told without decoding the
/// policy: `false` only when no outcome of the value has one. `prefix` is lower case and ends with the colon (`sts:`).
pub fn may_name(value: &Value, prefix: &str) -> bool {
    match &value.kind {
        Kind::List(_, items) => items.iter().any(|v| may_name(v, prefix)),
        Kind::Object(o) => o.entries().iter().any(|e| leads_to_actions(&e.key) && may_name(&e.value, prefix)),
        Kind::String(text) => text_may_name(text, prefix),
        Kind::Choice(c) => c.arms.iter().any(|a| may_name(&a.value, prefix)),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => false,
    }
}

/// Whether actions may stand under a key. Most texts of a policy name resources and what conditions compare.
fn leads_to_actions(key: &Text) -> bool {
    let is_one = |key: &str| ["Statement", "Action", "NotAction"].iter().any(|own| own.eq_ignore_ascii_case(key));
    key.as_known().is_none_or(|key| is_one(&key))
}

fn text_may_name(text: &Text, prefix: &str) -> bool {
    match text.parts() {
        [Part::Known { text, .. }] => may_hold(text, prefix),
        parts => {
            // Neighbouring parts make one word; what is not known in between makes none that is wholly known.
            let mut known = String::new();
            for part in parts {
                match part {
                    Part::Known { text, .. } => known.push_str(text),
                    Part::Json(value, _) if may_name(value, prefix) => return true,
                    Part::Json(..) | Part::Symbol(..) | Part::Hole(..) => known.push('\0'),
                }
            }
            may_hold(&known, prefix)
        }
    }
}

/// Whether a text has a word in letters of any case, or a backslash, which may begin an escape of JSON that stands for
/// any letter. `word` is lower case.
pub(crate) fn may_hold(text: &str, word: &str) -> bool {
    let (bytes, word) = (text.as_bytes(), word.as_bytes());
    let Some((last, before)) = word.split_last() else { return true };
    let is_end = |at: usize| {
        bytes.get(at) == Some(&b'\\')
            || at
                .checked_sub(before.len())
                .and_then(|from| bytes.get(from..at))
                .is_some_and(|b| b.eq_ignore_ascii_case(before))
    };
    let (low, high) = (*last, last.to_ascii_uppercase());
    if bytes.len() < SHORT {
        let ends = bytes.iter().enumerate().filter(|(_, b)| **b == low || **b == high || **b == b'\\');
        return ends.map(|(at, _)| at).any(is_end);
    }
    memchr::memchr3_iter(low, high, b'\\', bytes).any(is_end)
}

/// To search a shorter text takes less time than to begin a search.
const SHORT: usize = 48;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        source::{FileId, Location, Span},
        value::{Entry, ListKind, ObjectKind, Origin, Reason, Unknown},
    };

    fn at() -> Location {
        Location::new(FileId(0), Span::new(0, 0))
    }

    fn known(text: &str) -> Part {
        Part::Known { text: text.into(), origin: Origin::from(at()), map: None }
    }

    fn string(parts: Vec<Part>) -> Value {
        Value::new(Kind::String(Text::new(parts)), at())
    }

    #[test]
    fn names_are_found_wherever_decoding_would_find_them() {
        let hole = || Part::Hole(Arc::new(Unknown::new("x", Reason::OnlyAws, at())), at().into());
        let named = [
            string(vec![known("STS:AssumeRole")]),
            string(vec![known("st"), known("s:*")]),
            string(vec![known(r#"{"Action": "\u0073ts:AssumeRole"}"#)]),
            string(vec![known(r#"{"Action": "sts:Assume*", "Resource": ""#), hole(), known("\"}")]),
            string(vec![Part::Json(
                Arc::new(Value::list(ListKind::Tuple, vec![Value::string("sts:*", at())], at())),
                at().into(),
            )]),
        ];
        for value in named {
            assert!(may_name(&value, "sts:"), "{value:?}");
            let under = |key: Text, value: Value| {
                Value::object(ObjectKind::Object, vec![Entry { key, key_origin: at().into(), value }], at())
            };
            for key in [Text::known("Action", at()), Text::known("notACTION", at()), Text::new(vec![hole()])] {
                let statement = under(key, value.clone());
                assert!(may_name(&statement, "sts:"), "{statement:?}");
                assert!(may_name(&under(Text::known("Statement", at()), statement), "sts:"));
            }
            assert!(!may_name(&under(Text::known("Resource", at()), value), "sts:"));
        }
        let others =
            [string(vec![known("s3:Get")]), string(vec![known("st"), hole(), known("s:x")]), string(vec![known(":")])];
        for value in others {
            assert!(!may_name(&value, "sts:"), "{value:?}");
        }
    }
}
