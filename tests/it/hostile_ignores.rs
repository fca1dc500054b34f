#![cfg(unix)]
//! Ignore files and configs that lead elsewhere or have no end, and those that lie outside of the repository.

use std::os::unix::fs::symlink;

use crate::kit::{Ran, Tree, template};

fn repository() -> Tree {
    Tree::new()
        .file("repo/.git/HEAD", "ref: refs/heads/main\n")
        .file("repo/t.yaml", template("999988887777"))
        .file("repo/sub/u.yaml", template("999988886666"))
        .file("repo/sub/deep/v.yaml", template("999988885555"))
}

fn files(ran: &Ran) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr));
    let of = |f: &serde_json::Value| format!("{} {}", f["rule"].as_str().unwrap(), f["file"].as_str().unwrap());
    json["findings"].as_array().unwrap().iter().map(of).collect()
}

fn lint(tree: &Tree, folder: &str) -> Vec<String> {
    files(&tree.run_in(folder, &["--format", "json"], b""))
}

#[test]
fn ignore_files_without_an_end_are_said_and_not_read() {
    for at in ["repo", "repo/sub", "repo/sub/deep"] {
        for name in [".gitignore", ".ignore"] {
            let tree = repository();
            symlink("/dev/zero", tree.root.join(at).join(name)).unwrap();
            let found = lint(&tree, "repo");
            let said = format!("unparsable-file {}", format!("{at}/{name}").trim_start_matches("repo/"));
            assert!(found.contains(&said), "{said} in {found:?}");
            assert_eq!(found.iter().filter(|f| f.starts_with("untrusted-account")).count(), 3, "{found:?}");
        }
    }
    let tree = repository();
    let pipe = std::process::Command::new("mkfifo").arg(tree.root.join("repo/sub/.gitignore")).status().unwrap();
    assert!(pipe.success());
    assert_eq!(lint(&tree, "repo").len(), 4);
    assert_eq!(lint(&tree, "repo/sub/deep"), ["untrusted-account v.yaml"], "it stands above what was asked for");
}

#[test]
fn ignore_files_above_count_within_the_repository_alone() {
    let tree = repository().file(".gitignore", "*.yaml\n").file("repo/.gitignore", "deep/\nw.yaml\n");
    tree.write("repo/sub/w.yaml", template("999988884444"));
    assert_eq!(lint(&tree, "repo").len(), 2);
    assert_eq!(lint(&tree, "repo/sub"), ["untrusted-account u.yaml"]);
    // A nearer one takes back what one above says.
    tree.write("repo/sub/.gitignore", "!w.yaml\n");
    assert_eq!(lint(&tree, "repo").len(), 3);
}

#[test]
fn what_the_repository_leaves_out_for_one_person_is_left_out() {
    let tree = repository().file("repo/.git/info/exclude", "/sub/deep\n/t.yaml\n");
    assert_eq!(lint(&tree, "repo"), ["untrusted-account sub/u.yaml"]);
    // The file lies behind a pointer that may lead anywhere.
    let tree = repository().file("other/info/exclude", "*\n");
    tree.write("repo/sub/.git", "gitdir: ../../other\n");
    assert_eq!(lint(&tree, "repo").len(), 3);
}

#[test]
fn links_to_ignore_files_are_followed_within_the_root() {
    let tree = repository().file("repo/shared/ignores", "deep\n").file("ignores", "*\n");
    symlink("../shared/ignores", tree.root.join("repo/sub/.gitignore")).unwrap();
    assert_eq!(lint(&tree, "repo").len(), 2);
    std::fs::remove_file(tree.root.join("repo/sub/.gitignore")).unwrap();
    symlink("../../ignores", tree.root.join("repo/sub/.gitignore")).unwrap();
    assert_eq!(lint(&tree, "repo").len(), 4);
}

#[test]
fn a_config_that_leads_elsewhere_is_not_used() {
    let secret = "trust:\n  - hunter2: x\n";
    for to in ["/dev/zero", "../secret.yaml", "pipe"] {
        let tree = repository().file("secret.yaml", secret);
        std::process::Command::new("mkfifo").arg(tree.root.join("repo/pipe")).status().unwrap();
        symlink(to, tree.root.join("repo/.iac-trust-lint.yaml")).unwrap();
        let ran = tree.run_in("repo", &[], b"");
        assert_eq!(ran.code, 2, "{to}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("cannot read the config") && !ran.stderr.contains("hunter2"), "{}", ran.stderr);
        assert_eq!(files(&tree.run_in("repo", &["--no-config", "--format", "json"], b"")).len(), 3);
    }
    let tree = repository().file("repo/shared.yaml", "trust:\n  - account: \"999988887777\"\n    require: none\n");
    symlink("shared.yaml", tree.root.join("repo/.iac-trust-lint.yaml")).unwrap();
    assert_eq!(lint(&tree, "repo").len(), 2);
}

#[test]
fn named_files_without_an_end() {
    let tree = repository();
    for option in ["--config", "--baseline", "--var-file", "--parameter-file", "--files-from"] {
        let ran = tree.run_in("repo", &[option, "/dev/zero", "t.yaml"], b"");
        assert_eq!(ran.code, 2, "{option}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("/dev/zero"), "{option}: {}", ran.stderr);
    }
    let ran = tree.run_in("repo", &["--config", "/dev/null", "t.yaml"], b"");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let ran = tree.run_in("repo", &["simulate", "--policy", "/dev/zero"], b"{}\n");
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    for (file, said) in [("/dev/zero", "line 1 of the requests has more than"), ("sub", "cannot read the requests")] {
        let ran = tree.run_in("repo", &["simulate", "--policy", "t.yaml", "--request", file], b"");
        assert!(ran.code == 2 && ran.stderr.contains(said), "{file}: {} {}", ran.code, ran.stderr);
    }
}

#[test]
fn standard_input_without_an_end() {
    let tree = repository();
    for (args, said) in [
        (&["-", "--stdin-filename", "x.tf"][..], "cannot read standard input: it has more than 268435456 bytes"),
        (&["--files-from", "-"], "cannot read standard input: it has more than 268435456 bytes"),
        (&["simulate"], "line 1 of the requests has more than 268435456 bytes"),
    ] {
        // Little more than what is read, where the system can set such a limit.
        let mut bounded = tree.bounded(500_000, args);
        let output = bounded.stdin(std::fs::File::open("/dev/zero").unwrap()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && stderr.contains(said), "{args:?}: {} {stderr}", output.status);
    }
}
