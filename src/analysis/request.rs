use std::collections::BTreeMap;

use crate::value::is_account_id;

/// A concrete request to become a role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Who makes it.
    pub principal: Caller,
    /// The principal as it was written or is shown: an ARN, a service, a provider.
    pub principal_text: String,
    /// The call.
    pub action: String,
    /// The condition keys that it carries, taken as given: nothing is derived, an absent key is absent. Keys are
    /// compared without regard to case.
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
    /// All calls.
    pub const ALL: [Self; 6] = [
        Self::AssumeRole,
        Self::AssumeRoleWithSaml,
        Self::AssumeRoleWithWebIdentity,
        Self::TagSession,
        Self::SetSourceIdentity,
        Self::SetContext,
    ];

    /// Those that only add to another one.
    pub const ADDING: [Self; 3] = [Self::TagSession, Self::SetSourceIdentity, Self::SetContext];

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

/// The text names no caller.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{text}` is no principal: {why}")]
pub struct CallerError {
    text: String,
    why: &'static str,
}

/// Identity providers that AWS knows by name.
const BUILTIN_PROVIDERS: [&str; 4] =
    ["cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com"];

impl std::str::FromStr for Caller {
    type Err = CallerError;

    /// Reads an IAM or STS ARN, the ARN of an identity provider, the name of a provider that AWS knows by name, or the
    /// name of a service.
    fn from_str(text: &str) -> Result<Self, CallerError> {
        let error = |why| CallerError { text: text.to_owned(), why };
        if BUILTIN_PROVIDERS.contains(&text) {
            return Ok(Self::Oidc(text.to_owned()));
        }
        if !text.starts_with("arn:") {
            let is_host = text.contains('.')
                && text.split('.').all(|label| {
                    !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                });
            return if is_host {
                Ok(Self::Service(text.to_owned()))
            } else {
                Err(error("write an IAM or STS ARN, the ARN of an identity provider, or a service"))
            };
        }
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let [_, partition, service, region, account, resource] = *fields else {
            return Err(error("an ARN has six fields"));
        };
        if partition.is_empty() {
            return Err(error("the partition is empty"));
        }
        if !is_account_id(account) {
            return Err(error("the account id is not 12 digits"));
        }
        if !region.is_empty() {
            return Err(error("the ARN of a principal has no region"));
        }
        let (partition, account) = (partition.to_owned(), account.to_owned());
        if (service, resource) == ("iam", "root") {
            return Ok(Self::Root { partition, account });
        }
        let Some((kind, name)) = resource.split_once('/').filter(|(_, name)| !name.is_empty()) else {
            return Err(error("it names nobody after the account id"));
        };
        let name = name.to_owned();
        match (service, kind) {
            ("iam", "user") => Ok(Self::User { partition, account, name }),
            ("iam", "role") => Ok(Self::Role { partition, account, name }),
            ("iam", "saml-provider") => Ok(Self::Saml(text.to_owned())),
            ("iam", "oidc-provider") => Ok(Self::Oidc(text.to_owned())),
            ("sts", "federated-user") => Ok(Self::FederatedUser { partition, account, name }),
            ("sts", "assumed-role") => match name.split_once('/') {
                Some((role, session)) if !role.is_empty() && !session.is_empty() && !session.contains('/') => {
                    let (role, session) = (role.to_owned(), session.to_owned());
                    Ok(Self::Session { partition, account, role, session })
                }
                _ => Err(error("a session is `assumed-role/ROLE/SESSION`")),
            },
            _ => Err(error("it is the ARN of no principal")),
        }
    }
}
