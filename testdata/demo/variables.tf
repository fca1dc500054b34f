variable "vendor_account_ids" {
  type    = list(string)
  default = ["464622532012"]
}

variable "external_id" {
  type    = string
  default = "b4c1-8f27-5d90"
}
