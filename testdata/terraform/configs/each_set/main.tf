variable "names" {
  default = ["b", "a", "a"]
}

resource "aws_iam_role" "set" {
  for_each           = toset(var.names)
  name               = each.value
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::111122223333:role/${each.key}" } }] })
}

resource "aws_iam_role" "none" {
  count              = 0
  assume_role_policy = "{}"
}

resource "aws_iam_role" "none_either" {
  for_each           = {}
  assume_role_policy = "{}"
}

resource "aws_iam_role" "counted" {
  count              = length(var.names)
  name               = "counted-${count.index}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::111122223333:role/${var.names[count.index]}" } }] })
}

resource "aws_iam_role" "strange" {
  for_each           = { "a.b/c" = 1, "x\"y" = 2, "$${z}" = 3 }
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "S${each.value}", Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "111122223333" } }] })
}
