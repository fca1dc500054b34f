# The account is not on the allowlist.
resource "aws_iam_role" "cross_account" {
  name = "cross-account-role"

  assume_role_policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::123456789012:root"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "sts:ExternalId": "ideo5"
            }
          }
        }
      ]
    }
  POLICY
}
