use crate::kit::{Tree, template};

#[test]
fn known_findings_stay_quiet() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    let ran = tree.run(&["--write-baseline", "base.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = tree.run(&["--baseline", "base.json", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, json["findings"].as_array().unwrap().len()), (0, 0));
    assert_eq!(json["summary"]["baselined"], 2);
    tree.write("u.yaml", template("999988887776"));
    assert_eq!(tree.findings(&["--baseline", "base.json"]), ["untrusted-account u.yaml:8"]);
}

#[test]
fn a_baseline_survives_moved_lines_renamed_files_and_reformatting() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    tree.run(&["--write-baseline", "base.json"]);
    std::fs::remove_file(tree.root.join("t.yaml")).unwrap();
    let moved = template("999988887777")
        .replace("Resources:", "# moved\n\nResources:")
        .replace("{ AWS: \"", "{   AWS:    \"")
        .replace("Effect: Allow", "Effect: \"Allow\"");
    tree.write("deep/er/renamed.yaml", moved);
    assert!(tree.findings(&["--baseline", "base.json"]).is_empty());
}

#[test]
fn what_has_been_fixed_is_said_and_pruned() {
    let tree = Tree::new().file("t.yaml", template("999988887777")).file("u.yaml", template("999988887776"));
    tree.run(&["--write-baseline", "base.json"]);
    tree.write("u.yaml", "Resources: {}\n");
    let json = tree.json(&["--baseline", "base.json"]);
    assert_eq!(json["notes"][0], "2 findings of the baseline are no longer found; `--write-baseline` takes them out");
    tree.run(&["--baseline", "base.json", "--write-baseline", "base.json"]);
    let json = tree.json(&["--baseline", "base.json"]);
    assert_eq!((json["notes"].as_array().unwrap().len(), &json["summary"]["baselined"]), (0, &2.into()));
}

#[test]
fn equal_findings_are_told_apart() {
    let twice = template("999988887777").replace(
        "          - Effect",
        "          - { Effect: Allow, Action: sts:AssumeRole, Principal: { AWS: \"999988887777\" } }\n          - { Effect: \
         Allow, Action: sts:AssumeRole, Principal: { AWS: \"999988887777\" } }\n          - Effect",
    );
    let tree = Tree::new().file("t.yaml", twice);
    let json = tree.json(&["--select", "untrusted-account"]);
    let mut prints: Vec<&str> =
        json["findings"].as_array().unwrap().iter().map(|f| f["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), 3);
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), 3);
    assert!(prints.iter().all(|p| p.starts_with("v1:") && p.len() == 35));
}

#[test]
fn broken_baselines_are_refused() {
    let tree = Tree::new()
        .file("t.yaml", template("999988887777"))
        .file("b.json", "{}")
        .file("c.json", "{\"schema_version\": 2, \"findings\": []}");
    assert_eq!(tree.run(&["--baseline", "b.json"]).code, 2);
    assert_eq!(tree.run(&["--baseline", "c.json"]).code, 2);
}

#[test]
fn a_run_over_part_of_the_tree_says_nothing_about_the_rest() {
    let tree = Tree::new().file("a/t.yaml", template("999988887777")).file("b/u.yaml", template("999988886666"));
    tree.run(&["--write-baseline", "base.json"]);
    let notes = |args: &[&str]| tree.json(&[&["--baseline", "base.json"], args].concat())["notes"].clone();
    for args in [&["a"][..], &["a/t.yaml"], &["--select", "public-trust"], &["--ignore", "untrusted-account"]] {
        assert_eq!(notes(args), serde_json::json!([]), "{args:?}");
    }
    tree.write("b/u.yaml", "Resources: {}\n");
    assert_eq!(notes(&["a"]), serde_json::json!([]));
    assert_eq!(notes(&["b/u.yaml"]).as_array().unwrap().len(), 1);
    // Writing it anew takes out what was looked for and not found, and nothing else.
    tree.run(&["b", "--baseline", "base.json", "--write-baseline", "base.json"]);
    let json = tree.json(&["--baseline", "base.json"]);
    assert_eq!((&json["summary"]["baselined"], &json["notes"]), (&2.into(), &serde_json::json!([])));
}

#[test]
fn what_has_been_fixed_is_listed() {
    let tree = Tree::new().file("t.yaml", template("999988887777")).file("u.yaml", template("999988886666"));
    tree.run(&["--write-baseline", "base.json"]);
    tree.write("u.yaml", "Resources: {}\n");
    let line = "fixed: u.yaml: untrusted-account: account 999988886666 can assume role `Audit` and is not in the zone of trust";
    for format in ["compact", "pretty"] {
        let shown = tree.run(&["--baseline", "base.json", "--format", format]).stdout;
        assert!(shown.lines().any(|l| l == line), "{shown}");
        assert!(!tree.run(&["--baseline", "base.json", "--format", format, "--quiet"]).stdout.contains("fixed"));
    }
    let json = tree.json(&["--baseline", "base.json"]);
    assert_eq!(json["fixed"].as_array().unwrap().len(), 2);
    assert_eq!(json["fixed"][0]["file"], "u.yaml");
    assert!(tree.json(&[]).get("fixed").is_none());
}

#[test]
fn a_finding_of_several_roles_is_known_for_each_of_them() {
    let call = |name: &str| format!("module \"{name}\" {{\n  source = \"../m\"\n  who    = \"999988887777\"\n}}\n");
    let tree = Tree::new()
        .file("m/main.tf", format!("variable \"who\" {{}}\n{}", crate::kit::role("r", "var.who")))
        .file("dev/main.tf", call("dev"))
        .file("prod/main.tf", call("prod"));
    tree.run(&["--write-baseline", "base.json"]);
    for path in [".", "dev", "prod", "dev/main.tf", "prod/main.tf", "m/main.tf"] {
        let json = tree.json(&[path, "--baseline", "base.json"]);
        assert_eq!(json["findings"], serde_json::json!([]), "{path}");
        assert_eq!(json["notes"], serde_json::json!([]), "{path}");
    }
    // Writing what one root has keeps what is known of the other.
    tree.run(&["prod", "--baseline", "base.json", "--write-baseline", "base.json"]);
    assert_eq!(tree.json(&["--baseline", "base.json"])["findings"], serde_json::json!([]));
    // One more role that the same text lets them in to is new.
    tree.write("test/main.tf", call("test"));
    assert_eq!(tree.findings(&["--baseline", "base.json"]), ["untrusted-account m/main.tf:8"]);
}
