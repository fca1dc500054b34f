provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "other"
  region = "us-east-1"
}

data "aws_caller_identity" "other" {
  provider = aws.other
}

resource "aws_iam_role" "same" {
  provider           = aws.other
  name               = "same"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = data.aws_caller_identity.other.account_id } }] })
}
