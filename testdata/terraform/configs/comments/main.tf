# one comment
// another
/* and
   a third { */
resource "aws_iam_role" "this" { # here
  # assume_role_policy = "{}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17" # trailing
    // between
    Statement = [ /* inside */ {
      Effect    = "Allow", # after a comma
      Action    = "sts:AssumeRole"
      Principal = { AWS = "111122223333" /* end */ }
    }, ]
  })
}
