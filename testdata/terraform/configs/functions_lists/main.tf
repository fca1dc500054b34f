variable "a" {
  default = ["111122223333", "444455556666"]
}

variable "b" {
  default = ["444455556666", "777788889999", ""]
}

locals {
  all   = distinct(compact(concat(var.a, var.b)))
  arns  = formatlist("arn:aws:iam::%s:%s", local.all, "root")
  extra = flatten([for account in local.all : [for name in ["x", "y"] : "arn:aws:iam::${account}:role/${name}"]])
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = local.arns } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = local.extra } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = setunion(var.a, ["000011112222"]) } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = tolist(setsubtract(var.a, var.b)) } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = slice(sort(local.all), 0, 2) } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = [for p in setproduct(var.a, ["r", "s"]) : "arn:aws:iam::${p[0]}:role/${p[1]}"] } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = matchkeys(var.a, ["p", "q"], ["q"]) } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = values(zipmap(["k", "l"], var.a)) } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = element(var.a, 3) } },
    ]
  })
}
