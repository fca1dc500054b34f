variable "number" {
  default = 111122223333
}

variable "converted" {
  type    = string
  default = 444455556666
}

variable "list" {
  type    = list(number)
  default = [111122223333]
}

data "aws_iam_policy_document" "this" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [var.number, var.converted, format("arn:aws:iam::%s:root", var.number), format("%d", var.number)]
    }
  }
}

resource "aws_iam_role" "document" {
  assume_role_policy = data.aws_iam_policy_document.this.json
}

resource "aws_iam_role" "literal" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = [var.number, "${var.number}", var.converted, tostring(var.list[0]), 077788889999] } }] })
}
