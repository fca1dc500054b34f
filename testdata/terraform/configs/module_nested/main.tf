module "outer" {
  source = "./outer"
  ids    = { prod = 111122223333, dev = "444455556666" }
}
