//! Where part of an argument is hidden, the result must still cover what Terraform gives for the whole: unknown is
//! allowed, another value is not.

use std::sync::Arc;

use regex::Regex;
use serde_json::Value as Json;

use super::{super::texts::flat, Caller, directory, here, recorded::argument};
use crate::{
    terraform::equality::is_many,
    value::{Arm, Choice, Entry, Kind, ListKind, Object, Part, Reason, Subject, Text, Unknown, Value},
};

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides.max(1)
    }
}

fn hidden() -> Unknown {
    Unknown::new("hidden", Reason::OnlyAws, here())
}

/// The value with a part of it hidden, or made one of two outcomes of which the first is the true one.
fn mask(value: &Value, dice: &mut Dice) -> Value {
    let go_in = dice.roll(3) > 0;
    match &value.kind {
        Kind::String(text) if go_in => {
            let known = text.as_known().expect("a known text").into_owned();
            let bounds: Vec<usize> = known.char_indices().map(|(i, _)| i).chain([known.len()]).collect();
            let (mut a, mut b) = (bounds[dice.roll(bounds.len())], bounds[dice.roll(bounds.len())]);
            if a > b {
                std::mem::swap(&mut a, &mut b);
            }
            let part = |t: &str| Part::Known { text: t.into(), origin: here().into(), map: None };
            let hole = Part::Hole(Arc::new(hidden()), here().into());
            Value::new(Kind::String(Text::new(vec![part(&known[..a]), hole, part(&known[b..])])), here())
        }
        Kind::List(kind, items) if go_in && !items.is_empty() => {
            let mut items = items.to_vec();
            let at = dice.roll(items.len());
            // A set may be hidden in part, but its order would give away what is hidden.
            if dice.roll(3) == 0 && *kind != ListKind::Set {
                let end = at + dice.roll(items.len() - at + 1);
                items.splice(at..end, [Value::unknown(hidden().many(), here())]);
            } else {
                items[at] = mask(&items[at], dice);
            }
            Value::list(*kind, items, here())
        }
        Kind::Object(object) if go_in && !object.entries().is_empty() => {
            let mut entries = object.entries().to_vec();
            let at = dice.roll(entries.len());
            entries[at].value = mask(&entries[at].value, dice);
            Value::new(Kind::Object(Arc::new(Object::new(object.kind(), entries))), here())
        }
        _ if dice.roll(3) == 0 => {
            let subject = Subject { key: "s".into(), text: "s".into(), at: here(), reason: Reason::OnlyAws };
            let arms = vec![
                Arm { label: "true".into(), value: value.clone() },
                Arm { label: "false".into(), value: Value::string("other", here()) },
            ];
            Value::new(Kind::Choice(Arc::new(Choice { subject: Arc::new(subject), arms })), here())
        }
        _ => Value::unknown(hidden(), here()),
    }
}

fn covers_text(text: &Text, wanted: &str) -> bool {
    let Ok(text) = flat(text) else { return true };
    let parts = text.parts().iter().map(|p| match p {
        Part::Known { text, .. } => regex::escape(text),
        _ => "(?s:.*)".to_owned(),
    });
    Regex::new(&format!("^(?:{})$", parts.collect::<String>())).expect("a pattern").is_match(wanted)
}

/// Whether what is known of a value fits a JSON value.
fn covers(value: &Value, wanted: &Json) -> bool {
    match (&value.kind, wanted) {
        (Kind::Unknown(u), _) => match (&u.pattern, wanted) {
            (Some(pattern), Json::String(s)) => Regex::new(&format!("^(?:{pattern})$")).expect("a pattern").is_match(s),
            _ => true,
        },
        (Kind::Choice(c), _) => c.arms.iter().any(|a| &*a.label == "true" && covers(&a.value, wanted)),
        (Kind::Null, Json::Null) => true,
        (Kind::Bool(a), Json::Bool(b)) => a == b,
        // Whether an element is a number or its text can depend on one that is hidden.
        (Kind::Bool(_) | Kind::Number(_), Json::String(s)) => value.as_str().as_deref() == Some(s),
        (Kind::String(text), Json::Bool(_) | Json::Number(_)) => covers_text(text, &wanted.to_string()),
        (Kind::Number(a), Json::Number(b)) => {
            let (a, b) = (crate::terraform::equality::as_float(*a), b.as_f64().expect("a finite number"));
            (a - b).abs() <= 1e-12 * b.abs()
        }
        (Kind::String(text), Json::String(s)) => match text.parts() {
            [Part::Json(value, _)] => serde_json::from_str(s).is_ok_and(|wanted| covers(value, &wanted)),
            _ => covers_text(text, s),
        },
        (Kind::List(ListKind::Set, items), Json::Array(wanted)) => {
            wanted.iter().all(|w| items.iter().any(|i| covers(i, w)))
                && items.iter().all(|i| is_many(i) || wanted.iter().any(|w| covers(i, w)))
        }
        (Kind::List(_, items), Json::Array(wanted)) => covers_items(items, wanted),
        (Kind::Object(object), Json::Object(wanted)) => covers_entries(object.entries(), wanted),
        _ => false,
    }
}

