locals {
  input = { a = "111122223333", b = "444455556666" }
  output = {
    for k, v in local.input :
    upper(k) =>
    {
      id = v
    }
    if v != ""
  }
}

resource "aws_iam_role" "this" {
  for_each           = local.output
  name               = each.key
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = each.value.id } }] })
}
