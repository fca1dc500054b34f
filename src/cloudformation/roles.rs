//! Resources that are or carry roles and identity policies.

use std::sync::Arc;

use super::{conditions::Existence, eval::Evaluator, own_resources::resource_type, section::Entry, suppressions};
use crate::syntax::tree::NodeKind;
use crate::value::{Extraction, IdentityPolicy, Kind, Part, Reason, Role, Text, Unknown, Value};

impl Evaluator<'_> {
    /// Adds all roles and identity policies of this template and of those in it.
    pub(super) fn collect_all(&self, root: &str, out: &mut Extraction) {
        self.collect(root, out);
        self.collect_made(root, out);
        self.collect_nested(root, out);
    }

    fn collect(&self, root: &str, out: &mut Extraction) {
        for entry in self.resources().entries() {
            let Some(kind) = resource_type(entry) else { continue };
            match kind {
                "AWS::IAM::Role" => {
                    let policy = self.resource_property(entry, "AssumeRolePolicyDocument");
                    let policy = policy.unwrap_or_else(|| self.without_document(entry));
                    self.role(entry, kind, root, policy, out);
                    self.inline_policies(entry, kind, root, out);
                }
                "AWS::IAM::User"
                | "AWS::IAM::Group"
                | "AWS::Serverless::Function"
                | "AWS::Serverless::StateMachine" => self.inline_policies(entry, kind, root, out),
                "AWS::IAM::Policy"
                | "AWS::IAM::ManagedPolicy"
                | "AWS::IAM::RolePolicy"
                | "AWS::IAM::UserPolicy"
                | "AWS::IAM::GroupPolicy" => {
                    if let Some(policy) = self.resource_property(entry, "PolicyDocument") {
                        self.identity_policy(entry, kind, root, policy, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// What a role without a document has: one that a macro of the account's own may write, else none.
    fn without_document(&self, entry: &Entry) -> Value {
        let names = self.top("Transform").flat_map(|(node, _)| match &node.kind {
            NodeKind::Sequence(items) => items.iter().filter_map(|i| i.as_str()).collect::<Vec<_>>(),
            _ => node.as_str().into_iter().collect(),
        });
        match names.into_iter().find(|name| !name.starts_with("AWS::")) {
            Some(name) => {
                let why = Reason::Unsupported(format!("the macro `{name}`"));
                Value::unknown(Unknown::new(format!("Transform: {name}"), why, entry.at), entry.at)
            }
            None => Value::new(Kind::Null, entry.at),
        }
    }

    /// Adds a role, unless its condition says that it is never made.
    pub(super) fn role(&self, entry: &Entry, kind: &str, root: &str, policy: Value, out: &mut Extraction) {
        let existence = self.existence(entry);
        let Some((when, policy)) = existence.apply(policy) else { return };
        out.roles.push(Role {
            address: format!("{}{}", self.prefix, entry.id),
            kind: kind.to_owned(),
            root: root.to_owned(),
            display: cdk_path(entry),
            name: self.resource_property(entry, "RoleName").and_then(name_text),
            path: self.resource_property(entry, "Path").and_then(name_text),
            at: entry.at,
            block: entry.block,
            policy,
            own: self.own.clone(),
            when,
            suppressions: suppressions::of(entry),
        });
    }

    fn inline_policies(&self, entry: &Entry, kind: &str, root: &str, out: &mut Extraction) {
        if let Some(policies) = self.resource_property(entry, "Policies") {
            self.each_inline(&policies, entry, kind, root, 0, out);
        }
    }

    fn each_inline(&self, policies: &Value, entry: &Entry, kind: &str, root: &str, depth: usize, out: &mut Extraction) {
        if depth > 4 {
            return;
        }
        match &policies.kind {
            Kind::List(..) => {
                for item in policies.items().into_iter().flatten() {
                    match &item.kind {
                        Kind::List(..) => self.each_inline(&item, entry, kind, root, depth + 1, out),
                        _ => {
                            // SAM takes documents without a name around them.
                            let bare = kind.starts_with("AWS::Serverless::") && item.get("Statement").is_some();
                            let policy = if bare { Some(item) } else { self.member(&item, "PolicyDocument") };
                            if let Some(policy) = policy {
                                self.identity_policy(entry, kind, root, policy, out);
                            }
                        }
                    }
                }
            }
            Kind::Choice(choice) => {
                for arm in policies.arms().into_iter().flatten() {
                    let from = out.identity_policies.len();
                    self.each_inline(&arm.value, entry, kind, root, depth + 1, out);
                    let assumption = choice.subject.assumed(&arm.label);
                    for policy in out.identity_policies.iter_mut().skip(from) {
                        policy.when.push(assumption.clone());
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds an identity policy, unless its resource is never made.
    pub(super) fn identity_policy(&self, entry: &Entry, kind: &str, root: &str, policy: Value, out: &mut Extraction) {
        let existence: Existence = self.existence(entry);
        let Some((when, policy)) = existence.apply(policy) else { return };
        out.identity_policies.push(IdentityPolicy {
            address: format!("{}{}", self.prefix, entry.id),
            kind: kind.to_owned(),
            root: root.to_owned(),
            at: entry.at,
            block: entry.block,
            policy,
            own: self.own.clone(),
            when,
            suppressions: suppressions::of(entry),
        });
    }
}

/// The construct's path, which is what people of the CDK know a resource by.
fn cdk_path(entry: &Entry) -> Option<String> {
    let path = entry.node.get("Metadata")?.get("aws:cdk:path")?.as_str()?;
    Some(path.strip_suffix("/Resource").unwrap_or(path).to_owned())
}

/// A name as text; `None` when the property is absent.
pub(super) fn name_text(value: Value) -> Option<Text> {
    match &value.kind {
        Kind::Null => None,
        Kind::String(text) => Some(text.clone()),
        Kind::Unknown(u) => Some(Text::one(Part::Hole(u.clone(), value.origin.clone()))),
        Kind::Choice(c) => {
            let why = Reason::Unsupported("a name that depends on a condition".to_owned());
            let u = Unknown::new(&*c.subject.text, why, value.origin.at);
            Some(Text::one(Part::Hole(Arc::new(u), value.origin.clone())))
        }
        _ => value.as_str().map(|s| Text::known(s.into_owned(), value.origin.clone())),
    }
}
