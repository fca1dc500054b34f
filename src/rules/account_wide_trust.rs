use std::collections::BTreeSet;

use super::shared::{Draft, Fresh, account_phrase, grant_query, party_literal, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Caller, Demand, GrantKind, Standing, Strings},
    finding::Severity,
};

/// A whole other account is trusted where a role would do.
pub static RULE: Rule = Rule {
    name: "account-wide-trust",
    severity: Severity::Info,
    summary: "A whole other account is trusted where a role would do",
    since: "0.1.0",
    what: "
Fires when every user and role of another account can assume the role: `:root`, a bare account id, or `aws:PrincipalAccount`
with nothing narrower.",
    why: "
The other account's administrators decide who gets in, and they may not know that they do: any identity there with
`sts:AssumeRole` on `*` is let in, such as a build agent that was meant for something else:

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x",
    fix: "
Name the role or user that needs it, or keep the account and add `ArnLike` on `aws:PrincipalArn`.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}
"#,
        terraform_good: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:role/auditor" }
      Action    = "sts:AssumeRole"
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
            Principal: { AWS: "444455556666" }
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
            Principal: { AWS: "444455556666" }
            Action: sts:AssumeRole
            Condition:
              ArnLike: { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/audit-*" }
"#,
    },
    maps_to: &[
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-6" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    let mut seen = BTreeSet::new();
    for grant in ctx.analysis.grants() {
        let other = matches!(grant.standing, Standing::Outside | Standing::Trusted);
        let Some(account) = grant.account.as_ref().filter(|_| other && grant.kind == GrantKind::Account) else {
            continue;
        };
        let Some(statement) = policy.statements.get(grant.statement) else { continue };
        let Some(literal) = party_literal(policy, grant) else { continue };
        let Some(mut query) = grant_query(grant) else { continue };
        if !seen.insert((statement.index, account.clone())) {
            continue;
        }
        query.caller = Caller::Aws {
            account: Strings::OneOf(vec![account.clone()]),
            organization: Demand::Free,
            resource: Strings::Like(
                vec![format!("role/{0}", Fresh::TEXT), format!("user/{0}", Fresh::TEXT)],
                Vec::new(),
            ),
        };
        let answer = ctx.analysis.ask(&query);
        if answer.is_no() {
            continue;
        }
        let party = account_phrase(ctx.analysis.zone(), account);
        let message = format!("every user and role of {party} can assume {}", role_phrase(ctx));
        let draft = Draft::at(&RULE, &literal.origin, "this is the whole account", message)
            .help("name the role or user that needs it, or add `ArnLike` on `aws:PrincipalArn`")
            .answered(&answer)
            .value(literal.text.display())
            .in_statement(statement);
        report.push(ctx, draft);
    }
}
