resource "aws_iam_role" "broken" {
  name = "broken" "twice" # fires
}
