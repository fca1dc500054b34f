terraform {
  required_version = ">= 1.0"
}

moved {
  from = aws_iam_role.old
  to   = aws_iam_role.this
}

variable "account" {
  type      = string
  default   = "111122223333"
  sensitive = true
  validation {
    condition     = length(var.account) == 12
    error_message = "An account id has 12 digits."
  }
}

check "account" {
  assert {
    condition     = nonsensitive(var.account) != "000000000000"
    error_message = "No account."
  }
}

output "arn" {
  value     = aws_iam_role.this.arn
  sensitive = true
}

resource "aws_iam_role" "this" {
  name               = "x"
  assume_role_policy = nonsensitive(jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = sensitive(var.account) } }] }))

  lifecycle {
    ignore_changes = [tags]
  }
}
