//! Configurations that are made to hurt whoever evaluates them, and such that reach for files outside of their tree.
//! Each run ends with a message, and what stands beside is linted.

use crate::kit::{Tree, found, has, role, template, tree};

#[test]
fn modules_and_locals_that_go_in_circles() {
    let tree = tree()
        .file("a/main.tf", "module \"b\" {\n  source = \"../b\"\n  who = module.b.who\n}\n")
        .file(
            "b/main.tf",
            format!("variable \"who\" {{}}\noutput \"who\" {{\n  value = var.who\n}}\nmodule \"a\" {{\n  source = \"../a\"\n}}\n{}", role("b", "var.who")),
        )
        .file("self/main.tf", format!("module \"s\" {{\n  source = \"./.\"\n}}\n{}", role("s", "\"*\"")))
        .file("l/main.tf", format!("locals {{\n  a = local.b\n  b = [local.a]\n}}\n{}", role("l", "local.a")));
    let found = found(&tree);
    has(&found, "unresolved-trust l/main.tf");
    has(&found, "unresolved-trust b/main.tf");
    has(&found, "public-trust self/main.tf");
}

#[test]
fn ten_million_instances() {
    let mut text = String::new();
    for (name, each) in [
        ("a", "for_each = toset([for p in setproduct(range(4000), range(2500)) : \"${p[0]}-${p[1]}\"])"),
        ("b", "count = 10000000"),
        (
            "c",
            "for_each = { for p in flatten([for a in range(4000) : [for b in range(2500) : a * 2500 + b]]) : p => p }",
        ),
        ("d", "for_each = toset([for p in range(10000000) : tostring(p)])"),
    ] {
        let role = role(name, "\"*\"");
        let (head, body) = role.split_once('\n').unwrap();
        text.push_str(&format!("{head}\n  {each}\n{body}"));
    }
    let found = found(&tree().file("m/main.tf", text));
    assert_eq!(found.iter().filter(|f| *f == "public-trust m/main.tf").count(), 4, "{found:?}");
}

#[test]
fn values_that_double() {
    let mut text = String::from("locals {\n  t0 = \"ab\"\n  l0 = [\"a\"]\n  j0 = \"a\"\n");
    for i in 0..60 {
        text.push_str(&format!(
            "  t{n} = \"${{local.t{i}}}${{local.t{i}}}\"\n  l{n} = [local.l{i}, local.l{i}]\n  j{n} = jsonencode([local.j{i}, local.j{i}])\n",
            n = i + 1
        ));
    }
    text.push_str("}\n");
    for (i, whom) in ["local.t60", "local.l60", "local.j60", "sha256(jsonencode(local.l60))", "flatten(local.l60)"]
        .iter()
        .enumerate()
    {
        text.push_str(&role(&format!("r{i}"), whom));
    }
    let found = found(&tree().file("m/main.tf", text));
    assert!(found.iter().filter(|f| *f == "unresolved-trust m/main.tf").count() >= 4, "{found:?}");
}

#[test]
fn alias_bombs_are_said_once() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        bomb.push_str(&format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", ")));
    }
    let text = template("999988887777");
    let tree = tree()
        .file("bomb.yaml", bomb.clone() + &text.replace("{ AWS:", "{ AWS: *a11, Federated:"))
        .file("loop.yaml", format!("a: &a [*a]\n{text}"));
    let found = found(&tree);
    assert_eq!(found.iter().filter(|f| *f == "unparsable-file bomb.yaml").count(), 1, "{found:?}");
    has(&found, "unparsable-file loop.yaml");
    has(&found, "untrusted-account loop.yaml");
}

#[test]
fn regular_expressions_that_blow_up() {
    let many = "a".repeat(5_000);
    let calls = [
        format!("regex(\"(a+)+$\", \"{many}!\")"),
        format!("regexall(\"(.*)(.*)(.*)(.*)x\", \"{many}\")[0]"),
        "regex(\"(((((((a{1,100}){1,100}){1,100}){1,100}){1,100})))\", \"aaa\")".to_owned(),
        format!("replace(\"{many}\", \"/(a*)*(b|a)*$/\", \"x\")"),
        format!("regex(\"{}a{}\", \"a\")", "(".repeat(3_000), ")".repeat(3_000)),
        format!("replace(\"{many}\", \"/a*?/\", \"{}\")", "b".repeat(100_000)),
    ];
    let text: String = calls.iter().enumerate().map(|(i, call)| role(&format!("r{i}"), call)).collect();
    let parameter = format!(
        "Parameters:\n  P:\n    Type: String\n    Default: \"{many}!\"\n    AllowedPattern: \"^(a+)+$\"\n  Q:\n    Type: String\n    \
         AllowedPattern: \"((((a{{1,100}}){{1,100}}){{1,100}}){{1,100}})\"\n"
    );
    let principal = "{ AWS: [!Ref P, !Ref Q] }";
    let template = template("x").replace("{ AWS: \"arn:aws:iam::x:root\" }", principal);
    let found = found(&tree().file("m/main.tf", text).file("p.yaml", parameter + &template));
    assert!(found.iter().filter(|f| f.ends_with(" m/main.tf")).count() >= 5, "{found:?}");
    has(&found, "invalid-trust-policy p.yaml");
}

