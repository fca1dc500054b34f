//! What a panic costs, wherever it happens: one file's verdict. Faults are asked for by an environment variable that
//! only builds with debug assertions heed.

#![cfg(debug_assertions)]

use serde_json::Value;

use crate::kit::{Ran, Tree, command, ran, role, template};

/// Files by their names, each with the account that its one role trusts.
const FILES: [(&str, &str); 7] = [
    ("a.yaml", "999988887701"),
    ("b.json", "999988887702"),
    ("m/main.tf", "999988887703"),
    ("n/main.tf", "999988887704"),
    ("plan.json", "999988887705"),
    ("policy.json", "999988887706"),
    ("z.yaml", "999988887707"),
];

fn policy(account: &str) -> String {
    format!(
        "{{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": \
         {{\"AWS\": \"arn:aws:iam::{account}:root\"}}, \"Condition\": {{\"StringEquals\": {{\"sts:ExternalId\": \
         \"k3j5h2-{account}\"}}}}}}]}}"
    )
}

fn tree() -> Tree {
    let json = format!(
        "{{\"Resources\": {{\"Json\": {{\"Type\": \"AWS::IAM::Role\", \"Properties\": {{\"AssumeRolePolicyDocument\": {}}}}}}}}}",
        policy("999988887702")
    );
    let planned = serde_json::json!({
        "address": "aws_iam_role.planned", "mode": "managed", "type": "aws_iam_role", "name": "planned",
        "values": {"assume_role_policy": policy("999988887705")},
    });
    let plan = serde_json::json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [planned]}},
    });
    let noted = "# iac-trust-lint: ignore[public-trust] -- a-reason\n";
    Tree::new()
        .file("a.yaml", format!("{noted}{}", template("999988887701")))
        .file("b.json", json)
        .file("m/main.tf", role("m", "\"999988887703\""))
        .file("n/main.tf", role("n", "\"999988887704\"").replace("k3j5h2k9s8", "p8s2m4x7q1"))
        .file("plan.json", plan.to_string())
        .file("policy.json", policy("999988887706"))
        .file("z.yaml", template("999988887707").replace("Audit", "Zed"))
        .file("broken.tf", "resource \"aws_iam_role\" \"r\" {\n  x = [\n}\n")
}

/// Runs with a fault: `ROOM=WORD`.
fn run(tree: &Tree, fault: &str, args: &[&str], input: &str) -> Ran {
    ran(command(&tree.root).args(args).env("IAC_TRUST_LINT_FAULT", fault), input.as_bytes())
}

fn says_what_to_send(message: &str) {
    assert!(message.contains("internal error: "), "{message}");
    assert!(message.contains("that was asked for"), "{message}");
    assert!(message.contains("report it as a bug of iac-trust-lint"), "{message}");
}

/// The accounts that a report has a finding of `untrusted-account` about.
fn accounts(json: &Value) -> Vec<&'static str> {
    let messages: Vec<&str> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["rule"] == "untrusted-account")
        .map(|f| f["message"].as_str().unwrap())
        .collect();
    FILES.iter().map(|(_, account)| *account).filter(|a| messages.iter().any(|m| m.contains(a))).collect()
}

/// A fault in `room` where the text holds `word` costs `file` its verdict and nobody else.
fn costs_one(tree: &Tree, room: &str, word: &str, file: &str, args: &[&str]) -> Value {
    let fault = format!("{room}={word}");
    let ran = run(tree, &fault, &[&["--format", "json"], args].concat(), "");
    assert_eq!(ran.code, 2, "{fault}: {}{}", ran.stdout, ran.stderr);
    let json: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{fault}: {e}: {}", ran.stderr));
    let errors = json["errors"].as_array().unwrap();
    assert!(!errors.is_empty(), "{fault}");
    for error in errors {
        assert_eq!(error["file"], file, "{fault}: {errors:?}");
        says_what_to_send(error["message"].as_str().unwrap());
    }
    assert_eq!(ran.stderr.matches("error: ").count(), 2 * errors.len(), "{fault}: {}", ran.stderr);
    let found = accounts(&json);
    for (other, account) in FILES {
        let own = other == file || other.starts_with(&format!("{file}/"));
        assert!(own || found.contains(&account), "{fault} loses {other}: {found:?}");
    }
    json
}

#[test]
fn without_a_fault_all_are_found() {
    let tree = tree();
    let ran = run(&tree, "", &["--format", "json"], "");
    let json: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, accounts(&json).len()), (1, FILES.len()), "{}", ran.stdout);
    assert_eq!(json["errors"], serde_json::json!([]));
}

