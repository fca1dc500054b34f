use super::{Action, Request};

/// A question to the solver: is there a request of this kind that the policy allows?
///
/// "Allows" is `Allow ∧ ¬Deny`: some Allow statement matches (that of `statement`, when given) and no Deny does (but
/// for those in `ignore_denies`). The request found is realizable: it keeps the axioms of which key is present when.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Query {
    /// Only ways in through this statement (its position in `Policy::statements`).
    pub statement: Option<usize>,
    /// Only ways in through this entry of the statement's principals.
    pub principal: Option<usize>,
    /// Who asks.
    pub caller: Caller,
    /// The call.
    pub action: Action,
    /// What else must hold of the request's keys, all of it.
    pub demands: Vec<(String, Demand)>,
    /// Deny statements that are taken as absent.
    pub ignore_denies: Vec<usize>,
    /// Whether all Deny statements are taken as absent.
    pub without_denies: bool,
    /// Conditions that are taken as true: (position of the statement, position of the condition in it).
    pub ignore_conditions: Vec<(usize, usize)>,
    /// A Deny statement that must match the request as well (it is then taken as absent among the denies).
    pub matching: Option<usize>,
    /// Keys of which the policy's unknown values match nothing: who gets in does not get in by being what they stand
    /// for.
    pub unmet: Vec<String>,
}

/// Which callers a query asks about.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Caller {
    /// An IAM user or role.
    Aws {
        /// Account ids.
        account: Strings,
        /// What `aws:PrincipalOrgID` is. `aws:PrincipalOrgPaths` begins with the same organization.
        organization: Demand,
        /// Name with path: of the user, or of the role. Ask with one of `user/…`, `role/…` prefixes to fix the kind.
        resource: Strings,
    },
    /// An AWS service.
    Service(Strings),
    /// A caller with an assertion of a SAML provider.
    Saml,
    /// A caller with a token of an OpenID Connect provider.
    Oidc,
}

/// A set of strings.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Strings {
    /// All.
    Any,
    /// One of these.
    OneOf(Vec<String>),
    /// None of these.
    NoneOf(Vec<String>),
    /// None of the account ids that the policy, the zone of trust or the role's place name.
    Unnamed,
    /// Matches one of the first patterns (`*`, `?`) and none of the second.
    Like(Vec<String>, Vec<String>),
}

/// What a query asks of a key.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Demand {
    /// Nothing: as it comes.
    Free,
    /// The request does not carry it.
    Absent,
    /// The request carries it with such a value (for a multivalued key: all its values are such).
    Is(Strings),
    /// Either.
    AbsentOr(Strings),
    /// As it comes from a caller who was told nothing: the request does not carry the key, or carries a value that the
    /// caller made up (for `aws:MultiFactorAuthPresent`: `false`), which no literal of the policy names and which is
    /// not what the policy's unknown values stand for. A condition guards a way in when no request of this kind gets
    /// in.
    Unguarded,
}

impl Query {
    /// Any way in for such a caller with that call.
    ///
    /// ```
    /// use iac_trust_lint::analysis::{Action, Caller, Demand, Query, Strings};
    ///
    /// // Can a user or role of another account get in through the first principal of statement 0 without MFA?
    /// let outsider = Caller::Aws {
    ///     account: Strings::NoneOf(vec!["111122223333".to_owned()]),
    ///     organization: Demand::Free,
    ///     resource: Strings::Any,
    /// };
    /// let query = Query::new(outsider, Action::AssumeRole)
    ///     .through(0, Some(0))
    ///     .demand("aws:MultiFactorAuthPresent", Demand::Unguarded);
    /// assert_eq!(query.statement, Some(0));
    /// ```
    pub fn new(caller: Caller, action: Action) -> Self {
        Self {
            statement: None,
            principal: None,
            caller,
            action,
            demands: Vec::new(),
            ignore_denies: Vec::new(),
            without_denies: false,
            ignore_conditions: Vec::new(),
            matching: None,
            unmet: Vec::new(),
        }
    }

    /// Only through that statement, and that entry of its principals.
    #[must_use]
    pub fn through(mut self, statement: usize, principal: Option<usize>) -> Self {
        self.statement = Some(statement);
        self.principal = principal;
        self
    }

    /// With that demand on a key.
    #[must_use]
    pub fn demand(mut self, key: impl Into<String>, demand: Demand) -> Self {
        self.demands.push((key.into(), demand));
        self
    }
}

impl Caller {
    /// Any IAM user or role of any account.
    pub fn any_aws() -> Self {
        Self::Aws { account: Strings::Any, organization: Demand::Free, resource: Strings::Any }
    }

    /// Any IAM user or role of that account.
    pub fn account(id: impl Into<String>) -> Self {
        Self::Aws { account: Strings::OneOf(vec![id.into()]), organization: Demand::Free, resource: Strings::Any }
    }
}

/// What the solver says.
#[derive(Clone, Debug)]
pub enum Answer {
    /// No request of that kind is allowed, whatever the unknowns are.
    No,
    /// There is one.
    Yes {
        /// The request.
        witness: Box<Request>,
        /// Whether it is allowed whatever the unknowns are.
        certainty: Certainty,
    },
    /// Could not be decided within the budget: the policy is too large or too involved. Never take it for a no.
    Undecided,
}

impl Answer {
    /// Whether there is no way in.
    pub fn is_no(&self) -> bool {
        matches!(self, Self::No)
    }

    /// Whether there is a way in, or may be one for all that could be found out.
    pub fn may_be(&self) -> bool {
        !self.is_no()
    }

    /// The request that gets in.
    pub fn witness(&self) -> Option<&Request> {
        match self {
            Self::Yes { witness, .. } => Some(witness),
            Self::No | Self::Undecided => None,
        }
    }

    /// How sure it is that somebody gets in; `None` when nobody does.
    pub fn certainty(&self) -> Option<Certainty> {
        match self {
            Self::No => None,
            Self::Yes { certainty, .. } => Some(*certainty),
            Self::Undecided => Some(Certainty::Possible),
        }
    }
}

/// Whether something holds whatever the unknowns are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Certainty {
    /// For some value of what is unknown.
    Possible,
    /// For all.
    Certain,
}
