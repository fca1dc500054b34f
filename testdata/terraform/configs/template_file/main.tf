resource "aws_iam_role" "this" {
  assume_role_policy = templatefile("${path.module}/trust.json.tftpl", {
    accounts = ["111122223333", "444455556666"]
    service  = "ec2.amazonaws.com"
    external = { id = "x-1" }
  })
}

resource "aws_iam_role" "plain" {
  assume_role_policy = file("${path.module}/plain.json")
}

resource "aws_iam_role" "decoded" {
  assume_role_policy = jsonencode(merge(jsondecode(file("plain.json")), { Id = "added" }))
}
