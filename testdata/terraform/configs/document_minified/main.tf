data "aws_iam_policy_document" "this" {
  version   = "2008-10-17"
  policy_id = "an-id"
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Federated"
      identifiers = ["cognito-identity.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  assume_role_policy = data.aws_iam_policy_document.this.minified_json
}
