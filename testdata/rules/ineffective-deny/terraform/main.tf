resource "aws_iam_role" "other_user" {
  name = "other-user"
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
        },
        {
          "Effect": "Deny",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:user/Mallory"
          },
          "Action": "sts:AssumeRole"
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
      },
      {
        Effect = "Deny"
        Principal = {
          AWS = "999988887777"  # fires
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "other_call" {
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
  }
  statement {
    effect = "Deny"
    actions = [
      "sts:AssumeRoleWithSAML",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::444455556666:root",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "other_call" {
  name = "other-call"
  assume_role_policy = data.aws_iam_policy_document.other_call.json
}

resource "aws_iam_role" "impossible_condition" {
  name = "impossible-condition"
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
        },
        {
          "Effect": "Deny",
          "Principal": {
            "AWS": "*"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "aws:PrincipalAccount": "999988887777"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "only_tags" {
  name = "only-tags"
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
          AWS = "arn:aws:iam::444455556666:root"  # fires
        }
        Action = "sts:TagSession"
      },
    ]
  })
}

resource "aws_iam_role" "one_user" {
  name = "one-user"
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
        },
        {
          "Effect": "Deny",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:user/Mallory"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "all" {
  name = "all"
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
          AWS = "*"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "without_mfa" {
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
  }
  statement {
    effect = "Deny"
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
      test = "BoolIfExists"
      variable = "aws:MultiFactorAuthPresent"
      values = [
        "false",
      ]
    }
  }
}

resource "aws_iam_role" "without_mfa" {
  name = "without-mfa"
  assume_role_policy = data.aws_iam_policy_document.without_mfa.json
}

resource "aws_iam_role" "tags" {
  name = "tags"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": [
            "sts:AssumeRole",
            "sts:TagSession"
          ]
        },
        {
          "Effect": "Deny",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "sts:TagSession"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "no_deny" {
  name = "no-deny"
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
