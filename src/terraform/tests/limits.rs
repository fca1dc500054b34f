//! Inputs that are large, deep or go round in circles end soon, with a value or a reason.

use std::fmt::Write as _;

use serde_json::json;

use super::{Tree, policies, policies_of, policy};

const ROLE: &str = "resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = jsonencode(local.last)\n}\n";

fn reason(text: &str) -> String {
    let tree = Tree::new(&[("main.tf", text)]);
    let extraction = tree.extract();
    let found = crate::terraform::convert::unknown_inside(&super::parsed(&extraction.roles[0].policy), 0);
    found.map(|u| u.reason.to_string()).unwrap_or_default()
}

#[test]
fn a_chain_of_four_thousand_locals() {
    let mut text = String::from("locals {\n  l0 = \"x\"\n");
    for i in 1..4000 {
        let _ = writeln!(text, "  l{i} = local.l{}", i - 1);
    }
    text.push_str("  last = { A = local.l3999 }\n}\n");
    text.push_str(ROLE);
    assert_eq!(policy(&text), json!({"A": "x"}));
}

#[test]
fn a_chain_that_is_too_long_says_so() {
    let mut text = String::from("locals {\n  l0 = \"x\"\n");
    for i in 1..40_000 {
        let _ = writeln!(text, "  l{i} = local.l{}", i - 1);
    }
    text.push_str("  last = { A = local.l39999 }\n}\n");
    text.push_str(ROLE);
    assert!(reason(&text).contains("limit"), "{}", reason(&text));
}

#[test]
fn locals_that_double() {
    for (start, next) in [
        ("\"x\"", "\"${local.L}${local.L}\""),
        ("[\"x\"]", "[local.L, local.L]"),
        ("[\"x\"]", "concat(local.L, local.L)"),
        ("{ a = 1 }", "{ a = local.L, b = local.L }"),
        ("[\"x\"]", "flatten([local.L, local.L])"),
        ("[\"x\"]", "[for x in concat(local.L, local.L) : x]"),
    ] {
        let mut text = format!("locals {{\n  l0 = {start}\n");
        for i in 1..40 {
            let _ = writeln!(text, "  l{i} = {}", next.replace("L", &format!("l{}", i - 1)));
        }
        text.push_str("  last = { A = local.l39 }\n}\n");
        text.push_str(ROLE);
        assert!(reason(&text).contains("limit"), "{next}: {}", reason(&text));
    }
}

#[test]
fn what_walks_through_doubled_values_ends() {
    for (start, next) in [
        ("[\"x\"]", "[local.L, local.L]"),
        ("{ a = 1 }", "{ a = local.L, b = local.L }"),
        ("\"x\"", "jsonencode([local.L, local.L])"),
        ("var.nope", "jsonencode([local.L, local.L])"),
        ("\"x\"", "var.nope ? [local.L] : { a = local.L }"),
    ] {
        let mut text = format!("variable \"nope\" {{}}\nlocals {{\n  l0 = {start}\n");
        for i in 1..60 {
            let _ = writeln!(text, "  l{i} = {}", next.replace("L", &format!("l{}", i - 1)));
        }
        for (i, call) in [
            "[L == L]",
            "flatten([L])",
            "toset([L, L])",
            "distinct([L, L])",
            "contains([L], L)",
            "merge({ a = L }, { b = L })",
            "format(\"%v\", L)",
            "\"${L}\"",
            "upper(L)",
            "yamlencode(L)",
            "sha256(jsonencode(L))",
            "[for x in [L] : x if x != L]",
        ]
        .into_iter()
        .enumerate()
        {
            let _ = writeln!(text, "  f{i} = {}", call.replace('L', "local.l59"));
            // What is not too heavy is still walked through once for each layer.
            let _ = writeln!(text, "  g{i} = {}", call.replace('L', "local.l9"));
        }
        let all: Vec<String> = (0..12).map(|i| format!("local.f{i}, local.g{i}")).collect();
        let _ = write!(text, "  last = {{ A = [{}] }}\n}}\n{ROLE}", all.join(", "));
        let found = reason(&text);
        assert!(!found.is_empty(), "{next}");
    }
}

#[test]
fn loops_in_loops() {
    let text = format!(
        "locals {{\n  last = {{ A = [for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]] }}\n}}\n{ROLE}"
    );
    assert!(reason(&text).contains("limit"), "{}", reason(&text));
}

#[test]
fn circles_of_locals() {
    let text = format!("locals {{\n  a = local.b\n  b = local.a\n  last = {{ A = local.a }}\n}}\n{ROLE}");
    assert_eq!(reason(&text), "it depends on itself");
}

#[test]
fn circles_of_modules() {
    let role = "resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = \"{}\"\n}\n";
    let call = |dir: &str| format!("module \"m\" {{\n  source = \"../{dir}\"\n}}\n{role}");
    let tree = Tree::new(&[("a/main.tf", &call("b")), ("b/main.tf", &call("c")), ("c/main.tf", &call("a"))]);
    assert_eq!(tree.roots(), ["a"]);
    let all = policies_of(&tree);
    let addresses: Vec<&str> = all.keys().map(String::as_str).collect();
    assert_eq!(addresses, ["aws_iam_role.r", "module.m.aws_iam_role.r", "module.m.module.m.aws_iam_role.r"]);
}

