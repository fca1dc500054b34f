data "aws_caller_identity" "current" {}

resource "aws_iam_role" "bool_if_exists" {
  name = "bool-if-exists"
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
            "BoolIfExists": {
              "aws:MultiFactorAuthPresent": "true"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "bool_false" {
  name = "bool-false"
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
          Bool = {
            "aws:MultiFactorAuthPresent" = "false"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "external_id_if_exists" {
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
      test = "StringEqualsIfExists"
      variable = "sts:ExternalId"  # fires
      values = [
        "6f9d2c1e",
      ]
    }
  }
}

resource "aws_iam_role" "external_id_if_exists" {
  name = "external-id-if-exists"
  assume_role_policy = data.aws_iam_policy_document.external_id_if_exists.json
}

resource "aws_iam_role" "external_id_not_equals" {
  name = "external-id-not-equals"
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
            "StringNotEquals": {
              "sts:ExternalId": "bad-one"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "for_all_values" {
  name = "for-all-values"
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
          "ForAllValues:StringLike" = {
            "aws:PrincipalOrgPaths" = "o-a1b2c3d4e5/*"  # fires
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
        "*",
      ]
    }
    condition {
      test = "StringEqualsIfExists"
      variable = "aws:PrincipalOrgID"  # fires
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

resource "aws_iam_role" "org_not_equals" {
  name = "org-not-equals"
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
            "StringNotEquals": {
              "aws:PrincipalOrgID": "o-a1b2c3d4e5"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "null_true" {
  name = "null-true"
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
          Null = {
            "sts:ExternalId" = "true"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "age_if_exists" {
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
      test = "NumericLessThanIfExists"
      variable = "aws:MultiFactorAuthAge"  # fires
      values = [
        "3600",
      ]
    }
  }
}

resource "aws_iam_role" "age_if_exists" {
  name = "age-if-exists"
  assume_role_policy = data.aws_iam_policy_document.age_if_exists.json
}

resource "aws_iam_role" "not_ip_address" {
  name = "not-ip-address"
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
            "NotIpAddress": {
              "aws:SourceIp": "198.51.100.0/24"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "deny_bool_false" {
  name = "deny-bool-false"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"
        }
        Action = "sts:AssumeRole"
      },
      {
        Effect = "Deny"
        Principal = {
          AWS = "*"
        }
        Action = "sts:AssumeRole"
        Condition = {
          Bool = {
            "aws:MultiFactorAuthPresent" = "false"  # fires
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "subject_if_exists" {
  statement {
    actions = [
      "sts:AssumeRoleWithWebIdentity",
    ]
    principals {
      type = "Federated"
      identifiers = [
        "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com",
      ]
    }
    condition {
      test = "StringLikeIfExists"
      variable = "token.actions.githubusercontent.com:sub"  # fires
      values = [
        "repo:acme/api:ref:refs/heads/main",
      ]
    }
    condition {
      test = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values = [
        "sts.amazonaws.com",
      ]
    }
  }
}

resource "aws_iam_role" "subject_if_exists" {
  name = "subject-if-exists"
  assume_role_policy = data.aws_iam_policy_document.subject_if_exists.json
}

resource "aws_iam_role" "subject_for_all_values" {
  name = "subject-for-all-values"
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
            "ForAllValues:StringEquals": {
              "token.actions.githubusercontent.com:sub": "repo:acme/api:ref:refs/heads/main"
            },
            "StringEquals": {
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "bool_true" {
  name = "bool-true"
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
            "Bool": {
              "aws:MultiFactorAuthPresent": "true"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "with_null_false" {
  name = "with-null-false"
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
          BoolIfExists = {
            "aws:MultiFactorAuthPresent" = "true"
          }
          Null = {
            "aws:MultiFactorAuthPresent" = "false"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "deny_if_exists" {
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
      test = "BoolIfExists"
      variable = "aws:MultiFactorAuthPresent"
      values = [
        "false",
      ]
    }
  }
}

resource "aws_iam_role" "deny_if_exists" {
  name = "deny-if-exists"
  assume_role_policy = data.aws_iam_policy_document.deny_if_exists.json
}

resource "aws_iam_role" "deny_both_ways" {
  name = "deny-both-ways"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "sts:AssumeRole"
        },
        {
          "Effect": "Deny",
          "Principal": {
            "AWS": "*"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "Bool": {
              "aws:MultiFactorAuthPresent": "false"
            }
          }
        },
        {
          "Effect": "Deny",
          "Principal": {
            "AWS": "*"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "Null": {
              "aws:MultiFactorAuthPresent": "true"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "tag_keys" {
  name = "tag-keys"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
        }
        Action = [
          "sts:AssumeRole",
          "sts:TagSession",
        ]
        Condition = {
          "ForAllValues:StringEquals" = {
            "aws:TagKeys" = [
              "team",
            ]
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "any_value" {
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
    condition {
      test = "ForAnyValue:StringLike"
      variable = "aws:PrincipalOrgPaths"
      values = [
        "o-a1b2c3d4e5/*",
      ]
    }
  }
}

resource "aws_iam_role" "any_value" {
  name = "any-value"
  assume_role_policy = data.aws_iam_policy_document.any_value.json
}

resource "aws_iam_role" "deny_outside_organization" {
  name = "deny-outside-organization"
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
        },
        {
          "Effect": "Deny",
          "Principal": {
            "AWS": "*"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringNotEquals": {
              "aws:PrincipalOrgID": "o-a1b2c3d4e5"
            }
          }
        }
      ]
    }
  EOT
}
