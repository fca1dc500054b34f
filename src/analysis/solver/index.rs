//! What a policy says of keys and accounts, to be looked up.

use std::sync::{Arc, OnceLock};

use super::{
    atom::{Matcher, Truth},
    compile::Statement,
    measure::Network,
    space::Shape,
    strings::StringSet,
};
use crate::{
    analysis::keys::{self, Call},
    policy::{Effect, Policy, Principals, Who},
    tables::{Set, Table},
};

/// What the conditions of a policy compare a key with.
#[derive(Debug, Default)]
pub struct Uses {
    /// Letters that their strings have.
    pub letters: Set<char>,
    /// How many strings there are.
    pub strings: usize,
    /// Networks that leave out most addresses.
    pub narrow: Vec<Network>,
    /// What a caller makes up for it, by the kind of call.
    pub made_up: [OnceLock<Arc<StringSet>>; 4],
}

/// Keys that the conditions of a policy are on and that all requests of a call carry.
#[derive(Debug, Default)]
pub struct Promised {
    by_call: [Vec<String>; 4],
    /// Claims of tokens, by their issuer.
    claims: Table<String, Vec<String>>,
}

impl Promised {
    pub fn new(statements: &[Statement]) -> Self {
        let mut out = Self::default();
        let mut seen = Set::default();
        for atom in statements.iter().flat_map(|s| &s.atoms) {
            let Some(key) = atom.key.as_ref().filter(|key| seen.insert(*key)) else { continue };
            match keys::issuer_and_claim(key) {
                Some((issuer, _)) if !atom.lacking[Call::WebIdentity as usize] => {
                    out.claims.entry(issuer).or_default().push(key.clone())
                }
                Some(_) => {}
                None => {
                    let lists = out.by_call.iter_mut().zip(atom.lacking);
                    lists.filter(|(_, lacking)| !lacking).for_each(|(all, _)| all.push(key.clone()));
                }
            }
        }
        out
    }

    /// Those of a kind of caller.
    pub fn of(&self, shape: &Shape) -> impl Iterator<Item = &String> {
        let issuer = match shape {
            Shape::Oidc(_, issuer) => self.claims.get(issuer),
            _ => None,
        };
        self.by_call.get(shape.call() as usize).into_iter().chain(issuer).flatten()
    }
}

/// Positions of Allow statements.
#[derive(Debug, Default)]
pub struct Allows {
    /// Of those that let in more than AWS callers of accounts that are known.
    general: Vec<usize>,
    /// Of the others, by account.
    by_account: Table<String, Vec<usize>>,
}

impl Allows {
    /// Those that may let in AWS callers of these accounts, or any caller, in order.
    pub fn positions(&self, accounts: Option<&[String]>) -> Vec<usize> {
        let mut out = self.general.clone();
        match accounts {
            Some(accounts) => out.extend(accounts.iter().filter_map(|a| self.by_account.get(a)).flatten()),
            None => out.extend(self.by_account.values().flatten()),
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    pub fn is_empty(&self) -> bool {
        self.general.is_empty() && self.by_account.is_empty()
    }
}

/// What all conditions compare each key with.
pub fn uses(statements: &[Statement]) -> Table<String, Uses> {
    let mut out: Table<String, Uses> = Table::default();
    for atom in statements.iter().flat_map(|s| &s.atoms) {
        let Some(key) = &atom.key else { continue };
        let uses = out.entry(key.clone()).or_default();
        match &atom.matcher {
            Matcher::Strings(strings) => {
                uses.strings += strings.must.size();
                strings.must.letters(&mut uses.letters);
            }
            Matcher::Networks(nets, _) => uses.narrow.extend(nets.iter().filter(|n| n.is_narrow()).cloned()),
            _ => {}
        }
    }
    out
}

pub fn allows(policy: &Policy, statements: &[Statement]) -> [Allows; 6] {
    let mut out = [(); 6].map(|()| Allows::default());
    for (i, (written, compiled)) in policy.statements.iter().zip(statements).enumerate() {
        if compiled.effect != Effect::Allow {
            continue;
        }
        let accounts = accounts(&written.principals);
        for (allows, truth) in out.iter_mut().zip(compiled.actions) {
            match &accounts {
                _ if truth == Truth::False => {}
                Some(accounts) => {
                    for account in accounts {
                        let all = allows.by_account.entry(account.clone()).or_default();
                        if all.last() != Some(&i) {
                            all.push(i);
                        }
                    }
                }
                None => allows.general.push(i),
            }
        }
    }
    out
}

/// The accounts of all principals, when each is of one that is known.
pub fn accounts(principals: &Principals) -> Option<Vec<String>> {
    let Principals::Only(all) = principals else { return None };
    all.iter()
        .map(|p| match &p.who {
            Who::Account { account, .. }
            | Who::User { account, .. }
            | Who::Role { account, .. }
            | Who::Member { account, .. }
            | Who::Session { account, .. } => account.as_known().map(std::borrow::Cow::into_owned),
            _ => None,
        })
        .collect()
}
