locals {
  teams = {
    red   = { account = "111122223333", enabled = true }
    green = { account = "444455556666", enabled = false }
    blue  = { account = "777788889999", enabled = true }
  }
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for name, team in local.teams : {
      Sid       = title(name)
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = format("arn:aws:iam::%s:role/%s", team.account, name) }
    } if team.enabled]
  })
}
