resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "111122223333" }
      Condition = { StringEquals = { "aws:x" = [path.module, path.root, basename("${path.module}/a/b"), dirname("a/b/c")] } }
    }]
  })
}

module "m" {
  source = "./m"
}
