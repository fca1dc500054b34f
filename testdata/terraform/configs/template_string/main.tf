locals {
  template = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {\"AWS\": \"$${account}\"}}]}"
}

resource "aws_iam_role" "this" {
  assume_role_policy = templatestring(local.template, { account = "111122223333" })
}
