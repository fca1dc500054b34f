# A role of the own account needs no guard.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
}

resource "aws_iam_role" "own" {
  name               = "same-account-access"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
