//! Every recorded call gives what Terraform gave.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Caller, directory, here};
use crate::{
    terraform::functions::FunctionError,
    value::{Entry, Kind, ListKind, Number, ObjectKind, Text, Value},
};

/// An argument as a value; nested calls are made.
pub(super) fn argument(caller: &Caller, json: &Json) -> Result<Value, FunctionError> {
    let at = here();
    Ok(match json {
        Json::Null => Value::new(Kind::Null, at),
        Json::Bool(b) => Value::bool(*b, at),
        Json::Number(n) => {
            let number = match n.as_i64() {
                Some(i) => Number::int(i),
                None => crate::terraform::convert::number(n.as_f64().expect("a finite number")),
            };
            Value::new(Kind::Number(number), at)
        }
        Json::String(s) => Value::string(s.as_str(), at),
        Json::Array(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(|i| argument(caller, i)).collect();
            Value::list(ListKind::Tuple, items?, at)
        }
        Json::Object(object) => match object.get("$call").and_then(Json::as_array) {
            Some(call) => made(caller, call)?,
            None => {
                let mut entries = Vec::new();
                for (key, value) in object {
                    let key = Text::known(key.as_str(), at);
                    entries.push(Entry { key, key_origin: at.into(), value: argument(caller, value)? });
                }
                Value::object(ObjectKind::Object, entries, at)
            }
        },
    })
}

fn made(caller: &Caller, call: &[Json]) -> Result<Value, FunctionError> {
    let name = call[0].as_str().expect("a function's name");
    let args: Result<Vec<Value>, _> = call[1..].iter().map(|a| argument(caller, a)).collect();
    caller.call(name, &args?)
}

/// Whether a value is that of the recording, with its type; what is not known here is told apart.
fn same(value: &Value, ty: &Json, wanted: &Json) -> Result<(), String> {
    let differs = || Err(format!("{value:?} is not {wanted} of type {ty}"));
    if let Kind::Unknown(u) = &value.kind {
        return Err(format!("unknown: {}", u.reason));
    }
    if wanted.is_null() {
        return if matches!(value.kind, Kind::Null) { Ok(()) } else { differs() };
    }
    let (name, of) = match ty {
        Json::String(name) => (name.as_str(), &Json::Null),
        _ => (ty[0].as_str().expect("a type's name"), &ty[1]),
    };
    match (name, &value.kind, wanted) {
        ("string", Kind::String(text), Json::String(s)) if text.as_known().as_deref() == Some(s) => Ok(()),
        ("bool", Kind::Bool(a), Json::Bool(b)) if a == b => Ok(()),
        ("number", Kind::Number(a), Json::Number(b)) => {
            let (a, b) = (crate::terraform::equality::as_float(*a), b.as_f64().expect("a finite number"));
            if (a - b).abs() <= 1e-12 * b.abs() { Ok(()) } else { differs() }
        }
        ("list" | "set" | "tuple", Kind::List(kind, items), Json::Array(wanted)) => {
            let named = match kind {
                ListKind::List => "list",
                ListKind::Set => "set",
                ListKind::Tuple => "tuple",
            };
            if named != name || items.len() != wanted.len() {
                return differs();
            }
            let mut items: Vec<&Value> = items.iter().collect();
            let mut wanted: Vec<&Json> = wanted.iter().collect();
            // Terraform orders sets of anything but strings, numbers and booleans by a hash.
            if name == "set" && !of.is_string() {
                items.sort_by_cached_key(|v| format!("{:?}", plain(v)));
                wanted.sort_by_cached_key(|v| format!("{:?}", sorted(v)));
            }
            items
                .iter()
                .zip(wanted)
                .enumerate()
                .try_for_each(|(i, (item, wanted))| same(item, if name == "tuple" { &of[i] } else { of }, wanted))
        }
        ("map" | "object", Kind::Object(object), Json::Object(wanted)) => {
            let named = if object.kind() == ObjectKind::Map { "map" } else { "object" };
            let keys: BTreeMap<String, &Value> =
                object.entries().iter().filter_map(|e| Some((e.key.as_known()?.into_owned(), &e.value))).collect();
            if named != name || !keys.keys().eq(wanted.keys().collect::<std::collections::BTreeSet<_>>()) {
                return differs();
            }
            wanted
                .iter()
                .try_for_each(|(key, wanted)| same(keys[key], if name == "map" { of } else { &of[key] }, wanted))
        }
        _ => differs(),
    }
}

fn plain(value: &Value) -> Json {
    match &value.kind {
        Kind::List(_, items) => Json::Array(items.iter().map(plain).collect()),
        Kind::Object(o) => {
            let entries: BTreeMap<String, Json> =
                o.entries().iter().filter_map(|e| Some((e.key.as_known()?.into_owned(), plain(&e.value)))).collect();
            Json::Object(entries.into_iter().collect())
        }
        Kind::Bool(b) => Json::Bool(*b),
        Kind::Number(Number::Int(i)) => Json::from(i64::try_from(i.get()).unwrap_or(0)),
        Kind::Number(Number::Float(x)) => Json::from(*x),
        Kind::String(t) => Json::from(t.display()),
        _ => Json::Null,
    }
}

fn sorted(json: &Json) -> Json {
    match json {
        Json::Array(items) => Json::Array(items.iter().map(sorted).collect()),
        Json::Object(o) => {
            let entries: BTreeMap<String, Json> = o.iter().map(|(k, v)| (k.clone(), sorted(v))).collect();
            Json::Object(entries.into_iter().collect())
        }
        other => other.clone(),
    }
}

#[test]
fn recorded_calls_give_the_same() {
    let text = std::fs::read_to_string(directory().join("calls.jsonl")).expect("the recorded calls");
    let caller = Caller::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in text.lines() {
        let line: Json = serde_json::from_str(line).expect("a recorded call");
        let call = line["call"].as_array().expect("a call");
        count += 1;
        let problem = match (made(&caller, call), line.get("error")) {
            (Err(_), Some(_)) => continue,
            (Err(e), None) => format!("{e}, and should be {}", line["value"]),
            (Ok(value), Some(_)) => format!("{:?}, and should be an error", plain(&value)),
            (Ok(value), None) => match same(&value, &line["type"], &line["value"]) {
                Ok(()) => continue,
                Err(problem) => problem,
            },
        };
        wrong.push(format!("{}: {problem}", Json::Array(call.clone())));
    }
    assert!(wrong.is_empty(), "{} of {count} calls differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 5_000, "only {count} calls were recorded");
}
