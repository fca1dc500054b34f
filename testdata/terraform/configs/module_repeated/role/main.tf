variable "name" {
  type = string
}

variable "accounts" {
  type = set(string)
}

locals {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = var.accounts } }]
  })
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = local.policy
}

output "policy" {
  value = local.policy
}
