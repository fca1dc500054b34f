variable "external_id" {
  type    = string
  default = null
}

resource "aws_iam_role" "this" {
  name = var.external_id
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for s in [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "111122223333" }
      Condition = var.external_id == null ? null : { StringEquals = { "sts:ExternalId" = var.external_id } }
    }] : { for k, v in s : k => v if v != null }]
  })
}

data "aws_iam_policy_document" "this" {
  version   = null
  policy_id = null
  statement {
    sid     = null
    effect  = null
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

resource "aws_iam_role" "document" {
  assume_role_policy = data.aws_iam_policy_document.this.json
}
