data "aws_caller_identity" "current" {}

resource "aws_iam_role" "vendor_a" {
  name = "vendor-a"
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

resource "aws_iam_role" "vendor_b" {
  name = "vendor-b"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "777788889999"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "sts:ExternalId" = "6f9d2c1e-5b7a-4c0f"  # fires
          }
        }
      },
    ]
  })
}

resource "aws_iam_role" "vendor_c" {
  name = "vendor-c"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "777788889999"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "sts:ExternalId": "b81d04aa-97e2-4d35"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "vendor_c_again" {
  name = "vendor-c-again"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::777788889999:role/reader"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "sts:ExternalId" = "b81d04aa-97e2-4d35"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "datadog_one" {
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
        "0a1b2c3d4e5f",
      ]
    }
  }
}

resource "aws_iam_role" "datadog_one" {
  name = "datadog-one"
  assume_role_policy = data.aws_iam_policy_document.datadog_one.json
}

resource "aws_iam_role" "datadog_two" {
  name = "datadog-two"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "865078226113"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "sts:ExternalId": "0a1b2c3d4e5f"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "both_at_once" {
  name = "both-at-once"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = [
            "123412341234",
            "567856785678",
          ]
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "sts:ExternalId" = "77aa88bb99cc"
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
    condition {
      test = "StringEquals"
      variable = "sts:ExternalId"
      values = [
        "b81d04aa-97e2-4d35",
      ]
    }
  }
}

resource "aws_iam_role" "own_account" {
  name = "own-account"
  assume_role_policy = data.aws_iam_policy_document.own_account.json
}
