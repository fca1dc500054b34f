variable "accounts" {
  type = list(string)
}

data "aws_iam_policy_document" "this" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = var.accounts
    }
  }
}

output "json" {
  value = data.aws_iam_policy_document.this.json
}

output "all" {
  value = { policies = { main = data.aws_iam_policy_document.this.json } }
}
