variable "a" {
  default = "default-a"
}

variable "b" {
  default  = "default-b"
  nullable = false
}

variable "c" {
  type    = string
  default = null
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = [for x in [var.a, var.b, var.c] : x if x != null] }
    }]
  })
}
