locals {
  a = "Principal"
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect      = "Allow"
      Action      = "sts:AssumeRole"
      Principal   = { AWS = "111122223333" }
      "Principal" = { AWS = "444455556666", "AWS" = "777788889999" }
    }]
  })
}

resource "aws_iam_role" "computed" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "111122223333" }
      (local.a) = { AWS = "444455556666" }
    }]
  })
}
