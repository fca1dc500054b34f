use crate::analysis::{OwnPlace, Zone};

/// Whether an account is neither the role's own nor in the zone of trust.
pub(crate) fn account_is_outside(zone: &Zone, own: Option<&OwnPlace>, account: &str) -> bool {
    let is_own = own.is_some_and(|o| o.account == account) || zone.own_accounts.iter().any(|id| id == account);
    !is_own && !zone.trusts_account(account)
}

/// The account field of an ARN or ARN pattern.
pub(crate) fn arn_account(arn: &str) -> Option<&str> {
    let mut fields = arn.splitn(6, ':');
    (fields.next() == Some("arn")).then_some(())?;
    fields.nth(3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Requirement, TrustEntry, TrustKind};

    #[test]
    fn whatever_means_all_of_an_account_trusts_it() {
        let zone = |kind| Zone {
            entries: vec![TrustEntry { kind, name: None, require: Requirement::None }],
            ..Zone::default()
        };
        let principal = |arn: &str| TrustKind::Principal(arn.to_owned());
        for (kind, outside) in [
            (TrustKind::Account("999988887777".to_owned()), false),
            (principal("arn:aws:iam::999988887777:root"), false),
            (principal("arn:aws:iam::999988887777:*"), false),
            (principal("arn:aws:iam::999988887777:role/x"), true),
            (principal("arn:aws:iam::999988886666:root"), true),
        ] {
            assert_eq!(account_is_outside(&zone(kind.clone()), None, "999988887777"), outside, "{kind:?}");
        }
    }
}
