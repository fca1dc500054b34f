use super::shared::{CallerKind, Draft, principal_origin, role_phrase};
use super::{Examples, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::Query,
    finding::Severity,
    policy::{Effect, What},
};

/// A Deny takes away nothing that any Allow grants.
pub static RULE: Rule = Rule {
    name: "ineffective-deny",
    severity: Severity::Medium,
    summary: "A Deny takes away nothing that any Allow grants",
    since: "0.1.0",
    what: "
Fires on a `Deny` statement that matches no request which some `Allow` of the policy lets in: it names a principal that is
not let in anyway, a call that nobody may make, or a condition that no such request meets.",
    why: "
Its author believes that somebody is kept out. A `Deny` for `arn:aws:iam::444455556666:user/Mallory` does nothing when the
`Allow` is for account 999988887777, and a `Deny` of `sts:TagSession` alone stops no `sts:AssumeRole`:

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x

still succeeds for the caller that was meant.",
    fix: "
Name the principal and the call that the `Allow` grants, and check the condition's operator. When nothing is left to deny,
delete the statement.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::444455556666:role/ci" }
        Action    = "sts:AssumeRole"
      },
      {
        Effect    = "Deny"
        Principal = { AWS = "arn:aws:iam::444455556666:user/Mallory" }
        Action    = "sts:AssumeRole"
      }
    ]
  })
}
"#,
        terraform_good: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::444455556666:root" }
        Action    = "sts:AssumeRole"
      },
      {
        Effect    = "Deny"
        Principal = { AWS = "arn:aws:iam::444455556666:user/Mallory" }
        Action    = "sts:AssumeRole"
      }
    ]
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
            Principal: { AWS: arn:aws:iam::444455556666:root }
            Action: sts:AssumeRole
          - Effect: Deny
            Principal: { AWS: arn:aws:iam::444455556666:root }
            Action: sts:AssumeRoleWithSAML
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
            Principal: { AWS: arn:aws:iam::444455556666:root }
            Action: sts:AssumeRole
          - Effect: Deny
            Principal: { AWS: "*" }
            Action: sts:AssumeRole
            Condition:
              StringNotEquals: { "sts:ExternalId": 6f9d2c1e-5b7a-4c0f }
"#,
    },
    maps_to: &[
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    let unread = |u: &crate::policy::UnknownPart| matches!(u.what, What::Document | What::Statement | What::Effect);
    if policy.unknowns.iter().any(unread) {
        return;
    }
    for (i, statement) in policy.statements.iter().enumerate() {
        if statement.effect != Effect::Deny || takes_something_away(ctx, i) {
            continue;
        }
        let message = format!("this `Deny` takes away nothing that the trust policy of {} allows", role_phrase(ctx));
        let draft =
            Draft::at(&RULE, principal_origin(statement, None), "nothing that is allowed is denied here", message)
                .help("name the principal and the call that an `Allow` grants, or delete the statement")
                .value("Deny")
                .in_statement(statement);
        report.push(ctx, draft);
    }
}

fn takes_something_away(ctx: &RoleContext<'_>, deny: usize) -> bool {
    CallerKind::ALL.into_iter().any(|kind| {
        kind.calls().into_iter().any(|action| {
            let mut query = Query::new(kind.any(), action);
            query.matching = Some(deny);
            ctx.analysis.ask(&query).may_be()
        })
    })
}
