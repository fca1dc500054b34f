variable "name" {}

variable "policy" {
  default  = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}"
  nullable = false
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = var.policy
}
