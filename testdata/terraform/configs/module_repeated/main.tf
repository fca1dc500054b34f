locals {
  teams = {
    red  = ["111122223333"]
    blue = ["444455556666", "777788889999"]
  }
}

module "by_key" {
  source   = "./role"
  for_each = local.teams
  name     = each.key
  accounts = each.value
}

module "by_count" {
  source   = "./role"
  count    = 2
  name     = "n${count.index}"
  accounts = ["11112222333${count.index}"]
}

resource "aws_iam_role" "same_as_red" {
  assume_role_policy = module.by_key["red"].policy
}

resource "aws_iam_role" "same_as_first" {
  assume_role_policy = module.by_count[0].policy
}

resource "aws_iam_role" "all" {
  for_each           = { for k, m in module.by_key : k => m.policy }
  assume_role_policy = each.value
}

resource "aws_iam_role" "values" {
  count              = 2
  assume_role_policy = values(module.by_key)[count.index].policy
}
