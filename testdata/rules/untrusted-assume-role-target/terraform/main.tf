data "aws_caller_identity" "current" {}

resource "aws_iam_policy" "foreign" {
  name = "foreign"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "arn:aws:iam::999988887777:role/backup" # fires
    }]
  })
}

data "aws_iam_policy_document" "one_of_two" {
  statement {
    actions   = ["sts:AssumeRole"]
    resources = [
      "arn:aws:iam::444455556666:role/backup",
      "arn:aws:iam::999988887777:role/*", # fires
    ]
  }
}

resource "aws_iam_role_policy" "one_of_two" {
  name   = "one-of-two"
  role   = "some-role"
  policy = data.aws_iam_policy_document.one_of_two.json
}

resource "aws_iam_policy" "trusted" {
  name = "trusted"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "arn:aws:iam::444455556666:role/backup"
    }]
  })
}

resource "aws_iam_policy" "by_pattern" {
  name = "by-pattern"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "arn:aws:iam::777788889999:role/ci-build"
    }]
  })
}

data "aws_iam_policy_document" "own_account" {
  statement {
    actions   = ["sts:AssumeRole"]
    resources = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/backup"]
  }
}

resource "aws_iam_role_policy" "own_account" {
  name   = "own-account"
  role   = "some-role"
  policy = data.aws_iam_policy_document.own_account.json
}

resource "aws_iam_policy" "any" {
  name = "any"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "*"
    }]
  })
}
