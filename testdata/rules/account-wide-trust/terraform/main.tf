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
            "AWS": "arn:aws:iam::444455556666:root"
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

data "aws_iam_policy_document" "by_condition" {
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
      test = "StringEquals"
      variable = "aws:PrincipalAccount"
      values = [
        "999988887777",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "by_condition" {
  name = "by-condition"
  assume_role_policy = data.aws_iam_policy_document.by_condition.json
}

resource "aws_iam_role" "with_external_id" {
  name = "with-external-id"
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
              "sts:ExternalId": "6f9d2c1e"
            }
          }
        }
      ]
    }
  EOT
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
            "AWS": "arn:aws:iam::444455556666:role/ci"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "narrowed" {
  name = "narrowed"
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
          ArnLike = {
            "aws:PrincipalArn" = "arn:aws:iam::444455556666:role/ci-*"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "own_account" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root",
      ]
    }
  }
}

resource "aws_iam_role" "own_account" {
  name = "own-account"
  assume_role_policy = data.aws_iam_policy_document.own_account.json
}

resource "aws_iam_role" "public" {
  name = "public"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "*"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}
