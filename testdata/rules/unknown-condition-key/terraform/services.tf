# VM Import sends this ExternalId when it assumes the role.
resource "aws_iam_role" "vmimport" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "vmie.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:Externalid" = "vmimport" } }
    }]
  })
}
