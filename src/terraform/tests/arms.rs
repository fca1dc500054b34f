//! Instances that are there under some outcomes of a condition only.

use std::{path::Path, sync::Arc};

use serde_json::json;

use super::{Tree, Workspace, document};
use crate::value::{OTHER, World, worlds};

const CONFIGURATION: &str = r#"
locals {
  all = {
    dev  = { r = { id = "111111111111" } }
    prod = { r = { id = "222222222222" }, s = { id = "333333333333" } }
  }
  mine = terraform.workspace == "prod" ? local.all.prod : local.all.dev
}
"#;

/// Addresses, what must hold, and documents.
fn found(tree: &Tree) -> Vec<(String, Vec<String>, String)> {
    let roles = tree.extract().roles;
    let mut found: Vec<_> = roles
        .iter()
        .map(|r| {
            let when = r.when.iter().map(ToString::to_string).collect();
            (r.address.clone(), when, document(&r.settled_policy()).to_string())
        })
        .collect();
    found.sort();
    found
}

fn expected(role: &str) -> Vec<(String, Vec<String>, String)> {
    let row = |key: &str, prod: bool, id: &str| {
        let when = vec![format!("`terraform.workspace == \"prod\"` is {prod}")];
        (role.replace("KEY", key), when, json!({ "A": id }).to_string())
    };
    vec![row("r", false, "111111111111"), row("r", true, "222222222222"), row("s", true, "333333333333")]
}

#[test]
fn equal_keys_under_different_outcomes_are_different_instances() {
    let text = r#"
data "aws_iam_role" "d" {
  for_each = local.mine
  name     = each.value.id
}
resource "aws_iam_role" "r" {
  for_each           = local.mine
  assume_role_policy = jsonencode({ A = data.aws_iam_role.d[each.key].name })
}
"#;
    let tree = Tree::new(&[("main.tf", &format!("{CONFIGURATION}{text}"))]);
    assert_eq!(found(&tree), expected(r#"aws_iam_role.r["KEY"]"#));
}

#[test]
fn policy_documents_and_modules_are_those_of_the_same_outcome() {
    let text = r#"
data "aws_iam_policy_document" "d" {
  for_each = local.mine
  statement { sid = each.value.id }
}
module "m" {
  for_each = local.mine
  source   = "./m"
  id       = jsondecode(data.aws_iam_policy_document.d[each.key].json).Statement[0].Sid
}
module "n" {
  for_each = local.mine
  source   = "./n"
  id       = module.m[each.key].id
}
"#;
    let tree = Tree::new(&[
        ("main.tf", &format!("{CONFIGURATION}{text}")),
        ("m/main.tf", "variable \"id\" {}\noutput \"id\" { value = var.id }"),
        (
            "n/main.tf",
            "variable \"id\" {}\nresource \"aws_iam_role\" \"r\" {\n  assume_role_policy = jsonencode({ A = var.id })\n}",
        ),
    ]);
    assert_eq!(found(&tree), expected(r#"module.n["KEY"].aws_iam_role.r"#));
}

#[test]
fn what_is_none_of_some_outcomes_may_be_any_other() {
    let text = r#"
locals { trusted = { dev = "111111111111", test = "444444444444" } }
resource "aws_iam_role" "r" {
  for_each           = lookup({ prod = {} }, terraform.workspace, { a = 1 })
  assume_role_policy = jsonencode({ A = local.trusted[terraform.workspace] })
}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let roles = tree.extract().roles;
    let [role] = roles.as_slice() else { panic!("{roles:?}") };
    assert_eq!(&*role.when[0].label, OTHER);
    let shown = format!("{:?}", super::parsed(&role.policy));
    assert!(shown.contains("111111111111") && shown.contains("444444444444"), "{shown}");
}

#[test]
fn instances_of_unknown_keys_have_outputs() {
    let text = r#"
variable "all" {}
locals { some = { for k, v in var.all : k => v if v.enabled } }
module "m" {
  for_each = local.some
  source   = "./m"
}
resource "aws_iam_role" "r" {
  for_each           = local.some
  assume_role_policy = jsonencode({ A = module.m[each.key].id })
}
"#;
    let tree = Tree::new(&[("main.tf", text), ("m/main.tf", "output \"id\" { value = \"111111111111\" }")]);
    let found: Vec<String> = found(&tree).into_iter().map(|(_, _, document)| document).collect();
    assert_eq!(found, [json!({"A": "111111111111"}).to_string()]);
}

#[test]
fn instances_of_modules_are_let_go() {
    let tree = Tree::new(&[
        ("a/main.tf", "module \"m\" {\n  source = \"../m\"\n  count  = 3\n}"),
        ("m/main.tf", "resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = \"{}\"\n}"),
    ]);
    let workspace = Workspace::new(&tree.files, &tree.paths, tree.options.clone());
    assert_eq!(workspace.extract(Path::new("/w/a")).roles.len(), 3);
    // One is the workspace's, one this test's.
    assert_eq!(Arc::strong_count(&workspace.module(Path::new("/w/m"))), 2);
}

#[test]
fn loops_within_loops_over_one_choice_are_repeated_for_its_outcomes_alone() {
    let settings: String = (0..9).map(|i| format!("  s{i} = {{ k{i} = \"v{i}\" }}\n")).collect();
    let text = format!(
        r#"
variable "which" {{}}
locals {{
  all  = {{
{settings}  }}
  mine = local.all[var.which]
}}
resource "aws_iam_role" "r" {{
  assume_role_policy = jsonencode({{ for a, b in local.mine : a => {{ for c, d in local.mine : c => "${{b}}-${{d}}" }} }})
}}
"#
    );
    let roles = Tree::new(&[("main.tf", &text)]).extract().roles;
    let all: Vec<_> = worlds(&roles[0].policy, &World::default()).iter().map(|(_, p)| document(p)).collect();
    assert_eq!(all.len(), 9);
    for i in 0..9 {
        let (key, value) = (format!("k{i}"), format!("v{i}-v{i}"));
        assert!(all.contains(&json!({ &key: { &key: value } })), "{all:?}");
    }
}
