locals {
  services = toset(["lambda", "ec2"])
  people = {
    b = "444455556666"
    a = "111122223333"
  }
}

data "aws_iam_policy_document" "this" {
  statement {
    actions = ["sts:AssumeRole"]
    dynamic "principals" {
      for_each = local.services
      content {
        type        = "Service"
        identifiers = ["${principals.key}.amazonaws.com", "${principals.value}.aws.internal"]
      }
    }
  }
  dynamic "statement" {
    for_each = local.people
    iterator = person
    content {
      sid     = "P${person.key}"
      actions = ["sts:AssumeRole"]
      principals {
        type        = "AWS"
        identifiers = [person.value]
      }
    }
  }
}

resource "aws_iam_role" "this" {
  assume_role_policy = data.aws_iam_policy_document.this.json
}
