variable "n" {
  default = 2
}

variable "env" {
  default = "prod"
}

locals {
  accounts = { prod = "111122223333", dev = "444455556666" }
  is_prod  = var.env == "prod" && !(var.n < 2) || false
  number   = (var.n + 3) * 2 - 4 / 2 % 3
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = local.is_prod ? local.accounts[var.env] : local.accounts["dev"] }
      Condition = {
        NumericEquals = { "aws:x" = local.number, "aws:y" = -var.n, "aws:z" = var.n >= 2 ? 1 : "0" }
        Bool          = { "aws:MultiFactorAuthPresent" = var.n != 3 }
        StringEquals  = { "aws:s" = "${var.n}-${local.is_prod}-${1.5}-${10 / 4}", "aws:t" = var.env != "dev" ? ["a", "b"] : [] }
      }
    }]
  })
}
