//! Where a party stands to the zone of trust.

use super::{OwnPlace, Standing, TrustKind, Zone};

/// A verdict with the zone entry that trusts the party.
pub type Verdict = (Standing, Option<usize>);

/// Whether an entry means an account as a whole.
fn is_account(kind: &TrustKind, id: &str) -> bool {
    match kind {
        TrustKind::Account(account) => account == id,
        TrustKind::Principal(pattern) => {
            let mut fields = pattern.splitn(6, ':');
            let (account, resource) = (fields.nth(4), fields.next());
            account == Some(id) && matches!(resource, Some("*" | "root"))
        }
        TrustKind::Organization(_) | TrustKind::OrganizationalUnit(_) => false,
    }
}

impl Zone {
    /// An account as a whole.
    pub fn account(&self, own: &OwnPlace, id: &str) -> Verdict {
        if self.is_own_account(own, id) {
            return (Standing::Own, None);
        }
        self.trusted(|kind| Some(is_account(kind, id)))
    }

    /// Whether an entry trusts an account as a whole.
    pub(crate) fn trusts_account(&self, id: &str) -> bool {
        self.entries.iter().any(|entry| is_account(&entry.kind, id))
    }

    /// A user or role, by ARN or by a pattern over ARNs that fixes the account.
    pub fn principal(&self, own: &OwnPlace, arn: &str) -> Verdict {
        let account = arn.split(':').nth(4).unwrap_or("");
        if self.is_own_account(own, account) {
            return (Standing::Own, None);
        }
        let exact = self.trusted(|kind| match kind {
            TrustKind::Principal(pattern) => Some(covers(pattern, arn)),
            _ => None,
        });
        if exact.0 == Standing::Trusted { exact } else { self.account(own, account) }
    }

    /// An organization, by id.
    pub fn organization(&self, own: &OwnPlace, id: &str) -> Verdict {
        if id == own.organization {
            return (Standing::Own, None);
        }
        self.trusted(|kind| match kind {
            TrustKind::Organization(own) => Some(own == id),
            _ => None,
        })
    }

    /// An organizational unit, by path `o-…/r-…/ou-…`. One that does not begin with an organization's id is nobody's.
    pub fn organizational_unit(&self, own: &OwnPlace, path: &str) -> Verdict {
        let path = path.trim_end_matches('/');
        let (organization, _) = path.split_once('/').unwrap_or((path, ""));
        let whole = self.organization(own, organization);
        if whole.0 != Standing::Outside {
            return whole;
        }
        self.trusted(|kind| match kind {
            TrustKind::OrganizationalUnit(unit) => {
                let unit = unit.trim_end_matches('*').trim_end_matches('/');
                Some(path.strip_prefix(unit).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
            }
            _ => None,
        })
    }

    /// Whether the account is one of those that the role may be in.
    pub fn is_own_account(&self, own: &OwnPlace, id: &str) -> bool {
        own.account == id || self.own_accounts.iter().any(|a| a == id)
    }

    /// Organizations that are trusted as a whole, the own one first.
    pub fn trusted_organizations(&self, own: &OwnPlace) -> Vec<String> {
        let listed = self.entries.iter().filter_map(|e| match &e.kind {
            TrustKind::Organization(id) => Some(id.clone()),
            _ => None,
        });
        std::iter::once(own.organization.clone()).chain(listed).collect()
    }

    /// Patterns of the paths of organizations and units that are trusted.
    pub fn trusted_paths(&self, own: &OwnPlace) -> Vec<String> {
        let units = self.entries.iter().filter_map(|e| match &e.kind {
            TrustKind::OrganizationalUnit(path) => {
                Some(format!("{}/*", path.trim_end_matches('*').trim_end_matches('/')))
            }
            _ => None,
        });
        self.trusted_organizations(own).iter().map(|o| format!("{o}/*")).chain(units).collect()
    }

    /// Entries for a provider: positions in [`Zone::providers`]. `text` is its ARN or the name that AWS knows it by.
    pub fn provider_entries(&self, text: &str) -> Vec<usize> {
        let issuer = text.split_once(":oidc-provider/").map_or(text, |(_, issuer)| issuer);
        let bare = |s: &str| s.trim_start_matches("https://").trim_end_matches('/').to_ascii_lowercase();
        let meant = |listed: &str| listed == text || (!listed.starts_with("arn:") && bare(listed) == bare(issuer));
        (0..self.providers.len()).filter(|i| self.providers.get(*i).is_some_and(|p| meant(&p.provider))).collect()
    }

    fn trusted(&self, is: impl Fn(&TrustKind) -> Option<bool>) -> Verdict {
        match self.entries.iter().position(|e| is(&e.kind) == Some(true)) {
            Some(entry) => (Standing::Trusted, Some(entry)),
            None => (Standing::Outside, None),
        }
    }
}

/// Whether a pattern of the zone covers every ARN that a pattern of the policy, or an ARN, stands for.
fn covers(zone: &str, policy: &str) -> bool {
    super::solver::includes(zone, policy)
}
