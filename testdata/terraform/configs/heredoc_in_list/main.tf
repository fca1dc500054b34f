locals {
  policies = [
    <<-A
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}}]}
    A
    ,
    <<B
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "${local.service}"}}]}
B
  ]
  service = "ec2.amazonaws.com"
}

resource "aws_iam_role" "this" {
  count              = length(local.policies)
  assume_role_policy = local.policies[count.index]
}
