data "aws_iam_policy_document" "this" {
  statement {
    sid       = ""
    actions   = ["sts:AssumeRole", "sts:AssumeRole"]
    resources = []
    principals {
      type        = "AWS"
      identifiers = ["b", "a", "b"]
    }
    principals {
      type        = "AWS"
      identifiers = ["c"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/x"
      values   = ["only"]
    }
  }
}

resource "aws_iam_role" "this" {
  assume_role_policy = data.aws_iam_policy_document.this.json
}
