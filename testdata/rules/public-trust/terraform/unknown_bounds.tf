variable "caller_arn" {}
variable "caller_name" {}

# Whoever the ARN names: not known, but not everybody.
resource "aws_iam_role" "unknown_caller" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "sts:AssumeRole"
      Condition = { ArnLike = { "aws:PrincipalArn" = var.caller_arn } }
    }]
  })
}

# Any account can make a role of that name.
resource "aws_iam_role" "unknown_name" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "sts:AssumeRole"
      Condition = { ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::*:role/${var.caller_name}" } }
    }]
  })
}
