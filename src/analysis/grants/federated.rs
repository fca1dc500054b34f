//! Services and identity providers.

use super::{Party, Way};
use crate::{
    analysis::{Action, Caller, Demand, Grant, GrantKind, Standing, Strings, issuers},
    policy::{Principal, Who},
};

/// An AWS service.
pub(super) fn service(way: &Way<'_>, name: &str, out: &mut Vec<Grant>) {
    let query = way.query(Caller::Service(Strings::OneOf(vec![name.to_owned()])), Action::AssumeRole);
    let answer = way.ask(&query);
    if !answer.may_be() {
        return;
    }
    let kind = GrantKind::Service;
    let party = Party { kind, value: name.to_owned(), account: None, bounded_by: None, query, answer };
    out.extend(way.grant(party, Standing::Service, None));
}

/// A SAML or OpenID Connect provider.
pub(super) fn provider(way: &Way<'_>, principal: &Principal, out: &mut Vec<Grant>) {
    let (kind, caller, action) = match &principal.who {
        Who::Saml { .. } => (GrantKind::Saml, Caller::Saml, Action::AssumeRoleWithSaml),
        _ => (GrantKind::Oidc, Caller::Oidc, Action::AssumeRoleWithWebIdentity),
    };
    let query = way.query(caller, action);
    let answer = way.ask(&query);
    if !answer.may_be() {
        return;
    }
    let account = match &principal.who {
        Who::Saml { account, .. } | Who::Oidc { account, .. } => account.as_known().map(|a| a.into_owned()),
        _ => None,
    };
    let value = principal.value.text.display();
    let party = Party { kind, value, account, bounded_by: None, query, answer };
    let standing = way.provider_standing(&party);
    out.extend(way.grant(party, standing, None));
}

impl Way<'_> {
    fn provider_standing(&self, party: &Party) -> Standing {
        let zone = self.analysis.zone();
        let issuer = issuers::of_provider(&party.value);
        if party.kind == GrantKind::Oidc && !self.is_pinned(party, &issuer) {
            return Standing::Outside;
        }
        if zone.providers.is_empty() {
            return Standing::Own;
        }
        let entries = zone.provider_entries(&party.value);
        let listed = entries.iter().filter_map(|i| zone.providers.get(*i));
        let mut subjects = Vec::new();
        for entry in listed {
            if entry.subjects.is_empty() {
                return Standing::Trusted;
            }
            subjects.extend(entry.subjects.iter().cloned());
        }
        if subjects.is_empty() || self.admits_other_subjects(party, &issuer, &subjects) {
            Standing::Outside
        } else {
            Standing::Trusted
        }
    }

    /// Whether a caller with a subject outside the patterns gets in.
    fn admits_other_subjects(&self, party: &Party, issuer: &str, patterns: &[String]) -> bool {
        let key = if party.kind == GrantKind::Saml { "saml:sub".to_owned() } else { format!("{issuer}:sub") };
        let query = party.query.clone().demand(key, Demand::AbsentOr(Strings::Like(Vec::new(), patterns.to_vec())));
        self.ask(&query).may_be()
    }

    /// Whether a condition says whose tokens of a shared issuer are let in.
    fn is_pinned(&self, party: &Party, issuer: &str) -> bool {
        let Some(known) = issuers::lookup(issuer).filter(|i| i.shared) else { return true };
        let mut query = party.query.clone();
        for pin in &known.pins {
            query = query.demand(issuers::key(issuer, pin), Demand::Unguarded);
        }
        self.ask(&query).is_no()
    }
}
