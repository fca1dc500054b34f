use std::path::{Path, PathBuf};

use super::{Config, Date, Level, Party, PathPattern, Trust};
use crate::analysis::{ProviderEntry, TrustEntry, TrustKind, Zone};

/// A config in force: with the folder of its globs and the day of the run.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The config, with what the command line adds.
    pub config: Config,
    /// The folder that globs are relative to; absolute.
    pub folder: PathBuf,
    /// The day that expiries are judged by.
    pub now: Date,
}

/// What a zone or a severity is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The file of the role or finding; absolute.
    pub file: &'a Path,
    /// The root module's folder or the template, when there is one; absolute.
    pub root: Option<&'a Path>,
}

/// A trust entry that no longer counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expired {
    /// Who was trusted, in words.
    pub party: String,
    /// The name that the user gave it.
    pub name: Option<String>,
    /// The day from which on it does not count.
    pub since: Date,
}

impl Effective {
    /// Whether the user configured any zone at all.
    pub fn zone_configured(&self) -> bool {
        let own = |o: &super::Override| o.own_accounts.as_ref().is_some_and(|a| !a.is_empty());
        !self.config.trust.is_empty() || !self.config.own_accounts.is_empty() || self.config.overrides.iter().any(own)
    }

    /// Whether the zone of trust is the same for every role.
    pub fn has_one_zone(&self) -> bool {
        self.config.trust.iter().all(|t| t.roles.is_empty() && t.paths.is_empty())
            && self.config.overrides.iter().all(|o| o.own_accounts.is_none())
    }

    /// The zone of trust as it applies to one role.
    pub fn zone(&self, subject: Subject<'_>, name: Option<&str>, address: &str) -> Zone {
        crate::fault::fault("zone", || subject.file.display().to_string());
        let mut zone =
            Zone { own_accounts: self.own_accounts(subject), configured: self.zone_configured(), ..Zone::default() };
        for entry in &self.config.trust {
            if self.has_expired(entry) || !self.concerns(entry, subject, name, address) {
                continue;
            }
            let kind = match &entry.party {
                Party::Account(id) => TrustKind::Account(id.clone()),
                Party::Organization(id) => TrustKind::Organization(id.clone()),
                Party::OrganizationalUnit(path) => TrustKind::OrganizationalUnit(path.clone()),
                Party::Principal(arn) => TrustKind::Principal(arn.clone()),
                Party::IdentityProvider(provider, subjects) => {
                    let (provider, subjects) = (provider.clone(), subjects.clone());
                    zone.providers.push(ProviderEntry { provider, subjects });
                    continue;
                }
                Party::Value(expression) => {
                    zone.vouched.push(expression.clone());
                    continue;
                }
            };
            zone.entries.push(TrustEntry { kind, name: entry.name.clone(), require: entry.require });
        }
        zone
    }

    /// What a rule is set to for a file; `None` when the rule's own severity holds.
    pub fn level(&self, rule: &str, subject: Subject<'_>) -> Option<Level> {
        crate::fault::fault("level", || subject.file.display().to_string());
        let special = self.config.overrides.iter().rev().filter(|o| self.matches(&o.paths, subject));
        special.filter_map(|o| o.rules.get(rule)).next().or_else(|| self.config.rules.get(rule)).copied()
    }

    /// Whether findings in a file are hidden.
    pub fn excludes(&self, file: &Path) -> bool {
        crate::fault::fault("exclude", || file.display().to_string());
        self.any(&self.config.exclude, file)
    }

    /// The trust entries that no longer count.
    pub fn expired(&self) -> Vec<Expired> {
        let expired = self.config.trust.iter().filter(|e| self.has_expired(e));
        expired
            .filter_map(|e| Some(Expired { party: e.party.describe(), name: e.name.clone(), since: e.expires? }))
            .collect()
    }

    fn own_accounts(&self, subject: Subject<'_>) -> Vec<String> {
        let special = self.config.overrides.iter().rev().filter(|o| self.matches(&o.paths, subject));
        let own = special.filter_map(|o| o.own_accounts.as_ref()).next().unwrap_or(&self.config.own_accounts);
        own.iter().map(|id| id.as_str().to_owned()).collect()
    }

    fn has_expired(&self, entry: &Trust) -> bool {
        entry.expires.is_some_and(|day| self.now >= day)
    }

    fn concerns(&self, entry: &Trust, subject: Subject<'_>, name: Option<&str>, address: &str) -> bool {
        let role = |p: &super::NamePattern| p.matches(address) || name.is_some_and(|n| p.matches(n));
        (entry.roles.is_empty() || entry.roles.iter().any(role))
            && (entry.paths.is_empty() || self.matches(&entry.paths, subject))
    }

    fn matches(&self, patterns: &[PathPattern], subject: Subject<'_>) -> bool {
        // A pattern such as `envs/prod/**` means the root module `envs/prod` as well.
        let root = subject.root.map(|r| r.join("main.tf"));
        self.any(patterns, subject.file)
            || subject.root.is_some_and(|r| self.any(patterns, r))
            || root.is_some_and(|r| self.any(patterns, &r))
    }

    fn any(&self, patterns: &[PathPattern], path: &Path) -> bool {
        path.strip_prefix(&self.folder).is_ok_and(|relative| patterns.iter().any(|p| p.matches(relative)))
    }
}
