# The auditors' side: a group that may assume the audit role and nothing else.
resource "aws_iam_group" "auditors" {
  name = "auditors"
}

data "aws_iam_policy_document" "assume_audit_role" {
  statement {
    actions   = ["sts:AssumeRole"]
    resources = ["arn:aws:iam::111122223333:role/CrossAccountSecurityAuditRole"]
  }
}

resource "aws_iam_group_policy" "assume_audit_role" {
  name   = "assume-audit-role"
  group  = aws_iam_group.auditors.name
  policy = data.aws_iam_policy_document.assume_audit_role.json
}
