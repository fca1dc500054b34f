variable "account" {
  default = "111111111111"
}

locals {
  name = "base"
}

data "aws_iam_policy_document" "this" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [var.account, local.name]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = "x"
  assume_role_policy = data.aws_iam_policy_document.this.json
}
