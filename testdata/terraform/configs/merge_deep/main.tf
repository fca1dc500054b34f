variable "defaults" {
  default = {
    Effect = "Allow"
    Action = "sts:AssumeRole"
  }
}

variable "statements" {
  default = [
    { Principal = { AWS = "111122223333" } },
    { Principal = { AWS = "444455556666" }, Action = "sts:TagSession", Sid = "Tag" },
  ]
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for s in var.statements : merge(var.defaults, s)]
  })
}

resource "aws_iam_role" "expanded" {
  assume_role_policy = jsonencode(merge([{ Version = "2012-10-17" }, { Statement = concat([for s in var.statements : [merge(var.defaults, s)]]...) }]...))
}
