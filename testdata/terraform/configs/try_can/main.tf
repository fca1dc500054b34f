variable "config" {
  type    = any
  default = { a = { trusted = ["111122223333"] }, b = {} }
}

resource "aws_iam_role" "this" {
  for_each = var.config
  name     = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { (can(each.value.trusted) ? "AWS" : "Service") = try(each.value.trusted, each.value.service, "ec2.amazonaws.com") }
    }]
  })
}
