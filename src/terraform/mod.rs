//! Terraform configurations: files of a module, the module tree, expressions, and the roles they make.

pub mod types;
