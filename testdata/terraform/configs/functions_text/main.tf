locals {
  arn    = "arn:aws:iam::111122223333:role/Admin"
  parts  = split(":", local.arn)
  groups = regex("^arn:(?P<partition>[^:]+):iam::(?P<account>\\d{12}):(?P<rest>.*)$", local.arn)
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = "sts:AssumeRole"
      Principal = { AWS = [
        "arn:aws:iam::${local.parts[4]}:root",
        "arn:${local.groups.partition}:iam::${local.groups["account"]}:${lower(local.groups.rest)}",
        replace(local.arn, "/role\\/.*/", "root"),
        join(":", slice(local.parts, 0, 5), ["user/${title("joe")}"]),
        trimsuffix(trimprefix(local.arn, "arn:aws:iam::"), ":role/Admin"),
        substr(local.arn, 13, 12),
        regexall("[0-9]{12}", local.arn)[0],
        format("%012d", 1234567890),
        base64decode(base64encode(local.arn)),
      ] }
      Condition = { StringEquals = { "sts:ExternalId" = [sha256("x"), md5("x"), urlencode("a b"), strrev("abc"), tostring(length("äß")), "${1 + 2}", "${true}"] } }
    }]
  })
}
