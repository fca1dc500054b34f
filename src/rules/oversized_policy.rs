use super::shared::{Draft, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{finding::Severity, value::Origin};

/// The trust policy is larger than the default quota.
pub static RULE: Rule = Rule {
    name: "oversized-policy",
    severity: Severity::Low,
    summary: "The trust policy is larger than the default quota",
    since: "0.1.0",
    what: "
Fires when the policy has more than 2,048 characters, white space not counted: the default quota for a role's trust policy.
It can be raised to 4,096.

Silent when parts of the policy are not known.",
    why: "
IAM refuses the policy with `LimitExceeded`, half way through a deployment, unless the quota was raised. A list of principals
that grows that long is also one that nobody reads: an account that was sold years ago can still send

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x",
    fix: "
Trust an organization (`aws:PrincipalOrgID`) or use patterns on `aws:PrincipalArn` instead of long lists, drop principals
that nobody needs, or split the role.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = [for i in range(80) : "arn:aws:iam::444455556666:role/team-${i}"] }
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
      Principal = { AWS = [for i in range(8) : "arn:aws:iam::444455556666:role/team-${i}"] }
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
            Principal:
              AWS:
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-00
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-01
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-02
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-03
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-04
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-05
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-06
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-07
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-08
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-09
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-10
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-11
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-12
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-13
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-14
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-15
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-16
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-17
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-18
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-19
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-20
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-21
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-22
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-23
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-24
                - arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-25
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
            Principal: { AWS: arn:aws:iam::444455556666:role/integration-environment/regional-deployment-team-00 }
            Action: sts:AssumeRole
"#,
    },
    maps_to: &[
        Mapping { system: "IAM Access Analyzer", id: "policy check: policy size exceeds role trust policy quota" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    ],
    kind: RuleKind::Role(check),
};

const QUOTA: usize = 2048;

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    // With symbols: the ones that stand for the account are not longer than what they stand for.
    let Some(length) = ctx.policy.length.or(policy.length).filter(|length| *length > QUOTA) else { return };
    let message = format!(
        "the trust policy of {} has {length} characters without white space; the default quota is {QUOTA}",
        role_phrase(ctx)
    );
    let draft = Draft::at(&RULE, &Origin::from(policy.origin.source()), "the policy", message)
        .help(
            "trust an organization or patterns on `aws:PrincipalArn` instead of a long list, or ask for a higher quota",
        )
        .value("length");
    report.push(ctx, draft);
}
