locals {
  z = "${local.y}:root"
  y = "arn:aws:iam::${local.x[0]}"
  x = split(",", local.w)
  w = join(",", reverse(sort(["111122223333", "444455556666"])))
}

locals {
  policy = {
    Version   = "2012-10-17"
    Statement = [local.statement]
  }
  statement = {
    Effect    = "Allow"
    Action    = "sts:AssumeRole"
    Principal = { AWS = local.z }
  }
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode(local.policy)
}
