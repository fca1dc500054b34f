data "aws_caller_identity" "current" {}

resource "aws_iam_role" "aws_external_id" {
  name = "aws-external-id"
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
              "aws:ExternalId": "6f9d2c1e"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "typo" {
  name = "typo"
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
          StringEqualsIfExists = {
            "sts:ExternlId" = "6f9d2c1e"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "source_account" {
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
      variable = "aws:SourceAccount"  # fires
      values = [
        "444455556666",
      ]
    }
  }
}

resource "aws_iam_role" "source_account" {
  name = "source-account"
  assume_role_policy = data.aws_iam_policy_document.source_account.json
}

resource "aws_iam_role" "external_id_of_token" {
  name = "external-id-of-token"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "Federated": "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com"
          },
          "Action": "sts:AssumeRoleWithWebIdentity",
          "Condition": {
            "StringEquals": {
              "sts:ExternalId": "6f9d2c1e",
              "token.actions.githubusercontent.com:sub": "repo:acme/api:ref:refs/heads/main",
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "other_issuer" {
  name = "other-issuer"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "gitlab.com:sub" = "project_path:acme/api:ref_type:branch:ref:main"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "deny" {
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
      test = "StringNotEquals"
      variable = "aws:PrincipalOrganizationID"  # fires
      values = [
        "o-a1b2c3d4e5",
      ]
    }
  }
}

resource "aws_iam_role" "deny" {
  name = "deny"
  assume_role_policy = data.aws_iam_policy_document.deny.json
}

resource "aws_iam_role" "external_id" {
  name = "external-id"
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

resource "aws_iam_role" "other_case" {
  name = "other-case"
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
            "STS:externalid" = "6f9d2c1e"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "principal_tag" {
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
      variable = "aws:PrincipalTag/team"
      values = [
        "audit",
      ]
    }
  }
}

resource "aws_iam_role" "principal_tag" {
  name = "principal-tag"
  assume_role_policy = data.aws_iam_policy_document.principal_tag.json
}

resource "aws_iam_role" "service_source" {
  name = "service-source"
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

resource "aws_iam_role" "own_issuer" {
  name = "own-issuer"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/gitlab.acme.example"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "gitlab.acme.example:sub" = "project_path:a/b:ref_type:branch:ref:main"
            "gitlab.acme.example:aud" = "sts.amazonaws.com"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "mixed" {
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
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::444455556666:root",
      ]
    }
    condition {
      test = "StringEquals"
      variable = "aws:SourceAccount"
      values = [
        "${data.aws_caller_identity.current.account_id}",
      ]
    }
  }
}

resource "aws_iam_role" "mixed" {
  name = "mixed"
  assume_role_policy = data.aws_iam_policy_document.mixed.json
}
