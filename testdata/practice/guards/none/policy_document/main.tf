# Neither MFA nor an ExternalId is asked for.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::444455556666:root"]
    }
  }
}

resource "aws_iam_role" "partner" {
  name               = "partner-access"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
