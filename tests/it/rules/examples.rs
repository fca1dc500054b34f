use std::fs;

use iac_trust_lint::rules::{ALL, Rule};

use super::run::findings;

fn fires(rule: &Rule, file: &str, text: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().canonicalize().unwrap();
    fs::write(home.join(file), text).unwrap();
    let found = findings(&home, rule.examples.config);
    let shown: Vec<String> =
        found.iter().map(|(at, f)| format!("{}:{} {}: {}", at.file, at.line, at.rule, f.message)).collect();
    (found.iter().any(|(at, _)| at.rule == rule.name), shown.join("\n"))
}

#[test]
fn examples_of_every_rule_do_what_they_say() {
    let mut wrong = Vec::new();
    for rule in ALL {
        let e = &rule.examples;
        for (what, file, text, expected) in [
            ("terraform_bad", "main.tf", e.terraform_bad, true),
            ("terraform_good", "main.tf", e.terraform_good, false),
            ("cloudformation_bad", "template.yaml", e.cloudformation_bad, true),
            ("cloudformation_good", "template.yaml", e.cloudformation_good, false),
        ] {
            let (fired, shown) = fires(rule, file, text);
            if fired != expected {
                wrong.push(format!("{}: {what} fires: {fired}; findings:\n{shown}", rule.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
