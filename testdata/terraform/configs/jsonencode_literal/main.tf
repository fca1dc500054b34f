resource "aws_iam_role" "this" {
  name = "literal"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "One"
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = ["arn:aws:iam::111122223333:root", "444455556666"] }
      },
      { Effect : "Allow", "Action" : ["sts:AssumeRole", "sts:TagSession"], Principal : { "Service" : "ec2.amazonaws.com" } },
    ]
  })
}
