data "aws_caller_identity" "current" {}

resource "aws_iam_role" "account" {
  name = "account"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Service": "codebuild.amazonaws.com"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "aws:SourceAccount": "999988887777"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "arn" {
  name = "arn"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "states.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:aws:states:*:999988887777:*"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "organization" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "Service"
      identifiers = [
        "codebuild.amazonaws.com",
      ]
    }
    condition {
      test = "StringEquals"
      variable = "aws:SourceOrgID"
      values = [
        "o-foreign0001",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "organization" {
  name = "organization"
  assume_role_policy = data.aws_iam_policy_document.organization.json
}

resource "aws_iam_role" "second_value" {
  name = "second-value"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Service": "codebuild.amazonaws.com"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "aws:SourceAccount": [
                "${data.aws_caller_identity.current.account_id}",
                "999988887777"
              ]
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "own" {
  name = "own"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Service": "codebuild.amazonaws.com"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "aws:SourceAccount": "${data.aws_caller_identity.current.account_id}"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "own_arn" {
  name = "own-arn"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "states.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:aws:states:*:${data.aws_caller_identity.current.account_id}:*"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "trusted" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "Service"
      identifiers = [
        "codebuild.amazonaws.com",
      ]
    }
    condition {
      test = "StringEquals"
      variable = "aws:SourceAccount"
      values = [
        "444455556666",
      ]
    }
  }
}

resource "aws_iam_role" "trusted" {
  name = "trusted"
  assume_role_policy = data.aws_iam_policy_document.trusted.json
}

resource "aws_iam_role" "trusted_organization" {
  name = "trusted-organization"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Service": "codebuild.amazonaws.com"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "aws:SourceOrgID": "o-a1b2c3d4e5"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "bare" {
  name = "bare"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "codebuild.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role" "deny_all_but_outside" {
  name = "deny-all-but-outside"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "codebuild.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
      {
        Effect    = "Deny"
        Principal = { Service = "codebuild.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringNotEquals = { "aws:SourceAccount" = "999988887777" } } # fires
      },
    ]
  })
}

resource "aws_iam_role" "deny_all_but_trusted" {
  name = "deny-all-but-trusted"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "codebuild.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
      {
        Effect    = "Deny"
        Principal = { Service = "codebuild.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringNotEquals = { "aws:SourceAccount" = "444455556666" } }
      },
    ]
  })
}

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "own_account_of_an_organization" {
  name = "own-account-of-an-organization"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "codebuild.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
      },
      {
        Effect    = "Deny"
        Principal = { Service = "codebuild.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringNotEquals = { "aws:SourceOrgID" = "o-zzzzzzzzzz" } }
      },
    ]
  })
}
