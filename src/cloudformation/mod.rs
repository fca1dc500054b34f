//! CloudFormation: from templates to roles with their trust policies.
//!
//! A template is evaluated as CloudFormation does it, over values that may be unknown: parameters, mappings, conditions
//! and intrinsic functions become one [`Value`](crate::value::Value) for each trust policy.

mod body;
mod cidr;
mod conditions;
mod detect;
mod embedded;
mod eval;
mod extract;
mod for_each;
mod function;
mod functions;
mod include;
mod lift;
mod load;
mod maps;
mod memo;
mod nested;
mod own_resources;
mod parameter_file;
mod parameters;
mod recover;
mod refs;
mod roles;
mod sam;
mod scope;
mod section;
mod serverless;
mod sub;
mod subjects;
mod suppressions;
mod text;
mod variables;

pub use detect::{is_serverless, is_template};
pub use embedded::extract_embedded;
pub use extract::extract;
pub use parameter_file::{Options, ParameterFileError};
