resource "aws_iam_role" "this" {
  assume_role_policy = templatefile("${path.module}/trust.json", { module = path.module, root = path.root })
}
