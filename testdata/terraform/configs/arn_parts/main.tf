data "aws_arn" "given" {
  arn = "arn:aws:iam::111122223333:role/path/name"
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:${data.aws_arn.given.partition}:${data.aws_arn.given.service}::${data.aws_arn.given.account}:${data.aws_arn.given.resource}" }
    }]
  })
}
