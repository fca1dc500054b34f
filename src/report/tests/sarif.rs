use serde_json::{Value, json};

use super::{at, files, finding, outcome, role, write};
use crate::{
    finding::{Label, Quieted, RoleRef, Severity},
    report::{Format, Outcome, RunError, Settings},
    source::Files,
};

fn sarif(files: &Files, outcome: &Outcome) -> Value {
    serde_json::from_str(&write(Format::Sarif, files, outcome, &Settings::default())).unwrap()
}

fn sample(files: &Files) -> Outcome {
    let main = files.sources.add("a b/é.tf", "é = \"999988887777\"\n".to_owned()).unwrap();
    let mut first = finding(at(files, main, "999988887777"));
    let elsewhere = RoleRef { root: "prod".to_owned(), ..role("aws_iam_role.a") };
    first.roles = vec![role("aws_iam_role.a"), elsewhere];
    first.related = vec![Label { at: at(files, main, "é"), text: "here".to_owned() }];
    let mut quiet = first.clone();
    quiet.quieted = Some(Quieted::Suppressed("known".to_owned()));
    let mut known = first.clone();
    known.quieted = Some(Quieted::Baselined);
    let mut hidden = first.clone();
    hidden.severity = Severity::Info;
    let mut outcome = outcome(vec![first, quiet, known, hidden]);
    outcome.min_severity = Some(Severity::Low);
    outcome.errors.push(RunError { file: "x.tf".to_owned(), message: "gone".to_owned() });
    outcome
}

/// What the standard asks of the properties that we write.
fn schema() -> Value {
    let region = json!({
        "type": "object", "additionalProperties": false,
        "required": ["startLine", "startColumn", "endLine", "endColumn"],
        "properties": {
            "startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1},
            "endLine": {"type": "integer", "minimum": 1}, "endColumn": {"type": "integer", "minimum": 1},
        },
    });
    let message = json!({"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}});
    let location = json!({
        "type": "object", "required": ["physicalLocation"],
        "properties": {"message": message, "logicalLocations": {"type": "array", "uniqueItems": true}, "physicalLocation": {
            "type": "object", "required": ["artifactLocation", "region"],
            "properties": {
                "region": region,
                "artifactLocation": {"type": "object", "properties": {
                    "uri": {"type": "string", "pattern": "^[A-Za-z0-9._~/%-]+$"}, "uriBaseId": {"const": "SRCROOT"},
                }},
            },
        }},
    });
    let result = json!({
        "type": "object", "required": ["message", "ruleId", "level", "locations"],
        "properties": {
            "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": 0}, "message": message,
            "level": {"enum": ["none", "note", "warning", "error"]},
            "locations": {"type": "array", "items": location}, "relatedLocations": {"type": "array", "uniqueItems": true, "items": location},
            "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
            "suppressions": {"type": "array", "items": {
                "type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["inSource", "external"]}},
            }},
        },
    });
    json!({
        "type": "object", "required": ["version", "runs"],
        "properties": {"version": {"const": "2.1.0"}, "runs": {"type": "array", "items": {
            "type": "object", "required": ["tool", "results"],
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "originalUriBaseIds": {"type": "object", "required": ["SRCROOT"]},
                "results": {"type": "array", "items": result},
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                    "type": "object", "required": ["name", "rules"],
                    "properties": {"rules": {"type": "array", "uniqueItems": true, "items": {
                        "type": "object", "required": ["id", "help"], "properties": {"help": message},
                    }}},
                }}},
            },
        }}},
    })
}

#[test]
fn keeps_to_the_standard() {
    let files = files();
    let document = sarif(&files, &sample(&files));
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn says_where_in_characters_and_by_a_relative_address() {
    let files = files();
    let document = sarif(&files, &sample(&files));
    let place = &document["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"], json!({"uri": "a%20b/%C3%A9.tf", "uriBaseId": "SRCROOT"}));
    assert_eq!(place["region"], json!({"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 18}));
    assert_eq!(document["runs"][0]["results"][0]["relatedLocations"][0]["message"]["text"], "here");
}

#[test]
fn quiet_findings_are_suppressions_and_hidden_ones_are_absent() {
    let files = files();
    let document = sarif(&files, &sample(&files));
    let results = document["runs"][0]["results"].as_array().unwrap();
    let kinds: Vec<&Value> = results.iter().map(|r| &r["suppressions"]).collect();
    assert_eq!(
        kinds,
        [
            &json!([]),
            &json!([{"kind": "inSource", "justification": "known"}]),
            &json!([{"kind": "external", "justification": "in the baseline"}]),
        ]
    );
    assert_eq!(document["runs"][0]["invocations"][0]["executionSuccessful"], false);
    assert_eq!(document["runs"][0]["properties"]["summary"]["undecided"], 3);
}

#[test]
fn each_result_names_its_rule_by_index() {
    let files = files();
    let document = sarif(&files, &sample(&files));
    let run = &document["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
}
