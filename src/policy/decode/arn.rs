//! Whom the text of a principal means.

use crate::{
    policy::{Who, pieces, spelling::distance},
    value::{Part, Symbol, Text},
};

/// What a text means, and what is wrong with it: message and help.
pub(super) struct Reading {
    pub who: Who,
    pub problem: Option<(String, Option<String>)>,
}

/// Partitions that AWS has.
const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// Identity providers that AWS knows by name.
const BUILTIN: [&str; 4] =
    ["cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com"];

impl Reading {
    fn good(who: Who) -> Self {
        Self { who, problem: None }
    }

    fn bad(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { who: Who::Invalid, problem: Some((message.into(), Some(help.into()))) }
    }

    fn meant(who: Who, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { who, problem: Some((message.into(), Some(help.into()))) }
    }
}

/// A principal under `AWS`.
pub(super) fn aws(text: &Text) -> Reading {
    if let Some(known) = text.as_known() {
        if known == "*" {
            return Reading::good(Who::Any);
        }
        if !known.is_empty() && known.bytes().all(|b| b.is_ascii_digit()) {
            return match known.len() {
                12 => Reading::good(Who::Account { partition: None, account: text.clone() }),
                n => Reading::bad(
                    format!("the account id `{known}` has {n} digits instead of 12"),
                    "write all 12 digits, in quotes so that leading zeros stay",
                ),
            };
        }
        if is_unique_id(&known) {
            return Reading::good(Who::UniqueId(known.into_owned()));
        }
    }
    match text.parts() {
        [Part::Symbol(Symbol::OwnAccount | Symbol::AwsServiceAccount, _)] => {
            return Reading::good(Who::Account { partition: None, account: text.clone() });
        }
        [Part::Hole(unknown, _), ..] => return Reading::good(Who::Unknown(unknown.clone())),
        _ => {}
    }
    if pieces::lead(text).starts_with("arn:") {
        return arn(text, Under::Aws);
    }
    if let Some(unknown) = text.first_hole() {
        return Reading::good(Who::Unknown(unknown.clone()));
    }
    let shown = text.display();
    if has_wildcard(text) {
        return wildcard(&shown);
    }
    if looks_like_host(&shown) {
        let message = format!("`{shown}` is a service and stands under `AWS`");
        return Reading::bad(message, "put it under `Service`");
    }
    Reading::bad(
        format!("`{shown}` is neither an account id nor the ARN of a principal"),
        "write a 12-digit account id, or an ARN such as `arn:aws:iam::111122223333:role/deploy`",
    )
}

/// A principal under `Service`.
pub(super) fn service(text: &Text) -> Reading {
    if pieces::is_open(text) {
        return Reading::good(Who::Service(text.clone()));
    }
    let shown = text.display();
    if has_wildcard(text) {
        return Reading::bad(format!("`{shown}` is no service: there are no wildcards here"), "name each service");
    }
    if shown.starts_with("arn:") || !shown.is_empty() && shown.bytes().all(|b| b.is_ascii_digit()) {
        let read = if shown.contains("-provider/") { federated(text) } else { aws(text) };
        let key = if shown.contains("-provider/") { "Federated" } else { "AWS" };
        return Reading::meant(read.who, format!("`{shown}` is no service"), format!("put it under `{key}`"));
    }
    if !looks_like_host(&shown) {
        return Reading::bad(format!("`{shown}` is no service"), "write it as `ec2.amazonaws.com`");
    }
    if text.as_known().is_some_and(|host| is_misspelt(&host)) {
        let help = "services end in `.amazonaws.com`, as `ec2.amazonaws.com` does";
        return Reading::meant(Who::Service(text.clone()), format!("`{shown}` is no service"), help);
    }
    Reading::good(Who::Service(text.clone()))
}

/// Whether a host ends in what is nearly the domain of services. Other domains are let be: a few services have one.
fn is_misspelt(host: &str) -> bool {
    const DOMAIN: &str = "amazonaws.com";
    let host = host.strip_suffix(".cn").unwrap_or(host);
    let before = host.rmatch_indices('.').nth(1).map_or(0, |(at, dot)| at + dot.len());
    host.get(before..).is_some_and(|domain| domain != DOMAIN && distance(domain, DOMAIN, 2).is_some())
}

