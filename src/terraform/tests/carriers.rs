//! Where policies are carried: roles, identity policies, templates, plans, Terragrunt.

use std::path::Path;

use serde_json::json;

use super::{Options, Tree, document, policies_of};
use crate::terraform::plan;

#[test]
fn identity_policies_and_templates() {
    let text = r#"
resource "aws_iam_role" "r" {
  name = "n"
  path = "/p/"
  assume_role_policy = "{}"
  inline_policy {
    name   = "i"
    policy = jsonencode({ A = "inline" })
  }
}
resource "aws_iam_policy" "p" { policy = jsonencode({ A = "managed" }) }
resource "aws_iam_role_policy" "q" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ A = aws_iam_role.r.arn })
}
resource "aws_cloudformation_stack" "s" {
  name          = "s"
  template_body = jsonencode({ Resources = {} })
  parameters    = { Account = "111122223333" }
}
resource "awscc_iam_role" "c" {
  role_name                   = "cc"
  assume_role_policy_document = jsonencode(jsondecode("{\"A\": 1}"))
}
"#;
    let extraction = Tree::new(&[("main.tf", text)]).extract();
    let identity: Vec<_> =
        extraction.identity_policies.iter().map(|p| (p.kind.as_str(), document(&p.policy)["A"].clone())).collect();
    assert_eq!(
        identity,
        [
            ("aws_iam_role.inline_policy", json!("inline")),
            ("aws_iam_policy", json!("managed")),
            ("aws_iam_role_policy", json!("arn:${partition}:iam::${own-account}:role/p/n")),
        ]
    );
    assert_eq!(extraction.templates.len(), 1);
    assert_eq!(extraction.templates[0].parameters[0].0, "Account");
    let roles: Vec<_> =
        extraction.roles.iter().map(|r| (r.kind.as_str(), r.name.as_ref().map(|n| n.display()))).collect();
    assert_eq!(roles, [("aws_iam_role", Some("n".to_owned())), ("awscc_iam_role", Some("cc".to_owned()))]);
    assert_eq!(document(&extraction.roles[1].policy), json!({"A": 1}));
}

const PLAN: &str = r#"{"format_version":"1.2","planned_values":{"root_module":{"resources":[
  {"address":"aws_iam_role.a","mode":"managed","type":"aws_iam_role","name":"a","values":{"name":"a","path":"/","assume_role_policy":"{\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::444455556666:root\"}}],\"Version\":\"2012-10-17\"}"}},
  {"address":"aws_iam_role.b","mode":"managed","type":"aws_iam_role","name":"b","values":{"path":"/"}}],
  "child_modules":[{"address":"module.m","resources":[{"address":"module.m.aws_iam_role.c","mode":"managed","type":"aws_iam_role","name":"c","values":{"arn":"arn:aws-cn:iam::777788889999:role/c","assume_role_policy":"{}"}}]}]}},
 "resource_changes":[{"address":"aws_iam_role.b","type":"aws_iam_role","change":{"after_unknown":{"assume_role_policy":true}}}],
 "variables":{"account":{"value":"444455556666"}},
 "prior_state":{"values":{"root_module":{"resources":[{"address":"data.aws_caller_identity.x","mode":"data","type":"aws_caller_identity","name":"x","values":{"account_id":"123412341234"}}]}}}}"#;

#[test]
fn plans_alone() {
    let tree = Tree::new(&[("plan.json", PLAN)]);
    let extraction = plan::extract(&tree.files, Path::new("/w/plan.json"), &Options::default());
    let [a, b, c] = &*extraction.roles else { panic!("{:?}", extraction.roles) };
    let principal = super::parsed(&a.policy)
        .get("Statement")
        .and_then(|s| s.item(0)?.get("Principal")?.get("AWS"))
        .expect("a principal");
    assert_eq!(tree.text(principal.origin.at), r#"\"arn:aws:iam::444455556666:root\""#);
    assert_eq!(a.own.account.as_deref(), Some("123412341234"));
    assert_eq!(document(&b.policy), json!({"$unknown": "aws_iam_role.b.assume_role_policy"}));
    assert_eq!(c.own.account.as_deref(), Some("777788889999"));
    assert_eq!(c.own.partition.as_deref(), Some("aws-cn"));
}

#[test]
fn plans_beside_their_configuration() {
    let main = r#"variable "account" {}
variable "role" {}
resource "aws_iam_role" "a" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" },
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::${var.account}:${var.role}" }, Action = "sts:AssumeRole" },
    ]
  })
}
"#;
    let tree = Tree::new(&[("plan.json", PLAN), ("main.tf", main)]);
    let extraction = plan::extract(&tree.files, Path::new("/w/plan.json"), &Options::default());
    let a = &extraction.roles[0];
    assert_eq!(tree.text(a.at), "resource \"aws_iam_role\" \"a\"");
    let principal =
        a.policy.get("Statement").and_then(|s| s.item(0)?.get("Principal")?.get("AWS")).expect("a principal");
    assert_eq!(principal.as_str().as_deref(), Some("arn:aws:iam::444455556666:root"));
    assert_eq!(tree.text(principal.origin.at), "\"arn:aws:iam::${var.account}:${var.role}\"");
}

