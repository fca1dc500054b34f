//! Terraform configurations: files of a module, the module tree, expressions, and the roles they make.
//!
//! A partial evaluator: what a configuration leaves open is an unknown value with its reason, a condition that cannot
//! be decided is a choice, and each value knows the way it took.

mod ast;
mod blocks;
mod bound;
mod calls;
mod carriers;
mod constraint;
pub mod convert;
mod demand;
pub(crate) mod equality;
mod evaluator;
mod expansion;
mod expr;
pub mod functions;
mod graft;
mod json;
mod known;
mod later;
mod leads;
mod lower;
mod member;
mod mentions;
mod module;
mod outcomes;
mod parse;
pub mod plan;
mod policy_document;
mod provider;
mod quick;
mod reference;
mod resource;
mod scope;
mod terragrunt;
#[cfg(test)]
mod tests;
pub mod types;
pub(crate) mod unify;
mod variables;
mod wanted;
mod weight;
mod workspace;

use std::path::PathBuf;

pub use workspace::{STACK, Workspace, has_large_stack};

/// What a run says about Terraform beyond the files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--var NAME=VALUE`, in order.
    pub vars: Vec<(String, String)>,
    /// `--var-file FILE`, in order.
    pub var_files: Vec<PathBuf>,
    /// `TF_VAR_…` of the environment, when `--env-vars` is given, without the prefix.
    pub env_vars: Vec<(String, String)>,
    /// `--source DIR`: where the configuration of a plan lies.
    pub source_dir: Option<PathBuf>,
    /// `TF_WORKSPACE` of the environment, when `--env-vars` is given. Without it the workspace is the one that
    /// `.terraform/environment` of the root module names, and else is not known.
    pub workspace: Option<String>,
}
