use std::collections::BTreeMap;

use serde::Serialize;

use crate::source::Location;

/// How bad it is if deployed, least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// All, most severe first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The name that options and reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// The text names no severity.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no severity: use critical, high, medium, low or info")]
pub struct SeverityParseError(String);

impl std::str::FromStr for Severity {
    type Err = SeverityParseError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|v| v.name() == s).ok_or_else(|| SeverityParseError(s.to_owned()))
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a finding holds whatever the unknowns are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The witness is allowed for some value of what is unknown.
    Possible,
    /// The witness is allowed whatever the unknowns are.
    Certain,
}

/// A place that a finding points at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// A span in a file that was read.
    Span(Location),
    /// A file that has no text (it could not be read), as reports show it.
    File(String),
}

/// A place with a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place.
    pub at: Location,
    /// What stands there, lower-case, without period.
    pub text: String,
}

/// A role that a finding is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct RoleRef {
    /// Its address.
    pub address: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The root module or template.
    pub root: String,
}

/// A concrete request, as `simulate` reads it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Witness {
    /// Who makes it.
    pub principal: String,
    /// The call.
    pub action: String,
    /// The condition keys that it carries.
    pub context: BTreeMap<String, WitnessValue>,
}

/// What a request carries for a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum WitnessValue {
    /// One value.
    One(String),
    /// The values of a multivalued key.
    Many(Vec<String>),
}

/// What a fingerprint is made of besides the rule and the role.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct FingerprintParts {
    /// The offending value as text.
    pub value: String,
    /// The statement's text, or that of the place when there is no statement.
    pub statement: String,
}

/// Why a finding does not count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Quieted {
    /// An inline suppression with this reason.
    Suppressed(String),
    /// The baseline has it.
    Baselined,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// One sentence: what is wrong, lower-case start, without period, code in backticks.
    pub message: String,
    /// The smallest edit that mends it.
    pub help: Option<String>,
    /// All roles that it is about, sorted; empty for findings of no role.
    pub roles: Vec<RoleRef>,
    /// The smallest place that a person would edit.
    pub primary: Place,
    /// What stands there.
    pub primary_label: String,
    /// By which way the value got there, and other places that help to understand.
    pub related: Vec<Label>,
    /// A request that gets in.
    pub witness: Option<Witness>,
    /// What must hold for it, in words ("`IsProd` is true").
    pub assumptions: Vec<String>,
    /// Blocks and statements whose preceding comment may suppress it, besides the lines of the primary place.
    pub scopes: Vec<Location>,
    /// What the fingerprint is made of.
    pub fingerprint_parts: FingerprintParts,
    /// The fingerprint, `v1:…`; filled in when all findings are known.
    pub fingerprint: String,
    /// The fingerprint that it would have if it were about one of its roles alone, for each address; the first is
    /// `fingerprint`. A run over fewer files may see fewer of the roles.
    pub role_fingerprints: Vec<String>,
    /// Set when something keeps it quiet.
    pub quieted: Option<Quieted>,
}

impl Finding {
    /// A finding that is certain, of no role, of which nothing more is known.
    pub(crate) fn new(rule: &'static str, severity: Severity, primary: Place, message: String) -> Self {
        Self {
            rule,
            severity,
            certainty: Certainty::Certain,
            message,
            help: None,
            roles: Vec::new(),
            primary,
            primary_label: String::new(),
            related: Vec::new(),
            witness: None,
            assumptions: Vec::new(),
            scopes: Vec::new(),
            fingerprint_parts: FingerprintParts::default(),
            fingerprint: String::new(),
            role_fingerprints: Vec::new(),
            quieted: None,
        }
    }
}
