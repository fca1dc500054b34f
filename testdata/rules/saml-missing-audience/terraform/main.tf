data "aws_caller_identity" "current" {}

resource "aws_iam_role" "nothing" {
  name = "nothing"
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

resource "aws_iam_role" "other_condition" {
  name = "other-condition"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:saml-provider/Okta"  # fires
        }
        Action = "sts:AssumeRoleWithSAML"
        Condition = {
          StringEquals = {
            "SAML:iss" = "https://idp.acme.example"
          }
        }
      },
    ]
  })
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
            "Federated": "arn:aws:iam::${data.aws_caller_identity.current.account_id}:saml-provider/Okta"
          },
          "Action": "sts:AssumeRoleWithSAML",
          "Condition": {
            "StringEquals": {
              "SAML:aud": "https://signin.aws.amazon.com/saml"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "regional" {
  name = "regional"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:saml-provider/Okta"
        }
        Action = "sts:AssumeRoleWithSAML"
        Condition = {
          StringLike = {
            "saml:aud" = "https://*.signin.aws.amazon.com/saml"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "oidc" {
  statement {
    actions = [
      "sts:AssumeRoleWithWebIdentity",
    ]
    principals {
      type = "Federated"
      identifiers = [
        "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com",
      ]
    }
    condition {
      test = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values = [
        "sts.amazonaws.com",
      ]
    }
  }
}

resource "aws_iam_role" "oidc" {
  name = "oidc"
  assume_role_policy = data.aws_iam_policy_document.oidc.json
}
