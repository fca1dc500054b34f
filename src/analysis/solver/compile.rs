//! A policy, made ready for many questions.

use std::sync::Arc;

use super::{
    atom::{Atom, Truth},
    automaton::Fuel,
    index::{Allows, Promised, Uses, accounts, allows, uses},
    pattern::{Chars, Pattern, Token, folded, glob_token, squeezed},
    space::Shape,
    strings::StringSet,
};
use crate::{
    analysis::Action,
    policy::{Actions, Effect, Policy, Principal, PrincipalKind, Principals, UnknownPart, What, Who},
    tables::{Set, Table},
    value::{Part, Text},
};

/// A policy, compiled.
#[derive(Debug)]
pub struct Compiled {
    pub statements: Vec<Statement>,
    /// Positions of the Deny statements.
    pub denies: Vec<usize>,
    /// Positions of Deny statements that mean more than single accounts.
    general: Vec<usize>,
    /// Positions of the others by account.
    by_account: Table<String, Vec<usize>>,
    /// Positions of statements that may be a Deny.
    pub unsure: Vec<usize>,
    /// How keys are written, by the key in lower case.
    pub spelling: Table<String, String>,
    /// What the conditions compare keys with, by the key in lower case.
    pub uses: Table<String, Uses>,
    /// Of keys that no condition is on.
    pub unused: Uses,
    /// Keys that conditions are on and that all requests of a kind of caller carry.
    pub promised: Promised,
    /// Names of sessions that Deny statements spare.
    pub spared_sessions: Vec<String>,
    /// Positions of the Allow statements that may speak of each call, by whom they can let in.
    allows: [Allows; 6],
}

/// A statement, compiled.
#[derive(Debug)]
pub struct Statement {
    pub effect: Effect,
    pub negated: bool,
    pub entries: Vec<Entry>,
    /// ARNs of users and roles that the entries mean surely, and those that they may mean.
    pub arns: (Arc<StringSet>, Arc<StringSet>),
    pub atoms: Vec<Arc<Atom>>,
    /// Partitions of the ARNs among its principals.
    pub partitions: Vec<String>,
    /// Whether sessions are among its principals.
    pub has_sessions: bool,
    /// Whether anybody but users and roles is among its principals.
    has_others: bool,
    pub actions: [Truth; 6],
}

/// One principal, compiled.
#[derive(Clone, Debug)]
pub enum Entry {
    /// All AWS principals.
    Any,
    /// Users and roles by ARN.
    Arns(Side),
    /// Sessions of the roles of that ARN, the first, with that name, the second.
    Session(Side, Side),
    /// Services.
    Service(Side),
    /// SAML providers.
    Saml(Side),
    /// OpenID Connect providers.
    Oidc(Side),
    /// Nobody that ever calls.
    Nobody,
    /// Not known; the flags say whether it may be an AWS principal, a service, a provider.
    Unknown([bool; 3]),
}

/// A name with what may be unknown of it.
#[derive(Clone, Debug)]
pub struct Side {
    pub pattern: Vec<Pattern>,
    pub known: bool,
    /// The name, for services when it is known; the name or one that it may be, for providers and sessions; the
    /// partition, for ARNs when it is known.
    pub text: Option<String>,
}

impl Side {
    fn truth(&self, text: &str) -> Truth {
        match (self.pattern.iter().any(|p| p.matches(text)), self.known) {
            (true, true) => Truth::True,
            (true, false) => Truth::Unknown,
            (false, _) => Truth::False,
        }
    }
}

