use super::{Action, Certainty, Request};

/// One way into a role: whom one principal of one Allow statement lets in.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Position of the statement in `Policy::statements`.
    pub statement: usize,
    /// Position of the entry in the statement's principals; `None` for `NotPrincipal`.
    pub principal: Option<usize>,
    /// The condition value that bounds the callers to `value`, when it is not the principal itself that does:
    /// (position of the condition in the statement, position of the value in it).
    pub bounded_by: Option<(usize, usize)>,
    /// What kind of party.
    pub kind: GrantKind,
    /// The party: `*`, an organization id, an account id, an ARN, a service, a provider; or the unknown expression.
    pub value: String,
    /// The party's account, where it has one.
    pub account: Option<String>,
    /// Where the party stands to the zone of trust.
    pub standing: Standing,
    /// The zone entry that trusts it: position in `Zone::entries`.
    pub entry: Option<usize>,
    /// The calls that it can make, the granting one first.
    pub actions: Vec<Action>,
    /// What each of its requests must pass.
    pub guards: Vec<Guard>,
    /// Whether the witness is allowed whatever the unknowns are.
    pub certainty: Certainty,
    /// A request of it that is allowed; `None` only for parties that are not known.
    pub witness: Option<Request>,
}

/// Kinds of parties, as `roles --format json` names them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum GrantKind {
    Any,
    Organization,
    Account,
    User,
    Role,
    Session,
    FederatedUser,
    Service,
    Saml,
    Oidc,
    UniqueId,
    Unknown,
}

/// Where a party stands to the zone of trust.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Standing {
    /// The role's own account or organization; an identity provider when the zone lists none.
    Own,
    /// In the zone.
    Trusted,
    /// Neither.
    Outside,
    /// An AWS service.
    Service,
    /// Cannot be said.
    Unknown,
}

/// What a request must pass.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Guard {
    Mfa,
    ExternalId,
    Organization,
    SourceAccount,
    SourceArn,
    SourceIp,
    Subject,
    Audience,
    Tag,
    Other,
}
