//! Spanned trees of JSON, YAML and HCL, with error recovery and comments.

pub mod tree;