impl Compiled {
    /// Compiles a policy without symbols.
    pub fn new(policy: &Policy) -> Self {
        let mut spelling = Table::default();
        let statements: Vec<Statement> = policy
            .statements
            .iter()
            .map(|s| {
                for c in &s.conditions {
                    if let Some(key) = c.key.known() {
                        spelling.entry(key.to_ascii_lowercase()).or_insert_with(|| key.into_owned());
                    }
                }
                let atoms = s.conditions.iter().enumerate();
                let atoms = atoms.map(|(i, c)| Arc::new(Atom::new(c, i, policy.version))).collect();
                let (negated, entries): (bool, Vec<Entry>) = match &s.principals {
                    Principals::Missing => (false, Vec::new()),
                    Principals::Only(all) => (false, all.iter().map(entry).collect()),
                    Principals::AllBut(all) => (true, all.iter().map(entry).collect()),
                };
                let lenient = s.effect == Effect::Allow && !negated;
                let arns = arns(&entries, lenient);
                let has_sessions = entries.iter().any(|e| matches!(e, Entry::Session(..)));
                let has_others =
                    !entries.iter().all(|e| matches!(e, Entry::Arns(_) | Entry::Session(..) | Entry::Nobody));
                let partitions = if negated { Vec::new() } else { partitions(&entries) };
                let actions = actions(&s.actions);
                let effect = s.effect;
                Statement { effect, negated, entries, arns, atoms, partitions, has_sessions, has_others, actions }
            })
            .collect();
        let denies: Vec<usize> = (0..statements.len()).filter(|i| statements[*i].effect == Effect::Deny).collect();
        let (mut general, mut by_account) = (Vec::new(), Table::<String, Vec<usize>>::default());
        for i in &denies {
            match policy.statements.get(*i).and_then(|s| accounts(&s.principals)) {
                Some(accounts) => accounts.into_iter().for_each(|a| by_account.entry(a).or_default().push(*i)),
                None => general.push(*i),
            }
        }
        let unsure = |i: &usize| {
            let at = policy.statements.get(*i).filter(|s| s.effect == Effect::Unknown).map(|s| s.index);
            let about = |u: &UnknownPart| matches!(u.what, What::Effect | What::Statement) && u.statement == at;
            at.is_some() && policy.unknowns.iter().any(about)
        };
        let unsure = (0..statements.len()).filter(unsure).collect();
        let spared = denies.iter().filter_map(|i| statements.get(*i)).filter(|s| s.negated && s.has_sessions);
        let mut seen = Set::default();
        let spared_sessions = spared.flat_map(|s| &s.entries).filter_map(Entry::session);
        let spared_sessions = spared_sessions.filter(|name| seen.insert(name.clone())).collect();
        let uses = uses(&statements);
        let promised = Promised::new(&statements);
        let allows = allows(policy, &statements);
        Self {
            statements,
            denies,
            general,
            by_account,
            unsure,
            spelling,
            uses,
            unused: Uses::default(),
            promised,
            spared_sessions,
            allows,
        }
    }
}

/// Partitions of ARNs: at most so many are told apart.
const MOST_PARTITIONS: usize = 8;

fn partitions(entries: &[Entry]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for e in entries {
        if let Entry::Arns(side) | Entry::Session(side, _) = e
            && let Some(partition) = &side.text
            && out.len() < MOST_PARTITIONS
            && !out.contains(partition)
        {
            out.push(partition.clone());
        }
    }
    out
}

impl Entry {
    /// The name of the sessions that it means, or one that it may mean.
    pub fn session(&self) -> Option<String> {
        match self {
            Self::Session(_, name) => name.text.clone(),
            _ => None,
        }
    }
}

impl Compiled {
    /// Positions of the Allow statements that may speak of the call and let such a caller in, in order. `accounts` are
    /// those of AWS callers; `None` where they are not fixed.
    pub fn allows_for(&self, action: Action, accounts: Option<&[String]>) -> Vec<usize> {
        self.allows.get(action as usize).map(|a| a.positions(accounts)).unwrap_or_default()
    }

    /// Whether some Allow statement may speak of the call.
    pub fn speaks_of(&self, action: Action) -> bool {
        self.allows.get(action as usize).is_some_and(|a| !a.is_empty())
    }

    /// Positions of the Deny statements that can mean AWS callers of these accounts, in order.
    pub fn denies_for(&self, accounts: &[String]) -> Vec<usize> {
        let single = accounts.iter().filter_map(|a| self.by_account.get(a)).flatten();
        let mut out: Vec<usize> = self.general.iter().chain(single).copied().collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}

impl Statement {
    /// Whether the statement speaks of the call.
    pub fn speaks_of(&self, action: Action) -> Truth {
        self.actions.get(action as usize).copied().unwrap_or(Truth::False)
    }

    /// Its entries, or only that one.
    pub fn chosen(&self, only: Option<usize>) -> &[Entry] {
        match only {
            None => &self.entries,
            Some(i) => self.entries.get(i).map_or(&[], std::slice::from_ref),
        }
    }

