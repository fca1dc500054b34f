variable "list" {
  type    = list(string)
  default = [111122223333, "444455556666"]
}

variable "set" {
  type    = set(string)
  default = ["b", "a", "b"]
}

variable "nested" {
  type = object({
    name  = string
    inner = optional(object({ id = optional(string, "given"), flag = optional(bool, true) }), {})
    list  = optional(list(object({ x = optional(number, 7) })), [{}])
  })
  default = { name = 5, extra = "dropped" }
}

variable "any" {
  type    = any
  default = { k = ["v"] }
}

variable "tuple" {
  type    = tuple([string, number, bool])
  default = [1, "2", "true"]
}

variable "map" {
  type    = map(list(string))
  default = { "aws:PrincipalTag/a" = ["x"], "aws:PrincipalTag/b" = ["y", 2] }
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = var.list }
      Condition = {
        StringEquals = merge(var.map, {
          "aws:set"    = var.set
          "aws:name"   = var.nested.name
          "aws:id"     = var.nested.inner.id
          "aws:flag"   = var.nested.inner.flag
          "aws:x"      = var.nested.list[0].x
          "aws:any"    = var.any.k
          "aws:tuple"  = var.tuple
          "aws:extras" = try(var.nested.extra, "none")
        })
      }
    }]
  })
}
