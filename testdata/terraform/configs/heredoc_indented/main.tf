variable "account" {
  default = 111122223333
}

locals {
  name = "reader"
}

resource "aws_iam_role" "this" {
  assume_role_policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::${var.account}:role/${upper(local.name)}"},
        "Action": ["sts:AssumeRole"]
      }
    }
    POLICY
}
