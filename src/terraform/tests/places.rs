//! Where values stand and the way they took.

use super::{Tree, parsed};
use crate::value::{StepKind, Value};

/// The text at which a value enters the policy, then each step of its way with the kind of the place.
fn way(tree: &Tree, value: &Value) -> Vec<(String, Option<StepKind>)> {
    let steps = value.origin.steps().map(|s| (tree.text(s.at), Some(s.kind)));
    std::iter::once((tree.text(value.origin.at), None)).chain(steps).collect()
}

fn aws(tree: &Tree) -> Vec<Value> {
    let extraction = tree.extract();
    let statements = parsed(&extraction.roles[0].policy).get("Statement").expect("statements");
    let statement = statements.item(0).unwrap_or(statements);
    let principal = statement.get("Principal").and_then(|p| p.get("AWS")).expect("a principal");
    let items: Option<Vec<Value>> = principal.items().map(Iterator::collect);
    items.unwrap_or_else(|| vec![principal])
}

#[test]
fn through_a_local_a_call_and_a_variable_file() {
    let tree = Tree::new(&[
        ("main.tf", "variable \"trusted\" {}\nmodule \"m\" {\n  source = \"./m\"\n  accounts = var.trusted\n}\n"),
        ("terraform.tfvars", "trusted = [\"111111111111\", \"222222222222\"]\n"),
        (
            "m/main.tf",
            r#"
variable "accounts" {}
locals { list = var.accounts }
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Statement = [{ Principal = { AWS = local.list } }] })
}
"#,
        ),
    ]);
    let all = aws(&tree);
    assert_eq!(
        way(&tree, &all[1]),
        [
            ("local.list".to_owned(), None),
            ("var.accounts".to_owned(), Some(StepKind::Local)),
            ("var.trusted".to_owned(), Some(StepKind::CallArgument)),
            ("\"222222222222\"".to_owned(), Some(StepKind::VariableFile)),
        ]
    );
}

#[test]
fn items_of_a_policy_document_stand_in_their_block() {
    let tree = Tree::new(&[(
        "main.tf",
        r#"
variable "more" { default = ["222222222222"] }
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = concat(["111111111111"], var.more)
    }
  }
}
resource "aws_iam_role" "r" { assume_role_policy = data.aws_iam_policy_document.d.json }
"#,
    )]);
    let mut ways: Vec<_> = aws(&tree).iter().map(|v| way(&tree, v)).collect();
    ways.sort_by_key(|w| w[0].0.clone());
    assert_eq!(ways[0], [("\"111111111111\"".to_owned(), None)]);
    assert_eq!(
        ways[1],
        [("var.more".to_owned(), None), ("\"222222222222\"".to_owned(), Some(StepKind::VariableDefault))]
    );
}

#[test]
fn names_of_a_for_lead_to_the_item() {
    let tree = Tree::new(&[(
        "main.tf",
        r#"
locals { ids = ["111111111111"] }
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Statement = [{ Principal = { AWS = [for id in local.ids : "arn:aws:iam::${id}:root"] } }] })
}
"#,
    )]);
    let all = aws(&tree);
    assert_eq!(tree.text(all[0].origin.at), "\"arn:aws:iam::${id}:root\"");
    let crate::value::Kind::String(text) = &all[0].kind else { panic!("no string") };
    let steps: Vec<_> = text.parts()[1].origin().steps().map(|s| (tree.text(s.at), s.kind)).collect();
    assert_eq!(tree.text(text.parts()[1].origin().at), "id");
    assert_eq!(
        steps,
        [("local.ids".to_owned(), StepKind::Iteration), ("\"111111111111\"".to_owned(), StepKind::Local)]
    );
}

#[test]
fn a_template_file_is_pointed_into() {
    let tree = Tree::new(&[
        (
            "main.tf",
            "resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = templatefile(\"${path.module}/t.json\", { id = \"1\" })\n}\n",
        ),
        ("t.json", "{\"Statement\": [{\"Principal\": {\"AWS\": [\"arn:aws:iam::${id}:root\", \"222222222222\"]}}]}"),
    ]);
    let all = aws(&tree);
    assert_eq!(tree.text(all[1].origin.source()), "\"222222222222\"");
    assert_eq!(tree.files.get(all[1].origin.source().file).name(), "t.json");
}
