data "aws_caller_identity" "current" {}

resource "aws_iam_role" "tag_session" {
  name = "tag-session"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::999988887777:role/ci"
          },
          "Action": [
            "sts:AssumeRole",
            "sts:TagSession"
          ]
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "all_of_sts" {
  name = "all-of-sts"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::999988887777:role/ci"
        }
        Action = "sts:*"  # fires
      },
    ]
  })
}

data "aws_iam_policy_document" "own_statement" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "999988887777",
      ]
    }
  }
  statement {
    actions = [
      "sts:TagSession",  # fires
    ]
    principals {
      type = "AWS"
      identifiers = [
        "999988887777",
      ]
    }
  }
}

resource "aws_iam_role" "own_statement" {
  name = "own-statement"
  assume_role_policy = data.aws_iam_policy_document.own_statement.json
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
            "AWS": "999988887777"
          },
          "Action": [
            "sts:AssumeRole",
            "sts:TagSession"
          ],
          "Condition": {
            "ForAllValues:StringEquals": {
              "aws:TagKeys": [
                "team"
              ]
            }
          }
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
          AWS = "999988887777"
        }
        Action = [
          "sts:AssumeRole",
          "sts:TagSession",
        ]
      },
      {
        Effect = "Deny"
        Principal = {
          AWS = "*"
        }
        Action = "sts:TagSession"
      },
    ]
  })
}

data "aws_iam_policy_document" "trusted" {
  statement {
    actions = [
      "sts:AssumeRole",
      "sts:TagSession",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::444455556666:root",
      ]
    }
  }
}

resource "aws_iam_role" "trusted" {
  name = "trusted"
  assume_role_policy = data.aws_iam_policy_document.trusted.json
}

resource "aws_iam_role" "own_account" {
  name = "own-account"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
          },
          "Action": [
            "sts:AssumeRole",
            "sts:TagSession"
          ]
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "none" {
  name = "none"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "999988887777"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}
