use crate::{
    analysis::{AccountsByStatement, Analysis, Answer, Demand, Query, Strings},
    policy::Effect,
};

/// Accounts that nobody named, on behalf of which a service may act. Holds the named ones.
pub(crate) struct SourceStrangers<'a>(AccountsByStatement<'a>);

impl<'a> SourceStrangers<'a> {
    pub(crate) fn of(analysis: &'a Analysis) -> Self {
        let is_deny = |i: usize| analysis.policy().statements.get(i).is_some_and(|s| s.effect != Effect::Allow);
        Self(AccountsByStatement::new(analysis.names(), is_deny))
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
        let named = self.0.at(statement).map(|account| format!("*:{account}:*")).collect();
        Strings::Like(vec!["arn:*:*:*:*:*".to_owned()], named)
    }
}
