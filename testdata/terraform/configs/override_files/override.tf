variable "account" {
  default = "222222222222"
}

locals {
  name = "overridden"
}
