use crate::kit::{Tree, role, template};

const MODULE: &str = "variable \"account\" {}\n";

fn module() -> String {
    format!("{MODULE}{}", role("audit", "\"arn:aws:iam::${var.account}:root\""))
}

fn call(source: &str, account: &str) -> String {
    format!("module \"audit\" {{\n  source  = \"{source}\"\n  account = \"{account}\"\n}}\n")
}

fn modules() -> Tree {
    Tree::new()
        .file("modules/audit/main.tf", module())
        .file("envs/prod/main.tf", call("../../modules/audit", "999988887777"))
        .file("envs/prod/other.tf", "locals { x = 1 }\n")
        .file("envs/dev/main.tf", call("../../modules/audit", "999988886666"))
}

fn accounts(tree: &Tree, args: &[&str]) -> Vec<String> {
    let json = tree.json(&[&["--select", "untrusted-account,unresolved-trust"], args].concat());
    let of = |f: &serde_json::Value| {
        let root = f["role"]["root"].as_str().unwrap();
        let text = f["message"].as_str().unwrap();
        format!("{root} {}", text.split_whitespace().nth(1).unwrap())
    };
    json["findings"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn a_module_is_judged_by_its_calls() {
    let tree = modules();
    let all = ["envs/dev 999988886666", "envs/prod 999988887777"];
    assert_eq!(accounts(&tree, &[]), all);
    for path in ["modules", "modules/audit", "modules/audit/main.tf", "modules/**/*.tf"] {
        assert_eq!(accounts(&tree, &[path]), all, "{path}");
    }
    assert_eq!(accounts(&tree, &["envs/dev"]), ["envs/dev 999988886666"]);
    assert_eq!(accounts(&tree, &["envs/prod/main.tf"]), ["envs/prod 999988887777"]);
    assert!(accounts(&tree, &["envs/prod/other.tf"]).is_empty(), "a file that takes no part in any role");
}

#[test]
fn the_root_is_the_current_directory() {
    let tree = modules();
    let ran = tree.run_in("modules/audit", &["--format", "json"], b"");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["summary"]["undecided"], 1, "callers outside the root are not looked for");
    // From elsewhere the root is the repository of the path.
    tree.git(&["init", "-q"]);
    std::fs::create_dir_all(tree.root.join("elsewhere")).unwrap();
    let ran = tree.run_in("elsewhere", &["../modules/audit", "--format", "json"], b"");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["findings"][0]["file"], "../modules/audit/main.tf");
    // `elsewhere` lies in the repository, and so does the path.
    assert_eq!(json["summary"]["undecided"], 0);
    assert_eq!(json["summary"]["roles"], 2);
}

#[test]
fn nothing_outside_the_root_is_read() {
    let tree = Tree::new()
        .file("outside/main.tf", module())
        .file("in/main.tf", call("../outside", "999988887777"))
        .file("in/t.tf", role("t", "file(\"../secret\")"))
        .file("secret", "999988887777");
    let ran = tree.run_in("in", &["--format", "json"], b"");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(!ran.stdout.contains("999988887777"), "{}", ran.stdout);
    assert_eq!(json["summary"]["roles"], 1);
    assert_eq!(json["summary"]["absent_modules"], 1);
    let ran = tree.run_in("in", &["--format", "json", "--allow-outside"], b"");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&json["summary"]["roles"], &json["summary"]["absent_modules"]), (&2.into(), &0.into()));
}

