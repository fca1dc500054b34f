module "trust" {
  source   = "./trust"
  accounts = ["111122223333"]
}

resource "aws_iam_role" "this" {
  assume_role_policy = module.trust.json
}

resource "aws_iam_role" "nested" {
  assume_role_policy = module.trust.all.policies["main"]
}
