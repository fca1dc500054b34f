variable "environment" {
  default = "staging"
}

variable "accounts" {
  type = map(string)
  default = {
    staging = "111122223333"
    prod    = "444455556666"
  }
}

locals {
  by_env = { staging = { trusted = ["a"] }, prod = { trusted = ["b"] } }
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = "sts:AssumeRole"
      Principal = { AWS = [
        lookup(var.accounts, var.environment, "*"),
        lookup(var.accounts, "nosuch", "777788889999"),
        var.accounts["prod"],
        var.accounts.prod,
        local.by_env[var.environment].trusted[0],
        contains(keys(var.accounts), "dev") ? "*" : "000000000000",
        coalesce(null, "", lookup(var.accounts, "prod", null)),
      ] }
    }]
  })
}
