//! Spanned trees of JSON, YAML and HCL, with error recovery and comments.

pub mod hcl;
pub mod json;
pub mod plain;
pub mod tree;
pub mod yaml;

pub use tree::{Comment, Node, NodeKind, Pair, Scalar, ScalarStyle, SyntaxError};
