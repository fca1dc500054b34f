use crate::kit::{Tree, role, template};

fn repository() -> Tree {
    let tree = Tree::new().file("a.yaml", template("999988887777")).file("b.yaml", template("999988886666")).file(
        "m/main.tf",
        format!("{}\nvariable \"who\" {{\n  default = \"999988885555\"\n}}\n", role("r", "var.who")),
    );
    tree.git(&["init", "-q"]);
    tree.git(&["add", "."]);
    tree.git(&["commit", "-q", "-m", "one"]);
    tree
}

fn since(tree: &Tree, revision: &str) -> Vec<String> {
    tree.findings(&["--select", "untrusted-account", "--changed-since", revision])
}

#[test]
fn only_what_changed_is_reported() {
    let tree = repository();
    assert!(since(&tree, "HEAD").is_empty());
    tree.write("a.yaml", template("999988887778"));
    tree.write("new.yaml", template("999988884444"));
    assert_eq!(since(&tree, "HEAD"), ["untrusted-account a.yaml:8", "untrusted-account new.yaml:8"]);
    assert_eq!(tree.run(&["--changed-since", "HEAD"]).code, 1);
}

#[test]
fn a_change_where_the_value_comes_from_counts() {
    let tree = repository();
    let changed = tree.read("m/main.tf").replace("999988885555", "999988885554");
    tree.write("m/main.tf", changed);
    assert_eq!(since(&tree, "HEAD"), ["untrusted-account m/main.tf:7"]);
}

#[test]
fn a_change_anywhere_in_the_policy_of_a_role_counts() {
    let tree = repository();
    let changed = tree.read("a.yaml").replace("k3j5h2-999988887777", "k3j5h2-other");
    tree.write("a.yaml", changed);
    assert_eq!(since(&tree, "HEAD"), ["untrusted-account a.yaml:8"]);
    tree.write("b.yaml", format!("# a comment\n{}", tree.read("b.yaml")));
    assert_eq!(since(&tree, "HEAD"), ["untrusted-account a.yaml:8"]);
}

#[test]
fn what_changed_elsewhere_since_the_branch_left_is_not_ours() {
    let tree = repository();
    tree.git(&["checkout", "-q", "-b", "work"]);
    tree.git(&["checkout", "-q", "-b", "theirs"]);
    tree.write("b.yaml", template("999988886667"));
    tree.git(&["commit", "-q", "-am", "theirs"]);
    tree.git(&["checkout", "-q", "work"]);
    tree.write("a.yaml", template("999988887778"));
    tree.git(&["commit", "-q", "-am", "ours"]);
    assert_eq!(since(&tree, "theirs"), ["untrusted-account a.yaml:8"]);
}

#[test]
fn from_a_folder_of_the_repository() {
    let tree = repository();
    tree.write("sub/c.yaml", template("999988884444"));
    let ran = tree.run_in("sub", &["--changed-since", "HEAD", "--format", "json"], b"");
    assert!(ran.code == 1 && ran.stdout.contains("\"file\": \"c.yaml\""), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn what_git_does_not_know_is_wrong_usage() {
    let tree = repository();
    for revision in ["no-such-revision", "--output=x", ""] {
        let ran = tree.run(&[&format!("--changed-since={revision}")]);
        assert_eq!(ran.code, 2, "{revision}: {}", ran.stdout);
    }
    let ran = Tree::new().run(&["--changed-since", "HEAD"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("git says"), "{}", ran.stderr);
}

#[test]
fn a_value_that_is_no_longer_set_counts() {
    let tree = repository();
    tree.write("m/prod.auto.tfvars", "# who\nwho = \"111122223333\"\n");
    tree.write("m/other.auto.tfvars", "unused = 1\n");
    tree.git(&["add", "."]);
    tree.git(&["commit", "-q", "-m", "two"]);
    let args = ["--own-account", "111122223333", "--select", "untrusted-account", "--changed-since", "HEAD"];
    assert!(tree.findings(&args).is_empty());
    tree.write("m/prod.auto.tfvars", "# who\n");
    assert_eq!(tree.findings(&args), ["untrusted-account m/main.tf:7"]);
    std::fs::remove_file(tree.root.join("m/prod.auto.tfvars")).unwrap();
    assert_eq!(tree.findings(&args), ["untrusted-account m/main.tf:7"]);
}

#[cfg(unix)]
#[test]
fn settings_of_the_repository_start_no_programs() {
    use std::os::unix::fs::PermissionsExt;
    let tree = repository();
    tree.write(".gitattributes", "*.tf diff=evil filter=evil\n*.yaml filter=\"odd\"\n");
    tree.git(&["add", "."]);
    tree.git(&["commit", "-q", "-m", "two"]);
    let ran = tree.root.join(".git/ran");
    let program = format!("touch {}; cat", ran.display());
    for key in [
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "filter.odd.clean",
    ] {
        tree.git(&["config", key, &program]);
    }
    tree.git(&["config", "filter.odd.required", "true"]);
    let hook = tree.root.join(".git/hooks/post-index-change");
    tree.write(".git/hooks/post-index-change", format!("#!/bin/sh\n{program}\n"));
    std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let _ = std::fs::remove_file(&ran);
    let changed = tree.read("m/main.tf").replace("999988885555", "999988885554");
    tree.write("m/main.tf", changed);
    tree.write("a.yaml", template("999988887778"));
    tree.write("b.yaml", tree.read("b.yaml"));
    assert_eq!(since(&tree, "HEAD"), ["untrusted-account a.yaml:8", "untrusted-account m/main.tf:7"]);
    assert!(!ran.exists(), "a setting of the repository started a program");
}
