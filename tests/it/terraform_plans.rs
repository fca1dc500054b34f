//! Every configuration of `testdata/terraform/configs` has the policies that Terraform plans.

use std::{collections::BTreeMap, fs, path::Path};

use regex::Regex;
use serde_json::Value as Json;

use crate::kit::command;

/// Where the own account and its surroundings were when the plans were recorded.
const PLACEHOLDERS: [(&str, &str); 6] = [
    ("${own-account}", "123456789012"),
    ("${partition}", "aws"),
    ("${region}", "us-east-1"),
    ("${dns-suffix}", "amazonaws\\.com"),
    ("${own-organization}", "o-[a-z0-9]+"),
    ("${aws-service-account}", "[0-9]{12}"),
];

/// Whether a text with placeholders stands for the other one.
fn text_stands_for(ours: &str, theirs: &str) -> bool {
    if ours == theirs {
        return true;
    }
    let mut pattern = regex::escape(ours);
    for (placeholder, stands_for) in PLACEHOLDERS {
        pattern = pattern.replace(&regex::escape(placeholder), stands_for);
    }
    Regex::new(&format!("^(?s:{pattern})$")).unwrap().is_match(theirs)
}

/// Numbers and booleans of a policy mean the same as their text.
fn as_text(json: &Json) -> Option<String> {
    match json {
        Json::String(s) => Some(s.clone()),
        Json::Number(_) | Json::Bool(_) => Some(json.to_string()),
        _ => None,
    }
}

fn as_list(json: &Json) -> Vec<&Json> {
    match json {
        Json::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

/// The first difference between two parts of policies, up to the order of values.
fn difference(place: &str, ours: &Json, theirs: &Json) -> Option<String> {
    let differs = || Some(format!("{place}: {ours} is not {theirs}"));
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            let mut wanted: BTreeMap<&String, &Json> = b.iter().collect();
            for (key, value) in a {
                let Some(found) = b.keys().find(|k| text_stands_for(key, k)) else {
                    return Some(format!("{place}: {key} is not there in {theirs}"));
                };
                if let Some(d) = difference(&format!("{place}.{key}"), value, &b[found]) {
                    return Some(d);
                }
                wanted.remove(found);
            }
            wanted.keys().next().map(|key| format!("{place}: {key} is missing in {ours}"))
        }
        (Json::Array(_), _) | (_, Json::Array(_)) => {
            let (ours, mut theirs) = (as_list(ours), as_list(theirs));
            if ours.len() != theirs.len() {
                return differs();
            }
            for item in ours {
                match theirs.iter().position(|t| difference(place, item, t).is_none()) {
                    Some(at) => drop(theirs.remove(at)),
                    None => return Some(format!("{place}: {item} is none of {theirs:?}")),
                }
            }
            None
        }
        _ => match (as_text(ours), as_text(theirs)) {
            (Some(a), Some(b)) if text_stands_for(&a, &b) => None,
            (None, None) if ours == theirs => None,
            _ => differs(),
        },
    }
}

fn roles_of(dir: &Path) -> BTreeMap<String, Json> {
    let out = command(dir).args(["roles", "--with-policy", "--format", "json", "--no-config"]).output().unwrap();
    let listed: Json = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|e| panic!("{}: {e}: {}", dir.display(), String::from_utf8_lossy(&out.stderr)));
    let roles = listed["roles"].as_array().unwrap().iter();
    roles.map(|r| (r["address"].as_str().unwrap().to_owned(), r["document"].clone())).collect()
}

#[test]
fn policies_are_those_of_the_recorded_plans() {
    let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/terraform/configs");
    let mut dirs: Vec<_> = fs::read_dir(&configs).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    dirs.sort();
    let mut wrong = Vec::new();
    let (mut equal, mut unknown_to_both) = (0, 0);
    for dir in &dirs {
        let name = dir.file_name().unwrap().to_string_lossy();
        let mut ours = roles_of(dir);
        for line in fs::read_to_string(dir.join("expected.jsonl")).unwrap().lines() {
            let line: Json = serde_json::from_str(line).unwrap();
            let Some(address) = line["address"].as_str() else {
                wrong.push(format!("{name}: nothing was recorded: {line}"));
                continue;
            };
            let Some(document) = ours.remove(address) else {
                wrong.push(format!("{name}: {address} is missing"));
                continue;
            };
            if line["policy"].is_null() {
                unknown_to_both += 1;
                continue;
            }
            match difference(address, &document, &line["policy"]) {
                Some(d) => wrong.push(format!("{name}: {d}")),
                None => equal += 1,
            }
        }
        wrong.extend(ours.keys().map(|address| format!("{name}: {address} is one too many")));
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), wrong.len() + equal, wrong.join("\n"));
    assert!(dirs.len() >= 60 && equal > 2 * unknown_to_both, "{} configurations, {equal} policies", dirs.len());
}
