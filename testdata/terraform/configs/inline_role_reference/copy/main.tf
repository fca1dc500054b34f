variable "policy" {}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode(merge(jsondecode(var.policy), { Version = "2008-10-17" }))
}
