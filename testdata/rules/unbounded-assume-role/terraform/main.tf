data "aws_caller_identity" "current" {}

resource "aws_iam_policy" "star" {
  name = "star"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "*" # fires
    }]
  })
}

data "aws_iam_policy_document" "any_account" {
  statement {
    actions   = ["sts:AssumeRole"]
    resources = ["arn:aws:iam::*:role/deploy"] # fires
  }
}

resource "aws_iam_role_policy" "any_account" {
  name   = "any-account"
  role   = "some-role"
  policy = data.aws_iam_policy_document.any_account.json
}

resource "aws_iam_policy" "all_of_sts" {
  name = "all-of-sts"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:*", "sts:*"]
      Resource = ["*"] # fires
    }]
  })
}

resource "aws_iam_policy" "not_resource" {
  name = "not-resource"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect      = "Allow"
      Action      = "sts:Assume*"
      NotResource = "arn:aws:iam::444455556666:role/admin" # fires
    }]
  })
}

resource "aws_iam_policy" "tagged_only" {
  name = "tagged-only"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Resource  = "*" # fires
      Condition = { StringEquals = { "iam:ResourceTag/team" = "a" } }
    }]
  })
}

resource "aws_iam_policy" "bounded" {
  name = "bounded"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Resource  = "*"
      Condition = { StringEquals = { "aws:ResourceOrgID" = "o-a1b2c3d4e5" } }
    }]
  })
}

data "aws_iam_policy_document" "own_account" {
  statement {
    actions   = ["sts:AssumeRole"]
    resources = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/deploy-*"]
  }
}

resource "aws_iam_role_policy" "own_account" {
  name   = "own-account"
  role   = "some-role"
  policy = data.aws_iam_policy_document.own_account.json
}

resource "aws_iam_policy" "administrator" {
  name = "administrator"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "*"
      Resource = "*"
    }]
  })
}

resource "aws_iam_policy" "other_call" {
  name = "other-call"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:GetCallerIdentity"
      Resource = "*"
    }]
  })
}

resource "aws_iam_policy" "deny" {
  name = "deny"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Deny"
      Action   = "sts:AssumeRole"
      Resource = "*"
    }]
  })
}
