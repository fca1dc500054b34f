//! Condition keys: which there are, which request carries them, and what a condition on them is worth.

use std::sync::LazyLock;

use crate::{policy::spelling::distance, tables};

/// What is known of a condition key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyInfo {
    /// The key as AWS documents it. In the name of a family `*` stands for what differs: `aws:PrincipalTag/*`, `*:sub`.
    pub name: &'static str,
    /// Whether a request may carry several values for it.
    pub multivalued: bool,
    /// The type of its values.
    pub kind: KeyType,
    /// What a condition on it can be worth.
    pub bounds: Bounds,
    /// Where AWS documents it: a word that the head of the table explains.
    pub source: &'static str,
    availability: [Availability; 4],
}

/// The type of a key's values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum KeyType {
    String,
    Arn,
    Bool,
    Numeric,
    Date,
    Ip,
}

/// The calls that differ in which keys they carry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Call {
    /// `AssumeRole` by an IAM user or role.
    Principal,
    /// `AssumeRole` by an AWS service.
    Service,
    /// `AssumeRoleWithSAML`.
    Saml,
    /// `AssumeRoleWithWebIdentity`.
    WebIdentity,
}

/// Whether a call carries a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Availability {
    /// Every such request does.
    Always,
    /// Some do.
    Conditional,
    /// None does.
    Never,
    /// AWS does not say.
    Unknown,
}

/// What a positive condition on a key can be worth.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Bounds {
    /// It can prove that the caller belongs to a trusted party.
    Zone,
    /// It asks for something that the trusted party has; an outsider that has it too gets by.
    Guard,
    /// Nothing: the caller chooses the value, or it is the same for everybody.
    Nothing,
}

impl KeyInfo {
    /// Whether a call of that kind carries the key.
    pub fn availability(&self, call: Call) -> Availability {
        let [principal, service, saml, web] = self.availability;
        match call {
            Call::Principal => principal,
            Call::Service => service,
            Call::Saml => saml,
            Call::WebIdentity => web,
        }
    }

    /// Whether the name stands for a family of keys.
    pub fn is_family(&self) -> bool {
        self.name.contains('*')
    }
}

struct Table {
    keys: Vec<KeyInfo>,
    exact: tables::Table<String, usize>,
    families: Vec<Family>,
}

/// A name with `*`, in lower case: what stands before the star, and what stands after it.
struct Family {
    key: usize,
    before: String,
    after: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let keys: Vec<KeyInfo> = include_str!("data/condition_keys.tsv").lines().filter_map(parse_line).collect();
    let mut exact = tables::Table::default();
    let mut families = Vec::new();
    for (key, info) in keys.iter().enumerate() {
        match info.name.to_ascii_lowercase().split_once('*') {
            Some((before, after)) => families.push(Family { key, before: before.to_owned(), after: after.to_owned() }),
            None => {
                exact.insert(info.name.to_ascii_lowercase(), key);
            }
        }
    }
    Table { keys, exact, families }
});

/// All keys and families of keys, in the order of the table.
pub fn all() -> &'static [KeyInfo] {
    &TABLE.keys
}

/// What is known of a key; `None` when AWS has no such key. Case does not matter.
pub fn lookup(key: &str) -> Option<&'static KeyInfo> {
    let lower = key.to_ascii_lowercase();
    let at = TABLE
        .exact
        .get(&lower)
        .copied()
        .or_else(|| TABLE.families.iter().find(|f| f.contains(&lower)).map(|f| f.key))?;
    TABLE.keys.get(at)
}

/// The issuer (host and path, in lower case) and the claim of an OpenID Connect key such as
/// `token.actions.githubusercontent.com:sub`; `None` for any other key.
pub fn issuer_and_claim(key: &str) -> Option<(String, String)> {
    let lower = key.to_ascii_lowercase();
    let (issuer, claim) = lower.split_once(':')?;
    is_issuer(issuer).then(|| (issuer.to_owned(), claim.to_owned()))
}

/// A key that the author may have meant, for a key that AWS does not have.
pub fn near_miss(key: &str) -> Option<&'static str> {
    if key.len() > 100 || lookup(key).is_some() {
        return None;
    }
    let lower = key.to_ascii_lowercase();
    let named = || TABLE.keys.iter().filter(|k| !k.name.starts_with('*'));
    let local = lower.rsplit(':').next().unwrap_or(&lower);
    // The right name behind the wrong prefix, or behind none.
    let prefixes = ["sts:", "aws:", "saml:", "iam:"];
    let by_name = prefixes.iter().find_map(|p| lookup(&format!("{p}{local}")).filter(|k| k.name.starts_with(p)));
    if let Some(found) = by_name.filter(|_| !local.is_empty()) {
        return Some(found.name);
    }
    let most = (lower.len() / 6).clamp(1, 3);
    let by_distance = named().filter_map(|k| {
        let mut name = k.name.to_ascii_lowercase();
        if let Some(stem) = name.strip_suffix("/*") {
            let tag = lower.split_once('/').map_or("", |(_, tag)| tag);
            name = if tag.is_empty() { stem.to_owned() } else { format!("{stem}/{tag}") };
        }
        let distance = distance(&lower, &name, most)?;
        Some((distance, k.name))
    });
    by_distance.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

