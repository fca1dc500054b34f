resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        # iac-trust-lint: ignore[untrusted-account]  # fires
        Principal = { AWS = "arn:aws:iam::999988887777:root" }
        Action    = "sts:AssumeRole"
      },
      {
        Effect = "Allow"
        # iac-trust-lint: ignore[untrusted-account, missing-mfa-or-external-id] -- auditors of the parent company
        Principal = { AWS = "arn:aws:iam::888877776666:root" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}
