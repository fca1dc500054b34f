#![cfg(unix)]

use std::{
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt, fs::symlink},
};

use crate::kit::{Tree, role, template};

fn rules_of(json: &serde_json::Value) -> Vec<String> {
    let of = |f: &serde_json::Value| format!("{} {}", f["rule"].as_str().unwrap(), f["file"].as_str().unwrap());
    json["findings"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn symlink_loops_end() {
    let tree = Tree::new().file("a/t.yaml", template("999988887777"));
    symlink("..", tree.root.join("a/up")).unwrap();
    symlink("self", tree.root.join("a/self")).unwrap();
    symlink("missing", tree.root.join("a/gone.tf")).unwrap();
    assert_eq!(tree.json(&[])["summary"]["roles"], 1);
    let tree = Tree::new().file("m/main.tf", "module \"m\" {\n  source = \"./m\"\n}\n");
    symlink(".", tree.root.join("m/m")).unwrap();
    assert!(tree.run(&[]).code <= 1);
}

#[test]
fn a_linked_file_is_part_of_its_module() {
    let tree = Tree::new()
        .file("common/account.tf", "variable \"a\" { default = \"999988887777\" }\n")
        .file("top/main.tf", role("r", "var.a"));
    symlink("../common/account.tf", tree.root.join("top/account.tf")).unwrap();
    assert_eq!(tree.json(&["--select", "untrusted-account"])["findings"].as_array().unwrap().len(), 1);
}

#[test]
fn links_out_of_the_root_are_not_followed() {
    let tree = Tree::new().file("secret.tf", role("r", "\"432143214321\"")).file("in/main.tf", role("s", "\"*\""));
    symlink("../secret.tf", tree.root.join("in/link.tf")).unwrap();
    symlink("/dev/zero", tree.root.join("in/zero.tf")).unwrap();
    let ran = tree.run_in("in", &["--format", "json"], b"");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(!ran.stdout.contains("432143214321"), "{}", ran.stdout);
    assert!(rules_of(&json).contains(&"unparsable-file link.tf".to_owned()), "{:?}", rules_of(&json));
    assert!(rules_of(&json).contains(&"public-trust main.tf".to_owned()), "{:?}", rules_of(&json));
}

#[test]
fn pipes_are_never_opened() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    for name in ["p.tf", "p.yaml", "p"] {
        let status = std::process::Command::new("mkfifo").arg(tree.root.join(name)).status().unwrap();
        assert!(status.success());
    }
    let json = tree.json(&[]);
    assert_eq!(rules_of(&json), ["unparsable-file p.tf", "untrusted-account t.yaml"]);
    let ran = tree.run(&["p.yaml", "t.yaml"]);
    assert_eq!(ran.code, 2, "a pipe that is named");
    assert!(ran.stderr.contains("neither a file nor a folder"), "{}", ran.stderr);
}

#[test]
fn what_is_not_utf_8_is_said_and_the_rest_linted() {
    let tree = Tree::new()
        .file("t.yaml", template("999988887777"))
        .file("latin.yaml", [b"# caf\xe9\n".as_slice(), template("999988887777").as_bytes()].concat())
        .file("m/latin.tf", [b"# caf\xe9\n".as_slice(), role("r", "\"*\"").as_bytes()].concat());
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.yaml");
    if fs::write(tree.root.join(name), template("999988886666")).is_ok() {
        assert_eq!(tree.json(&[])["summary"]["roles"], 2);
        fs::remove_file(tree.root.join(name)).unwrap();
    }
    let json = tree.json(&[]);
    assert_eq!(
        rules_of(&json),
        ["unparsable-file latin.yaml", "unparsable-file m/latin.tf", "untrusted-account t.yaml"]
    );
    assert_eq!(json["summary"]["unreadable"], 2);
}

#[test]
fn unreadable_files_and_folders_are_said() {
    let tree = Tree::new()
        .file("t.yaml", template("999988887777"))
        .file("closed/u.yaml", template("999988887777"))
        .file("closed.yaml", template("999988887777"));
    for path in ["closed", "closed.yaml"] {
        fs::set_permissions(tree.root.join(path), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let open_all_the_same = fs::read_dir(tree.root.join("closed")).is_ok();
    let json = tree.json(&[]);
    for path in ["closed", "closed.yaml"] {
        fs::set_permissions(tree.root.join(path), fs::Permissions::from_mode(0o755)).unwrap();
    }
    if open_all_the_same {
        // Who may do everything is refused nothing.
        return;
    }
    assert_eq!(rules_of(&json), ["unparsable-file closed", "unparsable-file closed.yaml", "untrusted-account t.yaml"]);
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let evil = "\u{1b}[31m\u{7}\u{202e}";
    let text = template("999988887777").replace("Audit", "\"Au\\e[31m\\adit\"");
    let tree = Tree::new().file(&format!("t{evil}.yaml"), text);
    for format in ["compact", "pretty", "github", "markdown"] {
        let out = tree.run(&["--format", format, "--color", "never"]).stdout;
        assert!(!out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{format}: {out:?}");
        assert!(out.contains("999988887777"), "{format}");
    }
    let ran = tree.run(&[&format!("missing{evil}")]);
    assert!(!ran.stderr.contains('\u{1b}'), "{:?}", ran.stderr);
}

#[test]
fn an_empty_folder_and_empty_files_are_fine() {
    let tree = Tree::new().file("a.tf", "").file("b.yaml", "").file("c.json", "").file("d.template", "\n");
    let ran = tree.run(&["--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert_eq!(Tree::new().run(&[]).code, 0);
}

#[test]
fn broken_files_are_findings_and_the_rest_is_judged() {
    let tree = Tree::new()
        .file("t.yaml", template("999988887777"))
        .file("broken.json", "{\"Resources\": {\"R\": {\"Type\": \"AWS::IAM::Role\", ")
        .file("m/broken.tf", "resource \"aws_iam_role\" \"r\" {\n  x = [\n}\n")
        .file("m/whole.tf", role("w", "\"999988887777\""));
    let json = tree.json(&["--ignore", "missing-mfa-or-external-id"]);
    let rules = rules_of(&json);
    for wanted in [
        "unparsable-file broken.json",
        "unparsable-file m/broken.tf",
        "untrusted-account m/whole.tf",
        "untrusted-account t.yaml",
    ] {
        assert!(rules.iter().any(|r| r == wanted), "{wanted} in {rules:?}");
    }
    assert_eq!(tree.run(&["broken.json"]).code, 1);
}

#[test]
fn files_of_a_gigabyte_are_said_and_not_read() {
    let tree = Tree::new().file("t.yaml", template("999988887777")).file("m/main.tf", role("r", "\"999988887777\""));
    for name in ["big.tf", "big.yaml", "big.json", "m/big.tf", "m/big.tfvars", "m/terraform.tfvars", "big.bin"] {
        let file = fs::File::create(tree.root.join(name)).unwrap();
        // A file with a hole: it takes no room.
        file.set_len(1 << 30).unwrap();
    }
    // One that says in its beginning that it is a template.
    let mut template = template("999988886666").into_bytes();
    template.extend(b"# ");
    tree.write("template.yaml", template);
    fs::OpenOptions::new().write(true).open(tree.root.join("template.yaml")).unwrap().set_len(1 << 30).unwrap();
    let json = tree.bounded_json(&["--ignore", "missing-mfa-or-external-id"]);
    let rules = rules_of(&json);
    for wanted in [
        "unparsable-file big.tf",
        "unparsable-file m/big.tf",
        "unparsable-file template.yaml",
        "untrusted-account t.yaml",
        "untrusted-account m/main.tf",
    ] {
        assert!(rules.iter().any(|r| r == wanted), "{wanted} in {rules:?}");
    }
    let ran = tree.run(&["big.yaml", "template.yaml", "m"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let config = tree.run(&["--config", "big.yaml", "t.yaml"]);
    assert_eq!(config.code, 2, "{}", config.stderr);
}

#[test]
fn thousands_of_files_in_one_folder() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    for i in 0..3_000 {
        let kind = ["tf", "yaml", "json", "txt"][i % 4];
        fs::write(tree.root.join(format!("f{i}.{kind}")), format!("# {i}\n")).unwrap();
    }
    fs::write(tree.root.join("role.tf"), role("r", "\"999988887777\"")).unwrap();
    let json = tree.bounded_json(&["--ignore", "missing-mfa-or-external-id"]);
    assert_eq!(rules_of(&json), ["untrusted-account role.tf", "untrusted-account t.yaml"]);
}

#[test]
fn links_to_the_root_or_above_it_are_not_followed() {
    let tree = Tree::new().file("a/b/c/t.yaml", template("999988887777")).file("a/b/main.tf", role("r", "\"*\""));
    for (link, to) in
        [("a/b/c/up", ".."), ("a/b/root", "/"), ("a/b/c/top", "../../.."), ("a/dev", "/dev"), ("a/proc", "/proc/self")]
    {
        symlink(to, tree.root.join(link)).unwrap();
    }
    let first = tree.root.join("a/one");
    symlink("two", &first).unwrap();
    symlink("one", tree.root.join("a/two")).unwrap();
    symlink("loop.tf", tree.root.join("a/b/loop.tf")).unwrap();
    let json = tree.json(&[]);
    assert_eq!(json["summary"]["roles"], 2, "{json:#}");
    assert!(json["errors"].as_array().unwrap().is_empty(), "{json:#}");
}

#[test]
fn devices_are_never_opened() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    for (name, to) in [
        ("zero.yaml", "/dev/zero"),
        ("tty.json", "/dev/tty"),
        ("random.tf", "/dev/urandom"),
        ("full.tf.json", "/dev/full"),
    ] {
        symlink(to, tree.root.join(name)).unwrap();
    }
    let json = tree.json(&[]);
    assert_eq!(
        rules_of(&json),
        ["unparsable-file full.tf.json", "unparsable-file random.tf", "untrusted-account t.yaml"]
    );
    for args in [
        &["zero.yaml"][..],
        &["--allow-outside", "zero.yaml", "tty.json"],
        &["--config", "zero.yaml"],
        &["--var-file", "/dev/full"],
    ] {
        let ran = tree.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}{}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}
