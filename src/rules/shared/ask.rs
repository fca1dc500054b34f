use std::collections::BTreeSet;

use crate::{
    analysis::{Action, Analysis, Caller, Demand, Grant, GrantKind, Query, Strings, TrustKind},
    policy::{Condition, Literal, Policy, Principals, Statement},
};

/// Values that nobody named: what an arbitrary outsider brings.
pub(crate) struct Fresh;

impl Fresh {
    /// A text that matches a pattern only when the pattern admits arbitrary texts.
    pub(crate) const TEXT: &'static str = "zq7vWx2Kj9";
    /// An account for values that carry one; [`Self::accounts`] is the better question where sets will do.
    pub(crate) const ACCOUNT: &'static str = "739501846227";
    /// An organization.
    pub(crate) const ORGANIZATION: &'static str = "o-zq7vwx2kj9";
    /// Addresses out of no range that people write down.
    const ADDRESSES: [&'static str; 2] = ["151.101.129.140", "2a04:4e42:600::396"];

    /// All accounts but those that the policy or the zone of trust names.
    pub(crate) fn accounts(analysis: &Analysis) -> Strings {
        let mut named = BTreeSet::from([analysis.own().account.clone()]);
        named.extend(analysis.zone().own_accounts.iter().cloned());
        for entry in &analysis.zone().entries {
            match &entry.kind {
                TrustKind::Account(id) => {
                    named.insert(id.clone());
                }
                TrustKind::Principal(pattern) => named.extend(account_ids(pattern)),
                TrustKind::Organization(_) | TrustKind::OrganizationalUnit(_) => {}
            }
        }
        for literal in analysis.policy().statements.iter().flat_map(literals) {
            if let Some(text) = literal.known() {
                named.extend(account_ids(&text));
            }
        }
        Strings::NoneOf(named.into_iter().collect())
    }

    /// Callers that hold none of the things that a caller may hold by its own doing, for every such key that the policy
    /// speaks of: each item is a set of demands for one question.
    pub(crate) fn bare_callers(policy: &Policy) -> Vec<Vec<(String, Demand)>> {
        let mut keys = BTreeSet::new();
        for condition in policy.statements.iter().flat_map(|s| &s.conditions) {
            if let Some(key) = condition.key.known() {
                keys.insert(key.to_ascii_lowercase());
            }
        }
        let mut demands = Unguarded::Both.demands();
        for key in &keys {
            if HELD.iter().any(|held| held.strip_suffix('*').map_or(key == held, |p| key.starts_with(p))) {
                demands.push((key.clone(), Demand::Unguarded));
            }
        }
        if !keys.contains("aws:sourceip") {
            return vec![demands];
        }
        let mut all = Vec::new();
        for address in [Demand::Absent]
            .into_iter()
            .chain(Self::ADDRESSES.iter().map(|a| Demand::Is(Strings::OneOf(vec![(*a).to_owned()]))))
        {
            let mut with = demands.clone();
            with.push(("aws:sourceip".to_owned(), address));
            all.push(with);
        }
        all
    }
}

/// Keys whose value a caller brings along or chooses; MFA, ExternalId and the address are asked for apart.
const HELD: [&str; 18] = [
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
pub(crate) fn grant_query(analysis: &Analysis, grant: &Grant) -> Option<Query> {
    let aws =
        |organization: Demand| Caller::Aws { account: Fresh::accounts(analysis), organization, resource: Strings::Any };
    let caller = match grant.kind {
        GrantKind::Any => aws(Demand::Free),
        GrantKind::Organization => {
            let organization = grant.value.split('/').next().unwrap_or(&grant.value).to_owned();
            aws(Demand::Is(Strings::OneOf(vec![organization])))
        }
        GrantKind::Account | GrantKind::User | GrantKind::Role | GrantKind::Session => {
            Caller::account(grant.account.clone()?)
        }
        GrantKind::Service => Caller::Service(Strings::OneOf(vec![grant.value.clone()])),
        GrantKind::Saml => Caller::Saml,
        GrantKind::Oidc => Caller::Oidc,
        GrantKind::FederatedUser | GrantKind::UniqueId | GrantKind::Unknown => return None,
    };
    let action = grant.actions.first().copied().unwrap_or(Action::AssumeRole);
    Some(Query::new(caller, action).through(grant.statement, grant.principal))
}

/// The conditions of a statement on a key, each with its position.
pub(crate) fn conditions_on<'a>(
    statement: &'a Statement,
    key: &'a str,
) -> impl Iterator<Item = (usize, &'a Condition)> + 'a {
    statement.conditions.iter().enumerate().filter(move |(_, c)| key_is(c, key))
}

/// Whether a condition is on that key; case does not matter.
pub(crate) fn key_is(condition: &Condition, key: &str) -> bool {
    condition.key.known().is_some_and(|k| k.eq_ignore_ascii_case(key))
}

fn literals(statement: &Statement) -> impl Iterator<Item = &Literal> {
    let principals = match &statement.principals {
        Principals::Only(all) | Principals::AllBut(all) => all.as_slice(),
        Principals::Missing => &[],
    };
    principals.iter().map(|p| &p.value).chain(statement.conditions.iter().flat_map(|c| &c.values))
}

/// Every run of exactly twelve digits.
fn account_ids(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 12).map(ToOwned::to_owned)
}
