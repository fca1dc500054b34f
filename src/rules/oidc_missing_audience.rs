use super::shared::{Draft, bounded_by_unknown, oidc_ways, role_phrase};
use super::{Examples, Report, RoleContext, Rule, RuleKind};
use crate::{analysis::Demand, finding::Severity};

/// Nothing says for whom a token was made.
pub static RULE: Rule = Rule {
    name: "oidc-missing-audience",
    severity: Severity::Medium,
    summary: "Nothing says for whom a token was made",
    since: "0.1.0",
    what: "
Fires when an OpenID Connect provider is trusted and no condition bounds its `:aud` claim. Silent for Cognito and for issuers
whose audience is what tells tenants apart: `oidc-any-tenant` judges those.",
    why: r#"
A token is made for an audience. Without the condition, one that a workflow asked for to log in to some other service (with
`aud` = `https://vault.example.com`) is accepted here too: whoever operates or breaks into that service replays it,

    aws sts assume-role-with-web-identity --role-arn arn:aws:iam::111122223333:role/deploy \
      --role-session-name x --web-identity-token "$TOKEN"

as far as the provider in IAM lists that audience."#,
    fix: "
Add `StringEquals` on the issuer's `:aud` with the audience that the provider in IAM lists, mostly `sts.amazonaws.com`.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringEquals = { "token.actions.githubusercontent.com:sub" = "repo:acme/api:environment:prod" } }
    }]
  })
}
"#,
        terraform_good: r#"
resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:acme/api:environment:prod"
        }
      }
    }]
  })
}
"#,
        cloudformation_bad: r#"
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Federated: !Sub "arn:aws:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com" }
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals: { token.actions.githubusercontent.com:sub: "repo:acme/api:environment:prod" }
"#,
        cloudformation_good: r#"
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Federated: !Sub "arn:aws:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com" }
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
                token.actions.githubusercontent.com:sub: repo:acme/api:environment:prod
"#,
    },
    maps_to: &[
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    for way in oidc_ways(ctx.analysis.policy()) {
        let by_application = |pins: &[&str]| !pins.contains(&"sub") || pins.contains(&"aud");
        if way.info.is_some_and(|i| i.shared && by_application(&i.pins)) {
            continue;
        }
        let key = way.key("aud");
        let answer = ctx.analysis.ask(&way.query().demand(key.clone(), Demand::Unguarded));
        if answer.is_no() || bounded_by_unknown(way.statement, std::slice::from_ref(&key)) {
            continue;
        }
        let message = format!("tokens of {} made for any audience can assume {}", way.name(), role_phrase(ctx));
        let condition = way.statement.conditions.iter().find(|c| c.is_on(&key));
        let origin = condition.map_or(&way.principal.value.origin, |c| &c.key.origin);
        let draft = Draft::at(&RULE, origin, format!("nothing bounds `{key}`"), message)
            .help(format!(
                "add `StringEquals` on `{key}` with the audience of the provider, mostly `sts.amazonaws.com`"
            ))
            .answered(&answer)
            .value(way.principal.value.text.display())
            .in_statement(way.statement);
        report.push(ctx, draft);
    }
}
