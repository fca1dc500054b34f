//! Attributes that AWS gives a resource.

use serde_json::json;

use super::{policies, unknowns::outcomes};

#[test]
fn the_url_of_an_identity_provider_has_no_scheme() {
    let text = r#"
variable "gitlab" { type = bool }
resource "aws_iam_openid_connect_provider" "github" {
  url = "https://token.actions.githubusercontent.com"
}
resource "aws_iam_openid_connect_provider" "either" {
  url = var.gitlab ? "https://gitlab.com" : "https://app.terraform.io"
}
resource "aws_eks_cluster" "c" {}
resource "aws_iam_openid_connect_provider" "eks" {
  url = aws_eks_cluster.c.identity[0].oidc[0].issuer
}
resource "aws_iam_role" "a" {
  assume_role_policy = jsonencode({
    "${aws_iam_openid_connect_provider.github.url}:sub" = aws_iam_openid_connect_provider.github.arn
    replaced = replace(aws_iam_openid_connect_provider.github.url, "https://", "")
    eks      = aws_iam_openid_connect_provider.eks.url
  })
}
resource "aws_iam_role" "b" {
  assume_role_policy = jsonencode([aws_iam_openid_connect_provider.either.url, aws_iam_openid_connect_provider.either.arn])
}
"#;
    let all = policies(text);
    let arn = "arn:${partition}:iam::${own-account}:oidc-provider/";
    let github = "token.actions.githubusercontent.com";
    assert_eq!(
        all["aws_iam_role.a"],
        json!({
            "token.actions.githubusercontent.com:sub": format!("{arn}{github}"),
            "replaced": github,
            "eks": "oidc.eks.${region}.amazonaws.com/id/${unknown:aws_eks_cluster.c.identity[0].oidc[0].issuer}",
        })
    );
    let either = outcomes(text);
    for issuer in ["gitlab.com", "app.terraform.io"] {
        assert!(either.contains(&format!(r#"["{issuer}","{arn}{issuer}"]"#)), "{either:?}");
    }
}

#[test]
fn arns_of_names_that_are_no_plain_text() {
    let text = r#"
variable "b" { type = bool }
resource "aws_iam_role" "number" { name = 123 }
resource "aws_iam_user" "choice" {
  name = var.b ? "x" : "y"
  path = var.b ? "/p/" : null
}
resource "aws_iam_role" "prefix" {
  name        = null
  name_prefix = var.b ? "x-" : "y-"
}
resource "aws_iam_role" "a" { assume_role_policy = jsonencode([aws_iam_role.number.arn]) }
resource "aws_iam_role" "b" { assume_role_policy = jsonencode([aws_iam_user.choice.arn]) }
resource "aws_iam_role" "c" { assume_role_policy = jsonencode([aws_iam_role.prefix.arn]) }
"#;
    let iam = "arn:${partition}:iam::${own-account}:";
    assert_eq!(policies(text)["aws_iam_role.a"], json!([format!("{iam}role/123")]));
    let all = outcomes(text);
    for end in ["user/p/x", "user/y", "role/x-${unknown:aws_iam_role.prefix.name}"] {
        assert!(all.contains(&format!(r#"["{iam}{end}"]"#)), "{end} is not in {all:?}");
    }
}

#[test]
fn a_template_that_depends_on_an_unknown_condition() {
    let text = r#"
variable "b" { type = bool }
data "template_file" "t" {
  template = var.b ? "$${who}" : "*"
  vars     = { who = "me" }
}
resource "aws_iam_role" "a" { assume_role_policy = jsonencode([data.template_file.t.rendered]) }
"#;
    assert_eq!(outcomes(text), [r#"["*"]"#, r#"["me"]"#]);
}

#[test]
fn arguments_of_a_statement_that_are_absent_for_one_outcome() {
    let text = r#"
variable "b" { type = bool }
data "aws_iam_policy_document" "d" {
  version = var.b ? "2008-10-17" : null
  statement {
    effect      = var.b ? "Deny" : null
    actions     = var.b ? ["sts:AssumeRole"] : []
    not_actions = var.b ? [] : ["sts:TagSession"]
  }
}
resource "aws_iam_role" "a" { assume_role_policy = data.aws_iam_policy_document.d.json }
"#;
    let of = |version: &str, effect: &str, action: &str| {
        format!(r#"{{"Version":"{version}","Statement":[{{"Effect":"{effect}",{action}}}]}}"#)
    };
    let absent = of("2012-10-17", "Allow", r#""NotAction":"sts:TagSession""#);
    assert_eq!(outcomes(text), [of("2008-10-17", "Deny", r#""Action":"sts:AssumeRole""#), absent]);
}
