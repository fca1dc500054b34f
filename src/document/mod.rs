//! Bare policy documents, and output of the AWS CLI.
