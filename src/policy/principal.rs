use std::sync::Arc;

use super::Literal;
use crate::value::{Text, Unknown};

/// One entry of `Principal` or `NotPrincipal`.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The key that it stands under.
    pub kind: PrincipalKind,
    /// The value, as written.
    pub value: Literal,
    /// What it means.
    pub who: Who,
}

impl Principal {
    /// The call by which such a principal becomes a role; `None` for those that mean nobody, or nobody knows whom.
    pub(crate) fn call(&self) -> Option<&'static str> {
        match self.who {
            Who::Saml { .. } => Some("sts:AssumeRoleWithSAML"),
            Who::Oidc { .. } | Who::BuiltinProvider(_) => Some("sts:AssumeRoleWithWebIdentity"),
            Who::Any
            | Who::Account { .. }
            | Who::User { .. }
            | Who::Role { .. }
            | Who::Member { .. }
            | Who::Session { .. }
            | Who::FederatedUser { .. }
            | Who::UniqueId(_)
            | Who::Service(_) => Some("sts:AssumeRole"),
            Who::CanonicalUser(_) | Who::Invalid | Who::Unknown(_) => None,
        }
    }
}

impl Who {
    /// The account of whom it means, or the one that the provider is registered in.
    pub(crate) fn account(&self) -> Option<&Text> {
        match self {
            Self::Account { account, .. }
            | Self::User { account, .. }
            | Self::Role { account, .. }
            | Self::Member { account, .. }
            | Self::Session { account, .. }
            | Self::FederatedUser { account, .. }
            | Self::Saml { account, .. }
            | Self::Oidc { account, .. } => Some(account),
            Self::Any
            | Self::UniqueId(_)
            | Self::Service(_)
            | Self::BuiltinProvider(_)
            | Self::CanonicalUser(_)
            | Self::Invalid
            | Self::Unknown(_) => None,
        }
    }
}

/// The key of a principal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PrincipalKind {
    /// `Principal: "*"`, without a key.
    Bare,
    /// `AWS`.
    Aws,
    /// `Service`.
    Service,
    /// `Federated`.
    Federated,
    /// `CanonicalUser`.
    CanonicalUser,
    /// Any other key; AWS refuses it.
    Other(String),
}

/// Whom a principal means. Texts may hold symbols and holes; each is one field of an ARN.
#[derive(Clone, Debug)]
pub enum Who {
    /// `*` under `AWS`, or the bare `"*"`: every AWS principal.
    Any,
    /// A whole account: a 12-digit id or the `:root` ARN.
    Account {
        /// The partition; `None` for a bare id.
        partition: Option<Text>,
        /// The account id.
        account: Text,
    },
    /// A user.
    User {
        /// The partition.
        partition: Text,
        /// The account id.
        account: Text,
        /// Path and name, without the leading `/`.
        name: Text,
    },
    /// A role, that is: every session of it.
    Role {
        /// The partition.
        partition: Text,
        /// The account id.
        account: Text,
        /// Path and name, without the leading `/`.
        name: Text,
    },
    /// Somebody of an account, or all of it: the kind of principal is not known.
    Member {
        /// The partition.
        partition: Text,
        /// The account id.
        account: Text,
        /// What follows the account id: `root`, `user/…`, `role/…` for all that is known.
        resource: Text,
    },
    /// One session of a role.
    Session {
        /// The partition.
        partition: Text,
        /// The account id.
        account: Text,
        /// The role's name, without path.
        role: Text,
        /// The session's name.
        session: Text,
    },
    /// A session made by `GetFederationToken`.
    FederatedUser {
        /// The partition.
        partition: Text,
        /// The account id.
        account: Text,
        /// The session's name.
        name: Text,
    },
    /// `AIDA…` or `AROA…`: what is left of a deleted user or role.
    UniqueId(String),
    /// An AWS service.
    Service(Text),
    /// A SAML provider.
    Saml {
        /// The partition.
        partition: Text,
        /// The account that the provider is registered in.
        account: Text,
        /// The provider's name.
        name: Text,
    },
    /// An OpenID Connect provider.
    Oidc {
        /// The partition.
        partition: Text,
        /// The account that the provider is registered in.
        account: Text,
        /// The issuer without `https://`: host and path.
        issuer: Text,
    },
    /// A provider that AWS knows by name: Cognito, Google, Facebook, Amazon.
    BuiltinProvider(String),
    /// A canonical user id; no trust policy may have one.
    CanonicalUser(Text),
    /// AWS refuses it and it means nobody. Partial wildcards in ARNs are here too.
    Invalid,
    /// It is not known whom it means.
    Unknown(Arc<Unknown>),
}
