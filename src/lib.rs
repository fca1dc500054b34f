//! Finds IAM role trust policies that let the wrong caller in, before they are applied.

pub mod source;
pub mod value;
