//! Trees that are made to keep whoever reads them busy: files that name each other in circles, pipes where files are
//! meant, files that change meanwhile, folders with very many files.

#![cfg(unix)]

use std::{
    fs,
    os::unix::ffi::OsStrExt,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::kit::{found, has, role, template, tree};

fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn files_that_name_each_other_in_circles() {
    let nested = |name: &str, account: &str| {
        let stack = "  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ";
        format!("{}{stack}{name}\n", template(account))
    };
    let include = "    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Fn::Transform:\n          \
                   Name: AWS::Include\n          Parameters: { Location: include.yaml }\n";
    let unit = |include: &str, dependency: &str| {
        format!(
            "include \"root\" {{\n  path = \"{include}\"\n}}\ndependency \"d\" {{\n  config_path = \"{dependency}\"\n}}\n\
             terraform {{\n  source = \"./.\"\n}}\ninputs = {{\n  who = dependency.d.outputs.who\n}}\n"
        )
    };
    let modules = "{\"Modules\": [{\"Key\": \"\", \"Source\": \"\", \"Dir\": \".\"}, {\"Key\": \"x\", \"Source\": \"acme/x/aws\", \
                   \"Dir\": \".\"}, {\"Key\": \"x.x\", \"Source\": \"acme/x/aws\", \"Dir\": \".\"}]}";
    let tree = tree()
        .file("n/a.yaml", nested("b.yaml", "999988881111"))
        .file("n/b.yaml", nested("a.yaml", "999988882222"))
        .file("n/self.yaml", nested("self.yaml", "999988883333"))
        .file("include.yaml", format!("Resources:\n  A:\n{include}"))
        .file("u/a/terragrunt.hcl", unit("../b/terragrunt.hcl", "../b"))
        .file("u/b/terragrunt.hcl", unit("../a/terragrunt.hcl", "../a"))
        .file("u/a/main.tf", format!("variable \"who\" {{}}\n{}", role("a", "var.who")))
        .file("m/main.tf", format!("module \"x\" {{\n  source = \"acme/x/aws\"\n}}\n{}", role("m", "\"*\"")))
        .file("m/.terraform/modules/modules.json", modules)
        .file("t/main.tf", role("t", "templatefile(\"t.tpl\", { n = 1 })"))
        .file("t/t.tpl", "x${templatefile(\"t.tpl\", { n = 2 })}${templatefile(\"t.tpl\", { n = 3 })}")
        .file("s/serverless.yml", "service: x\nprovider:\n  name: aws\nresources:\n  - ${file(./serverless.yml)}\n");
    let found = found(&tree);
    for wanted in [
        "untrusted-account n/a.yaml",
        "untrusted-account n/b.yaml",
        "untrusted-account n/self.yaml",
        "unresolved-trust u/a/main.tf",
        "public-trust m/main.tf",
        "unresolved-trust t/main.tf",
    ] {
        has(&found, wanted);
    }
}

#[test]
fn pipes_and_devices_where_files_are_named() {
    let mut text = String::new();
    for (i, call) in [
        "file(\"pipe\")",
        "templatefile(\"pipe\", {})",
        "filebase64(\"pipe\")",
        "filesha256(\"pipe\")",
        "jsondecode(file(\"pipe\"))",
        "file(\"zero\")",
    ]
    .iter()
    .enumerate()
    {
        text.push_str(&role(&format!("r{i}"), call));
    }
    text.push_str("module \"p\" {\n  source = \"./pipe\"\n}\nmodule \"x\" {\n  source = \"acme/x/aws\"\n}\n");
    let mut nested = template("999988881111");
    for (i, url) in ["m/pipe", "m/zero", "m"].iter().enumerate() {
        nested.push_str(&format!(
            "  N{i}:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {url}\n"
        ));
    }
    let unit = "include \"root\" {\n  path = \"../m/pipe\"\n}\nlocals {\n  a = read_terragrunt_config(\"../m/pipe\")\n}\n\
                terraform {\n  source = \"../m/pipe\"\n}\n";
    let tree = tree()
        .file("m/main.tf", text)
        .file("nested.yaml", nested)
        .file("s/serverless.yml", "service: x\nprovider:\n  name: aws\nresources:\n  - ${file(../m/pipe)}\n");
    for name in ["m/pipe", "m/terraform.tfvars", "m/x.auto.tfvars", "m/.terraform/modules/modules.json", "m/x.tofu"] {
        pipe(&tree.root.join(name));
    }
    std::os::unix::fs::symlink("/dev/zero", tree.root.join("m/zero")).unwrap();
    let first = found(&tree);
    assert!(first.iter().filter(|f| *f == "unresolved-trust m/main.tf").count() >= 5, "{first:?}");
    has(&first, "untrusted-account nested.yaml");
    // A unit of Terragrunt changes how all of the tree is read.
    tree.write("u/terragrunt.hcl", unit);
    has(&found(&tree), "unresolved-trust m/main.tf");
}

#[test]
fn names_that_are_not_utf_8() {
    let tree = tree().file("m/main.tf", role("m", "\"999988881111\""));
    let odd = |name: &[u8]| tree.root.join(std::ffi::OsStr::from_bytes(name));
    if fs::write(odd(b"m/caf\xe9.tf"), role("odd", "\"999988882222\"")).is_err() {
        // A file system whose names are all UTF-8.
        return;
    }
    fs::create_dir(odd(b"d\xff")).unwrap();
    fs::write(odd(b"d\xff/main.tf"), role("r", "\"*\"")).unwrap();
    fs::write(odd(b"d\xff/t.yaml"), template("999988883333")).unwrap();
    let found = found(&tree);
    has(&found, "untrusted-account m/main.tf");
    assert!(found.iter().any(|f| f.starts_with("unparsable-file m/caf")), "{found:?}");
    assert!(found.iter().any(|f| f.starts_with("unparsable-file d") && f.ends_with("main.tf")), "{found:?}");
    assert!(found.iter().any(|f| f.starts_with("untrusted-account d") && f.ends_with("t.yaml")), "{found:?}");
}

#[test]
fn files_that_change_while_they_are_read() {
    let tree = tree();
    let long = template("999988881111") + &"# a long file\n".repeat(20_000);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for i in 0.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                let (file, folder) = (tree.root.join("c.yaml"), tree.root.join("c"));
                match i % 4 {
                    0 => drop(fs::write(&file, &long)),
                    1 => {
                        let _ = fs::create_dir(&folder);
                        let _ = fs::write(folder.join("main.tf"), role("c", "\"*\""));
                    }
                    2 => drop(fs::write(&file, b"\xff\xfe{")),
                    _ => {
                        let _ = fs::remove_file(&file);
                        let _ = fs::remove_dir_all(&folder);
                    }
                }
            }
        });
        // A panic here must not leave the other thread running.
        let runs = std::panic::catch_unwind(|| (0..10).for_each(|_| drop(found(&tree))));
        done.store(true, Ordering::Relaxed);
        runs.unwrap();
    });
}