#[test]
fn in_walking_and_parsing() {
    let tree = tree();
    for (room, word, file) in [
        ("walk", "/a.yaml", "a.yaml"),
        ("walk", "/m/main.tf", "m/main.tf"),
        ("visit", "/b.json", "b.json"),
        ("yaml", "999988887701", "a.yaml"),
        ("json", "999988887702", "b.json"),
        ("json", "999988887706", "policy.json"),
        ("hcl", "999988887703", "m"),
    ] {
        costs_one(&tree, room, word, file, &[]);
    }
    let json = costs_one(&tree, "ignores", "/a.yaml", "a.yaml", &[]);
    assert_eq!(accounts(&json).len(), FILES.len(), "a file that nobody can say is left out is linted");
}

#[test]
fn in_the_graph_of_modules() {
    let called = "module \"x\" {\n  source = \"../called\"\n  who    = \"999988887708\"\n}\n";
    let tree = tree()
        .file("calling/main.tf", called)
        .file("called/main.tf", format!("variable \"who\" {{}}\n{}", role("c", "var.who")));
    let sound = tree.json(&[]);
    let json = costs_one(&tree, "graph", "/m", ".", &[]);
    assert_eq!(accounts(&json).len(), FILES.len(), "roots are found without it: {json:#}");
    assert_eq!(json["findings"], sound["findings"]);
    let json = costs_one(
        &tree,
        "graph",
        "/m",
        ".",
        &["calling/main.tf", "a.yaml", "b.json", "m", "n", "plan.json", "policy.json", "z.yaml"],
    );
    assert!(json["findings"].to_string().contains("999988887708"), "{json:#}");
    costs_one(&tree, "calls", "/m/main.tf", "m/main.tf", &[]);
}

#[test]
fn in_the_frontends() {
    let tree = tree();
    for (room, word, file) in [
        ("terraform", "/m", "m"),
        ("module", "/m", "m"),
        ("plan", "/plan.json", "plan.json"),
        ("json-text", "999988887705", "plan.json"),
        ("cloudformation", "/a.yaml", "a.yaml"),
        ("cloudformation", "/b.json", "b.json"),
        ("document", "/policy.json", "policy.json"),
    ] {
        costs_one(&tree, room, word, file, &[]);
    }
}

#[test]
fn in_the_meaning_of_a_policy() {
    let tree = tree();
    for room in ["value", "policy", "analysis", "solver", "evaluator"] {
        for (file, account) in FILES {
            costs_one(&tree, room, account, file, &[]);
        }
    }
}

#[test]
fn in_rules_and_settings() {
    // An entry for some paths: the zone is no longer the same for all.
    let config =
        "rules: {account-wide-trust: off}\nexclude: [\"x/**\"]\ntrust: [{account: \"222222222222\", paths: [y]}]\n";
    let tree = tree().file(".iac-trust-lint.yaml", config);
    for (room, word, file) in [
        ("rule", "untrusted-account Audit", "a.yaml"),
        ("rule", "public-trust aws_iam_role.m", "m/main.tf"),
        ("zone", "/b.json", "b.json"),
        ("level", "/m/main.tf", "m/main.tf"),
        ("exclude", "/policy.json", "policy.json"),
    ] {
        costs_one(&tree, room, word, file, &[]);
    }
    // Roles that require one ExternalId are looked at together.
    let tree = tree.file("n/main.tf", role("n", "\"999988887704\""));
    costs_one(&tree, "rule", "shared-external-id aws_iam_role.n", "n/main.tf", &[]);
}

#[test]
fn in_findings_and_suppressions() {
    let tree = tree();
    for room in ["worlds", "group", "fingerprint", "suppress"] {
        for (file, account) in FILES.iter().filter(|(file, _)| *file != "z.yaml") {
            costs_one(&tree, room, account, file, &[]);
        }
    }
    for room in ["comment", "yaml"] {
        costs_one(&tree, room, "a-reason", "a.yaml", &[]);
    }
    let json = costs_one(&tree, "problem", "broken.tf", "broken.tf", &[]);
    assert_eq!(accounts(&json).len(), FILES.len());
}

#[test]
fn in_filters_and_baselines() {
    let tree = tree();
    tree.git(&["init", "-q"]);
    tree.git(&["add", "a.yaml"]);
    tree.git(&["commit", "-q", "-m", "one"]);
    assert_eq!(run(&tree, "", &["--write-baseline", "known.json", "m"], "").code, 0);
    let json = costs_one(&tree, "level", "/m/main.tf", "m/main.tf", &["--baseline", "known.json"]);
    assert_eq!(json["summary"]["baselined"], 0, "{json:#}");
    tree.write("a.yaml", template("999988887701").replace("Audit:", "Audit2:"));
    costs_one(&tree, "level", "/m/main.tf", "m/main.tf", &["--changed-since", "HEAD"]);
}

