use super::shared::{Draft, oidc_ways, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Demand, Strings},
    finding::Severity,
    policy::{Literal, glob},
};

/// Guests of a Cognito identity pool can assume the role.
pub static RULE: Rule = Rule {
    name: "cognito-guest-access",
    severity: Severity::High,
    summary: "Guests of a Cognito identity pool can assume the role",
    since: "0.1.0",
    what: "
Fires when a token of an unauthenticated Cognito identity is accepted: there is no condition on
`cognito-identity.amazonaws.com:amr`, or it asks for `unauthenticated`.",
    why: "
Identity pools give guests a token for the asking, without any login. Anybody who finds the pool's id, which every client
of the application carries, sends

    aws cognito-identity get-id --identity-pool-id eu-west-1:1a2b3c4d-… --no-sign-request
    aws cognito-identity get-open-id-token --identity-id … --no-sign-request
    aws sts assume-role-with-web-identity --role-arn … --role-session-name x --web-identity-token …",
    fix: "
Add `ForAnyValue:StringLike` on `cognito-identity.amazonaws.com:amr` with `authenticated`. A role that guests are meant to
have should be able to do nothing that matters; suppress the finding there with that reason.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "cognito-identity.amazonaws.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = { "cognito-identity.amazonaws.com:aud" = "eu-west-1:1a2b3c4d-0000-4000-8000-000000000000" }
      }
    }]
  })
}
"#,
        terraform_good: r#"
resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "cognito-identity.amazonaws.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals             = { "cognito-identity.amazonaws.com:aud" = "eu-west-1:1a2b3c4d-0000-4000-8000-000000000000" }
        "ForAnyValue:StringLike" = { "cognito-identity.amazonaws.com:amr" = "authenticated" }
      }
    }]
  })
}
"#,
        cloudformation_bad: r#"
Resources:
  App:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Federated: cognito-identity.amazonaws.com }
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals: { cognito-identity.amazonaws.com:aud: "eu-west-1:1a2b3c4d-0000-4000-8000-000000000000" }
              ForAnyValue:StringLike: { cognito-identity.amazonaws.com:amr: unauthenticated }
"#,
        cloudformation_good: r#"
Resources:
  App:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Federated: cognito-identity.amazonaws.com }
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals: { cognito-identity.amazonaws.com:aud: "eu-west-1:1a2b3c4d-0000-4000-8000-000000000000" }
              ForAnyValue:StringLike: { cognito-identity.amazonaws.com:amr: authenticated }
"#,
    },
    maps_to: &[
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-14" },
    ],
    references: &[
        "https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html",
    ],
    kind: RuleKind::Role(check),
};

const ISSUER: &str = "cognito-identity.amazonaws.com";
const KEY: &str = "cognito-identity.amazonaws.com:amr";

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    for way in oidc_ways(ctx.analysis.policy()).iter().filter(|w| w.issuer == ISSUER) {
        let guest = Demand::Is(Strings::OneOf(vec!["unauthenticated".to_owned()]));
        let answer = ctx.analysis.ask(&way.query().demand(KEY, guest));
        if answer.is_no() {
            continue;
        }
        let condition = way.statement.conditions.iter().find(|c| c.is_on(KEY));
        let origin = condition
            .and_then(|c| c.values.iter().find(|v| admits_guests(v)).or(c.values.first()))
            .map_or(&way.principal.value.origin, |v| &v.origin);
        let label = if condition.is_some() { "guests pass this" } else { "nothing asks for a login" };
        let message =
            format!("guests of a Cognito identity pool, who never logged in, can assume {}", role_phrase(ctx));
        let draft = Draft::at(&RULE, origin, label, message)
            .help(format!("add `ForAnyValue:StringLike` on `{KEY}` with `authenticated`"))
            .answered(&answer)
            .value(ISSUER)
            .in_statement(way.statement);
        report.push(ctx, draft);
    }
}

fn admits_guests(value: &Literal) -> bool {
    value.known().is_some_and(|pattern| glob::matches(&pattern, "unauthenticated"))
}
