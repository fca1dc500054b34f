use crate::analysis::{OwnPlace, TrustKind, Zone};

/// Whether an account is neither the role's own nor in the zone of trust.
pub(crate) fn account_is_outside(zone: &Zone, own: Option<&OwnPlace>, account: &str) -> bool {
    let is_own = own.is_some_and(|o| o.account == account) || zone.own_accounts.iter().any(|id| id == account);
    let trusted = |kind: &TrustKind| matches!(kind, TrustKind::Account(id) if id == account);
    !is_own && !zone.entries.iter().any(|e| trusted(&e.kind))
}

/// The account field of an ARN or ARN pattern.
pub(crate) fn arn_account(arn: &str) -> Option<&str> {
    let mut fields = arn.splitn(6, ':');
    (fields.next() == Some("arn")).then_some(())?;
    fields.nth(3)
}
