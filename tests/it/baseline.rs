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
