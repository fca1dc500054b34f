data "aws_elb_service_account" "this" {}
data "aws_billing_service_account" "this" {}
data "aws_cloudtrail_service_account" "this" {}
data "aws_redshift_service_account" "this" {}

data "aws_iam_policy_document" "this" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type = "AWS"
      identifiers = [
        data.aws_elb_service_account.this.arn,
        data.aws_billing_service_account.this.arn,
        data.aws_cloudtrail_service_account.this.arn,
        data.aws_redshift_service_account.this.arn,
      ]
    }
  }
}

resource "aws_iam_role" "this" {
  assume_role_policy = data.aws_iam_policy_document.this.json
}
