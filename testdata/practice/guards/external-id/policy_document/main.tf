# An ExternalId is asked for.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::444455556666:root"]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = ["b4c1-8f27-5d90"]
    }
  }
}

resource "aws_iam_role" "partner" {
  name               = "partner-access"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
