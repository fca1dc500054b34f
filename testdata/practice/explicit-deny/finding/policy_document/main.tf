# A user of an unknown account.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::999988887777:user/Alice"]
    }
  }
}

resource "aws_iam_role" "audit" {
  name               = "Audit_CrossAccountRole"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
