use super::{Action, Request};

/// A question to the solver: is there a request of this kind that the policy allows?
///
/// "Allows" is `Allow ∧ ¬Deny`: some Allow statement matches (that of `statement`, when given) and no Deny does (but for
/// those in `ignore_denies`). The request found is realizable: it keeps the axioms of which key is present when.
#[derive(Clone, Debug)]
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
    /// Conditions that are taken as true: (position of the statement, position of the condition in it).
    pub ignore_conditions: Vec<(usize, usize)>,
    /// A Deny statement that must match the request as well (it is then taken as absent among the denies).
    pub matching: Option<usize>,
}

/// Which callers a query asks about.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
pub enum Strings {
    /// All.
    Any,
    /// One of these.
    OneOf(Vec<String>),
    /// None of these.
    NoneOf(Vec<String>),
    /// Matches one of the first patterns (`*`, `?`) and none of the second.
    Like(Vec<String>, Vec<String>),
}

/// What a query asks of a key.
#[derive(Clone, Debug)]
pub enum Demand {
    /// Nothing: as it comes.
    Free,
    /// The request does not carry it.
    Absent,
    /// The request carries it with such a value (for a multivalued key: all its values are such).
    Is(Strings),
    /// Either.
    AbsentOr(Strings),
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
}

/// Whether something holds whatever the unknowns are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Certainty {
    /// For some value of what is unknown.
    Possible,
    /// For all.
    Certain,
}
