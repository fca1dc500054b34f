# A user of an unknown account.
resource "aws_iam_role" "audit" {
  name = "Audit_CrossAccountRole"

  assume_role_policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::999988887777:user/Alice"
          },
          "Action": "sts:AssumeRole",
          "Condition": {}
        }
      ]
    }
  POLICY
}
