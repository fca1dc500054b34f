use super::{Examples, Rule, RuleKind};
use crate::finding::Severity;

/// A suppression that hides nothing.
pub static RULE: Rule = Rule {
    name: "unused-suppression",
    severity: Severity::Low,
    summary: "A suppression hides no finding",
    since: "0.1.0",
    what: "
Fires for each rule that a suppression names and that finds nothing where the suppression stands. Judged before `--select`,
`--ignore` and the baseline, so that narrowing a run makes no suppression look unused.",
    why: "
What it once hid is mended or moved; what it will hide next nobody has looked at. A comment left behind above a principal
keeps quiet when somebody puts `arn:aws:iam::999988887777:root` there next year, and the request of a stranger passes
without a word.",
    fix: "
Delete the comment, or the rule's name in it. If the finding has moved, move the comment to the line before it.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "app" {
  name = "app"
  # iac-trust-lint: ignore[untrusted-account] -- auditors of the parent company, SEC-1204
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
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
  App:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            # iac-trust-lint: ignore[untrusted-account] -- auditors of the parent company, SEC-1204
            Principal: { Service: ec2.amazonaws.com }
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
