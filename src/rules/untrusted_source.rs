use std::collections::BTreeSet;

use super::shared::{
    Draft, account_is_outside, account_phrase, arn_account, grant_query, is_account_id, organization_is_outside,
    role_phrase,
};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Demand, GrantKind, Query, Strings},
    finding::Severity,
};

/// A service may assume the role on behalf of an account outside the zone of trust.
pub static RULE: Rule = Rule {
    name: "untrusted-source",
    severity: Severity::High,
    summary: "A service may assume the role on behalf of an account outside the zone of trust",
    since: "0.1.0",
    what: "
Fires when `aws:SourceAccount`, `aws:SourceArn`, `aws:SourceOrgID` or `aws:SourceOrgPaths` lets a service act for an account
or an organization that is neither the role's own nor in the zone of trust.",
    why: "
The condition that should keep strangers out names one. Whoever controls that account makes a resource of the service
there, names your role in it, and the service sends

    sts:AssumeRole of arn:aws:iam::111122223333:role/build, with aws:SourceAccount = 999988887777",
    fix: "
Put the role's own account there (`data.aws_caller_identity`, `AWS::AccountId`). When the other account is to be trusted,
say so under `trust:` in the config.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "build" {
  name = "build"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "codebuild.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = "999988887777" } }
    }]
  })
}
"#,
        terraform_good: r#"
data "aws_caller_identity" "current" {}

resource "aws_iam_role" "build" {
  name = "build"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "codebuild.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}
"#,
        cloudformation_bad: r#"
Resources:
  Audit:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Service: states.amazonaws.com }
            Action: sts:AssumeRole
            Condition:
              ArnLike: { "aws:SourceArn": "arn:aws:states:*:999988887777:*" }
"#,
        cloudformation_good: r#"
Resources:
  Audit:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Service: states.amazonaws.com }
            Action: sts:AssumeRole
            Condition:
              ArnLike: { "aws:SourceArn": !Sub "arn:aws:states:*:${AWS::AccountId}:*" }
"#,
    },
    maps_to: &[
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-3" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    let mut seen = BTreeSet::new();
    for grant in ctx.analysis.grants().iter().filter(|g| g.kind == GrantKind::Service) {
        let Some(statement) = policy.statements.get(grant.statement) else { continue };
        let Some(query) = grant_query(ctx.analysis, grant) else { continue };
        let positive = |test: crate::policy::Test| !test.is_negated() && test != crate::policy::Test::Null;
        for condition in statement.conditions.iter().filter(|c| c.operator.is_some_and(|o| positive(o.test))) {
            let Some(key) = condition.key.known() else { continue };
            for value in &condition.values {
                let Some(text) = value.known() else { continue };
                let Some((party, query)) = stranger(ctx, &query, &key, &text) else { continue };
                if !seen.insert((statement.index, text.to_string())) {
                    continue;
                }
                let answer = ctx.analysis.ask(&query);
                if answer.is_no() {
                    continue;
                }
                let service = &grant.value;
                let message = format!(
                    "service `{service}` can assume {} on behalf of {party}, which is not in the zone of trust",
                    role_phrase(ctx)
                );
                let draft = Draft::at(&RULE, &value.origin, format!("{party} is outside the zone of trust"), message)
                    .help(
                        "put the role's own account or organization here, or add this one under `trust:` in the config",
                    )
                    .answered(&answer)
                    .value(text)
                    .in_statement(statement);
                report.push(ctx, draft);
            }
        }
    }
}

/// The outside party that a condition value names, and the question whether the service gets in for it.
fn stranger(ctx: &RoleContext<'_>, query: &Query, key: &str, value: &str) -> Option<(String, Query)> {
    let (zone, own) = (ctx.analysis.zone(), ctx.analysis.own());
    let is = |text: &str| Demand::Is(Strings::OneOf(vec![text.to_owned()]));
    let like = |text: &str| Demand::Is(Strings::Like(vec![text.to_owned()], Vec::new()));
    let outside = |account: &str| is_account_id(account) && account_is_outside(zone, Some(own), account);
    let organization = |text: &str| {
        let id = text.split('/').next().unwrap_or(text);
        let named = id.starts_with("o-") && !id.contains(['*', '?']);
        (named && organization_is_outside(zone, own, text)).then(|| format!("organization {id}"))
    };
    match key.to_ascii_lowercase().as_str() {
        "aws:sourceaccount" if outside(value) => {
            Some((account_phrase(zone, value), query.clone().demand(key, is(value))))
        }
        "aws:sourcearn" => {
            let account = arn_account(value).filter(|a| outside(a))?;
            let of = Demand::AbsentOr(Strings::OneOf(vec![account.to_owned()]));
            let query = query.clone().demand(key, like(value)).demand("aws:SourceAccount", of);
            Some((account_phrase(zone, account), query))
        }
        "aws:sourceorgid" => Some((organization(value)?, query.clone().demand(key, is(value)))),
        "aws:sourceorgpaths" => Some((organization(value)?, query.clone().demand(key, like(value)))),
        _ => None,
    }
}
