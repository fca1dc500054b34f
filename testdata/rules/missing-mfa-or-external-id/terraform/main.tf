data "aws_caller_identity" "current" {}

resource "aws_iam_role" "nothing" {
  name = "nothing"
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
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "empty_condition" {
  name = "empty-condition"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"  # fires
        }
        Action = "sts:AssumeRole"
        Condition = {
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "other_condition" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::444455556666:root",  # fires
      ]
    }
    condition {
      test = "IpAddress"
      variable = "aws:SourceIp"
      values = [
        "198.51.100.0/24",
      ]
    }
  }
}

resource "aws_iam_role" "other_condition" {
  name = "other-condition"
  assume_role_policy = data.aws_iam_policy_document.other_condition.json
}

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

resource "aws_iam_role" "mfa_false" {
  name = "mfa-false"
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
              "sts:ExternalId": "6f9d2c1e"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "any_external_id" {
  name = "any-external-id"
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

data "aws_iam_policy_document" "for_all_values" {
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
      test = "ForAllValues:StringEquals"
      variable = "sts:ExternalId"  # fires
      values = [
        "6f9d2c1e",
      ]
    }
  }
}

resource "aws_iam_role" "for_all_values" {
  name = "for-all-values"
  assume_role_policy = data.aws_iam_policy_document.for_all_values.json
}

resource "aws_iam_role" "age_if_exists" {
  name = "age-if-exists"
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
            "NumericLessThanIfExists": {
              "aws:MultiFactorAuthAge": "3600"
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

data "aws_iam_policy_document" "role" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::444455556666:role/ci",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "role" {
  name = "role"
  assume_role_policy = data.aws_iam_policy_document.role.json
}

resource "aws_iam_role" "two_statements" {
  name = "two-statements"
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
        },
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "both_required_one_given" {
  name = "both-required-one-given"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::777788889999:root"
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

resource "aws_iam_role" "mfa" {
  name = "mfa"
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
            "aws:MultiFactorAuthPresent" = "true"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "mfa_as_boolean" {
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
      test = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values = [
        "true",
      ]
    }
  }
}

resource "aws_iam_role" "mfa_as_boolean" {
  name = "mfa-as-boolean"
  assume_role_policy = data.aws_iam_policy_document.mfa_as_boolean.json
}

resource "aws_iam_role" "mfa_age" {
  name = "mfa-age"
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
            "NumericLessThan": {
              "aws:MultiFactorAuthAge": "3600"
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
            "sts:ExternalId" = "6f9d2c1e"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "external_id_other_case" {
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
      variable = "sts:externalid"
      values = [
        "6f9d2c1e",
      ]
    }
  }
}

resource "aws_iam_role" "external_id_other_case" {
  name = "external-id-other-case"
  assume_role_policy = data.aws_iam_policy_document.external_id_other_case.json
}

resource "aws_iam_role" "external_id_like" {
  name = "external-id-like"
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
              "sts:ExternalId": "6f9d2c1e"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "guarded_if_exists" {
  name = "guarded-if-exists"
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

data "aws_iam_policy_document" "denied_without_mfa" {
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

resource "aws_iam_role" "denied_without_mfa" {
  name = "denied-without-mfa"
  assume_role_policy = data.aws_iam_policy_document.denied_without_mfa.json
}

resource "aws_iam_role" "denied_without_id" {
  name = "denied-without-id"
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
            "StringNotEquals": {
              "sts:ExternalId": "6f9d2c1e"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "nothing_required" {
  name = "nothing-required"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::123412341234:root"
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

resource "aws_iam_role" "public" {
  name = "public"
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

resource "aws_iam_role" "trusted_organization" {
  name = "trusted-organization"
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
            "aws:PrincipalOrgID" = "o-a1b2c3d4e5"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "service" {
  statement {
    actions = [
      "sts:AssumeRole",
    ]
    principals {
      type = "Service"
      identifiers = [
        "ec2.amazonaws.com",
      ]
    }
  }
}

resource "aws_iam_role" "service" {
  name = "service"
  assume_role_policy = data.aws_iam_policy_document.service.json
}
