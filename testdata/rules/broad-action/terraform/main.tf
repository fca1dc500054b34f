resource "aws_iam_role" "all_of_sts" {
  name = "all-of-sts"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "sts:*"
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "everything" {
  name = "everything"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"
        }
        Action = "*"  # fires
      },
    ]
  })
}

data "aws_iam_policy_document" "assume_star" {
  statement {
    actions = [
      "sts:Assume*",  # fires
    ]
    principals {
      type = "AWS"
      identifiers = [
        "arn:aws:iam::444455556666:root",
      ]
    }
  }
}

resource "aws_iam_role" "assume_star" {
  name = "assume-star"
  assume_role_policy = data.aws_iam_policy_document.assume_star.json
}

resource "aws_iam_role" "second" {
  name = "second"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": [
            "sts:AssumeRole",
            "STS:*"
          ]
        }
      ]
    }
  EOT
}

resource "aws_iam_role" "not_action" {
  name = "not-action"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"
        }
        NotAction = "sts:TagSession"  # fires
      },
    ]
  })
}

resource "aws_iam_role" "plain" {
  name = "plain"
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

resource "aws_iam_role" "two_calls" {
  name = "two-calls"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:root"
        }
        Action = [
          "sts:AssumeRole",
          "sts:TagSession",
        ]
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
      "sts:*",
    ]
    principals {
      type = "AWS"
      identifiers = [
        "999988887777",
      ]
    }
  }
}

resource "aws_iam_role" "deny" {
  name = "deny"
  assume_role_policy = data.aws_iam_policy_document.deny.json
}

resource "aws_iam_role" "tag_star" {
  name = "tag-star"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": [
            "sts:AssumeRole",
            "sts:Tag*"
          ]
        }
      ]
    }
  EOT
}
