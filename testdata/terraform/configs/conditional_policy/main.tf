variable "use_custom" {
  type    = bool
  default = false
}

variable "custom" {
  type    = string
  default = ""
}

data "aws_iam_policy_document" "default" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

resource "aws_iam_role" "conditional" {
  assume_role_policy = var.use_custom ? var.custom : data.aws_iam_policy_document.default.json
}

resource "aws_iam_role" "coalesced" {
  assume_role_policy = coalesce(var.custom, data.aws_iam_policy_document.default.json)
}

resource "aws_iam_role" "tried" {
  assume_role_policy = try(var.custom.nosuch, jsondecode(var.custom), data.aws_iam_policy_document.default.json)
}

resource "aws_iam_role" "looked_up" {
  assume_role_policy = lookup({ a = data.aws_iam_policy_document.default.json }, "a", "{}")
}
