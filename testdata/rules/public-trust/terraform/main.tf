data "aws_caller_identity" "current" {}

resource "aws_iam_role" "star" {
  name = "star"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "*"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "star_among_others" {
  name = "star-among-others"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = [
            "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root",
            "*",  # fires
          ]
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role" "bare_star" {
  name = "bare-star"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = "*"  # fires
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role" "not_principal" {
  name = "not-principal"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "NotPrincipal": {
            "AWS": "arn:aws:iam::999988887777:root"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "role_name_only" {
  name = "role-name-only"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "*"  # fires
        }
        Action = "sts:AssumeRole"
        Condition = {
          ArnLike = {
            "aws:PrincipalArn" = "arn:aws:iam::*:role/deploy"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "org_if_exists" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "*",  # fires
      ]
    }
    condition {
      test = "StringEqualsIfExists"
      variable = "aws:PrincipalOrgID"
      values = [
        "o-a1b2c3d4e5",
      ]
    }
  }
}

resource "aws_iam_role" "org_if_exists" {
  name = "org-if-exists"
  assume_role_policy = data.aws_iam_policy_document.org_if_exists.json
}

resource "aws_iam_role" "external_id_only" {
  name = "external-id-only"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "*"
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

resource "aws_iam_role" "deny_of_one" {
  name = "deny-of-one"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "*"  # fires
        }
        Action = "sts:AssumeRole"
      },
      {
        Effect = "Deny"
        Principal = {
          AWS = "arn:aws:iam::999988887777:root"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

data "aws_iam_policy_document" "case_of_action" {
  statement {
    actions = [
      "STS:assumerole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "*",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "case_of_action" {
  name = "case-of-action"
  assume_role_policy = data.aws_iam_policy_document.case_of_action.json
}

resource "aws_iam_role" "for_all_values_of_paths" {
  name = "for-all-values-of-paths"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "*"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "ForAllValues:StringLike": {
              "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "one_account" {
  name = "one-account"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "*"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "aws:PrincipalAccount": "${data.aws_caller_identity.current.account_id}"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "own_organization" {
  name = "own-organization"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "*"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:PrincipalOrgID" = "$${aws:ResourceOrgID}"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "covered" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "*",
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
      variable = "aws:PrincipalAccount"
      values = [
        "${data.aws_caller_identity.current.account_id}",
      ]
    }
  }
}

resource "aws_iam_role" "covered" {
  name = "covered"
  assume_role_policy = data.aws_iam_policy_document.covered.json
}

resource "aws_iam_role" "foreign_organization" {
  name = "foreign-organization"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "*"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "aws:PrincipalOrgID": "o-foreign0001"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "service" {
  name = "service"
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
  }
}

resource "aws_iam_role" "own_account" {
  name = "own-account"
  assume_role_policy = data.aws_iam_policy_document.own_account.json
}

resource "aws_iam_role" "tags_only" {
  name = "tags-only"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "*"
          },
          "Action": "sts:TagSession"
        }
      ]
    }
  EOT
}
