variable "roles" {
  type = map(object({
    principals = object({
      type        = string
      identifiers = list(string)
    })
    external_id = optional(string)
    actions     = optional(list(string), ["sts:AssumeRole"])
  }))
  default = {
    a = { principals = { type = "AWS", identifiers = [111122223333] } }
    b = { principals = { type = "Service", identifiers = ["ec2.amazonaws.com"] }, external_id = "e", actions = ["sts:TagSession", "sts:AssumeRole"] }
  }
}

resource "aws_iam_role" "this" {
  for_each = var.roles
  name     = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      {
        Effect    = "Allow"
        Action    = each.value.actions
        Principal = { (each.value.principals.type) = each.value.principals.identifiers }
      },
      each.value.external_id == null ? {} : { Condition = { StringEquals = { "sts:ExternalId" = each.value.external_id } } }
    )]
  })
}
