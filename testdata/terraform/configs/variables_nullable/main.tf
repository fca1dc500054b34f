module "given" {
  source = "./m"
  a      = null
  b      = null
  c      = "given"
}
