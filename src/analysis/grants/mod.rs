//! The ways in: for each principal of each Allow statement, which parties it lets in.

mod aws;
mod federated;
mod ground;
mod guards;

use super::{Action, Analysis, Answer, Caller, Certainty, Demand, Grant, GrantKind, Query, Standing, Strings};
use crate::{
    policy::{Effect, Principal, Principals, Who},
    value::{Part, Symbol, Text},
};
use ground::Ground;

/// The grants of a policy, in the order of statements and principals.
pub(super) fn all(analysis: &Analysis) -> Vec<Grant> {
    let mut out = Vec::new();
    let ground = &Ground::new(analysis);
    for (position, statement) in analysis.policy().statements.iter().enumerate() {
        if statement.effect != Effect::Allow {
            continue;
        }
        match &statement.principals {
            Principals::Missing => {}
            Principals::AllBut(_) => aws::anyone(&Way { analysis, ground, position, principal: None }, &mut out),
            Principals::Only(all) => {
                for (i, principal) in all.iter().enumerate() {
                    let way = Way { analysis, ground, position, principal: Some(i) };
                    of_principal(&way, principal, &mut out);
                }
            }
        }
    }
    out
}

/// One principal of one statement.
struct Way<'a> {
    analysis: &'a Analysis,
    ground: &'a Ground<'a>,
    position: usize,
    principal: Option<usize>,
}

/// A party that may be let in.
struct Party {
    kind: GrantKind,
    value: String,
    account: Option<String>,
    bounded_by: Option<(usize, usize)>,
    /// The calls of such a party that let it in, and whether one was found.
    query: Query,
    answer: Answer,
}

fn of_principal(way: &Way<'_>, principal: &Principal, out: &mut Vec<Grant>) {
    let known = |t: &Text| t.as_known().is_some();
    match &principal.who {
        Who::Any => aws::anyone(way, out),
        Who::Account { account, .. } if known(account) => aws::account(way, &account.display(), out),
        Who::User { account, .. }
        | Who::Role { account, .. }
        | Who::Member { account, .. }
        | Who::Session { account, .. }
            if known(account) =>
        {
            aws::named(way, principal, &account.display(), out);
        }
        Who::Service(name) if known(name) => federated::service(way, &name.display(), out),
        Who::Saml { .. } | Who::Oidc { .. } if principal.value.known().is_some() => {
            federated::provider(way, principal, out);
        }
        Who::BuiltinProvider(_) => federated::provider(way, principal, out),
        Who::UniqueId(id) => out.push(way.without_witness(GrantKind::UniqueId, id.clone())),
        Who::FederatedUser { .. } | Who::CanonicalUser(_) | Who::Invalid => {}
        Who::Account { account, .. }
        | Who::User { account, .. }
        | Who::Role { account, .. }
        | Who::Member { account, .. }
            if is_of_aws(account) =>
        {
            let kind = match &principal.who {
                Who::Account { .. } => GrantKind::Account,
                Who::User { .. } => GrantKind::User,
                _ => GrantKind::Role,
            };
            let grant = way.without_witness(kind, principal.value.text.display());
            out.push(Grant { standing: Standing::Service, ..grant });
        }
        _ => out.push(way.without_witness(GrantKind::Unknown, principal.value.text.display())),
    }
}

/// Whether that is an account that AWS runs a service from.
fn is_of_aws(account: &Text) -> bool {
    matches!(account.parts(), [Part::Symbol(Symbol::AwsServiceAccount, _)])
}

impl Way<'_> {
    fn query(&self, caller: Caller, action: Action) -> Query {
        Query::new(caller, action).through(self.position, self.principal)
    }

    fn ask(&self, query: &Query) -> Answer {
        self.analysis.ask(query)
    }

    /// A party of which nothing can be asked.
    fn without_witness(&self, kind: GrantKind, value: String) -> Grant {
        Grant {
            statement: self.position,
            principal: self.principal,
            bounded_by: None,
            kind,
            value,
            account: None,
            standing: Standing::Unknown,
            entry: None,
            actions: vec![Action::AssumeRole],
            guards: Vec::new(),
            certainty: Certainty::Possible,
            witness: None,
        }
    }

    /// The grant of a party that was found to get in.
    fn grant(&self, party: Party, standing: Standing, entry: Option<usize>) -> Option<Grant> {
        let certainty = party.answer.certainty()?;
        let mut actions = vec![party.query.action];
        for action in Action::ADDING {
            if self.analysis.speaks_of(action) {
                let mut query = Query::new(party.query.caller.clone(), action);
                query.demands.clone_from(&party.query.demands);
                if self.ask(&query).may_be() {
                    actions.push(action);
                }
            }
        }
        Some(Grant {
            statement: self.position,
            principal: self.principal,
            bounded_by: party.bounded_by,
            kind: party.kind,
            guards: guards::of(self, &party),
            value: party.value,
            account: party.account,
            standing,
            entry,
            actions,
            certainty,
            witness: party.answer.witness().cloned(),
        })
    }
}

/// A user or role of these accounts, in this organization, of these names.
fn aws_caller(account: Strings, organization: Demand, resource: Strings) -> Caller {
    Caller::Aws { account, organization, resource }
}

/// Queries that together ask whether anybody at all gets in.
pub(super) fn anybody(position: usize, principal: Option<usize>) -> Vec<Query> {
    [
        (Caller::any_aws(), Action::AssumeRole),
        (Caller::Service(Strings::Any), Action::AssumeRole),
        (Caller::Saml, Action::AssumeRoleWithSaml),
        (Caller::Oidc, Action::AssumeRoleWithWebIdentity),
    ]
    .into_iter()
    .map(|(caller, action)| Query::new(caller, action).through(position, principal))
    .collect()
}
