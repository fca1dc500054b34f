//! Holding the solver's witnesses against the evaluator.

use std::borrow::Cow;

use super::{
    Query, Request, RequestPrincipal as Caller,
    evaluator::{Trial, Truth},
    solver::{Fuel, Replayed},
};
use crate::{
    policy::{Condition, Effect, Literal, Policy, Principal, Principals, Statement, What, Who},
    tables::Table,
    value::Text,
};

/// The Deny statements of a policy by whom they mean, so that those that mean others need not be looked at.
#[derive(Debug)]
pub(super) struct Denies {
    /// Positions of those that can mean anybody.
    anybody: Vec<usize>,
    /// Positions of those that mean one account alone, or providers of it.
    one_account: Table<String, Vec<usize>>,
    /// Positions of statements that may be a Deny for all that is known.
    unsure: Vec<usize>,
    /// Statements with many principals, by position.
    long: Table<usize, Long>,
    /// Steps that it takes to look at the conditions of each statement.
    weights: Vec<u64>,
    /// Whether there is a statement of which nothing is known.
    hidden: bool,
}

impl Denies {
    pub fn of(policy: &Policy) -> Self {
        let long = policy.statements.iter().enumerate().filter_map(|(i, s)| Some((i, Long::of(s)?))).collect();
        let weights = policy.statements.iter().map(weight).collect();
        let hidden = hidden(policy);
        let mut denies =
            Self { anybody: Vec::new(), one_account: Table::default(), unsure: Vec::new(), long, weights, hidden };
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
        let of_account = self.one_account.get(account_or_name(&request.principal));
        self.anybody.iter().chain(of_account.into_iter().flatten()).copied()
    }
}

/// The account that a caller is of, or that its provider is registered in; the name of services and of providers that
/// are of no account.
fn account_or_name(caller: &Caller) -> &str {
    match caller {
        Caller::Root { account, .. }
        | Caller::User { account, .. }
        | Caller::Role { account, .. }
        | Caller::Session { account, .. }
        | Caller::FederatedUser { account, .. } => account,
        Caller::Service(name) => name,
        Caller::Saml(arn) | Caller::Oidc(arn) => arn.split(':').nth(4).unwrap_or(arn),
    }
}

fn one_account(statement: &Statement) -> Option<String> {
    let Principals::Only(all) = &statement.principals else { return None };
    let [Principal { who, .. }] = &all[..] else { return None };
    who.account()?.as_known().map(Cow::into_owned)
}

/// What the evaluator says of a request that is to get in through the statement at `position`, under what the query
/// takes as absent or true.
pub(super) fn replay(
    policy: &Policy,
    denies: &Denies,
    query: &Query,
    position: usize,
    request: &Request,
    fuel: &mut Fuel,
) -> Replayed {
    let trial = Trial::new(policy, request);
    let mut matched = |i: usize, only: Option<usize>| match policy.statements.get(i) {
        Some(statement) => {
            let some = match (only, denies.long.get(&i)) {
                (Some(one), _) => Some(vec![one]),
                (None, Some(long)) => Some(long.about(request)),
                (None, None) => None,
            };
            let principals = some.as_ref().map_or(SHORT, Vec::len);
            let weight = denies.weights.get(i).copied().unwrap_or_default();
            fuel.burn(weight + 2 * principals as u64);
            trial.matches(statement, some.as_deref(), &|c| query.ignore_conditions.contains(&(i, c)))
        }
        None => Truth::False,
    };
    let through = query.principal.map_or(Truth::False, |p| matched(position, Some(p)));
    let mut allowed = if through == Truth::True { through } else { matched(position, None) };
    let mut denied = Truth::False;
    let counts = |i: &usize| query.matching != Some(*i) && !query.without_denies && !query.ignore_denies.contains(i);
    for i in denies.about(request).filter(counts) {
        denied = denied.or(matched(i, None));
        if denied == Truth::True {
            return Replayed::Deny;
        }
    }
    for i in denies.unsure.iter().filter(|i| **i != position) {
        denied = denied.or(matched(*i, None).and(Truth::Unknown));
    }
    if let Some(i) = query.matching {
        allowed = allowed.and(matched(i, None));
    }
    if denies.hidden {
        denied = denied.or(Truth::Unknown);
    }
    match allowed.and(denied.not()) {
        Truth::True => Replayed::Allow,
        Truth::Unknown => Replayed::Undefined,
        Truth::False => Replayed::Deny,
    }
}

/// Whether there is a statement of which nothing is known.
fn hidden(policy: &Policy) -> bool {
    policy.unknowns.iter().any(|u| match u.what {
        What::Document => true,
        What::Statement => u.statement.is_none_or(|index| policy.position_of(index).is_none()),
        _ => false,
    })
}

fn weight(statement: &Statement) -> u64 {
    let size = |v: &Literal| v.text.parts().len() as u64 + v.known().map_or(0, |t| t.len() as u64 / 16);
    let condition = |c: &Condition| 20 + c.values.iter().map(|v| 8 + size(v)).sum::<u64>();
    8 + 4 * statement.actions.patterns.len() as u64 + statement.conditions.iter().map(condition).sum::<u64>()
}

/// Lists of principals up to this length are looked through.
const SHORT: usize = 8;

/// The principals of a statement by what a caller must be to be one of them.
#[derive(Debug, Default)]
struct Long {
    /// Positions of those with an account, or a name of a service or provider, that is known.
    by: Table<String, Vec<usize>>,
    /// Positions of the others.
    others: Vec<usize>,
}

impl Long {
    fn of(statement: &Statement) -> Option<Self> {
        let (Principals::Only(all) | Principals::AllBut(all)) = &statement.principals else { return None };
        if all.len() <= SHORT {
            return None;
        }
        let mut long = Self::default();
        for (i, principal) in all.iter().enumerate() {
            let known = match &principal.who {
                Who::UniqueId(_) | Who::CanonicalUser(_) | Who::Invalid => continue,
                Who::BuiltinProvider(name) => Some(Cow::Borrowed(&**name)),
                Who::Service(name) => name.as_known(),
                who => who.account().and_then(Text::as_known),
            };
            match known {
                Some(known) => long.by.entry(known.into_owned()).or_default().push(i),
                None => long.others.push(i),
            }
        }
        Some(long)
    }

    fn about(&self, request: &Request) -> Vec<usize> {
        self.by.get(account_or_name(&request.principal)).into_iter().flatten().chain(&self.others).copied().collect()
    }
}

fn may_deny(policy: &Policy, statement: &Statement) -> bool {
    let about = |what: What| matches!(what, What::Effect | What::Statement);
    policy.unknowns.iter().any(|u| about(u.what) && u.statement == Some(statement.index))
}
