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
