use std::collections::HashSet;

use super::shared::{Draft, principals, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{finding::Severity, policy::Who};

/// A principal is what is left of a deleted user or role.
pub static RULE: Rule = Rule {
    name: "orphaned-principal",
    severity: Severity::Medium,
    summary: "A principal is what is left of a deleted user or role",
    since: "0.1.0",
    what: "
Fires on a unique id (`AIDA…`, `AROA…`) as a principal. AWS replaces the ARN of a user or role in a trust policy by its
unique id, and shows the id once the user or role is deleted.",
    why: "
It grants nobody anything now: a role made again under the same name has another id. The id in the configuration means
that somebody copied a live policy. Whoever mends the outage by trusting the whole account instead lets each of its users
send

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x",
    fix: "
Put the ARN of the user or role that is meant, or delete the principal.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "AROAEXAMPLE1234567890" }
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
            Principal: { AWS: AIDAEXAMPLE1234567890 }
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
            Principal: { AWS: arn:aws:iam::444455556666:user/alice }
            Action: sts:AssumeRole
"#,
    },
    maps_to: &[
        Mapping { system: "IAM Access Analyzer", id: "policy checks: invalid role reference, invalid user reference" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    for statement in &ctx.analysis.policy().statements {
        let mut seen = HashSet::new();
        for principal in principals(statement) {
            let Who::UniqueId(id) = &principal.who else { continue };
            if !seen.insert(id) {
                continue;
            }
            let what = if id.starts_with("AIDA") { "user" } else { "role" };
            let message = format!("principal `{id}` of {} is the id of a deleted {what}", role_phrase(ctx));
            let draft = Draft::at(&RULE, &principal.value.origin, "nobody has this id any more", message)
                .help(format!("put the ARN of the {what} that is meant, or delete the principal"))
                .value(id.clone())
                .in_statement(statement);
            report.push(ctx, draft);
        }
    }
}
