use std::collections::BTreeSet;

use crate::{
    analysis::{Action, Caller, Demand, Grant, GrantKind, Query, Strings},
    policy::{Condition, Policy, SetQuantifier, Statement, Test},
};

/// Values that nobody named: what an arbitrary outsider brings.
pub(crate) struct Fresh;

impl Fresh {
    /// A text that matches a pattern only when the pattern admits arbitrary texts.
    pub(crate) const TEXT: &'static str = "zq7vWx2Kj9";

    /// All accounts but those that the policy or the zone of trust names.
    pub(crate) fn accounts() -> Strings {
        Strings::Unnamed
    }

    /// Demands that a caller holds none of the things that a caller may hold by its own doing, for every such key that
    /// the policy speaks of.
    pub(crate) fn bare_caller(policy: &Policy) -> Vec<(String, Demand)> {
        let mut keys = BTreeSet::new();
        for condition in policy.statements.iter().flat_map(|s| &s.conditions) {
            if let Some(key) = condition.key.known() {
                keys.insert(key.to_ascii_lowercase());
            }
        }
        let held = |key: &str| HELD.iter().any(|h| h.strip_suffix('*').map_or(key == *h, |p| key.starts_with(p)));
        let mut demands = Unguarded::Both.demands();
        demands.extend(keys.into_iter().filter(|k| held(k)).map(|key| (key, Demand::Unguarded)));
        demands
    }
}

/// Keys whose value a caller brings along or chooses; MFA and ExternalId are asked for apart.
const HELD: [&str; 19] = [
    "aws:sourceip",
    "sts:rolesessionname",
    "sts:sourceidentity",
    "aws:sourceidentity",
    "aws:principaltag/*",
    "aws:requesttag/*",
    "aws:tagkeys",
    "sts:transitivetagkeys",
    "sts:requestcontext*",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourcevpcarn",
    "aws:vpcsourceip",
    "aws:useragent",
    "aws:referer",
    "aws:username",
    "aws:userid",
    "aws:federatedprovider",
    "aws:ec2instancesource*",
];

/// Callers without a guard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unguarded {
    /// Without MFA.
    Mfa,
    /// Without an ExternalId that somebody chose.
    ExternalId,
    /// Without either.
    Both,
}

impl Unguarded {
    /// What that means for a request's keys.
    pub(crate) fn demands(self) -> Vec<(String, Demand)> {
        let mut demands = Vec::new();
        if self != Self::ExternalId {
            demands.push(("aws:MultiFactorAuthPresent".to_owned(), Demand::Unguarded));
            demands.push(("aws:MultiFactorAuthAge".to_owned(), Demand::Absent));
        }
        if self != Self::Mfa {
            demands.push(("sts:ExternalId".to_owned(), Demand::Unguarded));
        }
        demands
    }
}

/// The question whether the party of a grant gets in by it; `None` for parties that are not known.
pub(crate) fn grant_query(grant: &Grant) -> Option<Query> {
    let aws = |organization: Demand| Caller::Aws { account: Fresh::accounts(), organization, resource: Strings::Any };
    let mut paths = None;
    let caller = match grant.kind {
        GrantKind::Any => aws(Demand::Unguarded),
        GrantKind::Organization if grant.value.contains('/') || grant.value.starts_with("ou-") => {
            paths =
                Some(Demand::Is(Strings::Like(vec![format!("{}/*", grant.value.trim_end_matches('/'))], Vec::new())));
            aws(Demand::Free)
        }
        GrantKind::Organization => aws(Demand::Is(Strings::OneOf(vec![grant.value.clone()]))),
        GrantKind::Account | GrantKind::User | GrantKind::Role | GrantKind::Session => {
            Caller::account(grant.account.clone()?)
        }
        GrantKind::Service => Caller::Service(Strings::OneOf(vec![grant.value.clone()])),
        GrantKind::Saml => Caller::Saml,
        GrantKind::Oidc => Caller::Oidc,
        GrantKind::FederatedUser | GrantKind::UniqueId | GrantKind::Unknown => return None,
    };
    let action = grant.actions.first().copied().unwrap_or(Action::AssumeRole);
    let query = Query::new(caller, action).through(grant.statement, grant.principal);
    Some(match paths {
        Some(paths) => query.demand("aws:PrincipalOrgPaths", paths),
        None => query,
    })
}

/// The conditions of a statement on a key, each with its position.
pub(crate) fn conditions_on<'a>(
    statement: &'a Statement,
    key: &'a str,
) -> impl Iterator<Item = (usize, &'a Condition)> + 'a {
    statement.conditions.iter().enumerate().filter(move |(_, c)| c.is_on(key))
}

/// Whether a statement asks for one of those keys with a value that is not known, by an operator that no request
/// without the key passes. Such a condition counts as one that bounds: `unresolved-trust` says that its value is not
/// known.
pub(crate) fn bounded_by_unknown(statement: &Statement, keys: &[String]) -> bool {
    statement.conditions.iter().any(|c| {
        let positive = c.operator.is_some_and(|o| {
            !o.if_exists && o.set != SetQuantifier::ForAll && !o.test.is_negated() && o.test != Test::Null
        });
        let open = c.more_values || (!c.values.is_empty() && c.values.iter().all(|v| v.known().is_none()));
        positive && open && keys.iter().any(|key| c.is_on(key))
    })
}
