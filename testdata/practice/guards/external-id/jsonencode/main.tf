# An ExternalId is asked for.
resource "aws_iam_role" "partner" {
  name = "partner-access"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = "arn:aws:iam::444455556666:root"
      }
      Action = "sts:AssumeRole"
      Condition = {
        StringEquals = {
          "sts:ExternalId" = "b4c1-8f27-5d90"
        }
      }
    }]
  })
}
