resource "aws_iam_role" "this" {
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}}]
    }
  EOT
}

resource "aws_iam_role" "multi" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
    for a in ["111122223333",
      "444455556666"] :
    {
      Effect    = "Allow",
      Action    = "sts:AssumeRole",
      Principal = { AWS = a }
    }
  ] })
}