#[test]
fn a_hundred_thousand_files_in_one_folder() {
    let tree = tree();
    let folder = tree.root.join("many");
    fs::create_dir(&folder).unwrap();
    for i in 0..100_000 {
        let kind = ["tf", "yaml", "json", "txt"][i % 4];
        fs::File::create(folder.join(format!("f{i}.{kind}"))).unwrap();
    }
    fs::write(folder.join("role.tf"), role("r", "\"999988881111\"")).unwrap();
    has(&found(&tree), "untrusted-account many/role.tf");
}

#[test]
fn values_that_are_asked_to_be_large() {
    let calls = [
        "format(\"%2000000000d\", 1)",
        "format(\"%.2000000000f\", 1)",
        "join(\",\", range(100000000))",
        "join(\"\", [for a in range(3000) : join(\"\", [for b in range(3000) : \"x\"])])",
        "\"%{ for a in range(3000) }%{ for b in range(3000) }xxxxxxxx%{ endfor }%{ endfor }\"",
        "indent(1000000000, \"a\\nb\")",
        "tostring(pow(10, 1000000))",
        "base64decode(base64encode(join(\"\", [for a in range(1000000) : \"0123456789\"])))",
        "yamldecode(\"a: &a [x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d \
         [*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\\ng: &g \
         [*f,*f,*f,*f,*f,*f,*f,*f]\\nh: [*g,*g,*g,*g,*g,*g,*g,*g]\").h[0][0][0][0][0][0][0][0]",
        "cidrsubnet(\"0.0.0.0/0\", 32, 1000000000000)",
        "jsonencode(setproduct(range(1000), range(1000), range(1000)))",
        "replace(join(\"\", [for a in range(100000) : \"a\"]), \"a\", join(\"\", [for a in range(100000) : \"b\"]))",
        "slice(range(1000000000), 0, 1)[0]",
        "chunklist(range(10000000), 1)[0][0]",
        "lookup({ for a in range(10000000) : a => a }, \"7\")",
    ];
    let text: String = calls.iter().enumerate().map(|(i, call)| role(&format!("r{i}"), call)).collect();
    let found = found(&tree().file("m/main.tf", text));
    assert!(found.iter().filter(|f| f.ends_with(" m/main.tf")).count() >= calls.len() - 2, "{found:?}");
}

#[test]
fn values_that_nest_from_local_to_local() {
    const EACH: usize = 55;
    let mut text = String::from("locals {\n  l0 = \"*\"\n  o0 = {}\n");
    for i in 0..1_500 {
        let (open, close) = ("[".repeat(EACH), "]".repeat(EACH));
        text.push_str(&format!("  l{n} = {open}local.l{i}{close}\n  o{n} = {{ a = local.o{i} }}\n", n = i + 1));
    }
    text.push_str("}\n");
    for (i, depth) in [2, 20, 200, 1_500].iter().enumerate() {
        let list = format!("local.l{depth}");
        for (name, whom) in
            [("l", list.clone()), ("f", format!("flatten({list})")), ("j", format!("jsonencode({list})"))]
        {
            text.push_str(&role(&format!("{name}{i}"), &whom));
        }
        text.push_str(&role(&format!("o{i}"), &format!("local.o{depth} == local.o{depth} ? \"*\" : \"x\"")));
    }
    let tree = tree().file("m/main.tf", text);
    assert!(found(&tree).iter().filter(|f| f.ends_with(" m/main.tf")).count() >= 12);
    for format in ["sarif", "pretty"] {
        assert_eq!(tree.run(&["--format", format]).code, 1, "{format}");
    }
    assert_eq!(tree.run(&["roles", "--format", "json", "--with-policy"]).code, 0);
}
