resource "aws_iam_role" "first" {
  name               = "first"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "111122223333" } }] })
}

resource "aws_iam_role" "second" {
  name               = "second"
  assume_role_policy = aws_iam_role.first.assume_role_policy
}

module "copy" {
  source = "./copy"
  policy = aws_iam_role.second.assume_role_policy
}
