use crate::{
    analysis::Grant,
    policy::{Literal, Policy, Principal, Principals, Statement},
    value::Origin,
};

/// The principals of a statement, listed or excluded.
pub(crate) fn principals(statement: &Statement) -> &[Principal] {
    match &statement.principals {
        Principals::Only(all) | Principals::AllBut(all) => all,
        Principals::Missing => &[],
    }
}

/// The place of a statement's principal: that of the entry, else of the first one, else of the statement.
pub(crate) fn principal_origin(statement: &Statement, principal: Option<usize>) -> &Origin {
    let all = principals(statement);
    let entry = principal.map_or_else(|| all.first(), |i| all.get(i));
    entry.map_or(&statement.origin, |p| &p.value.origin)
}

/// The value that names the party of a grant: of the condition that bounds it, else of the principal.
pub(crate) fn party_literal<'a>(policy: &'a Policy, grant: &Grant) -> Option<&'a Literal> {
    let statement = policy.statements.get(grant.statement)?;
    match (grant.bounded_by, grant.principal) {
        (Some((condition, value)), _) => statement.conditions.get(condition)?.values.get(value),
        (None, Some(principal)) => principals(statement).get(principal).map(|p| &p.value),
        (None, None) => principals(statement).first().map(|p| &p.value),
    }
}
