use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::kit::Tree;

/// `tests/data/verdicts.jsonl`: hand-made trust policies of a role of account 111122223333, each with the rules that
/// fire, settled from what AWS documents before the program was asked. No zone is configured; rules of severity info
/// are left out.
#[test]
fn hand_made_policies_are_judged_as_settled() {
    let lines = include_str!("../../data/verdicts.jsonl").lines();
    let cases: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let tree = Tree::new();
    for case in &cases {
        tree.write(&format!("{}.json", case["id"].as_str().unwrap()), case["trustPolicy"].to_string());
    }
    let found = tree.json(&["--own-account", "111122223333", "--now", "2026-11-21"]);
    let mut fired: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in found["findings"].as_array().unwrap() {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        fired.entry(text("file").trim_end_matches(".json").to_owned()).or_default().insert(text("rule"));
    }
    let mut wrong = Vec::new();
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let wanted: BTreeSet<String> =
            case["rules"].as_array().unwrap().iter().map(|r| r.as_str().unwrap().to_owned()).collect();
        let got = fired.remove(id).unwrap_or_default();
        if got != wanted {
            wrong.push(format!("{id}: {got:?}, not {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(found["summary"]["roles"], cases.len());
}