    /// Whether a service or federated caller is one of the principals.
    pub fn names(&self, only: Option<usize>, shape: &Shape, fuel: &mut Fuel) -> Truth {
        let allow = self.effect == Effect::Allow;
        let chosen = if self.has_others { self.chosen(only) } else { &[] };
        fuel.burn(4 * chosen.len() as u64);
        let truth = chosen
            .iter()
            .map(|e| match (e, shape) {
                (Entry::Service(side), Shape::Service(name)) => side.truth(name),
                (Entry::Saml(side), Shape::Saml(arn)) => side.truth(arn),
                (Entry::Oidc(side), Shape::Oidc(text, _)) => side.truth(text),
                // Whether `AWS: "*"` means them is not documented; an Allow is not read so.
                (Entry::Any, _) if !allow || self.negated => Truth::Unknown,
                (Entry::Unknown([_, service, provider]), shape) if !allow || self.negated => {
                    let may = if matches!(shape, Shape::Service(_)) { *service } else { *provider };
                    if may { Truth::Unknown } else { Truth::False }
                }
                _ => Truth::False,
            })
            .max()
            .unwrap_or(Truth::False);
        if self.negated { truth.not() } else { truth }
    }

    /// The ARNs that one entry, or all, mean surely, and those that they may mean, for callers of that kind.
    pub fn arns_of(&self, only: Option<usize>, shape: &Shape, fuel: &mut Fuel) -> (Arc<StringSet>, Arc<StringSet>) {
        let lenient = self.effect == Effect::Allow && !self.negated;
        let chosen = self.chosen(only);
        match shape {
            Shape::Session(name) => {
                fuel.burn(32 * chosen.len() as u64);
                let of_session = |e: Entry| match e {
                    Entry::Arns(side) => Entry::Arns(without_path(side)),
                    Entry::Session(side, session) => match session.truth(name) {
                        Truth::True => Entry::Arns(side),
                        Truth::False => Entry::Nobody,
                        Truth::Unknown => Entry::Arns(Side { known: false, ..side }),
                    },
                    other => other,
                };
                arns(&chosen.iter().cloned().map(of_session).collect::<Vec<_>>(), lenient)
            }
            _ if only.is_none() => self.arns.clone(),
            _ => arns(chosen, lenient),
        }
    }
}

fn arns(entries: &[Entry], lenient: bool) -> (Arc<StringSet>, Arc<StringSet>) {
    let (mut must, mut may) = (StringSet::default(), StringSet::default());
    for e in entries {
        match e {
            Entry::Any => must = StringSet::everything(),
            Entry::Arns(side) => {
                for p in &side.pattern {
                    if side.known { must.add(p.clone()) } else { may.add(p.clone()) }
                }
            }
            Entry::Unknown([true, ..]) if !lenient => may = StringSet::everything(),
            _ => {}
        }
    }
    let must = Arc::new(must);
    if may.is_empty() {
        return (must.clone(), must);
    }
    may.extend(&must);
    (must, Arc::new(may))
}

/// The roles of that name, whatever their path is: a session's ARN does not tell it. Anything else stays as it is.
fn without_path(side: Side) -> Side {
    let text = |t: &str| t.chars().map(Token::Char).collect::<Vec<_>>();
    let marker = text(":role/");
    let (mut pattern, mut known) = (Vec::new(), side.known);
    for p in side.pattern {
        let Some(at) = p.0.windows(marker.len()).position(|w| w == marker) else {
            pattern.push(p);
            continue;
        };
        let (head, name) = p.0.split_at(at + marker.len());
        let last = name.iter().rposition(|t| *t == Token::Char('/')).map_or(0, |i| i + 1);
        let name = name.get(last..).unwrap_or_default();
        known = !name.iter().any(|t| matches!(t, Token::Star(_)));
        pattern.push(Pattern([head, name].concat()));
        let path = [Token::Star(Chars::NamePath), Token::Char('/')];
        pattern.push(Pattern([head, &path, name].concat()));
    }
    Side { pattern, known, ..side }
}

/// What is not known is an AWS principal.
const AWS: [bool; 3] = [true, false, false];

fn entry(principal: &Principal) -> Entry {
    match &principal.who {
        Who::Any => Entry::Any,
        Who::Account { partition, account } => {
            if account.as_known().is_none() {
                Entry::Unknown(AWS)
            } else {
                Entry::Arns(arn_side(partition.as_ref(), account, "", None))
            }
        }
        Who::User { account, .. }
        | Who::Role { account, .. }
        | Who::Member { account, .. }
        | Who::Session { account, .. }
            if account.as_known().is_none() =>
        {
            Entry::Unknown(AWS)
        }
        Who::User { partition, account, name } => Entry::Arns(arn_side(Some(partition), account, "user/", Some(name))),
        Who::Role { partition, account, name } => Entry::Arns(arn_side(Some(partition), account, "role/", Some(name))),
        Who::Member { partition, account, resource } => {
            let mut side = arn_side(Some(partition), account, "", Some(resource));
            let mut named = Builder::default();
            named.push(resource, Chars::Any);
            if Pattern(named.tokens).matches("root") {
                side.pattern.extend(arn_side(Some(partition), account, "", None).pattern);
            }
            side.known = false;
            Entry::Arns(side)
        }
        Who::Session { partition, account, role, session } => {
            let side = without_path(arn_side(Some(partition), account, "role/", Some(role)));
            let mut name = Builder::default();
            name.push(session, Chars::Name);
            Entry::Session(side, named(name.side(None), "any-session"))
        }
        Who::FederatedUser { .. } | Who::UniqueId(_) | Who::CanonicalUser(_) | Who::Invalid => Entry::Nobody,
        Who::Service(name) => {
            let mut b = Builder::default();
            b.push(name, Chars::Any);
            Entry::Service(b.side(name.as_known().map(std::borrow::Cow::into_owned)))
        }
        Who::Saml { partition, account, name } => {
            Entry::Saml(named(arn_side(Some(partition), account, "saml-provider/", Some(name)), "unknown"))
        }
        Who::Oidc { partition, account, issuer } => {
            Entry::Oidc(named(arn_side(Some(partition), account, "oidc-provider/", Some(issuer)), "unknown"))
        }
        Who::BuiltinProvider(name) => {
            let pattern = vec![Pattern::literal(name)];
            Entry::Oidc(Side { pattern, known: true, text: Some(name.clone()) })
        }
        Who::Unknown(_) => Entry::Unknown(match principal.kind {
            PrincipalKind::Service => [false, true, false],
            PrincipalKind::Federated => [false, false, true],
            _ => [true; 3],
        }),
    }
}

/// The ARNs of an account's users, roles or providers that begin with `kind`: the one of that name, or all.
fn arn_side(partition: Option<&Text>, account: &Text, kind: &str, name: Option<&Text>) -> Side {
    let mut b = Builder::default();
    b.text("arn:");
    match partition {
        Some(p) => b.push(p, Chars::NotColon),
        None => b.tokens.push(Token::Star(Chars::NotColon)),
    }
    b.text(":iam::");
    b.push(account, Chars::Digit);
    b.text(":");
    b.text(kind);
    match name {
        Some(name) => b.push(name, Chars::Any),
        None => b.tokens.push(Token::Star(Chars::Any)),
    }
    b.side(partition.and_then(Text::as_known).map(std::borrow::Cow::into_owned))
}

/// A side with its name, or with one that it may have: `word` for what is not known of it.
fn named(side: Side, word: &str) -> Side {
    let text = side.pattern.first().map(|p| p.as_literal().unwrap_or_else(|| p.example(word)));
    Side { text, ..side }
}

#[derive(Default)]
struct Builder {
    tokens: Vec<Token>,
    open: bool,
}

impl Builder {
    fn text(&mut self, text: &str) {
        self.tokens.extend(text.chars().map(Token::Char));
    }

