//! Output of `aws iam get-role`, `list-roles` and `get-account-authorization-details`, and of the calls that give
//! identity policies.

use super::url;
use crate::{
    source::{FileId, Location},
    syntax::{
        plain,
        tree::{Node, NodeKind},
    },
    value::{Extraction, IdentityPolicy, Kind, Own, Role, Text, Value},
};

const ROLE: &str = "iam-role";

/// Adds the roles and identity policies of a document.
pub(super) fn collect(root: &Node, file: FileId, name: &str, out: &mut Extraction) {
    let mut found = Found { file, root: name, out };
    // `aws iam list-roles --query 'Roles[]'` gives the bare list.
    match &root.kind {
        NodeKind::Sequence(items) => items.iter().for_each(|item| found.role(item)),
        _ => found.document(root),
    }
}

struct Found<'o> {
    file: FileId,
    root: &'o str,
    out: &'o mut Extraction,
}

fn items<'n>(root: &'n Node, key: &str) -> &'n [std::sync::Arc<Node>] {
    match root.get(key).map(|n| &n.kind) {
        Some(NodeKind::Sequence(items)) => items,
        _ => &[],
    }
}

impl Found<'_> {
    fn document(&mut self, root: &Node) {
        for key in ["Roles", "RoleDetailList"] {
            items(root, key).iter().for_each(|role| self.role(role));
        }
        match root.get("Role") {
            Some(role) => self.role(role),
            None => self.role(root),
        }
        for user in items(root, "UserDetailList") {
            self.inline(user, "UserPolicyList", "iam-user-policy");
        }
        for group in items(root, "GroupDetailList") {
            self.inline(group, "GroupPolicyList", "iam-group-policy");
        }
        for policy in items(root, "Policies") {
            for version in items(policy, "PolicyVersionList") {
                if version.get("IsDefaultVersion").and_then(|v| v.as_str()) == Some("true")
                    && let Some(document) = version.get("Document")
                {
                    self.identity(policy, document, "iam-policy");
                }
            }
        }
    }

    /// A role, when the node has the shape of one.
    fn role(&mut self, node: &Node) {
        let Some(document) = node.get("AssumeRolePolicyDocument") else { return };
        let Some(arn) = node.get("Arn") else { return };
        let Some(address) = arn.as_str().filter(|a| a.starts_with("arn:")) else { return };
        self.out.roles.push(Role {
            address: address.to_owned(),
            kind: ROLE.to_owned(),
            root: self.root.to_owned(),
            display: None,
            name: node.get("RoleName").and_then(|n| self.text(n)),
            path: node.get("Path").and_then(|n| self.text(n)),
            at: Location::new(self.file, arn.span),
            block: Location::new(self.file, node.span),
            policy: self.policy(document),
            own: Own::of_arn(address),
            when: Vec::new(),
            suppressions: Vec::new(),
        });
        self.inline(node, "RolePolicyList", "iam-role-policy");
    }

    fn inline(&mut self, owner: &Node, key: &str, kind: &str) {
        for policy in items(owner, key) {
            if let Some(document) = policy.get("PolicyDocument") {
                self.identity(owner, document, kind);
            }
        }
    }

    fn identity(&mut self, owner: &Node, document: &Node, kind: &str) {
        let Some(arn) = owner.get("Arn") else { return };
        let Some(address) = arn.as_str().filter(|a| a.starts_with("arn:")) else { return };
        // Policies that AWS manages are nobody's to change.
        if address.contains(":iam::aws:") {
            return;
        }
        self.out.identity_policies.push(IdentityPolicy {
            address: address.to_owned(),
            kind: kind.to_owned(),
            root: self.root.to_owned(),
            at: Location::new(self.file, arn.span),
            block: Location::new(self.file, owner.span),
            policy: self.policy(document),
            own: Own::of_arn(address),
            when: Vec::new(),
            suppressions: Vec::new(),
        });
    }

    /// A document: a tree, JSON in a string, or percent-encoded JSON in a string.
    fn policy(&self, document: &Node) -> Value {
        if let NodeKind::Scalar(scalar) = &document.kind
            && url::is_encoded(&scalar.text)
        {
            let at = Location::new(self.file, document.span);
            let (text, map) = url::decoded(&scalar.text, &scalar.map);
            return Value::new(Kind::String(Text::mapped(text, at, map)), at);
        }
        plain::value(document, self.file)
    }

    fn text(&self, node: &Node) -> Option<Text> {
        let NodeKind::Scalar(scalar) = &node.kind else { return None };
        Some(plain::text(node, scalar, self.file))
    }
}
