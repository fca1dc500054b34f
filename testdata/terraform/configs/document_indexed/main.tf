variable "create" {
  default = true
}

data "aws_iam_policy_document" "this" {
  count = var.create ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

data "aws_iam_policy_document" "many" {
  count = 3
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["11112222333${count.index}"]
    }
  }
}

resource "aws_iam_role" "first" {
  assume_role_policy = data.aws_iam_policy_document.this[0].json
}

resource "aws_iam_role" "one" {
  assume_role_policy = one(data.aws_iam_policy_document.this[*].json)
}

resource "aws_iam_role" "joined" {
  count              = var.create ? 1 : 0
  assume_role_policy = join("", data.aws_iam_policy_document.this[*].json)
}

resource "aws_iam_role" "old_splat" {
  assume_role_policy = join("", data.aws_iam_policy_document.this.*.json)
}

resource "aws_iam_role" "element" {
  count              = 3
  name               = "role-${count.index}"
  assume_role_policy = element(data.aws_iam_policy_document.many.*.json, count.index)
}

resource "aws_iam_role" "by_index" {
  count              = 3
  assume_role_policy = data.aws_iam_policy_document.many[count.index].json
}

resource "aws_iam_role" "legacy_index" {
  assume_role_policy = data.aws_iam_policy_document.many.2.json
}
