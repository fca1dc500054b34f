//! The same policy gives the same findings whatever form it is written in.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use iac_trust_lint::finding::{Finding, Severity};
use serde_json::Value;

use super::{
    forms::{self, Form, ROLE},
    run::findings,
};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").canonicalize().unwrap()
}

fn lint(form: &Form, config: &str) -> Vec<Finding> {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().canonicalize().unwrap();
    fs::write(home.join(form.file), &form.text).unwrap();
    findings(&home, config).into_iter().map(|(_, finding)| finding).collect()
}

/// A finding without what the form makes different.
fn essence(finding: &Finding) -> String {
    let message = finding.message.replace("the role of `policy.json`", &format!("role `{ROLE}`"));
    let witness = finding.witness.as_ref().map(|w| serde_json::to_string(w).unwrap());
    let value = &finding.fingerprint_parts.value;
    // The data source always writes a list of statements.
    let message = if finding.rule == "oversized-policy" { String::new() } else { message };
    format!("{} {} {:?} {value:?} {message} {witness:?}", finding.rule, finding.severity, finding.certainty)
}

fn essences(findings: &[Finding]) -> Vec<String> {
    let mut all: Vec<String> = findings.iter().map(essence).collect();
    all.sort();
    all
}

/// What was found in each form of a policy.
fn in_every_form(policy: &Value, config: &str) -> Vec<(&'static str, Vec<Finding>)> {
    forms::all(policy).iter().map(|form| (form.name, lint(form, config))).collect()
}

/// The forms whose findings differ from those of the bare document.
fn differences(name: &str, found: &[(&'static str, Vec<Finding>)]) -> Vec<String> {
    let expected = essences(&found[0].1);
    let differ = found.iter().map(|(form, f)| (form, essences(f))).filter(|(_, f)| *f != expected);
    differ
        .map(|(form, found)| {
            let more = found.iter().filter(|f| !expected.contains(f)).map(|f| format!("+ {f}"));
            let less = expected.iter().filter(|f| !found.contains(f)).map(|f| format!("- {f}"));
            format!("{name} as {form}:\n  {}", more.chain(less).collect::<Vec<_>>().join("\n  "))
        })
        .collect()
}

#[test]
fn peers_policies_are_judged_right_in_every_form() {
    let folder = testdata().join("peers");
    let config = fs::read_to_string(folder.join("config.yaml")).unwrap();
    let table = fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let rows: BTreeMap<&str, &str> =
        table.lines().filter(|l| !l.starts_with('#')).map(|l| l.split_once('\t').unwrap()).collect();
    let (risky, safe) = rows.values().partition::<Vec<&str>, _>(|rules| **rules != "-");
    assert_eq!((risky.len(), safe.len()), (29, 13));
    let mut wrong = Vec::new();
    for (name, rules) in rows {
        let policy: Value =
            serde_json::from_str(&fs::read_to_string(folder.join(format!("{name}.json"))).unwrap()).unwrap();
        let expected: BTreeSet<&str> = rules.split(',').filter(|r| *r != "-").collect();
        let found = in_every_form(&policy, &config);
        for (form, findings) in &found {
            let fired: BTreeSet<&str> =
                findings.iter().filter(|f| f.severity >= Severity::Medium).map(|f| f.rule).collect();
            if fired != expected {
                wrong.push(format!("{name} as {form}: {fired:?}, expected {expected:?}"));
            }
        }
        wrong.extend(differences(name, &found));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn policies_of_the_fixtures_give_the_same_findings_in_every_form() {
    let mut wrong = Vec::new();
    let (mut policies, mut written) = (0, 0);
    for folder in fs::read_dir(testdata().join("rules")).unwrap() {
        let folder = folder.unwrap().path();
        let Ok(text) = fs::read_to_string(folder.join("cloudformation/template.json")) else { continue };
        let config = fs::read_to_string(folder.join("config.yaml")).unwrap_or_default();
        let template: Value = serde_json::from_str(&text).unwrap();
        for (name, resource) in template["Resources"].as_object().unwrap() {
            let policy = &resource["Properties"]["AssumeRolePolicyDocument"];
            // What refers to the template's own values has no other form.
            let refers = ["Fn::", "\"Ref\""].iter().any(|f| policy.to_string().contains(f));
            if policy.is_null() || refers || resource["Metadata"].is_object() {
                continue;
            }
            policies += 1;
            let name = format!("{} {name}", folder.file_name().unwrap().to_string_lossy());
            let found = in_every_form(policy, &config);
            written += found.len();
            wrong.extend(differences(&name, &found));
        }
    }
    assert!(policies > 60 && written > 500, "{policies} policies in {written} forms");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
