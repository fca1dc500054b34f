data "aws_caller_identity" "current" {}

resource "aws_iam_role" "caller" {
  name = "caller"
  path = "/apps/"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_user" "person" {
  name = "person"
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = "sts:AssumeRole"
      Principal = { AWS = [
        "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role${aws_iam_role.caller.path}${aws_iam_role.caller.name}",
        "arn:aws:iam::${data.aws_caller_identity.current.account_id}:user/${aws_iam_user.person.name}",
      ] }
    }]
  })
}
