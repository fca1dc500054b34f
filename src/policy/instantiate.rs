//! Replacing the symbols of a policy by concrete text.

use std::sync::Arc;

use super::{Actions, Condition, Literal, Policy, Principal, Principals, Statement, Who};
use crate::value::{Part, Symbol, Text};

/// Concrete text for each symbol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The account that the role is in.
    pub account: String,
    /// Its partition.
    pub partition: String,
    /// Its region.
    pub region: String,
    /// The organization that the account belongs to.
    pub organization: String,
}

impl Place {
    /// What a symbol stands for; `None` for [`Symbol::AwsServiceAccount`], which is an account of AWS itself and
    /// nobody's configuration: it stays a symbol.
    pub fn text(&self, symbol: Symbol) -> Option<&str> {
        match symbol {
            Symbol::OwnAccount => Some(&self.account),
            Symbol::Partition => Some(&self.partition),
            Symbol::Region => Some(&self.region),
            Symbol::DnsSuffix => Some(dns_suffix(&self.partition)),
            Symbol::OwnOrganization => Some(&self.organization),
            Symbol::AwsServiceAccount => None,
        }
    }
}

/// The DNS suffix of a partition.
pub fn dns_suffix(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "amazonaws.com.cn",
        "aws-iso" => "c2s.ic.gov",
        "aws-iso-b" => "sc2s.sgov.gov",
        "aws-iso-e" => "cloud.adc-e.uk",
        "aws-iso-f" => "csp.hci.ic.gov",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    }
}

impl Policy {
    /// The same policy with symbols replaced by concrete text. Origins, problems, unknowns and the text of statements
    /// stay as they are.
    pub fn instantiate(&self, place: &Place) -> Self {
        Self {
            version_text: self.version_text.as_ref().map(|l| literal(l, place)),
            statements: self.statements.iter().map(|s| statement(s, place)).collect(),
            ..self.clone()
        }
    }
}

fn text(t: &Text, place: &Place) -> Text {
    if !t.parts().iter().any(|p| matches!(p, Part::Symbol(..))) {
        return t.clone();
    }
    let parts = t.parts().iter().map(|p| match p {
        Part::Symbol(symbol, origin) => match place.text(*symbol) {
            Some(known) => Part::Known { text: Arc::from(known), origin: origin.clone(), map: None },
            None => p.clone(),
        },
        other => other.clone(),
    });
    Text::new(parts.collect())
}

fn literal(l: &Literal, place: &Place) -> Literal {
    Literal { text: text(&l.text, place), origin: l.origin.clone() }
}

fn literals(ls: &[Literal], place: &Place) -> Vec<Literal> {
    ls.iter().map(|l| literal(l, place)).collect()
}

fn statement(s: &Statement, place: &Place) -> Statement {
    Statement {
        voided: s.voided.clone(),
        index: s.index,
        sid: s.sid.as_ref().map(|l| literal(l, place)),
        effect: s.effect,
        principals: match &s.principals {
            Principals::Missing => Principals::Missing,
            Principals::Only(all) => Principals::Only(all.iter().map(|p| principal(p, place)).collect()),
            Principals::AllBut(all) => Principals::AllBut(all.iter().map(|p| principal(p, place)).collect()),
        },
        actions: Actions { patterns: literals(&s.actions.patterns, place), ..s.actions.clone() },
        conditions: s.conditions.iter().map(|c| condition(c, place)).collect(),
        resources: s.resources.as_ref().map(|r| literals(r, place)),
        not_resources: s.not_resources.as_ref().map(|r| literals(r, place)),
        origin: s.origin.clone(),
        text: s.text.clone(),
    }
}

fn condition(c: &Condition, place: &Place) -> Condition {
    Condition {
        operator: c.operator,
        operator_text: literal(&c.operator_text, place),
        key: literal(&c.key, place),
        values: literals(&c.values, place),
        more_values: c.more_values,
        values_origin: c.values_origin.clone(),
    }
}

fn principal(p: &Principal, place: &Place) -> Principal {
    Principal { kind: p.kind.clone(), value: literal(&p.value, place), who: who(&p.who, place) }
}

fn who(w: &Who, place: &Place) -> Who {
    let t = |x: &Text| text(x, place);
    match w {
        Who::Any => Who::Any,
        Who::Account { partition, account } => {
            Who::Account { partition: partition.as_ref().map(t), account: t(account) }
        }
        Who::User { partition, account, name } => {
            Who::User { partition: t(partition), account: t(account), name: t(name) }
        }
        Who::Role { partition, account, name } => {
            Who::Role { partition: t(partition), account: t(account), name: t(name) }
        }
        Who::Member { partition, account, resource } => {
            Who::Member { partition: t(partition), account: t(account), resource: t(resource) }
        }
        Who::Session { partition, account, role, session } => {
            Who::Session { partition: t(partition), account: t(account), role: t(role), session: t(session) }
        }
        Who::FederatedUser { partition, account, name } => {
            Who::FederatedUser { partition: t(partition), account: t(account), name: t(name) }
        }
        Who::UniqueId(id) => Who::UniqueId(id.clone()),
        Who::Service(name) => Who::Service(t(name)),
        Who::Saml { partition, account, name } => {
            Who::Saml { partition: t(partition), account: t(account), name: t(name) }
        }
        Who::Oidc { partition, account, issuer } => {
            Who::Oidc { partition: t(partition), account: t(account), issuer: t(issuer) }
        }
        Who::BuiltinProvider(name) => Who::BuiltinProvider(name.clone()),
        Who::CanonicalUser(id) => Who::CanonicalUser(t(id)),
        Who::Invalid => Who::Invalid,
        Who::Unknown(unknown) => Who::Unknown(unknown.clone()),
    }
}