/// A name that stands in no file that may be read.
const SECRET: &str = "432143214321";

/// A tree under `in/` that names what lies outside in every way there is, and devices.
pub fn reaching_out() -> Tree {
    let policy = format!(
        "{{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Effect\": \"Allow\", \"Principal\": {{\"AWS\": \"{SECRET}\"}}, \
         \"Action\": \"sts:AssumeRole\"}}]}}"
    );
    let secret = template(SECRET);
    let out = Tree::new()
        .file("out/secret.json", &policy)
        .file("out/secret.yaml", &secret)
        .file("out/main.tf", role("secret", &format!("\"{SECRET}\"")))
        .file("out/terragrunt.hcl", format!("inputs = {{\n  who = \"{SECRET}\"\n}}\n"));
    let far = out.root.join("out").display().to_string();
    let mut text = String::new();
    for (i, call) in [
        "file(\"../../out/secret.json\")".to_owned(),
        format!("file(\"{far}/secret.json\")"),
        "file(\"/dev/zero\")".to_owned(),
        "templatefile(\"../../out/secret.json\", {})".to_owned(),
        "templatefile(\"/dev/zero\", {})".to_owned(),
        "filebase64(\"/dev/zero\")".to_owned(),
        "filesha256(\"/dev/urandom\")".to_owned(),
        "yamldecode(file(\"../../out/secret.yaml\"))".to_owned(),
        "join(\",\", fileset(\"../../out\", \"**\"))".to_owned(),
        "fileexists(\"../../out/secret.json\") ? \"*\" : \"999988887777\"".to_owned(),
        "file(\"link.json\")".to_owned(),
        "data.local_file.f.content".to_owned(),
    ]
    .iter()
    .enumerate()
    {
        text.push_str(&role(&format!("r{i}"), call));
    }
    text.push_str("data \"local_file\" \"f\" {\n  filename = \"../../out/secret.json\"\n}\n");
    for (name, source) in [("near", "../../out"), ("far", far.as_str()), ("dev", "/dev"), ("registry", "acme/role/aws")]
    {
        text.push_str(&format!("module \"{name}\" {{\n  source = \"{source}\"\n}}\n"));
    }
    let modules = format!(
        "{{\"Modules\": [{{\"Key\": \"registry\", \"Source\": \"acme/role/aws\", \"Dir\": \"../../out\"}}, \
         {{\"Key\": \"far\", \"Source\": \"x\", \"Dir\": \"{far}\"}}, {{\"Key\": \"dev\", \"Source\": \"x\", \"Dir\": \"/dev/zero\"}}]}}"
    );
    let mut nested = secret.replace(SECRET, "999988887777");
    for (i, url) in
        ["../out/secret.yaml", &format!("{far}/secret.yaml"), "/dev/zero", "file:///dev/zero"].iter().enumerate()
    {
        nested.push_str(&format!(
            "  N{i}:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {url}\n"
        ));
    }
    let include = |location: &str| {
        format!(
            "    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Fn::Transform:\n          \
             Name: AWS::Include\n          Parameters: {{ Location: {location} }}\n"
        )
    };
    let includes = format!("Resources:\n  A:\n{}  B:\n{}", include("../out/secret.json"), include("/dev/zero"));
    let unit = "include \"root\" {\n  path = \"../../out/terragrunt.hcl\"\n}\ninclude \"zero\" {\n  path = \"/dev/zero\"\n}\n\
                terraform {\n  source = \"../../out\"\n}\ninputs = {\n  a = file(\"../../out/secret.json\")\n}\n";
    let serverless =
        "service: x\nprovider:\n  name: aws\nresources:\n  - ${file(../out/secret.yaml)}\n  - ${file(/dev/zero)}\n";
    let out = out
        .file("in/m/main.tf", text)
        .file("in/m/.terraform/modules/modules.json", modules)
        .file("in/nested.yaml", nested)
        .file("in/include.yaml", includes)
        .file("in/unit/terragrunt.hcl", unit)
        .file("in/s/serverless.yml", serverless)
        .file("in/good.yaml", template("999988887777"))
        .file("in/good/main.tf", role("good", "\"999988887777\""));
    #[cfg(unix)]
    for (link, to) in [
        ("in/m/link.tf", "../../out/main.tf"),
        ("in/m/link.json", "../../out/secret.json"),
        ("in/m/zero.tf", "/dev/zero"),
        ("in/link.yaml", "../out/secret.yaml"),
        ("in/folder", "../out"),
    ] {
        std::os::unix::fs::symlink(to, out.root.join(link)).unwrap();
    }
    out
}

