//! Values of slots as a request.

use std::collections::BTreeMap;

use super::{
    atom::{Carried, Mode},
    automaton::Fuel,
    compile::Compiled,
    domain::{Found, solve},
    space::{ARN, Binding, ORGANIZATION, Shape, Space, View},
};
use crate::analysis::{
    Action, ContextValue, Demand, Request, RequestPrincipal, Strings,
    keys::{self},
};

/// Gives values to the keys that other statements look at and that every such request carries: without them the request
/// would pass for one that nobody can make. False when the fuel is gone.
pub fn complete(space: &mut Space<'_>, values: &mut Vec<Carried>, compiled: &Compiled, fuel: &mut Fuel) -> bool {
    for key in compiled.promised.of(&space.shape.clone()) {
        fuel.burn(2);
        space.bind(key);
    }
    for slot in space.slots.iter().skip(values.len()) {
        let Found::Value(value) = solve(slot, &[], Mode::Must, fuel) else { return false };
        values.push(value);
    }
    true
}

/// What the request carries for each key that was asked for.
pub fn carried(space: &Space<'_>, values: &[Carried]) -> Vec<(String, Carried)> {
    let mut out: Vec<(String, Carried)> = space
        .bindings
        .iter()
        .map(|(key, binding)| {
            let value = match binding {
                Binding::Fixed(value) => value.clone(),
                Binding::Slot(slot, view, many) => match values.get(*slot) {
                    Some(Carried::One(text)) if *many => Carried::Many(vec![view.of(text).to_owned()]),
                    Some(Carried::One(text)) => Carried::One(view.of(text).to_owned()),
                    Some(Carried::Many(all)) => Carried::Many(all.iter().map(|t| view.of(t).to_owned()).collect()),
                    Some(Carried::Nothing) | None => Carried::Nothing,
                },
            };
            (key.clone(), value)
        })
        .collect();
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

/// The request.
pub fn request(
    space: &Space<'_>,
    values: &[Carried],
    carried: &[(String, Carried)],
    action: Action,
    compiled: &Compiled,
) -> Request {
    let mut context = BTreeMap::new();
    let mut put = |key: &str, value: ContextValue| {
        let name = match keys::lookup(key) {
            Some(info) if !info.is_family() => info.name.to_owned(),
            _ => compiled.spelling.get(key).cloned().unwrap_or_else(|| key.to_owned()),
        };
        context.insert(name, value);
    };
    for (key, value) in carried {
        match value {
            Carried::Nothing => {}
            Carried::One(text) => put(key, ContextValue::One(text.clone())),
            Carried::Many(all) => put(key, ContextValue::Many(all.clone())),
        }
    }
    if let Some(Carried::One(path)) = values.get(ORGANIZATION).filter(|_| space.shape.is_aws()) {
        put("aws:principalorgid", ContextValue::One(View::Organization.of(path).to_owned()));
        put("aws:principalorgpaths", ContextValue::Many(vec![path.clone()]));
    }
    let arn = match values.get(ARN) {
        Some(Carried::One(arn)) if space.shape.is_aws() => arn.clone(),
        _ => String::new(),
    };
    if !arn.is_empty() {
        put("aws:principalarn", ContextValue::One(arn.clone()));
        put("aws:principalaccount", ContextValue::One(View::Account.of(&arn).to_owned()));
    }
    let (principal, principal_text) = principal(&space.shape, &arn);
    Request { principal, principal_text, action: action.name().to_owned(), context }
}

fn principal(shape: &Shape, arn: &str) -> (RequestPrincipal, String) {
    let partition = arn.split(':').nth(1).unwrap_or("aws").to_owned();
    let account = View::Account.of(arn).to_owned();
    let name = View::Resource.of(arn).split_once('/').map_or("", |(_, name)| name).to_owned();
    match shape {
        Shape::User => (RequestPrincipal::User { partition, account, name }, arn.to_owned()),
        Shape::Role => (RequestPrincipal::Role { partition, account, name }, arn.to_owned()),
        Shape::Session(session) => {
            let role = View::Name.of(arn).to_owned();
            let text = format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session}");
            (RequestPrincipal::Session { partition, account, role, session: session.clone() }, text)
        }
        Shape::Service(name) => (RequestPrincipal::Service(name.clone()), name.clone()),
        Shape::Saml(arn) => (RequestPrincipal::Saml(arn.clone()), arn.clone()),
        Shape::Oidc(text, _) => (RequestPrincipal::Oidc(text.clone()), text.clone()),
    }
}

/// Single strings that a demand names.
pub fn demanded(demand: &Demand) -> Vec<String> {
    match demand {
        Demand::Is(Strings::OneOf(all)) | Demand::AbsentOr(Strings::OneOf(all)) => {
            all.iter().take(4).cloned().collect()
        }
        _ => Vec::new(),
    }
}
