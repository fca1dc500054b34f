data "aws_caller_identity" "current" {}

resource "aws_iam_role" "bare" {
  name = "bare"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Service": "codebuild.amazonaws.com"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "regional" {
  name = "regional"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "states.eu-west-1.amazonaws.com"  # fires
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "second" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "Service"
      identifiers = [
        "ec2.amazonaws.com",
        "codedeploy.amazonaws.com",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "second" {
  name = "second"
  assume_role_policy = data.aws_iam_policy_document.second.json
}

resource "aws_iam_role" "any_account" {
  name = "any-account"
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
            "ArnLike": {
              "aws:SourceArn": "arn:aws:codebuild:*:*:project/*"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "source_account" {
  name = "source-account"
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

resource "aws_iam_role" "source_arn" {
  name = "source-arn"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "codebuild.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:aws:codebuild:*:${data.aws_caller_identity.current.account_id}:project/*"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "source_organization" {
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
        "o-a1b2c3d4e5",
      ]
    }
  }
}

resource "aws_iam_role" "source_organization" {
  name = "source-organization"
  assume_role_policy = data.aws_iam_policy_document.source_organization.json
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
            "Service": "codebuild.amazonaws.com"
          },
          "Action": "sts:AssumeRole"
        },
        {
          "Effect": "Deny",
          "Principal": {
            "Service": "codebuild.amazonaws.com"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringNotEquals": {
              "aws:SourceAccount": "${data.aws_caller_identity.current.account_id}"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "ec2" {
  name = "ec2"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ec2.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "Service"
      identifiers = [
        "lambda.amazonaws.com",
      ]
    }
  }
}

resource "aws_iam_role" "lambda" {
  name = "lambda"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_iam_role" "pods" {
  name = "pods"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Service": "pods.eks.amazonaws.com"
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

resource "aws_iam_role" "unlisted" {
  name = "unlisted"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "scheduler.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}