#[test]
fn in_each_report() {
    let tree = tree();
    let formats = ["pretty", "compact", "json", "sarif", "github", "gitlab", "junit", "markdown"];
    for format in formats {
        let other = if format == "json" { "sarif" } else { "json" };
        let outputs = [format!("{format}=broken.out"), format!("{other}=whole.out")];
        let fault = format!("report={format}");
        let ran = run(&tree, &fault, &["--format", "compact", "--output", &outputs[0], "--output", &outputs[1]], "");
        assert_eq!(ran.code, 2, "{format}: {}", ran.stderr);
        says_what_to_send(&ran.stderr);
        assert!(ran.stderr.contains("`broken.out`"), "{}", ran.stderr);
        let whole = tree.read("whole.out");
        let lines = if format == "compact" { &whole } else { &ran.stdout };
        for text in [&whole, lines] {
            assert!(FILES.iter().all(|(_, account)| text.contains(account)), "{format}: {text}");
        }
    }
    for format in formats {
        let other = if format == "json" { "sarif" } else { "json" };
        let fault = format!("report={format}");
        let ran = run(&tree, &fault, &["--format", format, "--output", &format!("{other}=whole.out")], "");
        assert_eq!(ran.code, 2, "{format}: {}", ran.stderr);
        says_what_to_send(&ran.stderr);
        assert!(FILES.iter().all(|(_, account)| tree.read("whole.out").contains(account)), "{format}");
    }
}

#[test]
fn in_writing_a_baseline() {
    let tree = tree();
    let ran = run(&tree, "baseline=known", &["--format", "json", "--write-baseline", "known.json"], "");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    says_what_to_send(&ran.stderr);
    assert_eq!(accounts(&serde_json::from_str(&ran.stdout).unwrap()).len(), FILES.len());
    assert!(!tree.root.join("known.json").exists());
}

#[test]
fn in_listing_roles() {
    let tree = tree();
    for (room, word) in [("listing", "Audit"), ("analysis", "999988887701")] {
        let fault = format!("{room}={word}");
        let ran = run(&tree, &fault, &["roles", "--format", "json", "a.yaml", "b.json", "m"], "");
        assert_eq!(ran.code, 2, "{fault}: {}", ran.stderr);
        says_what_to_send(&ran.stderr);
        assert!(ran.stderr.contains("error: a.yaml: "), "{fault}: {}", ran.stderr);
        let json: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(json["roles"].as_array().unwrap().len(), 2, "{fault}: {json:#}");
    }
    let ran = run(&tree, "listing=Audit", &["init", "--stdout", "."], "");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stdout.contains("999988887702"), "{}", ran.stdout);
}

#[test]
fn in_simulating() {
    let tree = tree();
    let line = |account: &str| {
        let request = serde_json::json!({
            "principal": format!("arn:aws:iam::{account}:role/r"), "action": "sts:AssumeRole",
            "context": {"sts:ExternalId": format!("k3j5h2-{account}")},
        });
        let policy: Value = serde_json::from_str(&policy(account)).unwrap();
        serde_json::json!({"id": account, "trustPolicy": policy, "request": request}).to_string()
    };
    let input = format!("{}\n{}\n{}\n", line("999988887701"), line("999988887702"), line("999988887703"));
    for room in ["simulate", "policy", "json-text"] {
        let ran = run(&tree, &format!("{room}=999988887702"), &["simulate"], &input);
        assert_eq!(ran.code, 2, "{room}: {}{}", ran.stdout, ran.stderr);
        let answers: Vec<Value> = ran.stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!((&answers[0]["decision"], &answers[2]["decision"]), (&"allow".into(), &"allow".into()), "{room}");
        assert_eq!(answers[1]["id"], "999988887702", "{room}");
        says_what_to_send(answers[1]["error"].as_str().unwrap());
    }
}

#[test]
fn in_reading_the_config() {
    let tree = tree().file(".iac-trust-lint.yaml", "fail-on: high\n");
    let ran = run(&tree, "config=fail-on", &[], "");
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    says_what_to_send(&ran.stderr);
}

#[test]
fn in_reading_the_arguments() {
    let tree = tree();
    for args in [&["--format", "json"][..], &["roles", "--jobs", "1"], &["rules"], &["--help"]] {
        let ran = run(&tree, &format!("arguments={}", args[0]), args, "");
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}: {}", ran.stderr);
        says_what_to_send(&ran.stderr);
    }
}
