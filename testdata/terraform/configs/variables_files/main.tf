variable "a" {}
variable "b" {}
variable "c" {}
variable "d" {
  default = "444444444444"
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = [var.a, var.b, var.c, var.d] } }]
  })
}
