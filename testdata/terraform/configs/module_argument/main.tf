data "aws_iam_policy_document" "this" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

module "role" {
  source = "./role"
  name   = "passed"
  policy = data.aws_iam_policy_document.this.json
}

module "default" {
  source = "./role"
  name   = "default"
}

module "null" {
  source = "./role"
  name   = "null"
  policy = null
}
