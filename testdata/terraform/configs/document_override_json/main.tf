data "aws_iam_policy_document" "this" {
  source_policy_documents   = [file("base.json"), ""]
  override_policy_documents = [null == null ? file("more.json") : ""]
}

resource "aws_iam_role" "this" {
  assume_role_policy = data.aws_iam_policy_document.this.json
}
