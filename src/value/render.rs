use serde_json::{Map, Value as Json, json};

use super::{Kind, Number, Part, Value};

/// Values nested deeper are not rendered.
const MOST_DEPTH: usize = 512;

/// A value as `roles --with-policy` shows it: what is unknown as `{"$unknown": "REFERENCE"}`, unknown and symbolic
/// parts of strings as `${unknown:REFERENCE}`, `${own-account}` and so on. A value with several outcomes is unknown. A
/// string that is wholly the JSON encoding of a value is that value when it is the value itself, not when it is inside.
pub fn to_contract_json(value: &Value) -> Json {
    match &value.kind {
        Kind::String(text) => match text.parts() {
            [Part::Json(inner, _)] => render(inner, 0),
            _ => render(value, 0),
        },
        _ => render(value, 0),
    }
}

fn unknown(reference: &str) -> Json {
    json!({ "$unknown": reference })
}

fn render(value: &Value, depth: usize) -> Json {
    if depth > MOST_DEPTH {
        return unknown("a value nested too deep");
    }
    match &value.kind {
        Kind::Null => Json::Null,
        Kind::Bool(b) => Json::Bool(*b),
        Kind::Number(Number::Int(i)) => match i64::try_from(i.get()) {
            Ok(i) => Json::from(i),
            Err(_) => Json::from(i.get().to_string()),
        },
        Kind::Number(Number::Float(x)) => Json::from(*x),
        Kind::String(text) => Json::String(text.display()),
        Kind::List(_, items) => items.iter().map(|v| render(v, depth + 1)).collect(),
        Kind::Object(o) => {
            let mut map = Map::new();
            for e in o.entries() {
                map.insert(e.key.display(), render(&e.value, depth + 1));
            }
            Json::Object(map)
        }
        Kind::Unknown(u) => unknown(&u.reference_for_display()),
        Kind::Choice(c) => unknown(&c.subject.text),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        source::{FileId, Location, Span},
        value::{ListKind, Reason, Symbol, Text, Unknown},
    };

    #[test]
    fn unknowns_and_symbols_have_their_placeholders() {
        let at = Location::new(FileId(0), Span::new(0, 0));
        let unknown = Unknown::new("var.x", Reason::VariableNotSet("x".to_owned()), at);
        let text = Text::new(vec![
            Part::Symbol(Symbol::OwnAccount, at.into()),
            Part::Hole(Arc::new(unknown.clone()), at.into()),
        ]);
        let items = vec![Value::unknown(unknown, at), Value::new(Kind::String(text), at)];
        let list = Value::list(ListKind::List, items, at);
        assert_eq!(to_contract_json(&list), json!([{"$unknown": "var.x"}, "${own-account}${unknown:var.x}"]));
    }
}
