variable "trusted" {}
variable "env" {}

module "role" {
  source    = "../../shared"
  trusted   = concat(var.trusted, ["arn:aws:iam::777788889999:role/${var.env}"])
  name      = "inner-${var.env}"
  condition = { "aws:PrincipalTag/env" = var.env }
}
