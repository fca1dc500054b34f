use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::{
    AccountId, ConfigError, PathPattern, Trust,
    checked::{Checked, checked},
    entry::TrustItem,
    near::nearest,
};
use crate::{finding::Severity, rules};

/// A config file, read and checked.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Accounts that the roles are deployed to.
    pub own_accounts: Vec<AccountId>,
    /// The zone of trust.
    pub trust: Vec<Trust>,
    /// Severities by rule name.
    pub rules: BTreeMap<String, Level>,
    /// Globs over files whose findings are hidden.
    pub exclude: Vec<PathPattern>,
    /// The lowest severity that makes the exit code 1.
    pub fail_on: Option<Threshold>,
    /// Settings for some files; later ones win.
    pub overrides: Vec<Override>,
}

/// Settings for some files.
#[derive(Clone, Debug)]
pub struct Override {
    /// Globs over files and root modules.
    pub paths: Vec<PathPattern>,
    /// Accounts that the roles there are deployed to, in place of the general ones.
    pub own_accounts: Option<Vec<AccountId>>,
    /// Severities by rule name.
    pub rules: BTreeMap<String, Level>,
}

/// What a rule is set to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// It does not fire.
    Off,
    /// It fires with this severity.
    Severity(Severity),
}

impl Checked for Level {
    const WHAT: &'static str = "off, critical, high, medium, low or info";

    fn check(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self::Off),
            other => other
                .parse()
                .map(Self::Severity)
                .map_err(|_| format!("`{text}` is no severity: use {}", <Self as Checked>::WHAT)),
        }
    }
}

checked!(Level);

/// A severity from which on something happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Threshold {
    /// Never.
    Never,
    /// From this severity on.
    From(Severity),
}

impl std::str::FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "never" => Ok(Self::Never),
            other => other
                .parse()
                .map(Self::From)
                .map_err(|_| format!("`{text}` is no severity: use critical, high, medium, low, info or never")),
        }
    }
}

impl Threshold {
    /// Whether a severity reaches it.
    pub fn reached_by(self, severity: Severity) -> bool {
        matches!(self, Self::From(least) if severity >= least)
    }
}

impl Checked for Threshold {
    const WHAT: &'static str = "critical, high, medium, low, info or never";

    fn check(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

checked!(Threshold);

/// The name of a rule that exists.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct RuleName(String);

impl Checked for RuleName {
    const WHAT: &'static str = "the name of a rule";

    fn check(text: &str) -> Result<Self, String> {
        if rules::ALL.iter().any(|r| r.name == text) {
            return Ok(Self(text.to_owned()));
        }
        let near = nearest(text, rules::ALL.iter().map(|r| r.name));
        let hint =
            near.map_or_else(|| "`iac-trust-lint rules` lists them".to_owned(), |n| format!("did you mean `{n}`?"));
        Err(format!("there is no rule `{text}`; {hint}"))
    }
}

checked!(RuleName);

/// A list that may be left empty: `trust:` with nothing but comments under it.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}

fn map<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<RuleName, Level>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Settings of iac-trust-lint: who is trusted, which rules fire.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a mapping")]
#[schemars(rename = "Config", title = "iac-trust-lint config")]
pub(super) struct RawConfig {
    /// Accounts that the roles are deployed to, in quotes.
    #[serde(default, deserialize_with = "list")]
    own_accounts: Vec<AccountId>,
    /// The zone of trust: who else may assume roles.
    #[serde(default, deserialize_with = "list")]
    trust: Vec<TrustItem>,
    /// Rules by name: `off`, or a severity.
    #[serde(default, deserialize_with = "map")]
    #[schemars(schema_with = "super::schema::rule_levels")]
    rules: BTreeMap<RuleName, Level>,
    /// Globs over files whose findings are hidden.
    #[serde(default, deserialize_with = "list")]
    exclude: Vec<PathPattern>,
    /// The lowest severity that makes the exit code 1; default `medium`.
    fail_on: Option<Threshold>,
    /// Settings for some files; later ones win.
    #[serde(default, deserialize_with = "list")]
    overrides: Vec<RawOverride>,
}

/// Settings for some files.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a mapping")]
#[schemars(rename = "Override")]
pub(super) struct RawOverride {
    /// Globs over files and root modules.
    paths: Vec<PathPattern>,
    /// Accounts that the roles there are deployed to, in place of the general ones.
    own_accounts: Option<Vec<AccountId>>,
    /// Rules by name: `off`, or a severity.
    #[serde(default, deserialize_with = "map")]
    #[schemars(schema_with = "super::schema::rule_levels")]
    rules: BTreeMap<RuleName, Level>,
}

impl Config {
    /// Reads the text of a config file. `shown` is its path as errors show it.
    pub fn parse(shown: &str, text: &str) -> Result<Self, ConfigError> {
        crate::fault::fault("config", || text.to_owned());
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let empty = |l: &str| l.trim_start().is_empty() || l.trim_start().starts_with('#') || l.trim_end() == "---";
        if body.lines().all(empty) {
            return Ok(Self::default());
        }
        let raw: RawConfig = serde_yaml::from_str(body).map_err(|e| ConfigError::from_yaml(shown, body, &e))?;
        let ids = raw
            .own_accounts
            .iter()
            .chain(raw.trust.iter().filter_map(|t| t.account.as_ref()))
            .chain(raw.overrides.iter().flat_map(|o| o.own_accounts.iter().flatten()));
        for id in ids {
            check_quoted(shown, body, id)?;
        }
        let named = |rules: BTreeMap<RuleName, Level>| rules.into_iter().map(|(name, level)| (name.0, level)).collect();
        Ok(Self {
            own_accounts: raw.own_accounts,
            trust: raw.trust.into_iter().map(|t| t.trust).collect(),
            rules: named(raw.rules),
            exclude: raw.exclude,
            fail_on: raw.fail_on,
            overrides: raw
                .overrides
                .into_iter()
                .map(|o| Override { paths: o.paths, own_accounts: o.own_accounts, rules: named(o.rules) })
                .collect(),
        })
    }
}

/// An id with a leading zero is read as text even without quotes; another tool would read it as an octal number.
fn check_quoted(shown: &str, text: &str, id: &AccountId) -> Result<(), ConfigError> {
    let Some(offset) = id.address.and_then(|a| a.checked_sub(text.as_ptr().addr())) else { return Ok(()) };
    let Some(before) = text.get(..offset) else { return Ok(()) };
    if before.ends_with(['"', '\'']) {
        return Ok(());
    }
    let id = id.as_str();
    let (line, column) = super::error::position(before);
    Err(ConfigError::Mistake {
        path: shown.to_owned(),
        line,
        column,
        message: format!("{id} must be in quotes: write \"{id}\", else YAML takes it for a number"),
    })
}
