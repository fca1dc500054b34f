//! Holding the solver's witnesses against the evaluator.

use super::{
    Query, Request,
    evaluator::{Truth, statement_matches},
    solver::{Fuel, Replayed},
};
use crate::policy::{Effect, Policy, Statement, What};

/// What the evaluator says of a request that is to get in through the statement at `position`, under what the query takes
/// as absent or true.
pub(super) fn replay(policy: &Policy, query: &Query, position: usize, request: &Request, fuel: &mut Fuel) -> Replayed {
    let mut allowed = Truth::False;
    let mut denied = Truth::False;
    for (i, statement) in policy.statements.iter().enumerate() {
        let denies = statement.effect == Effect::Deny;
        let matched = |fuel: &mut Fuel| {
            fuel.burn(20 + 20 * statement.conditions.len() as u64);
            matches(policy, query, i, statement, request)
        };
        if i == position {
            allowed = matched(fuel);
        } else if denies && query.matching != Some(i) && !query.ignore_denies.contains(&i) {
            denied = denied.or(matched(fuel));
        } else if statement.effect == Effect::Unknown && may_deny(policy, statement) {
            denied = denied.or(matched(fuel).and(Truth::Unknown));
        }
        if denied == Truth::True {
            return Replayed::Deny;
        }
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
