/// The zone of trust as it applies to one role: entries for other roles and paths, and expired ones, are left out.
#[derive(Clone, Debug, Default)]
pub struct Zone {
    /// Account ids that the role may be deployed to. The symbol of the own account is one of them.
    pub own_accounts: Vec<String>,
    /// Who else is trusted.
    pub entries: Vec<TrustEntry>,
    /// Identity providers that are listed. Empty: the zone says nothing about providers.
    pub providers: Vec<ProviderEntry>,
    /// Expressions whose value the user vouches for (`var.security_account_id`).
    pub vouched: Vec<String>,
    /// Whether the user configured any zone at all.
    pub configured: bool,
}

/// One trusted party.
#[derive(Clone, Debug)]
pub struct TrustEntry {
    /// Who it is.
    pub kind: TrustKind,
    /// The name that the user gave it.
    pub name: Option<String>,
    /// Which guard its callers must pass.
    pub require: Requirement,
}

/// Who is trusted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TrustKind {
    /// An account id.
    Account(String),
    /// An organization id.
    Organization(String),
    /// A path `o-…/r-…/ou-…` of an organizational unit; what lies below it is trusted too.
    OrganizationalUnit(String),
    /// A pattern over principal ARNs.
    Principal(String),
}

/// Which guard a trusted party's callers must pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Requirement {
    /// None.
    None,
    /// `sts:ExternalId`.
    ExternalId,
    /// MFA.
    Mfa,
    /// One of the two.
    ExternalIdOrMfa,
    /// Both.
    ExternalIdAndMfa,
}

/// A trusted identity provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderEntry {
    /// Issuer host and path, or the ARN of a SAML or OIDC provider.
    pub provider: String,
    /// Patterns of the subjects that are trusted; empty: all.
    pub subjects: Vec<String>,
}
