//! The forms in which real code writes trust policies.

use serde_json::json;

use super::{Tree, policies, policies_of, policy};

fn trust(principal: &str) -> serde_json::Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": principal}}
    ]})
}

#[test]
fn jsonencode() {
    let text = r#"
resource "aws_iam_role" "a" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::111122223333:root" } }]
  })
}
"#;
    assert_eq!(policy(text), trust("arn:aws:iam::111122223333:root"));
}

#[test]
fn heredocs_with_holes() {
    let text = r#"
variable "account" {}
variable "list" {}
resource "aws_iam_role" "a" {
  assume_role_policy = <<-EOF
    {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::${var.account}:root"}}
    ]}
  EOF
}
resource "aws_iam_role" "b" {
  assume_role_policy = <<EOF
{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ${jsonencode(var.list)}}}]}
EOF
}
"#;
    let all = policies(text);
    assert_eq!(all["aws_iam_role.a"], trust("arn:aws:iam::${unknown:var.account}:root"));
    assert_eq!(all["aws_iam_role.b"]["Statement"][0]["Principal"]["AWS"], json!({"$unknown": "var.list"}));
}

#[test]
fn policy_document_with_locals_and_defaults() {
    let text = r#"
variable "account" { default = "111122223333" }
locals { arn = "arn:aws:iam::${var.account}:root" }
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [local.arn]
    }
  }
}
resource "aws_iam_role" "a" { assume_role_policy = data.aws_iam_policy_document.d.json }
"#;
    assert_eq!(policy(text), trust("arn:aws:iam::111122223333:root"));
}

#[test]
fn json_syntax() {
    let text = r#"{
  "variable": {"account": {"default": "111122223333"}},
  "resource": {"aws_iam_role": {"a": {
    "assume_role_policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"arn:aws:iam::${var.account}:root\"}}]}"
  }}}
}"#;
    let tree = Tree::new(&[("main.tf.json", text)]);
    assert_eq!(policies_of(&tree)["aws_iam_role.a"], trust("arn:aws:iam::111122223333:root"));
}

#[test]
fn points_at_the_characters_of_a_heredoc() {
    let text = r#"resource "aws_iam_role" "a" {
  assume_role_policy = <<-EOF
    {"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}}}
  EOF
}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let role = &tree.extract().roles[0];
    let principal = super::parsed(&role.policy).get("Statement").and_then(|s| s.get("Principal")?.get("AWS"));
    let origin = principal.map(|p| p.origin).expect("a principal");
    assert_eq!(tree.text(origin.at), "\"111122223333\"");
}

#[test]
fn zeros_in_front_make_no_octal_number_in_yaml() {
    let text = r#"
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ A = yamldecode("[0123, 089, 0o17, 0x1f, 0b11]") })
}
"#;
    assert_eq!(super::policy(text), serde_json::json!({"A": [123, 89, 15, 31, "0b11"]}));
}

#[test]
fn no_partition_holds_the_word_user() {
    let text = r#"
data "aws_partition" "p" {}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ A = replace("arn:${data.aws_partition.p.partition}:iam::1:user/x", "user", "role") })
}
"#;
    assert_eq!(super::policy(text), serde_json::json!({"A": "arn:${partition}:iam::1:role/x"}));
}

#[test]
fn what_opentofu_does_not_enable_is_not_there() {
    let text = r#"
variable "on" {}
locals { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = "*" }] }) }
resource "aws_iam_role" "off" {
  assume_role_policy = local.policy
  lifecycle { enabled = false }
}
resource "aws_iam_role" "on" {
  assume_role_policy = local.policy
  lifecycle {
    enabled         = true
    prevent_destroy = false
  }
}
resource "aws_iam_role" "perhaps" {
  assume_role_policy = local.policy
  lifecycle { enabled = var.on }
}
resource "aws_iam_role" "either" {
  assume_role_policy = local.policy
  lifecycle { enabled = var.on == "x" ? true : false }
}
"#;
    let all = policies(text);
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    assert_eq!(names, ["aws_iam_role.either", "aws_iam_role.on", "aws_iam_role.perhaps"]);
}

#[test]
fn comparisons_of_what_is_known_do_not_depend_on_where_it_comes_from() {
    let text = r#"
variable "size" { default = 1 }
variable "flag" { default = "true" }
variable "settings" {
  type    = object({ env = string, tags = optional(map(string)) })
  default = { env = "prod" }
}
locals {
  accounts = { a = { env = "prod", on = true }, b = { env = "dev", on = false } }
  nothing  = null
}
resource "aws_iam_role" "r" {
  for_each = local.accounts
  assume_role_policy = jsonencode({
    A = [for k, v in local.accounts : k if v.env == "prod"]
    B = [for k, v in local.accounts : k if k != "a"]
    C = [for k, v in local.accounts : k if v.on && !(k == "b")]
    D = [for i, k in ["x", "y"] : k if i == 1]
    E = [for k in toset(["x", "y"]) : k if k == "y"]
    F = each.key == "a" ? each.value.env : "none"
    G = [var.size == 1, var.size == "1", var.flag == true, (var.flag) == "true"]
    H = [local.nothing == null, local.accounts == null, var.settings.tags == null, null != var.settings]
    I = [local.accounts == { a = 1 }, local.accounts.b.env == local.accounts["b"].env]
    J = "%{for k, v in local.accounts}%{if v.on}${k}%{endif}%{endfor}"
    K = local.accounts.a.on ? "yes" : "no"
    L = var.flag ? "yes" : "no"
    M = [for env in ["dev"] : [for k, v in local.accounts : k if v.env == env]]
  })
}
"#;
    let all = policies(text);
    let expected = |f: &str| {
        serde_json::json!({
            "A": ["a"], "B": ["b"], "C": ["a"], "D": ["y"], "E": ["y"], "F": f,
            "G": [true, false, false, true], "H": [true, false, true, true], "I": [false, true],
            "J": "a", "K": "yes", "L": "yes", "M": [["b"]],
        })
    };
    assert_eq!(all["aws_iam_role.r[\"a\"]"], expected("prod"));
    assert_eq!(all["aws_iam_role.r[\"b\"]"], expected("none"));
}

#[test]
fn comparisons_of_what_is_not_known_or_not_there_stay_open() {
    let text = r#"
variable "env" {}
locals {
  settings = { env = var.env }
  loop     = local.loop == "a" ? 1 : 2
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    A = local.settings.env == "prod"
    B = local.settings.name == "prod"
    C = local.absent == "x"
    D = local.loop
    E = try(local.settings.name == "x", "caught")
  })
}
"#;
    let open = |reference: &str| serde_json::json!({ "$unknown": reference });
    let expected = serde_json::json!({
        "A": open("local.settings.env == \"prod\""),
        "B": open("local.settings.name"),
        "C": open("local.absent == \"x\""),
        "D": open("local.loop == \"a\""),
        "E": "caught",
    });
    assert_eq!(super::policy(text), expected);
}