impl Family {
    fn contains(&self, key: &str) -> bool {
        let Some(rest) = key.strip_prefix(&self.before) else { return false };
        let Some(middle) = rest.strip_suffix(&self.after) else { return false };
        match (self.before.is_empty(), self.after.is_empty()) {
            (true, _) => is_issuer(middle),
            (_, true) => !middle.is_empty(),
            _ => !middle.is_empty() && !middle.contains(':'),
        }
    }
}

fn is_issuer(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or("");
    host.contains('.') && !text.contains(':')
}

fn parse_line(line: &'static str) -> Option<KeyInfo> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    let name = next()?;
    let multivalued = next()? == "many";
    let kind = match next()? {
        "string" => KeyType::String,
        "arn" => KeyType::Arn,
        "bool" => KeyType::Bool,
        "numeric" => KeyType::Numeric,
        "date" => KeyType::Date,
        "ip" => KeyType::Ip,
        _ => return None,
    };
    let mut availability = [Availability::Unknown; 4];
    for slot in &mut availability {
        *slot = match next()? {
            "A" => Availability::Always,
            "C" => Availability::Conditional,
            "-" => Availability::Never,
            "?" => Availability::Unknown,
            _ => return None,
        };
    }
    let bounds = match next()? {
        "zone" => Bounds::Zone,
        "guard" => Bounds::Guard,
        "nothing" => Bounds::Nothing,
        _ => return None,
    };
    Some(KeyInfo { name, multivalued, kind, bounds, source: next()?, availability })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("data/condition_keys.tsv").lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(all().len(), lines);
        let mut names: Vec<_> = all().iter().map(|k| k.name.to_ascii_lowercase()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), lines, "a key stands twice");
    }

    #[test]
    fn keys_are_found_whatever_their_case() {
        for key in ["STS:externalid", "sts:ExternalId"] {
            let info = lookup(key).unwrap();
            assert_eq!(info.name, "sts:ExternalId");
            assert_eq!(info.availability(Call::Principal), Availability::Conditional);
            assert_eq!(info.availability(Call::WebIdentity), Availability::Never);
        }
        assert!(lookup("aws:ExternalId").is_none());
        assert!(lookup("").is_none());
        assert!(lookup("aws:PrincipalTag/").is_none());
    }

    #[test]
    fn families_cover_tags_and_issuers() {
        assert_eq!(lookup("aws:principaltag/Team").unwrap().name, "aws:PrincipalTag/*");
        assert_eq!(lookup("aws:RequestTag/a:b").unwrap().name, "aws:RequestTag/*");
        assert_eq!(lookup("aws:RequestTag/kubernetes-namespace").unwrap().bounds, Bounds::Guard);
        assert_eq!(lookup("oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub").unwrap().name, "*:sub");
        assert_eq!(lookup("token.actions.githubusercontent.com/acme:actor").unwrap().bounds, Bounds::Nothing);
        assert_eq!(lookup("token.actions.corp.ghe.com:repository_id").unwrap().bounds, Bounds::Zone);
        assert!(lookup("token.actions.githubusercontent.com:subject").is_none());
        assert!(lookup("aws:sub").is_none());
        assert!(lookup("cognito-identity.amazonaws.com:amr").unwrap().multivalued);
    }

    #[test]
    fn issuers_are_told_from_other_prefixes() {
        let found = issuer_and_claim("Token.Actions.GithubUserContent.com:Sub");
        assert_eq!(found, Some(("token.actions.githubusercontent.com".to_owned(), "sub".to_owned())));
        assert_eq!(issuer_and_claim("aws:PrincipalArn"), None);
        assert_eq!(issuer_and_claim("saml:sub"), None);
    }

    #[test]
    fn near_misses_are_suggested() {
        assert_eq!(near_miss("aws:ExternalId"), Some("sts:ExternalId"));
        assert_eq!(near_miss("ExternalId"), Some("sts:ExternalId"));
        assert_eq!(near_miss("sts:ExternalID"), None, "it is the key itself");
        assert_eq!(near_miss("sts:ExtrenalId"), Some("sts:ExternalId"));
        assert_eq!(near_miss("aws:MultifactorAuthPresence"), Some("aws:MultiFactorAuthPresent"));
        assert_eq!(near_miss("aws:PrincipalOrgIDs"), Some("aws:PrincipalOrgID"));
        assert_eq!(near_miss("aws:PrincipalTags/team"), Some("aws:PrincipalTag/*"));
        assert_eq!(near_miss("aws:PrincipalTag"), Some("aws:PrincipalTag/*"));
        assert_eq!(near_miss("sts:PrincipalArn"), Some("aws:PrincipalArn"));
        assert_eq!(
            near_miss("token.actions.githubusercontent.com:repositoryid"),
            Some("token.actions.githubusercontent.com:repository_id")
        );
        assert_eq!(near_miss("acme:Whatever"), None);
        assert_eq!(near_miss(&"x".repeat(100_000)), None);
        assert_eq!(near_miss("sts:"), None);
    }
}