#[test]
fn nothing_outside_is_read_whatever_names_it() {
    let tree = reaching_out();
    for args in [
        &["--format", "json", "--min-severity", "info"][..],
        &["--format", "json", "--show-files"],
        &["roles", "--format", "json", "--with-policy"],
        &["--format", "json", "m/main.tf", "nested.yaml", "link.yaml", "good.yaml"],
    ] {
        let ran = tree.run_in("in", args, b"");
        assert!(!ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET), "{args:?}: {}", ran.stdout);
        assert!(ran.stdout.contains("999988887777"), "{}", ran.stdout);
        assert!(ran.code <= 1, "{} {}", ran.code, ran.stderr);
    }
    let ran = tree.run_in("in", &["--format", "pretty", "--min-severity", "info"], b"");
    assert!(ran.stdout.matches("outside the root").count() > 5, "{}", ran.stdout);
    let ran = tree.run_in("in", &["--allow-outside", "--format", "json", "m/main.tf", "nested.yaml"], b"");
    assert!(ran.stdout.contains(SECRET), "{}", ran.stdout);
    assert!(ran.code <= 1, "{} {}", ran.code, ran.stderr);
}

#[test]
fn no_format_lets_through_what_steers_a_terminal() {
    let evil = "\u{1b}[31m\u{7}\u{9b}31m\u{202e}\u{1b}]0;x\u{7}\u{7f}\u{2066}";
    let escaped = "\\u001b[31m\\u0007\\u009b31m\\u202e\\u007f\\u2066";
    let policy = format!(
        "{{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Sid\": \"{escaped}\", \"Effect\": \"Allow\", \"Principal\": {{\"AWS\": \
         [\"{escaped}\", \"arn:aws:iam::999988887777:role/x{escaped}\"]}}, \"Action\": [\"sts:AssumeRole\", \"sts:{escaped}\"], \
         \"Condition\": {{\"StringEquals{escaped}\": {{\"aws:{escaped}\": \"{escaped}\"}}}}}}]}}"
    );
    let tree = tree()
        .file(
            &format!("a{evil}/t{evil}.yaml"),
            template("999988887777").replace("Audit:", "\"Au\\e[31m\\adit\\x9b\\u202e\":"),
        )
        .file("p.json", policy)
        .file(&format!("tf{evil}/main.tf"), role("r", &format!("\"arn:aws:iam::999988887777:role/{escaped}\"")))
        .file(&format!("br{evil}/broken.tf"), format!("resource \"aws_iam_role\" \"r\" {{\n  x = [ {evil}\n}}\n"))
        .file("bad.yaml", format!("# iac-trust-lint: ignore[{evil}]\n{}", template("999988887777")));
    let steers = |text: &str| {
        text.chars()
            .any(|c| c != '\n' && c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    };
    for format in ["pretty", "compact", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let ran =
            tree.run(&["--format", format, "--color", "never", "--verbose", "--min-severity", "info", "--show-files"]);
        assert!(!steers(&ran.stdout), "{format}: {:?}", ran.stdout);
        assert!(!steers(&ran.stderr), "{format}: {:?}", ran.stderr);
        assert!(ran.stdout.contains("999988887777") && ran.code == 1, "{format}: {}", ran.code);
    }
    for args in [&["roles"][..], &["roles", "--format", "json", "--with-policy"]] {
        let ran = tree.run(args);
        assert!(!steers(&ran.stdout), "{args:?}: {:?}", ran.stdout);
    }
}
