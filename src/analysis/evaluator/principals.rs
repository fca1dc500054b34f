//! Principals: whom the entries of `Principal` and `NotPrincipal` match.

use super::{Truth, pattern::Pattern};
use crate::{
    analysis::request::Caller,
    policy::{Principal, PrincipalKind, Principals, Who},
    value::{Part, Text},
};

/// Whether a statement speaks of a caller.
pub(super) fn match_caller(principals: &Principals, caller: &Caller) -> Truth {
    match_entries(principals, |all| Truth::any(all.iter().map(|p| match_one(p, caller))))
}

/// The same, where the entries at other positions are known not to match.
pub(super) fn match_caller_among(principals: &Principals, among: &[usize], caller: &Caller) -> Truth {
    match_entries(principals, |all| Truth::any(among.iter().filter_map(|i| Some(match_one(all.get(*i)?, caller)))))
}

fn match_entries(principals: &Principals, any: impl Fn(&[Principal]) -> Truth) -> Truth {
    match principals {
        Principals::Missing => Truth::False,
        Principals::Only(all) => any(all),
        Principals::AllBut(all) => any(all).not(),
    }
}

fn match_one(principal: &Principal, caller: &Caller) -> Truth {
    match &principal.who {
        // Whether services and federated callers are among `*` is not documented.
        Who::Any => {
            if is_aws(caller) {
                Truth::True
            } else {
                Truth::Unknown
            }
        }
        Who::Account { partition, account } => account_of(caller, partition.as_ref(), account),
        Who::User { partition, account, name } => user(caller, partition, account, name),
        Who::Role { partition, account, name } => role(caller, partition, account, name),
        Who::Member { partition, account, resource } => member(caller, partition, account, resource),
        Who::Session { partition, account, role, session } => match caller {
            Caller::Session { partition: p, account: a, role: r, session: s } => {
                same(partition, p).and(same(account, a)).and(same(role, r)).and(same(session, s))
            }
            _ => Truth::False,
        },
        Who::FederatedUser { partition, account, name } => match caller {
            Caller::FederatedUser { partition: p, account: a, name: n } => {
                same(partition, p).and(same(account, a)).and(same(name, n))
            }
            _ => Truth::False,
        },
        Who::Service(name) => match caller {
            Caller::Service(service) => same(name, service),
            _ => Truth::False,
        },
        Who::Saml { partition, account, name } => match caller {
            Caller::Saml(arn) => provider(arn, "saml-provider", partition, account, name),
            _ => Truth::False,
        },
        Who::Oidc { partition, account, issuer } => match caller {
            Caller::Oidc(arn) => provider(arn, "oidc-provider", partition, account, issuer),
            _ => Truth::False,
        },
        Who::BuiltinProvider(name) => matches!(caller, Caller::Oidc(host) if host == name).into(),
        // What is left of a deleted principal is nobody; the others AWS refuses.
        Who::UniqueId(_) | Who::CanonicalUser(_) | Who::Invalid => Truth::False,
        Who::Unknown(_) => unknown(&principal.kind, caller),
    }
}

/// The users, roles and sessions of an account; its root user too.
fn account_of(caller: &Caller, partition: Option<&Text>, account: &Text) -> Truth {
    match caller {
        Caller::Root { partition: p, account: a }
        | Caller::User { partition: p, account: a, .. }
        | Caller::Role { partition: p, account: a, .. }
        | Caller::Session { partition: p, account: a, .. }
        | Caller::FederatedUser { partition: p, account: a, .. } => {
            partition.map_or(Truth::True, |wanted| same(wanted, p)).and(same(account, a))
        }
        // Whether who comes through a provider counts as of the provider's account is not documented.
        Caller::Saml(arn) | Caller::Oidc(arn) => match *arn.splitn(6, ':').collect::<Vec<_>>() {
            [_, p, _, _, a, _] => {
                partition.map_or(Truth::True, |wanted| same(wanted, p)).and(same(account, a)).and(Truth::Unknown)
            }
            _ => Truth::False,
        },
        Caller::Service(_) => Truth::False,
    }
}