fn covers_items(items: &[Value], wanted: &[Json]) -> bool {
    match (items.split_first(), wanted.split_first()) {
        (None, None) => true,
        (Some((item, rest)), _) if is_many(item) => {
            covers_items(rest, wanted)
                || wanted.split_first().is_some_and(|(w, others)| covers(item, w) && covers_items(items, others))
        }
        (Some((item, rest)), Some((w, others))) => covers(item, w) && covers_items(rest, others),
        _ => false,
    }
}

fn covers_entries(entries: &[Entry], wanted: &serde_json::Map<String, Json>) -> bool {
    let known = |e: &&Entry| e.key.as_known().is_some();
    let open = entries.iter().any(|e| !known(&e));
    let present = entries.iter().filter(known).all(|e| {
        let key = e.key.as_known().unwrap_or_default();
        wanted.get(&*key).is_some_and(|w| covers(&e.value, w))
    });
    let all = wanted.keys().all(|k| entries.iter().any(|e| e.key.as_known().as_deref() == Some(k)));
    present && (open || all)
}

#[test]
fn hidden_parts_are_never_guessed() {
    let text = std::fs::read_to_string(directory().join("calls.jsonl")).expect("the recorded calls");
    let caller = Caller::new();
    let mut dice = Dice(7);
    let mut wrong = Vec::new();
    let (mut count, mut known) = (0_usize, 0_usize);
    for line in text.lines() {
        let line: Json = serde_json::from_str(line).expect("a recorded call");
        let call = line["call"].as_array().expect("a call");
        if line.get("error").is_some() || call.len() < 2 {
            continue;
        }
        let name = call[0].as_str().expect("a name");
        let args: Vec<Value> = call[1..].iter().map(|a| argument(&caller, a).expect("a good argument")).collect();
        for _ in 0..2 {
            let mut given = args.clone();
            let at = dice.roll(given.len());
            given[at] = mask(&given[at], &mut dice);
            count += 1;
            // JSON with holes is read as if these were whole values.
            if name == "jsondecode" && matches!(&given[0].kind, Kind::String(t) if t.as_known().is_none()) {
                caller.call(name, &given).expect("no error of what is hidden");
                continue;
            }
            match caller.call(name, &given) {
                // Two elements may prove to be one, and the order of what is hidden is not known.
                Ok(Value { kind: Kind::List(ListKind::List, items), .. }) if matches!(name, "sort" | "distinct") => {
                    let set = Value::list(ListKind::Set, items.to_vec(), here());
                    if !covers(&set, &line["value"]) {
                        wrong.push(format!("{name} gives {}, but {}", super::partial::show(&set), line["value"]));
                    }
                }
                Ok(value) => {
                    known += usize::from(!matches!(value.kind, Kind::Unknown(_)));
                    if !covers(&value, &line["value"]) {
                        let shown: Vec<String> = given.iter().map(super::partial::show).collect();
                        let got = super::partial::show(&value);
                        wrong.push(format!("{name}({}) gives {got}, but {}", shown.join(", "), line["value"]));
                    }
                }
                Err(e) => {
                    let shown: Vec<String> = given.iter().map(super::partial::show).collect();
                    wrong.push(format!("{name}({}): {e}, but {}", shown.join(", "), line["value"]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} results are guessed:\n{}", wrong.len(), wrong.join("\n"));
    assert!(known * 4 > count, "only {known} of {count} results say anything");
}
