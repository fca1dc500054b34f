variable "trusted" {
  type = list(string)
}

variable "name" {
  type = string
}

variable "condition" {
  type    = map(string)
  default = {}
}

resource "aws_iam_role" "this" {
  name = var.name
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = var.trusted }
      Condition = { StringEquals = var.condition }
    }]
  })
}
