data "aws_service_principal" "ec2" {
  service_name = "ec2"
}

data "aws_service_principal" "s3" {
  service_name = "s3"
  region       = "eu-west-1"
}

data "aws_iam_policy_document" "this" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = [data.aws_service_principal.ec2.name, data.aws_service_principal.s3.name]
    }
  }
}

resource "aws_iam_role" "this" {
  assume_role_policy = data.aws_iam_policy_document.this.json
}
