data "aws_caller_identity" "current" {}

resource "aws_iam_role" "bare_star" {
  name = "bare-star"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": "*",
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "not_principal" {
  name = "not-principal"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        NotPrincipal = {  # fires
          AWS = "arn:aws:iam::444455556666:root"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role" "resource" {
  name = "resource"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"
        }
        Action = "sts:AssumeRole"
        Resource = "*"  # fires
      },
    ]
  })
}

resource "aws_iam_role" "unknown_element" {
  name = "unknown-element"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "sts:AssumeRole",
          "Conditions": {
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "wildcard_in_arn" {
  name = "wildcard-in-arn"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:role/ci-*"  # fires
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "short_account" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::44445555666:root",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "short_account" {
  name = "short-account"
  assume_role_policy = data.aws_iam_policy_document.short_account.json
}

resource "aws_iam_role" "short_id" {
  name = "short-id"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "44445555666"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "group" {
  name = "group"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:group/admins"  # fires
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "canonical_user" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "CanonicalUser"
      identifiers = [
        "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "canonical_user" {
  name = "canonical-user"
  assume_role_policy = data.aws_iam_policy_document.canonical_user.json
}

resource "aws_iam_role" "other_service_action" {
  name = "other-service-action"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "s3:GetObject"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "misspelt_action" {
  name = "misspelt-action"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"
        }
        Action = "sts:AsumeRole"  # fires
      },
    ]
  })
}

data "aws_iam_policy_document" "federated_assume_role" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "Federated"
      identifiers = [
        "arn:aws:iam::${data.aws_caller_identity.current.account_id}:saml-provider/Okta",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "federated_assume_role" {
  name = "federated-assume-role"
  assume_role_policy = data.aws_iam_policy_document.federated_assume_role.json
}

resource "aws_iam_role" "aws_with_saml" {
  name = "aws-with-saml"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "sts:AssumeRoleWithSAML"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "unknown_operator" {
  name = "unknown-operator"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringMatches = {  # fires
            "sts:ExternalId" = "6f9d2c1e"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "null_if_exists" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::444455556666:root",
      ]
    }
    condition {
      test = "NullIfExists"  # fires
      variable = "sts:ExternalId"
      values = [
        "true",
      ]
    }
  }
}

resource "aws_iam_role" "null_if_exists" {
  name = "null-if-exists"
  assume_role_policy = data.aws_iam_policy_document.null_if_exists.json
}

resource "aws_iam_role" "plain" {
  name = "plain"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "object_statement" {
  name = "object-statement"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "saml" {
  statement {
    actions = [
      "sts:AssumeRoleWithSAML",
    ]
    principals {
      type = "Federated"
      identifiers = [
        "arn:aws:iam::${data.aws_caller_identity.current.account_id}:saml-provider/Okta",
      ]
    }
    condition {
      test = "StringEquals"
      variable = "SAML:aud"
      values = [
        "https://signin.aws.amazon.com/saml",
      ]
    }
  }
}

resource "aws_iam_role" "saml" {
  name = "saml"
  assume_role_policy = data.aws_iam_policy_document.saml.json
}

resource "aws_iam_role" "both_kinds" {
  name = "both-kinds"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root",
            "Federated": "arn:aws:iam::${data.aws_caller_identity.current.account_id}:saml-provider/Okta"
          },
          "Action": [
            "sts:AssumeRole",
            "sts:AssumeRoleWithSAML"
          ]
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "tag_session" {
  name = "tag-session"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"
        }
        Action = [
          "sts:AssumeRole",
          "sts:TagSession",
        ]
      },
    ]
  })
}
