//! `Principal` and `NotPrincipal`.

use super::{Decoder, arn::Reading, items, items::Item, values};
use crate::{
    policy::{Literal, Principal, PrincipalKind, ProblemKind, What, Who, pieces},
    value::{Entry, Kind, Value},
};

const KEYS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

impl Decoder {
    /// The entries of an element.
    pub(super) fn principals(&mut self, value: &Value, element: &str) -> Vec<Principal> {
        let mut out = Vec::new();
        let unknowns = self.unknowns.len();
        self.collect_principals(value, element, 0, &mut out);
        if out.is_empty() && self.unknowns.len() == unknowns && self.is_trust() {
            self.problem(ProblemKind::Principal, &value.origin, format!("`{element}` names nobody"));
        }
        out
    }

    fn collect_principals(&mut self, value: &Value, element: &str, depth: usize, out: &mut Vec<Principal>) {
        match &value.kind {
            Kind::Null => {}
            Kind::Object(_) => self.principal_object(value, out),
            Kind::List(..) if depth == 0 => {
                let message = format!("`{element}` is a list");
                let help = "write an object: `{\"AWS\": [\"…\"]}`";
                self.problem_with_help(ProblemKind::Principal, &value.origin, message, help);
                for item in value.items().into_iter().flatten() {
                    self.collect_principals(&item, element, depth + 1, out);
                }
            }
            _ => {
                for item in self.items(value, element) {
                    match item {
                        Item::Literal(literal) => out.push(self.bare(literal, element)),
                        Item::Unknown(unknown, origin, _) => {
                            self.unknown(What::Principal, &unknown, &origin);
                            let value = items::open(&unknown, &origin);
                            out.push(Principal { kind: PrincipalKind::Bare, value, who: Who::Unknown(unknown) });
                        }
                        Item::Object(object) => self.principal_object(&object, out),
                    }
                }
            }
        }
    }

    /// A string where an object should stand.
    fn bare(&mut self, value: Literal, element: &str) -> Principal {
        if let [crate::value::Part::Hole(unknown, _)] = value.text.parts() {
            let unknown = unknown.clone();
            self.unknown(What::Principal, &unknown, &value.origin);
            return Principal { kind: PrincipalKind::Bare, value, who: Who::Unknown(unknown) };
        }
        if value.known().as_deref() == Some("*") {
            if self.is_trust() {
                let message = format!("AWS refuses `\"{element}\": \"*\"` in a trust policy");
                let help = "name who may assume the role: `{\"AWS\": \"arn:aws:iam::111122223333:root\"}`";
                self.problem_with_help(ProblemKind::Principal, &value.origin, message, help);
            }
            return Principal { kind: PrincipalKind::Bare, value, who: Who::Any };
        }
        let shown = value.text.display();
        let key =
            if shown.starts_with("arn:") || shown.chars().all(|c| c.is_ascii_digit()) { "AWS" } else { "Service" };
        let message = format!("`{element}` is the string `{shown}`, not an object");
        let help = format!("write `{{\"{key}\": \"{shown}\"}}`");
        self.problem_with_help(ProblemKind::Principal, &value.origin, message, help);
        let kind = if key == "AWS" { PrincipalKind::Aws } else { PrincipalKind::Service };
        self.principal(kind, value)
    }

    fn principal_object(&mut self, value: &Value, out: &mut Vec<Principal>) {
        let mut seen: Vec<&'static str> = Vec::new();
        for entry in value.entries().into_iter().flatten() {
            let Some(kind) = self.principal_key(&entry, &mut seen) else {
                if let Some(unknown) = entry.key.first_hole() {
                    self.unknown(What::Principal, unknown, &entry.key_origin);
                    let value = items::open(unknown, &entry.key_origin);
                    out.push(Principal { kind: PrincipalKind::Bare, value, who: Who::Unknown(unknown.clone()) });
                }
                continue;
            };
            let element = entry.key.shown();
            for item in self.items(&entry.value, &element) {
                match item {
                    Item::Literal(literal) => out.push(self.principal(kind.clone(), literal)),
                    Item::Unknown(unknown, origin, _) => {
                        let literal = items::open(&unknown, &origin);
                        out.push(self.principal(kind.clone(), literal));
                    }
                    Item::Object(v) => {
                        let message = format!("a principal under `{element}` is an object, not a string");
                        self.problem(ProblemKind::Principal, &v.origin, message);
                    }
                }
            }
        }
    }

    fn principal_key(&mut self, entry: &Entry, seen: &mut Vec<&'static str>) -> Option<PrincipalKind> {
        let key = entry.key.as_known()?;
        let Some(name) = KEYS.iter().find(|n| n.eq_ignore_ascii_case(&key)) else {
            let message = format!("there is no kind of principal `{key}`");
            let help = values::near(&key, &KEYS).map_or_else(
                || "use `AWS`, `Service` or `Federated`".to_owned(),
                |name| format!("did you mean `{name}`?"),
            );
            self.problem_with_help(ProblemKind::Principal, &entry.key_origin, message, help);
            return Some(PrincipalKind::Other(key.into_owned()));
        };
        if *name != key {
            let message = format!("kinds of principals are case-sensitive: `{key}` is not `{name}`");
            self.problem_with_help(ProblemKind::Principal, &entry.key_origin, message, format!("write `{name}`"));
        }
        self.repeated(seen.contains(name), entry, name);
        seen.push(name);
        Some(match *name {
            "AWS" => PrincipalKind::Aws,
            "Service" => PrincipalKind::Service,
            "Federated" => PrincipalKind::Federated,
            _ => PrincipalKind::CanonicalUser,
        })
    }

    fn principal(&mut self, kind: PrincipalKind, value: Literal) -> Principal {
        let text = pieces::plain(&value.text);
        let Reading { who, problem } = match &kind {
            PrincipalKind::Aws | PrincipalKind::Bare => super::arn::aws(&text),
            PrincipalKind::Service => super::arn::service(&text),
            PrincipalKind::Federated => super::arn::federated(&text),
            PrincipalKind::CanonicalUser => Reading {
                who: Who::CanonicalUser(text.clone().into_owned()),
                problem: Some(("a trust policy cannot have a canonical user".to_owned(), None)),
            },
            PrincipalKind::Other(_) => Reading { who: Who::Invalid, problem: None },
        };
        if let Some((message, help)) = problem.filter(|_| self.is_trust()) {
            self.note(ProblemKind::Principal, &value.origin, message, help);
        }
        if let Some(unknown) = text.first_hole() {
            let what = if leaves_party_open(&who) { What::Principal } else { What::PrincipalName };
            self.unknown(what, unknown, &value.origin);
        }
        Principal { kind, value, who }
    }
}

/// Whether it is not known to whom a principal belongs.
fn leaves_party_open(who: &Who) -> bool {
    let open = |text: &crate::value::Text| text.first_hole().is_some();
    match who {
        Who::Unknown(_) => true,
        Who::Oidc { account, issuer, .. } => open(account) || open(issuer),
        Who::Service(name) => !pieces::known_parts(name).any(|known| known.contains('.')),
        _ => who.account().is_some_and(open),
    }
}
