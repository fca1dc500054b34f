//! The reference evaluator: does this policy allow this request?
//!
//! It follows the specification line by line and is written to be held against it, not to be clever. Every answer has
//! three values: what AWS does not document, and what the policy leaves unknown, is [`Truth::Unknown`] as long as it
//! makes a difference. The solver shares none of this code; its witnesses are replayed here.

mod actions;
mod compare;
mod conditions;
mod context;
mod pattern;
mod principals;
#[cfg(test)]
mod tests;
mod truth;

use std::collections::HashSet;

use super::request::Request;
use crate::policy::{Effect, Policy, Statement, What};
use context::Context;
pub use truth::Truth;

/// What a policy says about a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evaluation {
    /// The verdict.
    pub decision: Decision,
    /// Indexes of the statements that match for certain, in order, as counted in the document.
    pub statements: Vec<usize>,
}

/// The verdict on a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Decision {
    /// Some Allow matches and no Deny does.
    Allow,
    /// No Allow matches, or a Deny does.
    Deny,
    /// It depends on what AWS does not document or what the policy leaves unknown.
    Undefined,
}

/// Whether a policy allows a request: some Allow statement matches and no Deny statement does.
pub fn evaluate(policy: &Policy, request: &Request) -> Evaluation {
    let context = Context::new(request);
    let open = Open::of(policy);
    let mut allowed = Truth::False;
    let mut denied = Truth::False;
    let mut statements = Vec::new();
    for statement in &policy.statements {
        let matches = matches(policy, statement, request, &context);
        match statement.effect {
            Effect::Allow => allowed = allowed.or(matches),
            Effect::Deny => denied = denied.or(matches),
            // A misspelt effect is none; one that is not known may be either.
            Effect::Unknown if open.effects.contains(&statement.index) => {
                allowed = allowed.or(matches.and(Truth::Unknown));
                denied = denied.or(matches.and(Truth::Unknown));
            }
            Effect::Unknown => continue,
        }
        if matches == Truth::True && statements.last() != Some(&statement.index) {
            statements.push(statement.index);
        }
    }
    if open.whole {
        allowed = allowed.or(Truth::Unknown);
        denied = denied.or(Truth::Unknown);
    }
    let decision = match allowed.and(denied.not()) {
        Truth::True => Decision::Allow,
        Truth::False => Decision::Deny,
        Truth::Unknown => Decision::Undefined,
    };
    Evaluation { decision, statements }
}

/// Whether one statement matches a request, whatever its effect is.
pub fn statement_matches(policy: &Policy, statement: &Statement, request: &Request) -> Truth {
    matches(policy, statement, request, &Context::new(request))
}

/// One request that many statements are held against.
pub(super) struct Trial<'a> {
    policy: &'a Policy,
    request: &'a Request,
    context: Context<'a>,
}

impl<'a> Trial<'a> {
    pub fn new(policy: &'a Policy, request: &'a Request) -> Self {
        Self { policy, request, context: Context::new(request) }
    }

    /// Whether a statement matches, of which only those principals are looked at and those conditions are not.
    pub fn matches(
        &self,
        statement: &Statement,
        principals: Option<&[usize]>,
        without: &dyn Fn(usize) -> bool,
    ) -> Truth {
        let Self { policy, request, context } = self;
        let caller = match principals {
            None => principals::match_caller(&statement.principals, &request.principal),
            Some(some) => principals::match_caller_among(&statement.principals, some, &request.principal),
        };
        rest(policy, statement, request, context, caller, without)
    }
}

fn matches(policy: &Policy, statement: &Statement, request: &Request, context: &Context<'_>) -> Truth {
    let caller = principals::match_caller(&statement.principals, &request.principal);
    rest(policy, statement, request, context, caller, &|_| false)
}

/// Whether the action and the conditions match too.
fn rest(
    policy: &Policy,
    statement: &Statement,
    request: &Request,
    context: &Context<'_>,
    caller: Truth,
    without: &dyn Fn(usize) -> bool,
) -> Truth {
    let mut all = caller
        .and(actions::match_action(&statement.actions, &request.action))
        .and(actions::can_call(&request.principal, &request.action));
    for (i, condition) in statement.conditions.iter().enumerate() {
        if all == Truth::False {
            break;
        }
        if !without(i) {
            all = all.and(conditions::holds(condition, context, policy.version));
        }
    }
    all
}

/// Which statements are not known as a whole, or only in their effect.
struct Open {
    /// Some statement was not decoded at all, or the whole document is not known.
    whole: bool,
    /// Indexes of statements whose effect may be either.
    effects: HashSet<usize>,
}

impl Open {
    fn of(policy: &Policy) -> Self {
        let mut open = Self { whole: false, effects: HashSet::new() };
        if policy.unknowns.is_empty() {
            return open;
        }
        let decoded: HashSet<usize> = policy.statements.iter().map(|s| s.index).collect();
        for unknown in &policy.unknowns {
            match (unknown.what, unknown.statement) {
                (What::Document, _) | (What::Statement, None) => open.whole = true,
                (What::Statement, Some(index)) if !decoded.contains(&index) => open.whole = true,
                (What::Statement | What::Effect, Some(index)) => drop(open.effects.insert(index)),
                _ => {}
            }
        }
        open
    }
}
