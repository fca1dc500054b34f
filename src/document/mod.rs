//! Bare policy documents, and output of the AWS CLI.

mod bare;
mod cli_output;
#[cfg(test)]
mod tests;
mod url;

use std::{path::Path, sync::Arc};

use crate::{
    source::{FileId, Files},
    syntax::{
        json,
        tree::{Node, SyntaxError},
        yaml,
    },
    value::Extraction,
};

/// What a file holds when it is a policy document or output of the AWS CLI; `None` for any other file.
pub fn extract(files: &Files, file: FileId, path: &Path) -> Option<Extraction> {
    crate::fault::fault("document", || path.display().to_string());
    let source = files.get(file);
    let (documents, errors) = read(source.text(), file, path);
    let mut out = Extraction::default();
    for root in &documents {
        let seen = out.roles.len() + out.identity_policies.len();
        cli_output::collect(root, file, source.name(), &mut out);
        // Of a broken document only a part is seen: what is missing may be what makes it another resource's policy.
        let meant = errors.is_empty() || speaks_of_trust(source.text());
        if seen == out.roles.len() + out.identity_policies.len() && meant && bare::is_policy(root) {
            out.roles.push(bare::role(root, file, source.name()));
        }
    }
    let nothing = out.roles.is_empty() && out.identity_policies.is_empty();
    if nothing && (errors.is_empty() || !is_json(path) || !speaks_of_trust(source.text())) {
        return None;
    }
    out.files.push(file);
    // What follows the first mistake is often its consequence.
    out.problems = errors.iter().take(1).map(|e| e.clone().problem(file, source.name())).collect();
    Some(out)
}

/// Whether a tree is a policy document that says who may assume a role.
pub fn is_policy(root: &Node) -> bool {
    bare::is_policy(root)
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"))
}

/// Whether a text that cannot be parsed was meant to be a trust policy or output of the AWS CLI. What other resources
/// have as policies names resources and no action of `sts`.
pub fn speaks_of_trust(text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    let calls_sts = || text.as_bytes().windows(4).any(|w| w.eq_ignore_ascii_case(b"sts:"));
    has("AssumeRolePolicyDocument") || (has("Statement") && has("Principal") && (calls_sts() || !has("Resource")))
}

fn read(text: &str, file: FileId, path: &Path) -> (Vec<Arc<Node>>, Vec<SyntaxError>) {
    if is_json(path) || text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        let parsed = json::parse(text, file);
        return (parsed.root.into_iter().collect(), parsed.errors);
    }
    let parsed = yaml::parse(text, file);
    (parsed.documents, parsed.errors)
}