#[test]
fn ten_thousand_instances() {
    let text = r#"
locals { all = { for p in setproduct(range(100), range(100)) : "k${p[0]}-${p[1]}" => p } }
resource "aws_iam_role" "r" {
  for_each           = local.all
  assume_role_policy = jsonencode({ Id = each.key, A = local.all[each.key][1], B = aws_iam_policy.p[each.key].name })
}
resource "aws_iam_policy" "p" {
  for_each = local.all
  name     = each.key
}
"#;
    let all = policies(text);
    assert_eq!(all.len(), 10_000);
    assert_eq!(all["aws_iam_role.r[\"k7-93\"]"], json!({"Id": "k7-93", "A": 93, "B": "k7-93"}));
}

#[test]
fn more_instances_than_are_made() {
    let text = "resource \"aws_iam_role\" \"r\" {\n  count = 10000000\n  assume_role_policy = jsonencode({ A = count.index })\n}\n";
    assert_eq!(policies(text).len(), 1);
}

#[test]
fn five_hundred_calls_of_a_module() {
    let mut text = String::new();
    for i in 0..500 {
        let _ = writeln!(text, "module \"m{i}\" {{\n  source = \"./m\"\n  id = \"{i}\"\n}}");
    }
    let module =
        "variable \"id\" {}\nresource \"aws_iam_role\" \"r\" {\n  assume_role_policy = jsonencode({ A = var.id })\n}\n";
    let all = policies_of(&Tree::new(&[("main.tf", &text), ("m/main.tf", module)]));
    assert_eq!(all.len(), 500);
    assert_eq!(all["module.m77.aws_iam_role.r"], json!({"A": "77"}));
}

#[test]
fn deep_nesting_of_text() {
    let deep = "[".repeat(5_000);
    let text = format!(
        "locals {{\n  a = {deep}\n}}\nresource \"aws_iam_role\" \"r\" {{\n  assume_role_policy = \"{{}}\"\n}}\n"
    );
    assert!(!Tree::new(&[("main.tf", &text)]).extract().problems.is_empty());
    let json = format!("{{\"locals\": {{\"a\": {}1{}}}}}", "[".repeat(400), "]".repeat(400));
    assert!(Tree::new(&[("main.tf.json", &json)]).extract().problems.is_empty());
}

#[test]
fn modules_that_double() {
    let mut files = Vec::new();
    for i in 0..30 {
        let call = format!(
            "module \"a\" {{\n  source = \"../m{}\"\n}}\nmodule \"b\" {{\n  source = \"../m{}\"\n}}\n",
            i + 1,
            i + 1
        );
        files.push((format!("m{i}/main.tf"), call));
    }
    files.push((
        "m30/main.tf".to_owned(),
        "resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = \"{}\"\n}\n".to_owned(),
    ));
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let extraction = Tree::new(&files).extract();
    assert!(extraction.problems.iter().any(|p| p.message.contains("instances of modules")));
}

#[test]
fn a_small_stack_is_a_limit_and_no_crash() {
    let mut text = String::from("locals {\n  l0 = \"x\"\n");
    for i in 1..4000 {
        let _ = writeln!(text, "  l{i} = [for x in [local.l{}] : \"${{x}}\"][0]", i - 1);
    }
    text.push_str("  last = { A = local.l3999 }\n}\n");
    text.push_str(ROLE);
    let tree = Tree::new(&[("main.tf", &text)]);
    let workspace = super::Workspace::new(&tree.files, &["/w/main.tf".into()], super::Options::default());
    for stack in [1 << 20, 16 << 20] {
        let extraction = workspace.extract_within(std::path::Path::new("/w"), stack);
        let shown = super::document(&extraction.roles[0].policy);
        assert!(shown["A"].to_string().contains("unknown"), "{stack}: {shown}");
    }
}

#[test]
fn what_cannot_be_parsed_is_said_when_it_is_needed() {
    // Each looks sound from outside: only the parser sees what is wrong inside.
    let needed = "locals {\n  last = true ? 1\n  other = \"x\"\n}\n";
    let extraction = Tree::new(&[("main.tf", &format!("{needed}{ROLE}"))]).extract();
    let [problem] = &*extraction.problems else { panic!("{:?}", extraction.problems) };
    assert_eq!(problem.at.map(|at| (at.span.start, at.span.end)).unwrap().0, 25);
    assert_eq!(extraction.roles.len(), 1);
    let unneeded = "locals {\n  last = { A = \"x\" }\n  other = true ? 1\n}\n";
    let extraction = Tree::new(&[("main.tf", &format!("{unneeded}{ROLE}"))]).extract();
    assert!(extraction.problems.is_empty(), "{:?}", extraction.problems);
    let role = "resource \"aws_iam_role\" \"r\" {\n  name = true ? 1\n  assume_role_policy = jsonencode({})\n}\n";
    let extraction = Tree::new(&[("main.tf", role)]).extract();
    assert_eq!((extraction.problems.len(), extraction.roles.len()), (1, 1));
}
