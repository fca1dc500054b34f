variable "accounts" {
  default = ["111122223333", "444455556666"]
}

variable "mfa" {
  default = true
}

resource "aws_iam_role" "this" {
  assume_role_policy = <<-EOT
  {
    "Version": "2012-10-17",
    "Statement": [
      %{~ for i, account in var.accounts ~}
      %{if i > 0},%{endif}
      {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": "${account}"}
        %{~ if var.mfa },
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        %{~ else }
        %{~ endif }
      }
      %{~ endfor }
    ]
  }
  EOT
}
