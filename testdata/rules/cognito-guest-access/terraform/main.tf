resource "aws_iam_role" "no_amr" {
  name = "no-amr"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Federated": "cognito-identity.amazonaws.com"
          },
          "Action": "sts:AssumeRoleWithWebIdentity",
          "Condition": {
            "StringEquals": {
              "cognito-identity.amazonaws.com:aud": "eu-west-1:1a2b3c4d-0000-4000-8000-000000000000"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "unauthenticated" {
  name = "unauthenticated"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = "cognito-identity.amazonaws.com"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "cognito-identity.amazonaws.com:aud" = "eu-west-1:1a2b3c4d-0000-4000-8000-000000000000"
          }
          "ForAnyValue:StringLike" = {
            "cognito-identity.amazonaws.com:amr" = "unauthenticated"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "both" {
  statement {
    actions = [
      "sts:AssumeRoleWithWebIdentity",
    ]
    principals {
      type = "Federated"
      identifiers = [
        "cognito-identity.amazonaws.com",
      ]
    }
    condition {
      test = "StringEquals"
      variable = "cognito-identity.amazonaws.com:aud"
      values = [
        "eu-west-1:1a2b3c4d-0000-4000-8000-000000000000",
      ]
    }
    condition {
      test = "ForAnyValue:StringLike"
      variable = "cognito-identity.amazonaws.com:amr"
      values = [
        "authenticated",
        "unauthenticated",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "both" {
  name = "both"
  assume_role_policy = data.aws_iam_policy_document.both.json
}

resource "aws_iam_role" "authenticated" {
  name = "authenticated"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Federated": "cognito-identity.amazonaws.com"
          },
          "Action": "sts:AssumeRoleWithWebIdentity",
          "Condition": {
            "StringEquals": {
              "cognito-identity.amazonaws.com:aud": "eu-west-1:1a2b3c4d-0000-4000-8000-000000000000"
            },
            "ForAnyValue:StringLike": {
              "cognito-identity.amazonaws.com:amr": "authenticated"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "google" {
  name = "google"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = "accounts.google.com"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
      },
    ]
  })
}
