use std::fmt;

use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{
    AccountId, Date, NamePattern, PathPattern,
    checked::{Checked, checked},
    ids,
    model::list,
};
use crate::analysis::Requirement;

/// One entry of the zone of trust.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Who is trusted.
    pub party: Party,
    /// The name that reports show for it.
    pub name: Option<String>,
    /// Which guard its callers must pass.
    pub require: Requirement,
    /// Patterns over role names and addresses; empty: all roles.
    pub roles: Vec<NamePattern>,
    /// Globs over files; empty: all files.
    pub paths: Vec<PathPattern>,
    /// From this day on the entry no longer counts.
    pub expires: Option<Date>,
}

/// Who is trusted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Party {
    /// An account.
    Account(String),
    /// An organization.
    Organization(String),
    /// An organizational unit, by its path.
    OrganizationalUnit(String),
    /// A pattern over principal ARNs.
    Principal(String),
    /// An identity provider, and patterns of its subjects (empty: all).
    IdentityProvider(String, Vec<String>),
    /// An expression whose value the user vouches for.
    Value(String),
}

impl Party {
    /// What it is, in words with the id: "account `111122223333`".
    pub fn describe(&self) -> String {
        match self {
            Self::Account(id) => format!("account `{id}`"),
            Self::Organization(id) => format!("organization `{id}`"),
            Self::OrganizationalUnit(path) => format!("organizational unit `{path}`"),
            Self::Principal(arn) => format!("principal `{arn}`"),
            Self::IdentityProvider(provider, _) => format!("identity provider `{provider}`"),
            Self::Value(expression) => format!("value `{expression}`"),
        }
    }

    fn default_requirement(&self) -> Requirement {
        match self {
            Self::Account(_) | Self::Principal(_) => Requirement::ExternalIdOrMfa,
            _ => Requirement::None,
        }
    }
}

impl std::str::FromStr for Trust {
    type Err = String;

    /// An entry from an id as `--trust` takes it: an account, organization, organizational unit or principal.
    fn from_str(text: &str) -> Result<Self, String> {
        let party = if text.starts_with("arn:") {
            if text.contains(":saml-provider/") || text.contains(":oidc-provider/") {
                Party::IdentityProvider(ids::provider(text)?, Vec::new())
            } else {
                ids::principal(text)?;
                Party::Principal(text.to_owned())
            }
        } else if text.starts_with("o-") && text.contains('/') {
            Party::OrganizationalUnit(ids::organizational_unit(text)?)
        } else if text.starts_with("o-") {
            ids::organization(text)?;
            Party::Organization(text.to_owned())
        } else {
            Party::Account(text.parse::<AccountId>()?.as_str().to_owned())
        };
        let require = party.default_requirement();
        Ok(Self { party, name: None, require, roles: Vec::new(), paths: Vec::new(), expires: None })
    }
}

macro_rules! text_type {
    ($name:ident, $what:literal, $quoted:literal, $check:expr) => {
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub(super) struct $name(String);

        impl Checked for $name {
            const WHAT: &'static str = $what;
            const QUOTED: bool = $quoted;

            fn check(text: &str) -> Result<Self, String> {
                let check: fn(&str) -> Result<String, String> = $check;
                check(text).map(Self)
            }
        }

        checked!($name);
    };
}

fn as_is(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("the text is empty".to_owned()) } else { Ok(text.to_owned()) }
}

text_type!(OrganizationId, "an organization id", true, |t| ids::organization(t).map(|()| t.to_owned()));
text_type!(UnitPath, "the path of an organizational unit", true, ids::organizational_unit);
text_type!(PrincipalArn, "the ARN of a principal, perhaps with wildcards", true, |t| ids::principal(t)
    .map(|()| t.to_owned()));
text_type!(Provider, "an issuer's host and path, or the ARN of a provider", true, ids::provider);
text_type!(Words, "a text", true, as_is);

/// The key of `require`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Require(Requirement);

impl Require {
    pub(super) const NAMES: [(&'static str, Requirement); 5] = [
        ("none", Requirement::None),
        ("external-id", Requirement::ExternalId),
        ("mfa", Requirement::Mfa),
        ("external-id-or-mfa", Requirement::ExternalIdOrMfa),
        ("external-id-and-mfa", Requirement::ExternalIdAndMfa),
    ];
}

impl Checked for Require {
    const WHAT: &'static str = "none, external-id, mfa, external-id-or-mfa or external-id-and-mfa";

    fn check(text: &str) -> Result<Self, String> {
        let found = Self::NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, r)| Self(*r)).ok_or_else(|| format!("`{text}` is no requirement: use {}", Self::WHAT))
    }
}