    fn push(&mut self, text: &Text, hole: Chars) {
        for part in text.parts() {
            if let Part::Known { text, .. } = part {
                self.text(text);
            } else {
                self.tokens.push(Token::Star(hole));
                self.open = true;
            }
        }
    }

    fn side(self, text: Option<String>) -> Side {
        Side { pattern: vec![Pattern(self.tokens)], known: !self.open, text }
    }
}

fn actions(actions: &Actions) -> [Truth; 6] {
    let mut patterns = StringSet::default();
    let mut open = StringSet::default();
    for literal in &actions.patterns {
        let mut tokens = Vec::new();
        let mut known = true;
        for part in literal.text.parts() {
            if let Part::Known { text, .. } = part {
                tokens.extend(text.chars().map(|c| if "*?".contains(c) { glob_token(c) } else { folded(c) }));
            } else {
                tokens.push(Token::Star(Chars::Any));
                known = false;
            }
        }
        let pattern = Pattern(squeezed(tokens));
        if known { patterns.add(pattern) } else { open.add(pattern) }
    }
    let mut fuel = Fuel::new(u64::MAX);
    Action::ALL.map(|action| {
        let truth = if actions.missing {
            Truth::False
        } else if patterns.contains(action.name(), &mut fuel) {
            Truth::True
        } else if open.contains(action.name(), &mut fuel) {
            Truth::Unknown
        } else {
            Truth::False
        };
        if actions.negated && !actions.missing { truth.not() } else { truth }
    })
}
