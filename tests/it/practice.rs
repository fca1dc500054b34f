//! The cases that the tool grew out of, each in every form, linted one by one.

use std::{collections::BTreeMap, path::Path};

use crate::kit::command;

/// What each case must give, in every form: `rule LINE:COLUMN` per file.
const EXPECTED: &str = include_str!("../../testdata/practice/expected.txt");

fn findings(path: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = "testdata/practice/.iac-trust-lint.yaml";
    let output = command(root).args(["--format", "json", "--config", config, path]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["summary"]["undecided"], 0, "{path}: {json}");
    let found: Vec<String> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| format!("{} {}:{}", f["rule"].as_str().unwrap(), f["line"], f["column"]))
        .collect();
    assert_eq!(output.status.code(), Some(i32::from(!found.is_empty())), "{path}");
    found
}

#[test]
fn every_case_in_every_form_gives_what_it_must() {
    let mut wanted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in EXPECTED.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (file, finding) = line.split_once(": ").unwrap();
        let list = wanted.entry(file).or_default();
        if finding != "clean" {
            list.push(finding);
        }
    }
    assert_eq!(wanted.len(), 52, "ten roles in five forms, a group in two");
    for (file, expected) in &wanted {
        assert_eq!(&findings(&format!("testdata/practice/{file}")), expected, "{file}");
    }
}