#[test]
fn ignore_files_and_usual_folders_are_kept_out() {
    let t = template("999988887777");
    let tree = Tree::new()
        .file(".gitignore", "ignored/\n*.skip.yaml\n")
        .file("a.yaml", &t)
        .file("ignored/b.yaml", &t)
        .file("c.skip.yaml", &t)
        .file("node_modules/d.yaml", &t)
        .file(".terraform/e.yaml", &t)
        .file(".hidden/f.yaml", &t);
    let files = |args: &[&str]| -> Vec<String> {
        let json = tree.json(&[&["--select", "untrusted-account"], args].concat());
        json["findings"].as_array().unwrap().iter().map(|f| f["file"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(files(&[]), [".hidden/f.yaml", "a.yaml"]);
    // What is named is linted.
    assert_eq!(files(&["ignored/b.yaml", "c.skip.yaml"]), ["c.skip.yaml", "ignored/b.yaml"]);
    assert_eq!(files(&["ignored"]), ["ignored/b.yaml"]);
}

#[test]
fn files_from_lists_and_standard_input() {
    let t = template("999988887777");
    let tree =
        Tree::new().file("a.yaml", &t).file("b c.yaml", &t).file("d.yaml", &t).file("list", "a.yaml\n\nb c.yaml\r\n");
    assert_eq!(tree.json(&["--files-from", "list"])["summary"]["roles"], 2);
    let ran = tree.run_in(".", &["--files-from", "-", "--format", "json"], b"a.yaml\0d.yaml\0");
    assert!(ran.stdout.contains("\"roles\": 2"), "{}", ran.stdout);
    let ran = tree.run_in(".", &["--files-from", "-"], b"");
    assert_eq!((ran.code, ran.stdout.contains("0 roles")), (0, true), "an empty list is nothing to lint");
    assert_eq!(tree.run_in(".", &["--files-from", "-"], b"missing.yaml\n").code, 2);
}

#[test]
fn globs_name_files() {
    let t = template("999988887777");
    let tree = Tree::new().file("a.yaml", &t).file("x/b.yaml", &t).file("x/c.json", "{}").file("x/y/d.yaml", &t);
    let roles = |glob: &str| tree.json(&[glob])["summary"]["roles"].as_u64().unwrap();
    assert_eq!((roles("*.yaml"), roles("x/*.yaml"), roles("x/**/*.yaml"), roles("**/*.yaml")), (1, 1, 2, 3));
    assert_eq!((roles("{a,z}.yaml"), roles("./x/*.yaml")), (1, 1));
}

#[test]
fn a_template_is_told_by_its_content() {
    let t = template("999988887777");
    let tree = Tree::new()
        .file("a.template", &t)
        .file("b.yml", &t)
        .file("c.txt", &t)
        .file("k8s.yaml", "kind: Pod\nspec: { resources: { requests: { cpu: 1 } } }\n");
    let json = tree.json(&[]);
    assert_eq!((&json["summary"]["roles"], &json["summary"]["files"]), (&2.into(), &2.into()));
    assert_eq!(tree.json(&["c.txt"])["summary"]["roles"], 1, "a file that is named is looked into");
}

#[test]
fn a_call_in_a_comment_makes_no_caller() {
    let commented = format!("/*\n{}*/\n{}", call("../audit", "999988887777"), role("r", "\"*\""));
    let tree = Tree::new().file("audit/main.tf", module()).file("top/main.tf", commented);
    let json = tree.json(&[]);
    assert_eq!(json["summary"]["roles"], 2, "the module is a root of its own");
}

#[test]
fn a_call_with_count_0_is_a_call() {
    let none = "module \"audit\" {\n  source  = \"../audit\"\n  count   = 0\n  account = \"1\"\n}\n";
    let tree = Tree::new().file("audit/main.tf", module()).file("top/main.tf", none);
    assert_eq!(tree.json(&[])["summary"]["roles"], 0);
}

#[test]
fn what_others_use_is_judged_by_that_use() {
    let nested = "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: \
                  ./child.yaml\n      Parameters: { Account: \"999988887777\" }\n";
    let child = format!("Parameters:\n  Account: {{ Type: String }}\n{}", template("x"))
        .replace("\"arn:aws:iam::x:root\"", "!Sub \"arn:aws:iam::${Account}:root\"");
    let tree = Tree::new().file("parent.yaml", nested).file("child.yaml", child);
    let json = tree.json(&["--select", "untrusted-account"]);
    assert_eq!(json["summary"]["roles"], 1);
    assert_eq!(json["summary"]["undecided"], 0);
    assert_eq!(json["findings"][0]["role"]["address"], "Child/Audit");

    let policy =
        r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "999988887777"}}}"#;
    let user = "resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = file(\"trust.json\")\n}\n";
    let tree = Tree::new().file("main.tf", user).file("trust.json", policy);
    let json = tree.json(&["--select", "untrusted-account"]);
    assert_eq!(json["findings"][0]["roles"].as_array().unwrap().len(), 1);
    assert_eq!(json["findings"][0]["role"]["type"], "aws_iam_role");
    let tree = Tree::new().file("trust.json", policy);
    assert_eq!(tree.json(&[])["findings"][0]["role"]["type"], "policy-document");
}

#[test]
fn modules_where_no_walk_has_been_are_counted_and_read_when_allowed() {
    let role = "variable \"who\" {}\nresource \"aws_iam_role\" \"r\" {\n  assume_role_policy = jsonencode({ Statement = [{\n    \
        Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = { AWS = var.who }\n  }] })\n}\n";
    let call = |source: &str| format!("module \"a\" {{\n  source = \"{source}\"\n  who    = \"999988887777\"\n}}\n");
    let tree = Tree::new().file("shared/m.tf", role).file("in/main.tf", call("../shared"));
    let tree = tree.file("lost/main.tf", call("./not-checked-out"));
    // A source of something that is no module.
    let tree = tree.file("plain/main.tf", "resource \"aws_s3_object\" \"x\" {\n  source = \"./x.zip\"\n}\n");
    let tree = tree.file("plain/x.zip", "x");
    let run = |folder: &str, args: &[&str]| -> serde_json::Value {
        let ran = tree.run_in(folder, &[&["--format", "json"], args].concat(), b"");
        serde_json::from_str(&ran.stdout).unwrap()
    };
    let outside = run("in", &[]);
    assert_eq!(outside["summary"]["absent_modules"], 1);
    assert!(outside["notes"][0].as_str().unwrap().contains("`--allow-outside`"), "{}", outside["notes"]);
    assert_eq!(tree.run_in("in", &["--fail-on-unknown"], b"").code, 1);
    let allowed = run("in", &["--allow-outside"]);
    assert_eq!((&allowed["summary"]["roles"], &allowed["summary"]["absent_modules"]), (&1.into(), &0.into()));
    assert_eq!(allowed["findings"][0]["file"], "../shared/m.tf");
    assert_eq!(run("lost", &[])["summary"]["absent_modules"], 1);
    assert_eq!(run("plain", &[])["summary"]["files"], 0);
    let whole = run(".", &[]);
    assert_eq!((&whole["summary"]["roles"], &whole["summary"]["absent_modules"]), (&1.into(), &1.into()));
}