#[test]
fn terragrunt_units() {
    let tree = Tree::new(&[
        (
            "live/root.hcl",
            "locals {\n  account = \"111122223333\"\n}\ninputs = {\n  suffix = \"from-root\"\n  id = \"x\"\n}\n",
        ),
        (
            "live/prod/terragrunt.hcl",
            r#"include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}
locals {
  env = read_terragrunt_config(find_in_parent_folders("env.hcl")).locals.env
}
terraform {
  source = "${get_repo_root()}/modules//role"
}
dependency "vpc" {
  config_path = "../vpc"
}
inputs = {
  id    = "arn:aws:iam::${include.root.locals.account}:root"
  env   = "${local.env}-${basename(get_terragrunt_dir())}"
  vpc   = dependency.vpc.outputs.vpc_id
}
"#,
        ),
        ("live/env.hcl", "locals {\n  env = \"prod\"\n}\n"),
        (
            "modules/role/main.tf",
            r#"variable "id" {}
variable "env" {}
variable "vpc" {}
variable "suffix" {}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ A = var.id, B = var.env, C = var.vpc, D = var.suffix })
}
"#,
        ),
    ]);
    assert_eq!(tree.roots(), ["live/prod"]);
    assert_eq!(
        policies_of(&tree)["aws_iam_role.r"],
        json!({"A": "arn:aws:iam::111122223333:root", "B": "prod-prod", "C": {"$unknown": "dependency.vpc.outputs.vpc_id"}, "D": "from-root"})
    );
}

#[test]
fn variables_from_the_command_line() {
    let text = "variable \"a\" {}\nvariable \"b\" { type = list(string) }\nresource \"aws_iam_role\" \"r\" {\n  assume_role_policy = jsonencode({ A = var.a, B = var.b })\n}\n";
    let options = Options {
        vars: vec![("b".to_owned(), "[\"x\", 1]".to_owned())],
        var_files: vec!["more.tfvars".into()],
        env_vars: vec![("a".to_owned(), "env".to_owned()), ("b".to_owned(), "[]".to_owned())],
        ..Options::default()
    };
    let tree = Tree::new(&[("main.tf", text), ("more.tfvars", "a = \"file\"\n")]).with(options);
    assert_eq!(policies_of(&tree)["aws_iam_role.r"], json!({"A": "file", "B": ["x", "1"]}));
}

#[test]
fn arguments_that_speak_of_trust() {
    let place = crate::source::Location { file: crate::source::FileId(0), span: crate::source::Span::new(0, 0) };
    let input = |name: &str| super::super::calls::trust_input_of([(name.into(), place)].into_iter()).map(|(n, _)| n);
    for trust in ["trusted_role_arns", "trust_policy_permissions", "trusted_callers", "oidc_fully_qualified_subjects"] {
        assert_eq!(input(trust).as_deref(), Some(trust));
    }
    for trust in [
        "My_Assume_Role_Policy",
        "assume_role_conditions",
        "OIDC_provider",
        "Role_Principals",
        "EXTERNAL_ID",
        "a_Allowed_Principals",
    ] {
        assert_eq!(input(trust).as_deref(), Some(trust));
    }
    for other in ["trusted_public_key_file_names", "trusted_key_groups", "trusted_signers", "trust_store_arn", "name"] {
        assert_eq!(input(other), None, "{other}");
    }
}
