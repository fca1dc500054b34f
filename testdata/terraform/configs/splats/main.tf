locals {
  objects = [{ id = "111122223333", tags = ["a", "b"] }, { id = "444455556666", tags = [] }]
  single  = { id = "777788889999" }
  nothing = null
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = local.objects[*].id } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = local.objects.*.id } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = flatten(local.objects[*].tags[*]) } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = local.single[*].id } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = concat(local.nothing[*], ["x"]) } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = [local.objects.0.id, local.objects[1]["id"], local.objects[0].tags.1] } },
    ]
  })
}
