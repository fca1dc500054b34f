data "aws_iam_policy_document" "lambda" {
  statement {
    sid     = "Lambda"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "extended" {
  source_policy_documents   = [data.aws_iam_policy_document.lambda.json]
  override_policy_documents = [for a in ["111122223333", "444455556666"] : jsonencode({ Statement = [{ Sid = "Account${a}", Effect = "Allow", Action = ["sts:AssumeRole"], Principal = { AWS = a } }] })]
  version                   = "2012-10-17"
}

locals {
  decoded = jsondecode(data.aws_iam_policy_document.extended.json)
}

resource "aws_iam_role" "this" {
  assume_role_policy = data.aws_iam_policy_document.extended.json
}

resource "aws_iam_role" "again" {
  assume_role_policy = jsonencode({ Version = local.decoded.Version, Statement = [for s in local.decoded.Statement : s if s.Sid != "Lambda"] })
}
