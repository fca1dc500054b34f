use std::collections::BTreeMap;

/// A concrete request to become a role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Who makes it.
    pub principal: Caller,
    /// The principal as it was written or is shown: an ARN, a service, a provider.
    pub principal_text: String,
    /// The call.
    pub action: String,
    /// The condition keys that it carries, taken as given: nothing is derived, an absent key is absent. Keys are compared
    /// without regard to case.
    pub context: BTreeMap<String, ContextValue>,
}

/// Who makes a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Caller {
    /// The root user of an account.
    Root {
        /// `aws`, `aws-cn`, …
        partition: String,
        /// Account id.
        account: String,
    },
    /// An IAM user.
    User {
        /// `aws`, `aws-cn`, …
        partition: String,
        /// Account id.
        account: String,
        /// Path and name.
        name: String,
    },
    /// A role, some session of it.
    Role {
        /// `aws`, `aws-cn`, …
        partition: String,
        /// Account id.
        account: String,
        /// Path and name.
        name: String,
    },
    /// A session of a role.
    Session {
        /// `aws`, `aws-cn`, …
        partition: String,
        /// Account id.
        account: String,
        /// The role's name, without path.
        role: String,
        /// The session's name.
        session: String,
    },
    /// A session made by `GetFederationToken`.
    FederatedUser {
        /// `aws`, `aws-cn`, …
        partition: String,
        /// Account id.
        account: String,
        /// The session's name.
        name: String,
    },
    /// An AWS service.
    Service(String),
    /// Somebody with an assertion of a SAML provider, named by its ARN.
    Saml(String),
    /// Somebody with a token of an OpenID Connect provider, named by its ARN or by the name that AWS knows it by.
    Oidc(String),
}

/// What a request carries for a key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ContextValue {
    /// One value.
    One(String),
    /// The values of a multivalued key.
    Many(Vec<String>),
}

/// The calls that make somebody the role, and those that only add to one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// `sts:AssumeRole`.
    AssumeRole,
    /// `sts:AssumeRoleWithSAML`.
    AssumeRoleWithSaml,
    /// `sts:AssumeRoleWithWebIdentity`.
    AssumeRoleWithWebIdentity,
    /// `sts:TagSession`; never a grant alone.
    TagSession,
    /// `sts:SetSourceIdentity`; never a grant alone.
    SetSourceIdentity,
    /// `sts:SetContext`; never a grant alone.
    SetContext,
}

impl Action {
    /// The action's name with its prefix.
    pub fn name(self) -> &'static str {
        match self {
            Self::AssumeRole => "sts:AssumeRole",
            Self::AssumeRoleWithSaml => "sts:AssumeRoleWithSAML",
            Self::AssumeRoleWithWebIdentity => "sts:AssumeRoleWithWebIdentity",
            Self::TagSession => "sts:TagSession",
            Self::SetSourceIdentity => "sts:SetSourceIdentity",
            Self::SetContext => "sts:SetContext",
        }
    }
}
