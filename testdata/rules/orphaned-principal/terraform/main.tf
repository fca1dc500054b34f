resource "aws_iam_role" "role" {
  name = "role"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "AROAEXAMPLE1234567890"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "user" {
  name = "user"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = [
            "arn:aws:iam::444455556666:root",
            "AIDAEXAMPLE1234567890",  # fires
          ]
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "denied" {
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
        "AROAEXAMPLE1234567890",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "denied" {
  name = "denied"
  assume_role_policy = data.aws_iam_policy_document.denied.json
}

resource "aws_iam_role" "arn" {
  name = "arn"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:role/AROAEXAMPLE"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}
