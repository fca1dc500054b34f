# Auditors may become this role, with MFA.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::777766665555:root"]
    }

    condition {
      test     = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["true"]
    }
  }
}

resource "aws_iam_role" "audit" {
  name               = "CrossAccountSecurityAuditRole"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
