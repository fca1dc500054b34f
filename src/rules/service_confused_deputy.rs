use std::collections::BTreeSet;

use super::shared::{Draft, SourceStrangers, bounded_by_unknown, grant_query, principal_origin, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{GrantKind, deputies},
    finding::Severity,
};

/// A service may assume the role on behalf of any account.
pub static RULE: Rule = Rule {
    name: "service-confused-deputy",
    severity: Severity::Low,
    summary: "A service may assume the role on behalf of any account",
    since: "0.1.0",
    what: "
Fires when a service that is known to say on whose behalf it acts (`aws:SourceAccount`, `aws:SourceArn`) may assume the role
and neither of the two, nor `aws:SourceOrgID` or `aws:SourceOrgPaths`, bounds it.

Silent for services that send no such key when they assume a role (EC2, Lambda and others), for services that are not known
to send one, and for service-linked roles.",
    why: "
The service works for every AWS customer. Where it does not check that the role belongs to the customer who names it, a
stranger can name your role in a resource of their own account, and the service sends for them

    sts:AssumeRole of arn:aws:iam::111122223333:role/build, with aws:SourceAccount = 739501846227",
    fix: "
Add `StringEquals` on `aws:SourceAccount` with the role's own account, or `ArnLike` on `aws:SourceArn` with the resource
that needs the role.",
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
        Mapping { system: "IAM Access Analyzer", id: "policy check: restrict access to service principal" },
        Mapping { system: "Prowler", id: "iam_role_cross_service_confused_deputy_prevention" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    if ctx.role.is_service_linked() {
        return;
    }
    let policy = ctx.analysis.policy();
    let mut seen = BTreeSet::new();
    let strangers = SourceStrangers::of(ctx.analysis);
    for grant in ctx.analysis.grants().iter().filter(|g| g.kind == GrantKind::Service) {
        let Some(key) = deputies::source_key(&grant.value) else { continue };
        let Some(statement) = policy.statements.get(grant.statement) else { continue };
        let Some(query) = grant_query(grant) else { continue };
        if !seen.insert((statement.index, grant.value.clone())) {
            continue;
        }
        let answer = strangers.ask(ctx.analysis, grant.statement, query);
        let keys = ["aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths"].map(str::to_owned);
        if answer.is_no() || bounded_by_unknown(statement, &keys) {
            continue;
        }
        let service = &grant.value;
        let message = format!("service `{service}` can assume {} on behalf of any account", role_phrase(ctx));
        let label = format!("no condition says for whom `{service}` may act");
        let help = format!("add `StringEquals` on `{key}` with the role's own account")
            .replace("`StringEquals` on `aws:SourceArn` with the role's own account", "`ArnLike` on `aws:SourceArn`");
        let draft = Draft::at(&RULE, principal_origin(statement, grant.principal), label, message)
            .help(help)
            .answered(&answer)
            .value(service.clone())
            .in_statement(statement);
        report.push(ctx, draft);
    }
}
