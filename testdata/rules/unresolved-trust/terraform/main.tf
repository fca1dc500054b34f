variable "trusted_account_id" {
  type = string
}

variable "external_id" {
  type = string
}

variable "organization_id" {
  type = string
}

variable "vouched" {
  type = string
}

variable "team" {
  type = string
}

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "unknown_account" {
  name = "unknown-account"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.trusted_account_id}:root" } # fires
      Action    = "sts:AssumeRole"
    }]
  })
}

data "aws_iam_policy_document" "unknown_principal" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [var.trusted_account_id] # fires
    }
  }
}

resource "aws_iam_role" "unknown_principal" {
  name               = "unknown-principal"
  assume_role_policy = data.aws_iam_policy_document.unknown_principal.json
}

resource "aws_iam_role" "unknown_in_heredoc" {
  name = "unknown-in-heredoc"
  # the line that follows the Principal key fires: expected.txt
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": {
        "Effect": "Allow",
        "Principal": {
          "AWS": "arn:aws:iam::${var.trusted_account_id}:role/ci"
        },
        "Action": "sts:AssumeRole"
      }
    }
  EOT
}

resource "aws_iam_role" "unknown_organization" {
  name = "unknown-organization"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization_id } } # fires
    }]
  })
}

resource "aws_iam_role" "unknown_document" {
  name               = "unknown-document"
  assume_role_policy = data.external.trust.result.policy # fires
}

resource "aws_iam_role" "vouched_for" {
  name = "vouched-for"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.vouched}:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role" "unknown_external_id" {
  name = "unknown-external-id"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })
}

resource "aws_iam_role" "condition_on_own_account" {
  name = "condition-on-own-account"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = data.aws_caller_identity.current.account_id }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:PrincipalTag/team" = var.team } }
    }]
  })
}

resource "aws_iam_role" "own_role_of_unknown_name" {
  name = "own-role-of-unknown-name"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/${var.team}" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role" "service" {
  name = "service"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

variable "pool" { type = string }

resource "aws_cognito_identity_pool" "own" {
  identity_pool_name = "own"
}

resource "aws_iam_role" "own_pool" {
  name = "own-pool"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "cognito-identity.amazonaws.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals             = { "cognito-identity.amazonaws.com:aud" = aws_cognito_identity_pool.own.id }
        "ForAnyValue:StringLike" = { "cognito-identity.amazonaws.com:amr" = "authenticated" }
      }
    }]
  })
}

resource "aws_iam_role" "some_pool" {
  name = "some-pool"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "cognito-identity.amazonaws.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals             = { "cognito-identity.amazonaws.com:aud" = var.pool } # fires
        "ForAnyValue:StringLike" = { "cognito-identity.amazonaws.com:amr" = "authenticated" }
      }
    }]
  })
}
