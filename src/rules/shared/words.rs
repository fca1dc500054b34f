use crate::{
    analysis::{Grant, GrantKind, TrustKind, Zone, known_accounts},
    rules::RoleContext,
};

/// How messages name the role: "role `audit`", by its name where the configuration sets one.
pub(crate) fn role_phrase(ctx: &RoleContext<'_>) -> String {
    let role = ctx.role;
    if role.kind == "policy-document" {
        return format!("the role of `{}`", role.address);
    }
    let whole = role.name.as_ref().filter(|name| name.first_hole().is_none());
    let name = whole.map(|t| t.display()).filter(|n| !n.is_empty());
    let name = name.or_else(|| role.display.clone()).unwrap_or_else(|| role.address.clone());
    format!("role `{}`", name.replace('`', "'"))
}

/// "account 464622532012 (Datadog)": named by the zone's own entry or by the table of known accounts.
pub(crate) fn account_phrase(zone: &Zone, account: &str) -> String {
    match account_name(zone, account) {
        Some(name) => format!("account {account} ({name})"),
        None => format!("account {account}"),
    }
}

fn account_name<'a>(zone: &'a Zone, account: &str) -> Option<&'a str> {
    let named = |e: &&crate::analysis::TrustEntry| matches!(&e.kind, TrustKind::Account(id) if id == account);
    zone.entries.iter().filter(named).find_map(|e| e.name.as_deref()).or_else(|| known_accounts::lookup(account))
}

/// How messages name the party of a grant.
pub(crate) fn party_phrase(zone: &Zone, grant: &Grant) -> String {
    let of = |what: &str| match &grant.account {
        Some(account) => {
            let name = grant.value.rsplit_once(&format!("{account}:")).map_or(&*grant.value, |(_, rest)| rest);
            let name = name.split_once('/').map_or(name, |(_, n)| n);
            format!("{what} `{name}` of {}", account_phrase(zone, account))
        }
        None => format!("{what} `{}`", grant.value),
    };
    match grant.kind {
        GrantKind::Any => "any AWS account".to_owned(),
        GrantKind::Organization if grant.value.contains('/') => {
            format!("any account of organizational unit `{}`", grant.value)
        }
        GrantKind::Organization => format!("any account of organization {}", grant.value),
        GrantKind::Account => account_phrase(zone, grant.account.as_deref().unwrap_or(&grant.value)),
        GrantKind::User => of("user"),
        GrantKind::Role => of("role"),
        GrantKind::Session => of("session"),
        GrantKind::FederatedUser => of("federated user"),
        GrantKind::Service => format!("service `{}`", grant.value),
        GrantKind::Saml => format!("SAML provider `{}`", grant.value),
        GrantKind::Oidc => format!("identity provider `{}`", grant.value),
        GrantKind::UniqueId | GrantKind::Unknown => format!("`{}`", grant.value),
    }
}

/// "a", "a and b", "a, b and c".
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
