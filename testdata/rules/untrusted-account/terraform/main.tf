data "aws_caller_identity" "current" {}

resource "aws_iam_role" "root" {
  name = "root"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::999988887777:root"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "bare_id" {
  name = "bare-id"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "999988887777"  # fires
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "user" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::999988887777:user/Alice",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "user" {
  name = "user"
  assume_role_policy = data.aws_iam_policy_document.user.json
}

resource "aws_iam_role" "role" {
  name = "role"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::999988887777:role/ci"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "session" {
  name = "session"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:sts::999988887777:assumed-role/ci/build"  # fires
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "second_of_two" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "444455556666",
        "999988887777",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "second_of_two" {
  name = "second-of-two"
  assume_role_policy = data.aws_iam_policy_document.second_of_two.json
}

resource "aws_iam_role" "china" {
  name = "china"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws-cn:iam::999988887777:root"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "government" {
  name = "government"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws-us-gov:iam::999988887777:root"  # fires
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "with_external_id" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::999988887777:root",  # fires
      ]
    }
    condition {
      test = "StringEquals"
      variable = "sts:ExternalId"
      values = [
        "6f9d2c1e-5b7a-4c0f",
      ]
    }
  }
}

resource "aws_iam_role" "with_external_id" {
  name = "with-external-id"
  assume_role_policy = data.aws_iam_policy_document.with_external_id.json
}

resource "aws_iam_role" "datadog" {
  name = "datadog"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::464622532012:root"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "sts:ExternalId": "6f9d2c1e-5b7a-4c0f"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "by_account_condition" {
  name = "by-account-condition"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "*"
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

data "aws_iam_policy_document" "by_arn_condition" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "*",
      ]
    }
    condition {
      test = "ArnLike"
      variable = "aws:PrincipalArn"
      values = [
        "arn:aws:iam::999988887777:role/ci-*",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "by_arn_condition" {
  name = "by-arn-condition"
  assume_role_policy = data.aws_iam_policy_document.by_arn_condition.json
}

resource "aws_iam_role" "deny_of_another_user" {
  name = "deny-of-another-user"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::999988887777:user/Alice"
          },
          "Action": "sts:AssumeRole"
        },
        {
          "Effect": "Deny",
          "Principal": {
            "AWS": "arn:aws:iam::999988887777:user/Bob"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "deny_of_one_role" {
  name = "deny-of-one-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::999988887777:root"  # fires
        }
        Action = "sts:AssumeRole"
      },
      {
        Effect = "Deny"
        Principal = {
          AWS = "arn:aws:iam::999988887777:role/ci"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "any_action" {
  statement {
    actions = [
      "sts:Assume*",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "999988887777",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "any_action" {
  name = "any-action"
  assume_role_policy = data.aws_iam_policy_document.any_action.json
}

resource "aws_iam_role" "not_action" {
  name = "not-action"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "999988887777"
          },
          "NotAction": "sts:TagSession"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "trusted" {
  name = "trusted"
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

resource "aws_iam_role" "own_account" {
  name = "own-account"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "own_id" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "${data.aws_caller_identity.current.account_id}",
      ]
    }
  }
}

resource "aws_iam_role" "own_id" {
  name = "own-id"
  assume_role_policy = data.aws_iam_policy_document.own_id.json
}

resource "aws_iam_role" "denied" {
  name = "denied"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::999988887777:user/Alice"
          },
          "Action": "sts:AssumeRole"
        },
        {
          "Effect": "Deny",
          "Principal": {
            "AWS": "arn:aws:iam::999988887777:user/Alice"
          },
          "Action": "sts:AssumeRole",
          "Sid": "a1b2c3d4"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "denied_as_account" {
  name = "denied-as-account"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::999988887777:role/ci"
        }
        Action = "sts:AssumeRole"
      },
      {
        Effect = "Deny"
        Principal = {
          AWS = "999988887777"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "tags_only" {
  statement {
    actions = [
      "sts:TagSession",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "999988887777",
      ]
    }
  }
}

resource "aws_iam_role" "tags_only" {
  name = "tags-only"
  assume_role_policy = data.aws_iam_policy_document.tags_only.json
}

resource "aws_iam_role" "service" {
  name = "service"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Service": "lambda.amazonaws.com"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "cold_start" {
  name = "cold-start"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::999988887777:root" }  # fires
        Action    = "sts:AssumeRole"
        Condition = { DateGreaterThan = { "aws:CurrentTime" = "2099-01-01T00:00:00Z" } }
      },
    ]
  })
}

resource "aws_iam_role" "frozen_for_now" {
  name = "frozen-for-now"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::999988887777:root" }  # fires
        Action    = "sts:AssumeRole"
      },
      {
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "sts:AssumeRole"
        Condition = { DateLessThan = { "aws:CurrentTime" = "2099-01-01T00:00:00Z" } }
      },
    ]
  })
}

resource "aws_iam_role" "over" {
  name = "over"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::999988887777:root" }
        Action    = "sts:AssumeRole"
        Condition = { DateLessThan = { "aws:CurrentTime" = "2020-01-01T00:00:00Z" } }
      },
    ]
  })
}
