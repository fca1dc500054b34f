data "aws_caller_identity" "current" {}

resource "aws_iam_role" "github" {
  name = "github"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Federated": "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com"
          },
          "Action": "sts:AssumeRoleWithWebIdentity",
          "Condition": {
            "StringEquals": {
              "token.actions.githubusercontent.com:sub": "repo:acme/api:ref:refs/heads/main"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "any_audience" {
  name = "any-audience"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:sub" = "repo:acme/api:ref:refs/heads/main"
          }
          StringLike = {
            "token.actions.githubusercontent.com:aud" = "*"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "cluster" {
  statement {
    actions = [
      "sts:AssumeRoleWithWebIdentity",
    ]
    principals {
      type = "Federated"
      identifiers = [
        "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789",  # fires
      ]
    }
    condition {
      test = "StringEquals"
      variable = "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789:sub"
      values = [
        "system:serviceaccount:app:web",
      ]
    }
  }
}

resource "aws_iam_role" "cluster" {
  name = "cluster"
  assume_role_policy = data.aws_iam_policy_document.cluster.json
}

resource "aws_iam_role" "bounded" {
  name = "bounded"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Federated": "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com"
          },
          "Action": "sts:AssumeRoleWithWebIdentity",
          "Condition": {
            "StringEquals": {
              "token.actions.githubusercontent.com:sub": "repo:acme/api:ref:refs/heads/main",
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "cognito" {
  name = "cognito"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = "cognito-identity.amazonaws.com"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
      },
    ]
  })
}

data "aws_iam_policy_document" "google" {
  statement {
    actions = [
      "sts:AssumeRoleWithWebIdentity",
    ]
    principals {
      type = "Federated"
      identifiers = [
        "accounts.google.com",
      ]
    }
    condition {
      test = "StringEquals"
      variable = "accounts.google.com:sub"
      values = [
        "1234567890",
      ]
    }
  }
}

resource "aws_iam_role" "google" {
  name = "google"
  assume_role_policy = data.aws_iam_policy_document.google.json
}

resource "aws_iam_role" "saml" {
  name = "saml"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Federated": "arn:aws:iam::${data.aws_caller_identity.current.account_id}:saml-provider/Okta"
          },
          "Action": "sts:AssumeRoleWithSAML"
        }
      ]
    }
  EOT
}
