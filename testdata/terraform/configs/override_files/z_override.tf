data "aws_iam_policy_document" "this" {
  statement {
    actions = ["sts:TagSession"]
    principals {
      type        = "AWS"
      identifiers = [var.account, local.name, "z"]
    }
  }
}
