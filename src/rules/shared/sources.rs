use std::collections::HashMap;

use crate::{
    analysis::{Analysis, Answer, Demand, Query, Strings},
    policy::Effect,
};

/// Accounts that nobody named, on behalf of which a service may act. Holds the named ones: by statement, and those of
/// Deny statements.
pub(crate) struct SourceStrangers<'a> {
    by_statement: HashMap<usize, Vec<&'a str>>,
    by_denies: Vec<&'a str>,
}

impl<'a> SourceStrangers<'a> {
    pub(crate) fn of(analysis: &'a Analysis) -> Self {
        let mut named = Self { by_statement: HashMap::new(), by_denies: Vec::new() };
        let is_deny = |i: usize| analysis.policy().statements.get(i).is_some_and(|s| s.effect != Effect::Allow);
        for account in analysis.names().accounts() {
            if account.places.iter().any(|p| is_deny(p.statement)) {
                named.by_denies.push(&account.id);
                continue;
            }
            let mut last = None;
            for place in account.places.iter().filter(|p| last.replace(p.statement) != Some(p.statement)) {
                named.by_statement.entry(place.statement).or_default().push(&account.id);
            }
        }
        named
    }

    /// Whether the service of a query gets in through the statement for an account, and an organization, that nobody
    /// named.
    pub(crate) fn ask(&self, analysis: &Analysis, statement: usize, query: Query) -> Answer {
        if analysis.is_exhausted() {
            return Answer::Undecided;
        }
        let query = query
            .demand("aws:SourceAccount", Demand::Is(Strings::Unnamed))
            .demand("aws:SourceArn", Demand::Is(self.arns(statement)))
            .demand("aws:SourceOrgID", Demand::Unguarded)
            .demand("aws:SourceOrgPaths", Demand::Unguarded);
        analysis.ask(&query)
    }

    /// Whether it gets in for such an account, or for none, of whatever organization.
    pub(crate) fn ask_at_all(&self, analysis: &Analysis, statement: usize, query: Query) -> Answer {
        if analysis.is_exhausted() {
            return Answer::Undecided;
        }
        let query = query
            .demand("aws:SourceAccount", Demand::AbsentOr(Strings::Unnamed))
            .demand("aws:SourceArn", Demand::AbsentOr(self.arns(statement)));
        analysis.ask(&query)
    }

    fn arns(&self, statement: usize) -> Strings {
        let here = self.by_statement.get(&statement).into_iter().flatten();
        let named = here.chain(&self.by_denies).map(|account| format!("*:{account}:*")).collect();
        Strings::Like(vec!["arn:*:*:*:*:*".to_owned()], named)
    }
}