/// The user, and the sessions that it made with `GetFederationToken`: they are known by the user's name.
fn user(caller: &Caller, partition: &Text, account: &Text, name: &Text) -> Truth {
    match caller {
        Caller::User { partition: p, account: a, name: n } => {
            same(partition, p).and(same(account, a)).and(same(name, n))
        }
        Caller::FederatedUser { partition: p, account: a, name: n } => {
            let named = match name.as_known() {
                Some(full) if *full == **n => Truth::True,
                // The ARN of the session does not tell the path of its user.
                Some(full) => Truth::from(last_segment(&full) == n).and(Truth::Unknown),
                None => Truth::Unknown,
            };
            same(partition, p).and(same(account, a)).and(named)
        }
        _ => Truth::False,
    }
}

/// The role and every session of it. A session's ARN has the role's name without its path.
fn role(caller: &Caller, partition: &Text, account: &Text, name: &Text) -> Truth {
    match caller {
        Caller::Role { partition: p, account: a, name: n } => {
            same(partition, p).and(same(account, a)).and(same(name, n))
        }
        Caller::Session { partition: p, account: a, role, .. } => {
            let named = match name.as_known() {
                Some(full) => Truth::from(last_segment(&full) == role),
                None => without_path(name, role),
            };
            same(partition, p).and(same(account, a)).and(named)
        }
        _ => Truth::False,
    }
}

/// Who may be meant where only the account is sure.
fn member(caller: &Caller, partition: &Text, account: &Text, resource: &Text) -> Truth {
    let may = |resources: &[String]| {
        let root = ["root".to_owned()];
        let pattern = Pattern::plain(resource);
        Truth::any(root.iter().chain(resources).map(|r| pattern.matches(r))).and(Truth::Unknown)
    };
    let (p, a, named) = match caller {
        Caller::Root { partition, account } => (partition, account, may(&[])),
        Caller::User { partition, account, name } => (partition, account, may(&[format!("user/{name}")])),
        Caller::Role { partition, account, name } => (partition, account, may(&[format!("role/{name}")])),
        Caller::Session { partition, account, role, session } => {
            let named = may(&[format!("role/{role}"), format!("assumed-role/{role}/{session}")]);
            (partition, account, named.or(without_path(resource, role)).and(Truth::Unknown))
        }
        Caller::FederatedUser { partition, account, name } => {
            (partition, account, may(&[format!("user/{name}"), format!("federated-user/{name}")]))
        }
        Caller::Service(_) | Caller::Saml(_) | Caller::Oidc(_) => return Truth::False,
    };
    same(partition, p).and(same(account, a)).and(named)
}

/// Whether a name that is known in part may be that of a role, whatever its path is.
fn without_path(name: &Text, role: &str) -> Truth {
    let tail = match name.parts().last() {
        Some(Part::Known { text, .. }) => &**text,
        _ => "",
    };
    match tail.rsplit_once('/') {
        Some((_, last)) => Truth::from(last == role),
        None => Truth::from(role.ends_with(tail)).and(Truth::Unknown),
    }
}

fn provider(arn: &str, kind: &str, partition: &Text, account: &Text, name: &Text) -> Truth {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", p, "iam", "", a, resource] = *fields else { return Truth::False };
    match resource.split_once('/') {
        Some((k, n)) if k == kind => same(partition, p).and(same(account, a)).and(same(name, n)),
        _ => Truth::False,
    }
}

/// A principal that is not known may be any that its key admits.
fn unknown(kind: &PrincipalKind, caller: &Caller) -> Truth {
    let may = match (kind, caller) {
        (PrincipalKind::Service, _) => matches!(caller, Caller::Service(_)),
        (PrincipalKind::Federated, _) => matches!(caller, Caller::Saml(_) | Caller::Oidc(_)),
        _ => true,
    };
    Truth::from(may).and(Truth::Unknown)
}

fn same(text: &Text, value: &str) -> Truth {
    match text.as_known() {
        Some(known) => (*known == *value).into(),
        None => Pattern::plain(text).matches(value),
    }
}

fn last_segment(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_aws(caller: &Caller) -> bool {
    !matches!(caller, Caller::Service(_) | Caller::Saml(_) | Caller::Oidc(_))
}
