use std::{collections::BTreeSet, fs, path::Path};

use crate::rules::{ALL, RuleKind, all_markdown, find, markdown, nearest, text};

const NOT_RULES: [&str; 5] = ["context.rs", "mod.rs", "page.rs", "registry.rs", "rule.rs"];

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_file_is_a_registered_rule_of_its_name() {
    let files: BTreeSet<String> = fs::read_dir(home().join("src/rules"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.ends_with(".rs") && !NOT_RULES.contains(&n.as_str()))
        .collect();
    let rules: BTreeSet<String> = ALL.iter().map(|r| format!("{}.rs", r.name.replace('-', "_"))).collect();
    assert_eq!(files, rules);
    assert!(ALL.is_sorted_by(|a, b| a.name < b.name), "each rule once, sorted by name");
}

#[test]
fn names_are_kebab_case() {
    for rule in ALL {
        assert!(
            rule.name.split('-').all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase())),
            "{}",
            rule.name
        );
    }
}

#[test]
fn documentation_is_complete() {
    for rule in ALL {
        let name = rule.name;
        assert!(rule.summary.starts_with(char::is_uppercase) && !rule.summary.ends_with('.'), "{name}: summary");
        assert!(rule.summary.len() <= 110, "{name}: the summary is one line");
        for (part, text) in [("what", rule.what), ("why", rule.why), ("fix", rule.fix)] {
            assert!(text.trim().len() > 60, "{name}: {part}");
            assert!(
                text.trim().ends_with('.') || text.lines().last().is_some_and(|l| l.starts_with("    ")),
                "{name}: {part}"
            );
        }
        assert!(!rule.references.is_empty(), "{name}: references");
        assert!(rule.references.iter().all(|r| r.starts_with("https://")), "{name}: references");
        let e = &rule.examples;
        let terraform = !e.terraform_bad.is_empty() && !e.terraform_good.is_empty();
        let cloudformation = !e.cloudformation_bad.is_empty() && !e.cloudformation_good.is_empty();
        assert!(terraform && cloudformation, "{name}: examples");
        assert!(rule.since.split('.').all(|n| n.parse::<u32>().is_ok()), "{name}: since");
        for line in rule.what.lines().chain(rule.why.lines()).chain(rule.fix.lines()) {
            assert!(line.chars().count() <= 130 && !line.ends_with(' '), "{name}: `{line}`");
        }
        for heading in ["# What it does", "# Why it is bad", "# Example", "# How to fix it", "# References"] {
            assert!(markdown(rule, 1).contains(heading), "{name}: {heading}");
        }
        let page = text(rule);
        assert!(page.contains("WHY IT IS BAD") && !page.contains("```"), "{name}");
    }
}

#[test]
fn rules_page_is_current() {
    let path = home().join("docs/rules.md");
    let now = all_markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(there == now, "docs/rules.md is not current: run `UPDATE_DOCS=1 cargo test --lib rules::tests::meta`");
}

#[test]
fn finds_rules_and_guesses_mistyped_ones() {
    for rule in ALL {
        assert_eq!(find(rule.name).map(|r| r.name), Some(rule.name));
        assert_eq!(nearest(&rule.name.replace('-', "_")).map(|r| r.name), Some(rule.name));
    }
    assert!(find("untrusted-acount").is_none());
    assert_eq!(nearest("untrusted-acount").map(|r| r.name), Some("untrusted-account"));
    assert_eq!(nearest("pubilc-trust").map(|r| r.name), Some("public-trust"));
    assert!(nearest("CKV_AWS_60").is_none());
    assert!(nearest("").is_none());
}

#[test]
fn only_input_rules_lack_a_check() {
    let input: Vec<&str> = ALL.iter().filter(|r| matches!(r.kind, RuleKind::Input)).map(|r| r.name).collect();
    assert_eq!(input, ["bad-suppression", "unparsable-file", "unused-suppression"]);
}
