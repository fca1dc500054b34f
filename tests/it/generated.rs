//! The trees on which speed is measured hold what their generator says.

use std::{path::Path, process::Command};

use crate::kit::Tree;

#[test]
fn every_role_of_a_generated_tree_is_found() {
    let python = |args: &[&str]| Command::new("python3").args(args).output();
    if !python(&["--version"]).is_ok_and(|o| o.status.success()) {
        eprintln!("python3 is not there: no tree was generated");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/generate-tree.py");
    for (percent, with_roles) in [("10", 20), ("100", 200)] {
        let tree = Tree::new();
        let folder = tree.root.join("tree");
        let args = [script.to_str().unwrap(), folder.to_str().unwrap(), "--files", "200", "--roles", percent];
        let output = python(&args).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let written: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(written["files"], 200);
        assert_eq!(written["files_with_roles"], with_roles);
        let summary = &tree.json(&["tree"])["summary"];
        assert_eq!(summary["roles"], written["roles"], "{percent} %");
        for nothing in ["undecided", "unreadable", "absent_modules"] {
            assert_eq!(summary[nothing], 0, "{percent} %: {nothing}");
        }
        let again = tree.root.join("again");
        let args = [script.to_str().unwrap(), again.to_str().unwrap(), "--files", "200", "--roles", percent];
        assert_eq!(python(&args).unwrap().stdout, output.stdout);
    }
}
