//! Which identity policies are evaluated where only those with some actions are wanted.

use std::collections::BTreeSet;

use super::{Tree, document};
use crate::{rules::concern_identity, terraform::Workspace};

/// The addresses of identity policies: of all, and of those that are left when only some are wanted. None of the others
/// is one that rules ask about.
fn left(files: &[(&str, &str)]) -> (BTreeSet<String>, BTreeSet<String>) {
    let tree = Tree::new(files);
    let addresses = |wanted: bool| {
        let workspace = Workspace::new(&tree.files, &tree.paths, tree.options.clone());
        let workspace = if wanted { workspace.with_identity_of(concern_identity) } else { workspace };
        let roots = workspace.roots(&|_| true);
        let policies = roots.iter().flat_map(|root| workspace.extract(root).identity_policies);
        policies.map(|p| (p.address, document(&p.policy))).collect::<Vec<_>>()
    };
    let (all, left) = (addresses(false), addresses(true));
    for (address, document) in &all {
        let actions = document["Statement"].as_array().into_iter().flatten().map(|s| s["Action"].to_string());
        let concerns = actions.map(|a| a.to_lowercase()).any(|a| a.contains("sts:"));
        assert!(!concerns || left.iter().any(|(a, d)| a == address && d == document), "{address} is missed");
    }
    let names = |policies: Vec<(String, _)>| policies.into_iter().map(|(address, _)| address).collect();
    (names(all), names(left))
}

const DOCUMENTS: &str = r#"
data "aws_iam_policy_document" "other" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["sts:not-an-action"]
  }
}
data "aws_iam_policy_document" "assume" {
  statement { actions = ["s3:GetObject"] }
  statement { actions = ["STS:AssumeRole"] }
}
data "aws_iam_policy_document" "all_but" {
  statement { not_actions = ["sts:*"] }
}
data "aws_iam_policy_document" "merged" {
  source_policy_documents = [data.aws_iam_policy_document.assume.json]
}
data "aws_iam_policy_document" "each" {
  for_each = { read = ["s3:GetObject"], act = ["sts:AssumeRole"] }
  dynamic "statement" {
    for_each = [each.value]
    content { actions = statement.value }
  }
}
data "aws_iam_policy_document" "counted" {
  count = 2
  statement { actions = [count.index == 0 ? "s3:GetObject" : "sts:AssumeRole"] }
}
data "aws_iam_policy_document" "open" {
  statement { actions = [var.secret ? "sts:AssumeRole" : "s3:GetObject"] }
}
data "aws_iam_policy_document" "sometimes" {
  for_each = var.secret ? { a = "s3:GetObject" } : { a = "sts:AssumeRole" }
  statement { actions = [each.value] }
}
variable "secret" {}
resource "aws_iam_policy" "other" { policy = data.aws_iam_policy_document.other.json }
resource "aws_iam_policy" "assume" { policy = data.aws_iam_policy_document.assume.json }
resource "aws_iam_policy" "all_but" { policy = data.aws_iam_policy_document.all_but.json }
resource "aws_iam_policy" "merged" { policy = data.aws_iam_policy_document.merged.json }
resource "aws_iam_policy" "each" {
  for_each = data.aws_iam_policy_document.each
  policy   = data.aws_iam_policy_document.each[each.key].json
}
resource "aws_iam_user_policy" "which" { policy = data.aws_iam_policy_document.counted.json }
resource "aws_iam_user_policy" "shared" {
  count  = 2
  policy = data.aws_iam_policy_document.other.json
}
resource "aws_iam_user_policy" "first" { policy = data.aws_iam_policy_document.counted.0.json }
resource "aws_iam_user_policy" "second" { policy = data.aws_iam_policy_document.counted[1].json }
resource "aws_iam_group_policy" "open" { policy = data.aws_iam_policy_document.open.json }
resource "aws_iam_group_policy" "sometimes" { policy = data.aws_iam_policy_document.sometimes["a"].json }
resource "aws_iam_role_policy" "written" { policy = jsonencode({ Statement = [{ Action = "s3:GetObject" }] }) }
resource "aws_iam_role" "r" {
  assume_role_policy = "{}"
  inline_policy { policy = data.aws_iam_policy_document.other.json }
}
resource "aws_iam_role" "s" {
  assume_role_policy = "{}"
  inline_policy { policy = data.aws_iam_policy_document.assume.json }
}
"#;

#[test]
fn documents_whose_actions_nobody_asks_about_are_left_out() {
    let (all, left) = left(&[("main.tf", DOCUMENTS)]);
    let dropped: Vec<&String> = all.difference(&left).collect();
    assert_eq!(
        dropped,
        [
            "aws_iam_policy.each[\"read\"]",
            "aws_iam_policy.other",
            "aws_iam_role.r",
            "aws_iam_user_policy.first",
            "aws_iam_user_policy.shared[0]",
            "aws_iam_user_policy.shared[1]",
        ]
    );
}

#[test]
fn a_policy_that_depends_on_a_condition_is_left_out_where_no_outcome_is_asked_about() {
    let text = r#"
variable "secret" {}
data "aws_iam_policy_document" "d" {
  for_each = var.secret ? { a = "s3:GetObject" } : { a = "sts:AssumeRole" }
  statement { actions = [each.value] }
}
resource "aws_iam_policy" "p" {
  for_each = var.secret ? { a = "s3:GetObject" } : { a = "sts:AssumeRole" }
  policy   = data.aws_iam_policy_document.d[each.key].json
}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let workspace = Workspace::new(&tree.files, &tree.paths, tree.options.clone()).with_identity_of(concern_identity);
    let policies = workspace.extract(&workspace.roots(&|_| true)[0]).identity_policies;
    let when: Vec<String> = policies.iter().flat_map(|p| &p.when).map(ToString::to_string).collect();
    assert_eq!(when, ["`var.secret` is false"]);
}
