locals {
  from_yaml = yamldecode(file("${path.module}/trust.yaml"))
  from_json = jsondecode(file("${path.module}/accounts.json"))
  from_csv  = csvdecode(file("${path.module}/accounts.csv"))
}

resource "aws_iam_role" "yaml" {
  for_each = local.from_yaml.roles
  name     = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = try(each.value.action, "sts:AssumeRole")
      Principal = each.value.principal
    }]
  })
}

resource "aws_iam_role" "json" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = [for a in local.from_json.accounts : a.id] } }]
  })
}

resource "aws_iam_role" "csv" {
  for_each           = { for row in local.from_csv : row.name => row.id }
  name               = each.key
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = each.value } }] })
}

resource "aws_iam_role" "found" {
  for_each           = fileset("${path.module}/policies", "*.json")
  name               = trimsuffix(each.key, ".json")
  assume_role_policy = file("${path.module}/policies/${each.value}")
}

resource "aws_iam_role" "exists" {
  assume_role_policy = fileexists("${path.module}/policies/a.json") ? file("${path.module}/policies/a.json") : "{}"
}
