resource "aws_iam_role" "this" {
  assume_role_policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Action": "sts:AssumeRole",
      "Principal": {"Service": "ec2.amazonaws.com"},
      "Effect": "Allow",
      "Sid": "",
      "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/$${aws:username}*"}}
    }
  ]
}
EOF
}
