locals {
  pairs = [
    { team = "red", account = "111122223333" },
    { team = "blue", account = "444455556666" },
    { team = "red", account = "777788889999" },
  ]
  grouped = { for p in local.pairs : p.team => p.account... }
  indexed = { for i, p in local.pairs : "k${i}" => p.account if p.team == "red" }
  from_set = [for x in toset(["b", "a"]) : upper(x)]
  from_map = [for k, v in { b = 1, a = 2 } : "${k}${v}"]
}

resource "aws_iam_role" "this" {
  for_each = local.grouped
  name     = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = each.value }
      Condition = { StringEquals = { "sts:ExternalId" = concat(values(local.indexed), local.from_set, local.from_map) } }
    }]
  })
}
