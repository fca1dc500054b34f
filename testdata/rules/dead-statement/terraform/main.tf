data "aws_caller_identity" "current" {}

resource "aws_iam_role" "star_in_equals" {
  name = "star-in-equals"
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
              "token.actions.githubusercontent.com:sub": "repo:acme/api:*",
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "other_account" {
  name = "other-account"
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
          StringEquals = {
            "aws:PrincipalAccount" = "999988887777"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "contradiction" {
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
      test = "StringEquals"
      variable = "aws:username"
      values = [
        "alice",  # fires
      ]
    }
    condition {
      test = "StringNotEquals"
      variable = "aws:username"
      values = [
        "alice",
      ]
    }
  }
}

resource "aws_iam_role" "contradiction" {
  name = "contradiction"
  assume_role_policy = data.aws_iam_policy_document.contradiction.json
}

resource "aws_iam_role" "empty_external_id" {
  name = "empty-external-id"
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
          "Condition": {
            "StringEquals": {
              "sts:ExternalId": ""
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "federated_user" {
  name = "federated-user"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:sts::444455556666:federated-user/Bob"  # fires
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "never_carried" {
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
      test = "StringEquals"
      variable = "aws:SourceAccount"
      values = [
        "444455556666",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "never_carried" {
  name = "never-carried"
  assume_role_policy = data.aws_iam_policy_document.never_carried.json
}

resource "aws_iam_role" "alive" {
  name = "alive"
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
          "Condition": {
            "StringEquals": {
              "aws:PrincipalAccount": "444455556666"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "like" {
  name = "like"
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
          StringLike = {
            "token.actions.githubusercontent.com:sub" = "repo:acme/api:*"
          }
          StringEquals = {
            "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "one_of_two" {
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
      variable = "token.actions.githubusercontent.com:sub"
      values = [
        "repo:acme/api:*",
        "repo:acme/api:ref:refs/heads/main",
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

resource "aws_iam_role" "one_of_two" {
  name = "one-of-two"
  assume_role_policy = data.aws_iam_policy_document.one_of_two.json
}

resource "aws_iam_role" "tags_only" {
  name = "tags-only"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "sts:TagSession"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "denied" {
  name = "denied"
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
      {
        Effect = "Deny"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "orphan" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "AROAEXAMPLE1234567890",
      ]
    }
  }
}

resource "aws_iam_role" "orphan" {
  name = "orphan"
  assume_role_policy = data.aws_iam_policy_document.orphan.json
}

resource "aws_iam_role" "invalid" {
  name = "invalid"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:role/ci-*"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}
