variable "accounts" {
  type    = list(string)
  default = ["111122223333", "444455556666"]
}

variable "external_id" {
  default = "secret"
}

locals {
  trusted = [for a in var.accounts : "arn:aws:iam::${a}:root"]
  name    = "refs"
}

resource "aws_iam_role" "this" {
  name = local.name
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = local.trusted }
      Condition = { StringEquals = { "sts:ExternalId" = "${var.external_id}-${local.name}" } }
    }]
  })
}
