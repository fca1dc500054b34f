# Neither MFA nor an ExternalId is asked for.
resource "aws_iam_role" "partner" {
  name = "partner-access"

  assume_role_policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::444455556666:root"
          },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  POLICY
}
