# The same user, denied by a statement named after the finding.
resource "aws_iam_role" "audit" {
  name = "Audit_CrossAccountRole"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::999988887777:user/Alice"
        }
        Action    = "sts:AssumeRole"
        Condition = {}
      },
      {
        Sid    = "c52a2a341b0f4c1b9c5c2f6f0c1d7e11"
        Effect = "Deny"
        Principal = {
          AWS = "arn:aws:iam::999988887777:user/Alice"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}