/// A principal under `Federated`.
pub(super) fn federated(text: &Text) -> Reading {
    if let Some(known) = text.as_known() {
        if BUILTIN.contains(&&*known) {
            return Reading::good(Who::BuiltinProvider(known.into_owned()));
        }
        if !known.starts_with("arn:") {
            let message = format!("`{known}` is no identity provider");
            let host = known.trim_start_matches("https://");
            let help = if looks_like_host(host.split('/').next().unwrap_or("")) {
                format!("write its ARN: `arn:aws:iam::111122223333:oidc-provider/{host}`")
            } else {
                "write the ARN of a SAML or OIDC provider of this account".to_owned()
            };
            return Reading::bad(message, help);
        }
    }
    if let [Part::Hole(unknown, _), ..] = text.parts() {
        return Reading::good(Who::Unknown(unknown.clone()));
    }
    if pieces::lead(text).starts_with("arn:") {
        return arn(text, Under::Federated);
    }
    match text.first_hole() {
        Some(unknown) => Reading::good(Who::Unknown(unknown.clone())),
        None => Reading::bad(format!("`{}` is no identity provider", text.display()), "write the ARN of a provider"),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Under {
    Aws,
    Federated,
}

fn arn(text: &Text, under: Under) -> Reading {
    let shown = text.display();
    let fields = pieces::split(text, ':', 6);
    let [_, partition, service, region, account, resource] = &*fields else {
        return match text.first_hole() {
            Some(unknown) => Reading::good(Who::Unknown(unknown.clone())),
            None => Reading::bad(
                format!("`{shown}` is no ARN of a principal: it has {} fields instead of 6", fields.len()),
                "write it as `arn:aws:iam::111122223333:role/deploy`",
            ),
        };
    };
    if has_wildcard(text) {
        return wildcard(&shown);
    }
    if let Some(known) = partition.as_known()
        && !PARTITIONS.contains(&&*known)
    {
        let help = format!("the partitions are {}", PARTITIONS.map(|p| format!("`{p}`")).join(", "));
        return Reading::bad(format!("`{shown}` has the partition `{known}`, which does not exist"), help);
    }
    let service = match (service.as_known(), service.first_hole()) {
        (Some(known), _) => known,
        // Users are of `iam`, sessions of `sts`: the account says to whom it belongs.
        (None, Some(_)) if account.first_hole().is_none() && resource.first_hole().is_some() => {
            let (partition, account) = (partition.clone(), account.clone());
            return Reading::good(Who::Member { partition, account, resource: resource.clone() });
        }
        (None, Some(unknown)) => return Reading::good(Who::Unknown(unknown.clone())),
        (None, None) => service.display().into(),
    };
    if service != "iam" && service != "sts" {
        return Reading::bad(
            format!("`{shown}` is an ARN of `{service}`, which has no principals"),
            "name an IAM user, role or account",
        );
    }
    if region.as_known().is_none_or(|r| !r.is_empty()) && region.first_hole().is_none() {
        return Reading::bad(
            format!("`{shown}` has a region, and principals have none"),
            "leave the fourth field empty",
        );
    }
    if let Some(known) = account.as_known()
        && (known.len() != 12 || !known.bytes().all(|b| b.is_ascii_digit()))
    {
        return Reading::bad(
            format!("`{shown}` has the account id `{known}`, which is not 12 digits"),
            "write all 12 digits",
        );
    }
    let read = principal_of(&Fields { shown: &shown, partition, account, resource }, &service);
    match (under, &read.who) {
        (Under::Aws, Who::Saml { .. } | Who::Oidc { .. }) => {
            let message = format!("`{shown}` is an identity provider and stands under `AWS`");
            Reading::meant(read.who, message, "put it under `Federated`")
        }
        (Under::Aws, _) | (Under::Federated, Who::Saml { .. } | Who::Oidc { .. } | Who::Invalid | Who::Unknown(_)) => {
            read
        }
        (Under::Federated, _) if pieces::lead(resource).is_empty() && pieces::is_open(resource) => {
            match text.first_hole() {
                Some(unknown) => Reading::good(Who::Unknown(unknown.clone())),
                None => Reading::bad(format!("`{shown}` is no identity provider"), "write the ARN of a provider"),
            }
        }
        (Under::Federated, _) => {
            let message = format!("`{shown}` is no identity provider and stands under `Federated`");
            Reading::meant(read.who, message, "put it under `AWS`")
        }
    }
}

struct Fields<'t> {
    shown: &'t str,
    partition: &'t Text,
    account: &'t Text,
    resource: &'t Text,
}

/// The principal that an ARN of `iam` or `sts` names.
fn principal_of(f: &Fields<'_>, service: &str) -> Reading {
    let (partition, account) = (f.partition.clone(), f.account.clone());
    if f.resource.is("root") && service == "iam" {
        return Reading::good(Who::Account { partition: Some(partition), account });
    }
    let lead = pieces::lead(f.resource);
    let Some((kind, _)) = lead.split_once('/') else {
        if f.resource.first_hole().is_some() {
            return Reading::good(Who::Member { partition, account, resource: f.resource.clone() });
        }
        return Reading::bad(
            format!("`{}` names no principal", f.shown),
            "write `root`, `user/NAME` or `role/NAME` after the account id",
        );
    };
    let name = pieces::split(f.resource, '/', 2).pop().unwrap_or_else(|| f.resource.clone());
    // An issuer keeps the slash at its end: `sts.windows.net/TENANT/`.
    let slash = |n: &str| n.ends_with('/') && (kind != "oidc-provider" || n.ends_with("//"));
    if name.as_known().is_some_and(|n| n.is_empty() || n == "/" || slash(&n) || n.contains(char::is_whitespace)) {
        return Reading::bad(format!("`{}` has no valid name", f.shown), format!("write the name after `{kind}/`"));
    }
    match (service, kind) {
        ("iam", "user") => Reading::good(Who::User { partition, account, name }),
        ("iam", "role") => Reading::good(Who::Role { partition, account, name }),
        ("iam", "saml-provider") => Reading::good(Who::Saml { partition, account, name }),
        ("iam", "oidc-provider") => Reading::good(Who::Oidc { partition, account, issuer: name }),
        ("iam", "group") => Reading::bad(
            format!("`{}` is a group, and groups are no principals", f.shown),
            "name users or roles, or the account",
        ),
        ("sts", "federated-user") => Reading::good(Who::FederatedUser { partition, account, name }),
        ("sts", "assumed-role") => session(f, &name),
        ("sts", "user" | "role") => Reading::bad(
            format!("`{}` is an ARN of `sts`, where `iam` should stand", f.shown),
            format!("write `arn:aws:iam::…:{kind}/…`"),
        ),
        ("iam", "assumed-role" | "federated-user") => Reading::bad(
            format!("`{}` is an ARN of `iam`, where `sts` should stand", f.shown),
            format!("write `arn:aws:sts::…:{kind}/…`"),
        ),
        _ => Reading::bad(
            format!("`{}` is a `{kind}`, which is no principal", f.shown),
            "name an IAM user, a role or an account",
        ),
    }
}

fn session(f: &Fields<'_>, name: &Text) -> Reading {
    let (partition, account) = (f.partition.clone(), f.account.clone());
    let mut fields = pieces::split(name, '/', 2).into_iter();
    match (fields.next(), fields.next()) {
        (Some(role), Some(session)) => {
            if session.as_known().is_some_and(|s| s.contains('/')) {
                return Reading::bad(
                    format!("`{}` has more than a role name and a session name", f.shown),
                    "leave out the path of the role: `assumed-role/ROLE/SESSION`",
                );
            }
            Reading::good(Who::Session { partition, account, role, session })
        }
        (Some(role), None) if role.first_hole().is_some() => {
            // What is not known holds the end of the one name and the beginning of the other.
            let hole = |p: &&Part| !matches!(p, Part::Known { .. });
            let from = role.parts().iter().position(|p| hole(&p)).unwrap_or_default();
            let to = role.parts().iter().rposition(|p| hole(&p)).map_or(0, |at| at + 1);
            let parts = |range: std::ops::Range<usize>| Text::new(role.parts().get(range).unwrap_or_default().to_vec());
            let (before, after) = (parts(0..to), parts(from..role.parts().len()));
            Reading::good(Who::Session { partition, account, role: before, session: after })
        }
        _ => Reading::bad(
            format!("`{}` names no session", f.shown),
            "name the role itself, `arn:aws:iam::…:role/…`, or add the session name",
        ),
    }
}

fn has_wildcard(text: &Text) -> bool {
    pieces::known_parts(text).any(|known| known.contains(['*', '?']))
}

fn wildcard(shown: &str) -> Reading {
    Reading::bad(
        format!("`{shown}` has a wildcard, and a principal cannot have one in part of it"),
        "name each principal, or name the account and bound `aws:PrincipalArn` with `ArnLike`",
    )
}

fn is_unique_id(text: &str) -> bool {
    let prefixed = text.starts_with("AIDA") || text.starts_with("AROA");
    prefixed && (16..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn looks_like_host(text: &str) -> bool {
    let labels = || text.split('.');
    labels().count() > 1
        && labels().all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
}
