//! What is looked up for every grant, gathered once.

use super::{Way, guards};
use crate::{
    analysis::{AccountsByStatement, Analysis, Guard, Named, NamedIn, names::organizations_in},
    policy::{Condition, Effect, Literal, Statement, Test},
    tables::{Set, Table},
    value::{Part, Text},
};

/// What Deny statements say, and where accounts are named.
pub(super) struct Ground<'a> {
    /// Keys of their conditions that can be guards, in lower case, in the order they come; not more of each guard than
    /// are asked for.
    keys: Vec<(Guard, String)>,
    key_set: Set<String>,
    /// Values of their conditions on the caller's organization.
    organizations: Vec<String>,
    /// A value that is not known of one of their conditions on who the caller is.
    unknown_party: Option<String>,
    /// Accounts that they name, and those of each other statement.
    accounts: AccountsByStatement<'a>,
    /// Positions of accounts in `Names::accounts`.
    named: Table<&'a str, usize>,
}

impl<'a> Ground<'a> {
    pub fn new(analysis: &'a Analysis) -> Self {
        let statements = &analysis.policy().statements;
        let denies = || statements.iter().filter(|s| s.effect == Effect::Deny);
        let (mut keys, mut key_set, mut organizations) = (Vec::new(), Set::default(), Vec::new());
        let own = &analysis.own().organization;
        for condition in denies().flat_map(|s| &s.conditions) {
            if let Some(key) = condition.key.known().map(|k| k.to_ascii_lowercase())
                && key_set.insert(key.clone())
                && let Some(guard) = guards::of_key(&key)
                && keys.iter().filter(|(g, _)| *g == guard).nth(guards::MOST_KEYS).is_none()
            {
                keys.push((guard, key));
            }
            organizations.extend(organization_values(condition, own).map(|(_, text)| text));
        }
        let is_deny = |i: usize| statements.get(i).is_some_and(|s| s.effect == Effect::Deny);
        let accounts = AccountsByStatement::new(analysis.names(), is_deny);
        let named = analysis.names().accounts().iter().enumerate().map(|(i, a)| (&*a.id, i)).collect();
        let unknown_party = unknown_party(denies().flat_map(|s| &s.conditions));
        Self { keys, key_set, organizations, unknown_party, accounts, named }
    }
}

/// Values of a condition on the caller's organization, with their positions.
fn organization_values<'a>(condition: &'a Condition, own: &'a str) -> impl Iterator<Item = (usize, String)> + use<'a> {
    let is = (condition.is_on("aws:PrincipalOrgID") || condition.is_on("aws:PrincipalOrgPaths"))
        && condition.operator.is_none_or(|o| o.test != Test::Null);
    let values = condition.values.iter().enumerate().filter(move |_| is);
    values.filter_map(move |(i, v)| {
        // Ids are in lower case.
        let text = v.known()?.to_ascii_lowercase();
        if text.contains("${aws:resourceorgid}") {
            return Some((i, own.to_owned()));
        }
        let names = organizations_in(&text).next().is_some() || text.contains("ou-") || text.contains("/r-");
        names.then_some((i, text))
    })
}

