# A Deny of somebody else changes nothing.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::999988887777:user/Alice"]
    }
  }

  statement {
    sid     = "c52a2a341b0f4c1b9c5c2f6f0c1d7e11"
    effect  = "Deny"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::999988887777:user/Bob"]
    }
  }
}

resource "aws_iam_role" "audit" {
  name               = "Audit_CrossAccountRole"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
