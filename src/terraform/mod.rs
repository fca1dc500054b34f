//! Terraform configurations: files of a module, the module tree, expressions, and the roles they make.

pub mod convert;
pub(crate) mod equality;
pub mod functions;
pub mod types;
pub(crate) mod unify;
