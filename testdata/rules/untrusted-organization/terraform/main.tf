resource "aws_iam_role" "foreign" {
  name = "foreign"
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

resource "aws_iam_role" "one_of_two" {
  name = "one-of-two"
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
            "aws:PrincipalOrgID" = [
              "o-a1b2c3d4e5",
              "o-foreign0001",  # fires
            ]
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "foreign_unit" {
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
        "o-foreign0001/r-ab12/ou-ab12-11111111/*",  # fires
      ]
    }
  }
}

resource "aws_iam_role" "foreign_unit" {
  name = "foreign-unit"
  assume_role_policy = data.aws_iam_policy_document.foreign_unit.json
}

resource "aws_iam_role" "trusted" {
  name = "trusted"
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
              "aws:PrincipalOrgID": "o-a1b2c3d4e5"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "trusted_path" {
  name = "trusted-path"
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
          "ForAnyValue:StringLike" = {
            "aws:PrincipalOrgPaths" = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"
          }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "own_organization" {
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
      test = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values = [
        "&{aws:ResourceOrgID}",
      ]
    }
  }
}

resource "aws_iam_role" "own_organization" {
  name = "own-organization"
  assume_role_policy = data.aws_iam_policy_document.own_organization.json
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
            "AWS": "*"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "aws:PrincipalOrgID": "o-foreign0001"
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
            "StringNotEquals": {
              "aws:PrincipalOrgID": "o-a1b2c3d4e5"
            }
          }
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "account" {
  name = "account"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "999988887777"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}
