//! Telling templates from other files by their content.

use crate::syntax::tree::{Node, NodeKind};

/// Whether a document is a CloudFormation or SAM template, or a fragment with resources of its own.
pub fn is_template(root: &Node) -> bool {
    let NodeKind::Mapping(pairs) = &root.kind else { return false };
    let has = |key: &str| root.get(key).is_some();
    if has("AWSTemplateFormatVersion") {
        return has("Resources") || pairs.len() > 1;
    }
    match root.get("Resources").map(|r| &r.kind) {
        Some(NodeKind::Mapping(resources)) => resources.iter().any(|p| {
            let typed = p.value.get("Type").and_then(|t| t.as_str()).is_some_and(is_resource_type);
            typed || p.key.as_str().is_some_and(|k| k.starts_with("Fn::"))
        }),
        _ => false,
    }
}

/// Whether a text names a resource type: `AWS::IAM::Role`, `Custom::Thing`.
pub(super) fn is_resource_type(text: &str) -> bool {
    let mut parts = text.split("::");
    let first = parts.next().unwrap_or_default();
    !first.is_empty() && parts.next().is_some_and(|p| !p.is_empty()) && !text.contains(char::is_whitespace)
}

/// Whether a text that cannot be parsed was meant to be a template with roles.
pub(super) fn looks_like_template(text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has("Resources") && (has("AWS::IAM::Role") || has("AssumeRolePolicyDocument"))
}

/// Whether a document is the configuration of the Serverless Framework.
pub fn is_serverless(root: &Node) -> bool {
    let Some(provider) = root.get("provider") else { return false };
    root.get("service").is_some() && (provider.as_str() == Some("aws") || provider.get("name").is_some())
}
