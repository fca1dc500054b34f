use crate::{
    policy::{Effect, Literal, Policy, Statement, glob, may_name},
    value::Value,
};

/// What an action that rules of identity policies look at begins with. They find nothing in a policy that has none.
const ASSUMING_SERVICE: &str = "sts:";

/// The Allow statements of an identity policy that name `sts:AssumeRole`, each with the action as written. A bare `*`
/// does not name it.
pub(crate) fn assume_role_statements(policy: &Policy) -> Vec<(&Statement, String)> {
    let names = |literal: &Literal| {
        let text = literal.known()?;
        let lower = text.to_ascii_lowercase();
        (lower.starts_with(ASSUMING_SERVICE) && glob::matches(&lower, "sts:assumerole")).then(|| text.into_owned())
    };
    let allows = policy.statements.iter().filter(|s| s.effect == Effect::Allow && !s.actions.negated);
    allows.filter_map(|s| Some((s, s.actions.patterns.iter().find_map(names)?))).collect()
}

/// Whether an identity policy, or its actions, can be one that rules find something in; told without decoding it.
pub fn concern_identity(policy: &Value) -> bool {
    may_name(policy, ASSUMING_SERVICE)
}

/// The account field of a resource, `*` when the whole resource is one; `None` when it is not known, or no ARN.
pub(crate) fn resource_account(resource: &Literal) -> Option<String> {
    // Only the account field need be known: a role's name often is not.
    let text = resource.text.display();
    if text.bytes().all(|b| b == b'*') && !text.is_empty() {
        return Some("*".to_owned());
    }
    super::arn_account(&text).filter(|account| !account.contains("${")).map(str::to_owned)
}
