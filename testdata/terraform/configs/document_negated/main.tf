data "aws_iam_policy_document" "this" {
  statement {
    effect      = "Deny"
    not_actions = ["sts:TagSession", "sts:AssumeRole"]
    not_principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:user/x"]
    }
  }
}

resource "aws_iam_role" "this" {
  assume_role_policy = data.aws_iam_policy_document.this.json
}
