//! Accounts and organizations that a policy names, and ids that nothing names.

use std::collections::BTreeSet;

use super::{OwnPlace, TrustKind, Zone};
use crate::{
    policy::{Literal, Policy, Principals, Statement},
    tables::Table,
    value::{Own, Part},
};

/// What a policy names.
#[derive(Clone, Debug)]
pub struct Names {
    accounts: Vec<Named>,
    organizations: Vec<Named>,
    digits: BTreeSet<String>,
    account: String,
    organization: String,
    word: String,
}

/// An account or organization with the places that name it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The places, in order.
    pub places: Vec<NamedAt>,
}

/// A place in a policy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NamedAt {
    /// Position of the statement in `Policy::statements`.
    pub statement: usize,
    /// Where in it.
    pub at: NamedIn,
}

/// A place in a statement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NamedIn {
    /// That entry of its principals.
    Principal(usize),
    /// That condition, and that value of it.
    Condition(usize, usize),
}

impl Names {
    /// Ids that occur neither in the policy nor in the zone.
    pub(super) fn of(policy: &Policy, zone: &Zone, own: &Own) -> Self {
        let mut digits: BTreeSet<String> = BTreeSet::new();
        let mut organizations: BTreeSet<String> = BTreeSet::new();
        let mut read = |text: &str| {
            digits.extend(accounts_in(text).map(str::to_owned));
            organizations.extend(organizations_in(text).map(str::to_owned));
        };
        policy.statements.iter().for_each(|s| texts(s, &mut |t, _| read(t)));
        zone.own_accounts.iter().chain(&own.account).for_each(|a| read(a));
        for entry in &zone.entries {
            let (TrustKind::Account(text)
            | TrustKind::Organization(text)
            | TrustKind::OrganizationalUnit(text)
            | TrustKind::Principal(text)) = &entry.kind;
            read(text);
        }
        let mut words = Words::default();
        policy.statements.iter().for_each(|s| texts(s, &mut |t, _| words.read(t)));
        let accounts = ["999988887777", "888877776666", "777766665555"].map(str::to_owned).into_iter();
        let account = accounts.chain((0..).map(|n: u64| format!("9{n:011}"))).find(|a| !digits.contains(a));
        let ids = ["o-stranger00"].map(str::to_owned).into_iter();
        let organization = ids.chain((0..).map(|n: u64| format!("o-s{n:09}"))).find(|o| !organizations.contains(o));
        Self {
            accounts: Vec::new(),
            organizations: Vec::new(),
            digits,
            account: account.unwrap_or_default(),
            organization: organization.unwrap_or_default(),
            word: words.fresh(),
        }
    }

    /// Where the role is: what is configured, else ids that occur nowhere.
    pub(super) fn own(&self, policy: &Policy, zone: &Zone, own: &Own) -> OwnPlace {
        let free = ["111122223333", "123456789012"].map(str::to_owned).into_iter();
        let free = free.chain((0..).map(|n: u64| format!("1{n:011}")));
        let mut free = free.filter(|a| !self.digits.contains(a) && *a != self.account);
        let account = own.account.clone().or_else(|| zone.own_accounts.first().cloned()).or_else(|| free.next());
        let partition_known = own.partition.is_some();
        let partition = own.partition.clone().or_else(|| partition_of(policy)).unwrap_or_else(|| "aws".to_owned());
        let region = own.region.clone().unwrap_or_else(|| {
            match &*partition {
                "aws-cn" => "cn-north-1",
                "aws-us-gov" => "us-gov-west-1",
                "aws-iso" => "us-iso-east-1",
                "aws-iso-b" => "us-isob-east-1",
                "aws-eusc" => "eusc-de-east-1",
                _ => "us-east-1",
            }
            .to_owned()
        });
        let organization = self.organization.replace("o-s", "o-w");
        OwnPlace { account: account.unwrap_or_default(), partition, partition_known, region, organization }
    }

    /// The same with the places of a policy without symbols.
    pub(super) fn with_places(mut self, policy: &Policy, own: &OwnPlace) -> Self {
        let (mut accounts, mut organizations) = (Index::default(), Index::default());
        for (statement, s) in policy.statements.iter().enumerate() {
            texts(s, &mut |text, at| {
                let Some(at) = at else { return };
                accounts_in(text).for_each(|id| accounts.add(id, NamedAt { statement, at }));
                organizations_in(text).for_each(|id| organizations.add(id, NamedAt { statement, at }));
            });
        }
        self.digits.insert(own.account.clone());
        self.accounts = accounts.all;
        self.organizations = organizations.all;
        self
    }

    /// Account ids that principals and conditions name, in the order they come: every run of 12 digits.
    pub fn accounts(&self) -> &[Named] {
        &self.accounts
    }

    /// Organization ids that conditions name.
    pub fn organizations(&self) -> &[Named] {
        &self.organizations
    }

