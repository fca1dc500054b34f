//! Holding the solver's witnesses against the evaluator.

use std::{borrow::Cow, collections::HashMap};

use super::{
    Query, Request, RequestPrincipal as Caller,
    evaluator::{Truth, statement_matches},
    solver::{Fuel, Replayed},
};
use crate::policy::{Effect, Policy, Principal, Principals, Statement, What, Who};

/// The Deny statements of a policy by whom they mean, so that those that mean others need not be looked at.
#[derive(Debug)]
pub(super) struct Denies {
    /// Positions of those that can mean anybody.
    anybody: Vec<usize>,
    /// Positions of those that mean one account alone.
    one_account: HashMap<String, Vec<usize>>,
    /// Positions of statements that may be a Deny for all that is known.
    unsure: Vec<usize>,
}

impl Denies {
    pub fn of(policy: &Policy) -> Self {
        let mut denies = Self { anybody: Vec::new(), one_account: HashMap::new(), unsure: Vec::new() };
        for (i, statement) in policy.statements.iter().enumerate() {
            match statement.effect {
                Effect::Allow => {}
                Effect::Unknown if may_deny(policy, statement) => denies.unsure.push(i),
                Effect::Unknown => {}
                Effect::Deny => match one_account(statement) {
                    Some(account) => denies.one_account.entry(account).or_default().push(i),
                    None => denies.anybody.push(i),
                },
            }
        }
        denies
    }

    fn about(&self, request: &Request) -> impl Iterator<Item = usize> {
        let account = match &request.principal {
            Caller::Root { account, .. }
            | Caller::User { account, .. }
            | Caller::Role { account, .. }
            | Caller::Session { account, .. }
            | Caller::FederatedUser { account, .. } => self.one_account.get(account),
            Caller::Service(_) | Caller::Saml(_) | Caller::Oidc(_) => None,
        };
        self.anybody.iter().chain(account.into_iter().flatten()).copied()
    }
}

fn one_account(statement: &Statement) -> Option<String> {
    let Principals::Only(all) = &statement.principals else { return None };
    let [Principal { who: Who::Account { account, .. } | Who::User { account, .. } | Who::Role { account, .. }, .. }] =
        &all[..]
    else {
        return None;
    };
    account.as_known().map(Cow::into_owned)
}

/// What the evaluator says of a request that is to get in through the statement at `position`, under what the query takes
/// as absent or true.
pub(super) fn replay(
    policy: &Policy,
    denies: &Denies,
    query: &Query,
    position: usize,
    request: &Request,
    fuel: &mut Fuel,
) -> Replayed {
    let mut matched = |i: usize| match policy.statements.get(i) {
        Some(statement) => {
            fuel.burn(8 + 20 * statement.conditions.len() as u64);
            matches(policy, query, i, statement, request)
        }
        None => Truth::False,
    };
    let mut allowed = matched(position);
    let mut denied = Truth::False;
    for i in denies.about(request).filter(|i| query.matching != Some(*i) && !query.ignore_denies.contains(i)) {
        denied = denied.or(matched(i));
        if denied == Truth::True {
            return Replayed::Deny;
        }
    }
    for i in denies.unsure.iter().filter(|i| **i != position) {
        denied = denied.or(matched(*i).and(Truth::Unknown));
    }
    if let Some((i, statement)) = query.matching.and_then(|i| Some((i, policy.statements.get(i)?))) {
        allowed = allowed.and(matches(policy, query, i, statement, request));
    }
    let hidden = policy.unknowns.iter().any(|u| match u.what {
        What::Document => true,
        What::Statement => u.statement.is_none_or(|index| policy.statements.iter().all(|s| s.index != index)),
        _ => false,
    });
    if hidden {
        denied = denied.or(Truth::Unknown);
    }
    match allowed.and(denied.not()) {
        Truth::True => Replayed::Allow,
        Truth::Unknown => Replayed::Undefined,
        Truth::False => Replayed::Deny,
    }
}

fn may_deny(policy: &Policy, statement: &Statement) -> bool {
    let about = |what: What| matches!(what, What::Effect | What::Statement);
    policy.unknowns.iter().any(|u| about(u.what) && u.statement == Some(statement.index))
}

fn matches(policy: &Policy, query: &Query, position: usize, statement: &Statement, request: &Request) -> Truth {
    let ignored = |c: usize| query.ignore_conditions.contains(&(position, c));
    if query.ignore_conditions.iter().all(|(s, _)| *s != position) {
        return statement_matches(policy, statement, request);
    }
    let mut without = statement.clone();
    let mut at = 0;
    without.conditions.retain(|_| {
        at += 1;
        !ignored(at - 1)
    });
    statement_matches(policy, &without, request)
}
