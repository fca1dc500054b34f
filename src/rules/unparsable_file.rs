use super::{Examples, Rule, RuleKind};
use crate::finding::Severity;

/// A file that should be read cannot be.
pub static RULE: Rule = Rule {
    name: "unparsable-file",
    severity: Severity::Medium,
    summary: "A file that would be read cannot be read or parsed",
    since: "0.1.0",
    what: "
Fires on a Terraform file, a template or a policy document that cannot be read (no UTF-8, too large, no permission) or
whose text does not parse, and says where and why. The rest of the file and of its module is still judged: one broken
block hides only itself.",
    why: "
What is not read is not judged. A role in the broken part may trust anybody, and a run that said nothing would look like
a clean one.",
    fix: "
Mend the text at the place that the finding names; `terraform validate` or `aws cloudformation validate-template` say
more. A file that is no Terraform and no template can be left out with `exclude:` in the config.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17",
"#,
        terraform_good: r#"
resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
"#,
        cloudformation_bad: r#"
Resources:
  App:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [
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
            Principal: { Service: ec2.amazonaws.com }
            Action: sts:AssumeRole
"#,
    },
    maps_to: &[],
    references: &[
        "https://developer.hashicorp.com/terraform/language/syntax/configuration",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html",
    ],
    kind: RuleKind::Input,
};