impl Way<'_> {
    fn statement(&self) -> Option<&Statement> {
        self.analysis.policy().statements.get(self.position)
    }

    fn own_conditions(&self) -> impl Iterator<Item = (usize, &Condition)> {
        self.statement().into_iter().flat_map(|s| s.conditions.iter().enumerate())
    }

    /// Keys, in lower case, that can be guards: of conditions of this statement, then of Deny statements.
    pub(super) fn guarding_keys(&self) -> impl Iterator<Item = (Guard, String)> {
        let own = self.own_conditions().filter_map(|(_, c)| Some(c.key.known()?.to_ascii_lowercase()));
        let own = own.filter_map(|key| Some((guards::of_key(&key)?, key)));
        own.chain(self.ground.keys.iter().cloned())
    }

    /// Whether a condition of this statement or of a Deny is on the key.
    pub(super) fn tests(&self, key: &str) -> bool {
        self.ground.key_set.contains(&key.to_ascii_lowercase()) || self.own_conditions().any(|(_, c)| c.is_on(key))
    }

    /// Known values of conditions of this statement on the key, with their places.
    pub(super) fn values_of(&self, key: &str) -> Vec<(String, (usize, usize))> {
        self.own_conditions()
            .filter(|(_, c)| c.is_on(key))
            .flat_map(|(i, c)| {
                let values = c.values.iter().enumerate();
                values.filter_map(move |(j, v)| Some((v.known()?.into_owned(), (i, j))))
            })
            .collect()
    }

    /// Values of conditions on the caller's organization, here or on a Deny; with the place when it is here.
    pub(super) fn organization_values(&self) -> Vec<(String, Option<(usize, usize)>)> {
        let own = &self.analysis.own().organization;
        let here = self.own_conditions().flat_map(|(i, c)| {
            let values = organization_values(c, own);
            values.map(move |(j, text)| (text, Some((i, j))))
        });
        here.chain(self.ground.organizations.iter().map(|text| (text.clone(), None))).collect()
    }

    /// A value that is not known of a condition, here or on a Deny, that says who the caller is. An ARN whose account
    /// field is known is none, whatever else of it is unknown: `arn:aws:iam::*:role/${x}` lets in every account all the
    /// same.
    pub(super) fn unknown_party(&self) -> Option<String> {
        unknown_party(self.own_conditions().map(|(_, c)| c)).or_else(|| self.ground.unknown_party.clone())
    }

    /// Accounts that could be the ones that get in: those that this statement and Deny statements name, and the role's
    /// own.
    pub(super) fn relevant_accounts(&self) -> impl Iterator<Item = &str> {
        let own = &*self.analysis.own().account;
        self.ground.accounts.at(self.position).filter(move |id| *id != own).chain([own])
    }

    /// Known values of conditions of this statement on the key that name the account, with their places.
    pub(super) fn values_naming(&self, id: &str, key: &str) -> Vec<(String, (usize, usize))> {
        let value = |(i, j): (usize, usize)| {
            let value = self.statement()?.conditions.get(i)?.values.get(j)?;
            Some((value.known()?.into_owned(), (i, j)))
        };
        self.places_of(id, key).filter_map(value).collect()
    }

    /// The value of a condition of this statement on that key that names the account.
    pub(super) fn place_of(&self, id: &str, key: &str) -> Option<(usize, usize)> {
        self.places_of(id, key).next()
    }

    fn places_of(&self, id: &str, key: &str) -> impl Iterator<Item = (usize, usize)> {
        let named = self.ground.named.get(id).and_then(|i| self.analysis.names().accounts().get(*i));
        named.into_iter().flat_map(move |named| self.places_in(named, key))
    }

    fn places_in(&self, named: &Named, key: &str) -> impl Iterator<Item = (usize, usize)> {
        let from = named.places.partition_point(|p| p.statement < self.position);
        let here = named.places.iter().skip(from).take_while(|p| p.statement == self.position);
        here.filter_map(|p| match p.at {
            NamedIn::Condition(i, j) => Some((i, j)),
            NamedIn::Principal(_) => None,
        })
        .filter(move |(i, _)| self.statement().and_then(|s| s.conditions.get(*i)).is_some_and(|c| c.is_on(key)))
    }
}

/// Keys that say who the caller is.
pub(super) const PARTY_KEYS: [&str; 5] =
    ["aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:userid"];

fn unknown_party<'a>(conditions: impl Iterator<Item = &'a Condition>) -> Option<String> {
    let says_who = |c: &&Condition| PARTY_KEYS.iter().any(|key| c.is_on(key));
    let mut values = conditions.filter(says_who).flat_map(|c| &c.values);
    values.find(|v| v.known().is_none() && !names_account(v)).map(|v| v.text.display())
}

/// Whether all of an ARN up to its account field is known.
fn names_account(value: &Literal) -> bool {
    let before_hole = value.text.parts().iter().take_while(|p| !matches!(p, Part::Hole(..)));
    let known = Text::new(before_hole.cloned().collect()).display();
    known.starts_with("arn:") && known.matches(':').count() >= 5
}
