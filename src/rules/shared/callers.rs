use super::principals;
use crate::{
    analysis::{Action, Caller, Query, Strings},
    policy::{Principal, Principals, Statement, Who},
};

/// A kind of caller that a statement speaks of. A statement speaks of few kinds however many principals it has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum CallerKind {
    /// IAM users and roles.
    Aws,
    /// AWS services.
    Service,
    /// SAML assertions.
    Saml,
    /// OpenID Connect tokens.
    Oidc,
}

impl CallerKind {
    /// All kinds.
    pub(crate) const ALL: [Self; 4] = [Self::Aws, Self::Service, Self::Saml, Self::Oidc];

    /// The kind of caller that a principal means; `None` for those that mean nobody.
    pub(crate) fn of(who: &Who) -> Option<Self> {
        match who {
            Who::Any
            | Who::Account { .. }
            | Who::User { .. }
            | Who::Role { .. }
            | Who::Member { .. }
            | Who::Session { .. }
            | Who::FederatedUser { .. }
            | Who::Unknown(_) => Some(Self::Aws),
            Who::Service(_) => Some(Self::Service),
            Who::Saml { .. } => Some(Self::Saml),
            Who::Oidc { .. } | Who::BuiltinProvider(_) => Some(Self::Oidc),
            Who::UniqueId(_) | Who::CanonicalUser(_) | Who::Invalid => None,
        }
    }

    /// Any caller of the kind.
    pub(crate) fn any(self) -> Caller {
        match self {
            Self::Aws => Caller::any_aws(),
            Self::Service => Caller::Service(Strings::Any),
            Self::Saml => Caller::Saml,
            Self::Oidc => Caller::Oidc,
        }
    }

    /// The call that makes such a caller a role.
    pub(crate) fn call(self) -> Action {
        match self {
            Self::Aws | Self::Service => Action::AssumeRole,
            Self::Saml => Action::AssumeRoleWithSaml,
            Self::Oidc => Action::AssumeRoleWithWebIdentity,
        }
    }

    /// That call and those that only add to it.
    pub(crate) fn calls(self) -> [Action; 4] {
        let [tags, identity, context] = Action::ADDING;
        [self.call(), tags, identity, context]
    }

    /// The question whether any caller of the kind gets in.
    pub(crate) fn query(self) -> Query {
        Query::new(self.any(), self.call())
    }

    /// How messages name one.
    pub(crate) fn phrase(self) -> &'static str {
        match self {
            Self::Aws => "an IAM user or role",
            Self::Service => "an AWS service",
            Self::Saml => "a SAML assertion",
            Self::Oidc => "an OpenID Connect token",
        }
    }
}

/// The kinds of callers that a statement speaks of, each once.
pub(crate) fn caller_kinds(statement: &Statement) -> Vec<CallerKind> {
    kinds(statement, |_| true)
}

/// The kinds of callers that a statement speaks of by principals that are known. Rules of guards speak of no others.
pub(crate) fn known_caller_kinds(statement: &Statement) -> Vec<CallerKind> {
    kinds(statement, |principal| principal.value.text.first_hole().is_none())
}

fn kinds(statement: &Statement, counts: impl Fn(&Principal) -> bool) -> Vec<CallerKind> {
    let of = |p: &Principal| CallerKind::of(&p.who).filter(|_| counts(p));
    let among: Vec<CallerKind> = principals(statement).iter().filter_map(of).collect();
    let everybody = matches!(statement.principals, Principals::AllBut(_));
    let is_there = |kind: &CallerKind| if everybody { *kind == CallerKind::Aws } else { among.contains(kind) };
    CallerKind::ALL.into_iter().filter(is_there).collect()
}
