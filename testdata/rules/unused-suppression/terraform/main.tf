resource "aws_iam_role" "app" {
  name = "app"
  # iac-trust-lint: ignore[untrusted-account] -- auditors of the parent company  # fires
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      # iac-trust-lint: ignore[untrusted-account] -- auditors of the parent company
      Principal = { AWS = "arn:aws:iam::888877776666:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}
