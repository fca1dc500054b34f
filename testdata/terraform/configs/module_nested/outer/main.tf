variable "ids" {
  type = map(string)
}

locals {
  arns = { for env, id in var.ids : env => "arn:aws:iam::${id}:root" }
}

module "inner" {
  source   = "./inner"
  for_each = local.arns
  trusted  = [each.value]
  env      = each.key
}
