use std::collections::HashSet;

use super::shared::{CallerKind, Draft, principals, role_phrase};
use super::{Examples, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::Query,
    finding::Severity,
    policy::{Condition, Effect, Principals, SetQuantifier, Test, Who},
};

/// A SAML assertion is accepted whatever service it was made for.
pub static RULE: Rule = Rule {
    name: "saml-missing-audience",
    severity: Severity::Low,
    summary: "A SAML assertion is accepted whatever service it was made for",
    since: "0.1.0",
    what: "
Fires when `sts:AssumeRoleWithSAML` is allowed and no condition of the statement bounds `SAML:aud`.",
    why: r#"
An assertion names the service that it was made for. AWS's own endpoint checks that too; the condition is the second line,
and says which sign-in endpoint is meant. Without it an assertion for another endpoint that the identity provider serves
may be sent with

    aws sts assume-role-with-saml --role-arn arn:aws:iam::111122223333:role/sso \
      --principal-arn arn:aws:iam::111122223333:saml-provider/Okta --saml-assertion "$ASSERTION""#,
    fix: "
Add `StringEquals` on `SAML:aud` with `https://signin.aws.amazon.com/saml`, or a regional sign-in endpoint.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "sso" {
  name = "sso"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::111122223333:saml-provider/Okta" }
      Action    = "sts:AssumeRoleWithSAML"
    }]
  })
}
"#,
        terraform_good: r#"
resource "aws_iam_role" "sso" {
  name = "sso"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::111122223333:saml-provider/Okta" }
      Action    = "sts:AssumeRoleWithSAML"
      Condition = { StringEquals = { "SAML:aud" = "https://signin.aws.amazon.com/saml" } }
    }]
  })
}
"#,
        cloudformation_bad: r#"
Resources:
  Sso:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Federated: !Sub "arn:aws:iam::${AWS::AccountId}:saml-provider/Okta" }
            Action: sts:AssumeRoleWithSAML
"#,
        cloudformation_good: r#"
Resources:
  Sso:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Federated: !Sub "arn:aws:iam::${AWS::AccountId}:saml-provider/Okta" }
            Action: sts:AssumeRoleWithSAML
            Condition:
              StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" }
"#,
    },
    maps_to: &[],
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html"],
    kind: RuleKind::Role(check),
};

const KEY: &str = "saml:aud";

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    for (i, statement) in ctx.analysis.policy().statements.iter().enumerate() {
        let listed = matches!(statement.principals, Principals::Only(_));
        if statement.effect != Effect::Allow || !listed || statement.conditions.iter().any(bounds_audience) {
            continue;
        }
        let mut seen = HashSet::new();
        for (j, principal) in principals(statement).iter().enumerate() {
            if !matches!(principal.who, Who::Saml { .. }) {
                continue;
            }
            let name = principal.value.text.display();
            if seen.contains(&name) {
                continue;
            }
            let kind = CallerKind::Saml;
            let answer = ctx.analysis.ask(&Query::new(kind.any(), kind.call()).through(i, Some(j)));
            if answer.is_no() {
                continue;
            }
            let condition = statement.conditions.iter().find(|c| c.is_on(KEY));
            let origin = condition.map_or(&principal.value.origin, |c| &c.key.origin);
            let message = format!(
                "no condition on `SAML:aud` bounds the assertions of `{name}` that can assume {}",
                role_phrase(ctx)
            );
            let draft = Draft::at(&RULE, origin, "nothing bounds `SAML:aud`", message)
                .help("add `StringEquals` on `SAML:aud` with `https://signin.aws.amazon.com/saml`")
                .answered(&answer)
                .value(name.clone())
                .in_statement(statement);
            seen.insert(name);
            report.push(ctx, draft);
        }
    }
}

/// Whether a condition is false for an assertion without an audience and for one with any.
fn bounds_audience(condition: &Condition) -> bool {
    condition.is_on(KEY)
        && condition.operator.is_some_and(|o| {
            let positive = matches!(o.test, Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike);
            positive && !o.if_exists && o.set != SetQuantifier::ForAll
        })
        && !condition.values.iter().any(|v| v.known().is_some_and(|t| t.bytes().all(|b| b == b'*')))
}
