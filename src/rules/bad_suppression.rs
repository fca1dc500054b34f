use super::{Examples, Rule, RuleKind};
use crate::finding::Severity;

/// A suppression that may not count.
pub static RULE: Rule = Rule {
    name: "bad-suppression",
    severity: Severity::Medium,
    summary: "A suppression gives no reason, names an unknown rule, or is past its date",
    since: "0.1.0",
    what: "
Fires on a comment `iac-trust-lint: ignore[…]`, or an `ignore` entry in a resource's metadata, that gives no reason, names a
rule that does not exist, has a date that is none, or is past its date. Such a suppression hides nothing.",
    why: "
A suppression is a decision to live with a risk. Without a reason nobody can review it; past its date the decision has
lapsed; with a mistyped rule name it hides nothing and its author believes that it does. A role that was to be open to
`arn:aws:iam::999988887777:role/migration` until March still is, unless somebody is told in April.",
    fix: "
Write `# iac-trust-lint: ignore[rule-name] until 2027-03-31 -- reason`. The reason is mandatory, `until` is not. Past the date:
mend what was suppressed, or decide anew and give a new date.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      # iac-trust-lint: ignore[untrusted-account]
      Principal = { AWS = "arn:aws:iam::999988887777:root" }
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
      Effect = "Allow"
      # iac-trust-lint: ignore[untrusted-account] -- auditors of the parent company, SEC-1204
      Principal = { AWS = "arn:aws:iam::999988887777:root" }
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
            # iac-trust-lint: ignore[untrusted-acount] -- auditors of the parent company, SEC-1204
            Principal: { AWS: arn:aws:iam::999988887777:root }
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
            # iac-trust-lint: ignore[untrusted-account] -- auditors of the parent company, SEC-1204
            Principal: { AWS: arn:aws:iam::999988887777:root }
            Action: sts:AssumeRole
"#,
    },
    maps_to: &[],
    references: &["https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_securely_operate_control_objectives.html"],
    kind: RuleKind::Input,
};
