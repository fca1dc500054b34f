locals {
  quote = "a\"b\\c\td\u00e9\U0001F600"
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Ünïcode"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "111122223333" }
      Condition = { StringLike = { "aws:x" = [local.quote, "<&>", "$${aws:username}", "%%{if}", "a$b", "100%"] } }
    }]
  })
}

resource "aws_iam_role" "text" {
  assume_role_policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"\\u0031\\u003111122223333\"}}]}"
}
