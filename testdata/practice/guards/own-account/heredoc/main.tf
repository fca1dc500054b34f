# A role of the own account needs no guard.
resource "aws_iam_role" "own" {
  name = "same-account-access"

  assume_role_policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::111122223333:root"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  POLICY
}
