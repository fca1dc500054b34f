variable "mixed" {
  type    = list(any)
  default = ["a", 1, true]
}

variable "map_any" {
  type    = map(any)
  default = { a = "x", b = 2 }
}

locals {
  tuple = ["a", 1, true]
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "111122223333" }
      Condition = { StringEquals = {
        "aws:a" = var.mixed, "aws:b" = local.tuple, "aws:c" = tolist(local.tuple[*]), "aws:d" = values(var.map_any), "aws:e" = [for k in keys(var.map_any) : k],
        "aws:f" = true ? ["a"] : [], "aws:g" = tomap({ x = 1, y = "z" })["x"], "aws:h" = toset([3, 1, 2]),
      } }
    }]
  })
}