    /// All account ids of the policy, the zone and the role's own: whom a request must not be of to be nobody's.
    pub fn all_accounts(&self) -> impl Iterator<Item = &str> {
        self.digits.iter().map(String::as_str)
    }

    /// An account id that neither policy nor zone names.
    pub fn fresh_account(&self) -> &str {
        &self.account
    }

    /// An organization id that neither policy nor zone names.
    pub fn fresh_organization(&self) -> &str {
        &self.organization
    }

    /// A word that the policy has nowhere.
    pub fn fresh_string(&self) -> &str {
        &self.word
    }
}

/// Accounts by the statements that name them.
#[derive(Debug)]
pub(crate) struct AccountsByStatement<'a> {
    /// Those that count everywhere.
    everywhere: Vec<&'a str>,
    by_statement: Table<usize, Vec<&'a str>>,
}

impl<'a> AccountsByStatement<'a> {
    /// An account that a statement names whose position `is_for_all` counts everywhere.
    pub(crate) fn new(names: &'a Names, is_for_all: impl Fn(usize) -> bool) -> Self {
        let mut out = Self { everywhere: Vec::new(), by_statement: Table::default() };
        for account in &names.accounts {
            if account.places.iter().any(|p| is_for_all(p.statement)) {
                out.everywhere.push(&account.id);
                continue;
            }
            for place in account.places.chunk_by(|a, b| a.statement == b.statement).filter_map(<[_]>::first) {
                out.by_statement.entry(place.statement).or_default().push(&account.id);
            }
        }
        out
    }

    /// Those that the statement at a position names, and those that count everywhere.
    pub(crate) fn at(&self, position: usize) -> impl Iterator<Item = &'a str> {
        self.by_statement.get(&position).into_iter().flatten().chain(&self.everywhere).copied()
    }
}

/// Which of the words `anything`, `anything-0` to `anything-999` occur.
#[derive(Default)]
struct Words {
    plain: bool,
    numbers: BTreeSet<String>,
}

impl Words {
    const WORD: &str = "anything";

    fn read(&mut self, text: &str) {
        let mut pieces = text.split(Self::WORD);
        pieces.next();
        for rest in pieces {
            self.plain = true;
            let digits = rest.strip_prefix('-').unwrap_or("").bytes().take(3).take_while(u8::is_ascii_digit).count();
            self.numbers.extend((1..=digits).filter_map(|n| rest.get(1..=n)).map(str::to_owned));
        }
    }

    fn fresh(&self) -> String {
        if !self.plain {
            return Self::WORD.to_owned();
        }
        let free = (0..1000).map(|n: u32| n.to_string()).find(|n| !self.numbers.contains(n));
        free.map(|n| format!("{}-{n}", Self::WORD)).unwrap_or_default()
    }
}

#[derive(Default)]
struct Index {
    all: Vec<Named>,
    at: Table<String, usize>,
}

impl Index {
    fn add(&mut self, id: &str, place: NamedAt) {
        let next = self.all.len();
        let at = *self.at.entry(id.to_owned()).or_insert(next);
        if at == next {
            self.all.push(Named { id: id.to_owned(), places: Vec::new() });
        }
        if let Some(named) = self.all.get_mut(at)
            && named.places.last() != Some(&place)
        {
            named.places.push(place);
        }
    }
}

/// Gives each known piece of text in a statement's principals and conditions with its place.
fn texts(statement: &Statement, give: &mut dyn FnMut(&str, Option<NamedIn>)) {
    let mut literal = |l: &Literal, at: Option<NamedIn>| match l.known() {
        Some(text) => give(&text, at),
        None => {
            for part in l.text.parts() {
                if let Part::Known { text, .. } = part {
                    give(text, at);
                }
            }
        }
    };
    if let Principals::Only(all) | Principals::AllBut(all) = &statement.principals {
        for (i, p) in all.iter().enumerate() {
            literal(&p.value, Some(NamedIn::Principal(i)));
        }
    }
    for (i, c) in statement.conditions.iter().enumerate() {
        literal(&c.key, None);
        for (j, v) in c.values.iter().enumerate() {
            literal(v, Some(NamedIn::Condition(i, j)));
        }
    }
}

/// Runs of exactly 12 digits.
fn accounts_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 12)
}

/// Organization ids: `o-` and what follows, at the beginning of a value or after a separator.
pub(super) fn organizations_in(text: &str) -> impl Iterator<Item = &str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.split(move |c| !word(c)).filter(|w| w.len() > 2 && w.starts_with("o-"))
}

/// The partition of the first ARN of the policy.
fn partition_of(policy: &Policy) -> Option<String> {
    let mut found: Option<String> = None;
    for s in &policy.statements {
        texts(s, &mut |text, _| {
            if found.is_none()
                && let Some(rest) = text.strip_prefix("arn:")
                && let Some((partition, _)) = rest.split_once(':')
                && partition.starts_with("aws")
                && !partition.contains(['*', '?', '$'])
            {
                found = Some(partition.to_owned());
            }
        });
    }
    found
}