checked!(Require);

/// Who else may assume roles. Exactly one of `account`, `organization`, `organizational-unit`, `principal`,
/// `identity-provider` and `value` names the party.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a mapping")]
#[schemars(rename = "Trust", extend("oneOf" = [
    {"required": ["account"]}, {"required": ["organization"]}, {"required": ["organizational-unit"]},
    {"required": ["principal"]}, {"required": ["identity-provider"]}, {"required": ["value"]}]))]
pub(super) struct RawTrust {
    /// A 12-digit account id, in quotes.
    account: Option<AccountId>,
    /// An organization id.
    organization: Option<OrganizationId>,
    /// An organizational unit as `o-…/r-…/ou-…`; what lies below it is trusted too.
    organizational_unit: Option<UnitPath>,
    /// The ARN of a principal; `*` and `?` are wildcards.
    principal: Option<PrincipalArn>,
    /// An issuer's host and path without `https://`, or the ARN of a SAML or OIDC provider.
    identity_provider: Option<Provider>,
    /// A Terraform expression or CloudFormation parameter whose value is vouched for, as `var.security_account_id`.
    value: Option<Words>,
    /// Patterns of the subjects that are trusted, with `identity-provider`; without them all are.
    #[serde(default, deserialize_with = "list")]
    subjects: Vec<Words>,
    /// A name for people.
    name: Option<String>,
    /// Which guard the party's callers must pass. Default: `external-id-or-mfa`, for organizations and organizational
    /// units `none`.
    require: Option<Require>,
    /// Only roles whose name or address matches one of these patterns (`*` and `?` are wildcards).
    #[serde(default, deserialize_with = "list")]
    roles: Vec<NamePattern>,
    /// Only roles in files that match one of these globs.
    #[serde(default, deserialize_with = "list")]
    paths: Vec<PathPattern>,
    /// From this day on the entry no longer counts.
    expires: Option<Date>,
    /// Why the party is trusted; for people.
    #[expect(dead_code, reason = "for readers of the config file")]
    reason: Option<String>,
}

impl RawTrust {
    fn checked(self) -> Result<Trust, String> {
        let has_subjects = !self.subjects.is_empty();
        let subjects = self.subjects.into_iter().map(|s| s.0).collect();
        let parties = [
            ("account", self.account.map(|a| Party::Account(a.as_str().to_owned()))),
            ("organization", self.organization.map(|o| Party::Organization(o.0))),
            ("organizational-unit", self.organizational_unit.map(|o| Party::OrganizationalUnit(o.0))),
            ("principal", self.principal.map(|p| Party::Principal(p.0))),
            ("identity-provider", self.identity_provider.map(|p| Party::IdentityProvider(p.0, subjects))),
            ("value", self.value.map(|v| Party::Value(v.0))),
        ];
        let mut given = parties.into_iter().filter_map(|(name, party)| party.map(|p| (name, p)));
        let Some((first, party)) = given.next() else {
            return Err("this entry trusts nobody: give it `account`, `organization`, `organizational-unit`, \
                        `principal`, `identity-provider` or `value`"
                .to_owned());
        };
        if let Some((second, _)) = given.next() {
            return Err(format!(
                "this entry has both `{first}` and `{second}`: an entry trusts one party, so make it two entries"
            ));
        }
        let guarded = !matches!(party, Party::IdentityProvider(..) | Party::Value(_));
        if has_subjects && !matches!(party, Party::IdentityProvider(..)) {
            return Err(format!("`subjects` belongs to `identity-provider`, and this entry has `{first}`"));
        }
        if self.require.is_some() && !guarded {
            return Err(format!("`require` has no meaning for `{first}`"));
        }
        let require = self.require.map_or_else(|| party.default_requirement(), |r| r.0);
        Ok(Trust { party, name: self.name, require, roles: self.roles, paths: self.paths, expires: self.expires })
    }
}

/// Reads and keeps the id's own address in memory, so that a number without quotes is seen.
#[derive(Clone, Debug)]
pub(super) struct TrustItem {
    pub(super) trust: Trust,
    pub(super) account: Option<AccountId>,
}

impl<'de> Deserialize<'de> for TrustItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryReader)
    }
}

struct EntryReader;

impl<'de> Visitor<'de> for EntryReader {
    type Value = TrustItem;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping such as `account: \"111122223333\"`")
    }

    // The check runs in here because the reader adds the place of the mapping to errors that leave here.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TrustItem, A::Error> {
        let raw = RawTrust::deserialize(MapAccessDeserializer::new(map))?;
        let account = raw.account.clone();
        Ok(TrustItem { trust: raw.checked().map_err(A::Error::custom)?, account })
    }
}
