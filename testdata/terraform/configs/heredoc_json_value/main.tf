variable "accounts" {
  type    = list(string)
  default = ["111122223333", "444455556666"]
}

resource "aws_iam_role" "this" {
  assume_role_policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"AWS": ${jsonencode(formatlist("arn:aws:iam::%s:root", var.accounts))}},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": ${jsonencode("quoted \"id\"")}}}
  }]
}
EOF
}
