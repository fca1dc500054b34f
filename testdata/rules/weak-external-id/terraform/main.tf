data "aws_caller_identity" "current" {}

resource "aws_iam_role" "wildcard" {
  name = "wildcard"
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
            "StringLike": {
              "sts:ExternalId": "acme-*"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "anything" {
  name = "anything"
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
          StringLike = {
            "sts:ExternalId" = "*"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "placeholder" {
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
      variable = "sts:ExternalId"
      values = [
        "changeme",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "placeholder" {
  name = "placeholder"
  assume_role_policy = data.aws_iam_policy_document.placeholder.json
}

resource "aws_iam_role" "counted" {
  name = "counted"
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
              "sts:ExternalId": "123456"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "external_id" {
  name = "external-id"
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
            "sts:ExternalId" = "external-id"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "empty" {
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
      variable = "sts:ExternalId"
      values = [
        "",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "empty" {
  name = "empty"
  assume_role_policy = data.aws_iam_policy_document.empty.json
}

resource "aws_iam_role" "one_letter" {
  name = "one-letter"
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
              "sts:ExternalId": "a"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "with_space" {
  name = "with-space"
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
            "sts:ExternalId" = "two words"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "account_id" {
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
      variable = "sts:ExternalId"
      values = [
        "444455556666",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "account_id" {
  name = "account-id"
  assume_role_policy = data.aws_iam_policy_document.account_id.json
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
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "sts:ExternalId": [
                "6f9d2c1e-5b7a-4c0f",
                "example"
              ]
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "role_name" {
  name = "vendor-reader"
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
            "sts:ExternalId" = "vendor-reader"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "vendor_name" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "464622532012",
      ]
    }
    condition {
      test = "StringEquals"
      variable = "sts:ExternalId"
      values = [
        "datadog",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "vendor_name" {
  name = "vendor-name"
  assume_role_policy = data.aws_iam_policy_document.vendor_name.json
}

resource "aws_iam_role" "long" {
  name = "long"
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
              "sts:ExternalId": "6f9d2c1e-5b7a-4c0f"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "like_without_wildcard" {
  name = "like-without-wildcard"
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
          StringLike = {
            "sts:ExternalId" = "6f9d2c1e-5b7a-4c0f"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "practice" {
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
      variable = "sts:ExternalId"
      values = [
        "ideo5",
      ]
    }
  }
}

resource "aws_iam_role" "practice" {
  name = "practice"
  assume_role_policy = data.aws_iam_policy_document.practice.json
}

resource "aws_iam_role" "narrowed" {
  name = "narrowed"
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
            "StringLike": {
              "sts:ExternalId": "acme-*"
            },
            "StringEquals": {
              "sts:externalId": "acme-6f9d2c1e"
            }
          }
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
        Condition = {
          StringLike = {
            "sts:ExternalId" = "*"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role" "from_the_request" {
  name = "from-the-request"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = {
          "sts:ExternalId" = "$${aws:PrincipalAccount}"  # fires
        }
      }
    }]
  })
}

resource "aws_iam_role" "from_a_tag" {
  name = "from-a-tag"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = {
          "sts:ExternalId" = "acme-$${aws:PrincipalTag/id}"  # fires
        }
      }
    }]
  })
}
