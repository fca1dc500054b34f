variable "roles" {
  default = {
    reader = ["111122223333"]
    writer = ["111122223333", "444455556666"]
  }
}

data "aws_iam_policy_document" "this" {
  for_each = var.roles
  statement {
    sid     = each.key
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = each.value
    }
  }
}

resource "aws_iam_role" "this" {
  for_each           = var.roles
  name               = each.key
  assume_role_policy = data.aws_iam_policy_document.this[each.key].json
}

resource "aws_iam_role" "chained" {
  for_each           = data.aws_iam_policy_document.this
  name               = "chained-${each.key}"
  assume_role_policy = each.value.json
}
