//! One question about one way in, as requirements on slots and clauses over them.

use std::sync::Arc;

use super::{
    atom::{Atom, Carried, Mode, Truth},
    automaton::Fuel,
    compile::{Compiled, Statement},
    demands,
    domain::Requirement,
    search::Literal,
    space::{ARN, Binding, ORGANIZATION, Shape, Space, Surroundings, View},
    variables::Assignment,
};
use crate::{
    analysis::{Action, Caller, Query, Strings, issuers},
    tables::Set,
};

/// A question about one statement and one kind of caller.
pub struct Problem<'a> {
    pub space: Space<'a>,
    pub required: Vec<Literal>,
    pub mode: Mode,
    /// Deny statements with conditions: whether they match is looked at when there are values.
    denies: Vec<usize>,
    compiled: &'a Compiled,
    query: &'a Query,
    /// Slots on which unknown values of conditions match nothing.
    strict: Vec<usize>,
    assignment: &'a Assignment,
}

/// There is no such request; found out while the question was put.
pub struct Impossible;

type Put = Result<(), Impossible>;

impl<'a> Problem<'a> {
    /// Puts the question.
    pub fn new(
        compiled: &'a Compiled,
        space: Space<'a>,
        query: &'a Query,
        position: usize,
        mode: Mode,
        assignment: &'a Assignment,
        fuel: &mut Fuel,
    ) -> Result<Self, Impossible> {
        let (required, denies, strict) = (Vec::new(), Vec::new(), Vec::new());
        let mut problem = Self { space, required, mode, denies, compiled, query, strict, assignment };
        problem.caller(fuel)?;
        for (key, demand) in &query.demands {
            let posed = demands::pose(&mut problem.space, compiled, key, demand, fuel);
            let (literals, strict) = posed.ok_or(Impossible)?;
            problem.required.extend(literals);
            problem.strict.extend(strict);
        }
        for key in &query.unmet {
            if let Binding::Slot(slot, ..) = problem.space.bind(&key.to_ascii_lowercase()) {
                problem.strict.push(slot);
            }
        }
        for (key, value) in &assignment.values {
            problem.assign(key, value.as_deref())?;
        }
        let statement = compiled.statements.get(position).ok_or(Impossible)?;
        problem.matches(statement, position, query.principal, fuel)?;
        if let Some(deny) = query.matching {
            problem.matches(compiled.statements.get(deny).ok_or(Impossible)?, deny, None, fuel)?;
        }
        let accounts = match &query.caller {
            Caller::Aws { account: Strings::OneOf(accounts), .. } if accounts.len() <= MOST_ACCOUNTS => {
                Some(&accounts[..])
            }
            Caller::Aws { .. } => None,
            _ => Some(&[][..]),
        };
        let accounts = accounts.filter(|_| !query.without_denies);
        let single = accounts.map(|a| compiled.denies_for(a));
        let unsure = compiled.unsure.iter().filter(|_| mode == Mode::Must);
        let denies = single.as_ref().unwrap_or(&compiled.denies).iter().filter(|_| !query.without_denies);
        for deny in denies.chain(unsure) {
            if query.matching != Some(*deny) && !query.ignore_denies.contains(deny) {
                problem.not_denied(*deny, fuel)?;
            }
        }
        Ok(problem)
    }

    fn caller(&mut self, fuel: &mut Fuel) -> Put {
        let Caller::Aws { account, organization, resource } = &self.query.caller else { return Ok(()) };
        fuel.burn(8 * demands::size(account) + 8 * demands::size(resource));
        self.strings(account, ARN, View::Account);
        let resource = prefixed(resource);
        self.strings(&resource, ARN, View::Resource);
        let literals = demands::organization(&self.space, organization);
        self.required.extend(literals.into_iter().map(|r| (ORGANIZATION, r)));
        if matches!(organization, crate::analysis::Demand::Unguarded) {
            self.strict.push(ORGANIZATION);
        }
        Ok(())
    }

    fn strings(&mut self, strings: &Strings, slot: usize, view: View) {
        for (set, inside) in demands::sets(strings, self.space.around) {
            self.required.push((slot, Requirement::Member { set, view, inside }));
        }
    }

    /// A policy variable is assumed to have that value.
    fn assign(&mut self, key: &str, value: Option<&str>) -> Put {
        match (self.space.bind(key), value) {
            (Binding::Fixed(Carried::Nothing), None) => Ok(()),
            (Binding::Fixed(Carried::One(own)), Some(value)) if own == value => Ok(()),
            (Binding::Fixed(_), _) => Err(Impossible),
            (Binding::Slot(slot, view, _), value) => {
                let present = value.map(|v| Arc::new(super::strings::StringSet::of([v])));
                self.required.push((slot, Requirement::Carries { absent: value.is_none(), present, view }));
                Ok(())
            }
        }
    }

    /// Requires that the statement matches.
    fn matches(&mut self, statement: &Statement, position: usize, only: Option<usize>, fuel: &mut Fuel) -> Put {
        if !self.mode.accepts(statement.speaks_of(self.query.action), true) {
            return Err(Impossible);
        }
        if self.space.shape.is_aws() {
            let set = self.principals(statement, only, true, fuel);
            self.required.push((ARN, set));
        } else if !self.mode.accepts(statement.names(only, &self.space.shape, fuel), true) {
            return Err(Impossible);
        }
        for atom in &statement.atoms {
            if self.query.ignore_conditions.contains(&(position, atom.condition)) {
                continue;
            }
            match self.condition(atom, true, fuel) {
                Ok(true) => {}
                Ok(false) => return Err(Impossible),
                Err(literal) => self.required.push(literal),
            }
        }
        Ok(())
    }

    /// Requires that a Deny does not match: at once where only its principals are in question, else when there are
    /// values.
    fn not_denied(&mut self, position: usize, fuel: &mut Fuel) -> Put {
        let Some(deny) = self.compiled.statements.get(position) else { return Ok(()) };
        fuel.burn(3);
        if self.mode.accepts(deny.speaks_of(self.query.action), false) {
            return Ok(());
        }
        if !deny.atoms.is_empty() {
            self.denies.push(position);
            return Ok(());
        }
        match self.ways_past(position, fuel) {
            None => Ok(()),
            Some(ways) if ways.is_empty() => Err(Impossible),
            Some(ways) => {
                self.required.extend(ways);
                Ok(())
            }
        }
    }

    /// What a request must meet one of for the Deny not to match; `None` when it never matches.
    fn ways_past(&mut self, position: usize, fuel: &mut Fuel) -> Option<Vec<Literal>> {
        let deny = self.compiled.statements.get(position)?;
        let mut ways = Vec::new();
        if self.space.shape.is_aws() {
            let way = self.principals(deny, None, false, fuel);
            match &way {
                // All callers are meant: there is no way past the principals.
                Requirement::Member { set, inside: false, .. } if set.is_everything() => {}
                Requirement::Member { set, inside: false, .. } if set.is_empty() => return None,
                _ => ways.push((ARN, way)),
            }
        } else if self.mode.accepts(deny.names(None, &self.space.shape, fuel), false) {
            return None;
        }
        for atom in &deny.atoms {
            fuel.burn(40);
            if self.query.ignore_conditions.contains(&(position, atom.condition)) {
                continue;
            }
            match self.condition(atom, false, fuel) {
                Ok(true) => return None,
                Ok(false) => {}
                Err(literal) => ways.push(literal),
            }
        }
        Some(ways)
    }

    /// The ways past the first Deny or axiom that the values do not respect; `None` when they respect all.
    pub fn violated(&mut self, values: &[Carried], fuel: &mut Fuel) -> Option<Vec<Literal>> {
        for i in 0..self.denies.len() {
            let position = self.denies.get(i).copied().unwrap_or_default();
            if self.is_respected(position, values, fuel) {
                continue;
            }
            if let Some(ways) = self.ways_past(position, fuel) {
                let met = |(slot, r): &Literal, fuel: &mut Fuel| {
                    values.get(*slot).is_some_and(|v| r.holds(v, self.mode, fuel))
                };
                if !ways.iter().any(|w| met(w, fuel)) {
                    return Some(ways);
                }
            }
        }
        self.axiom()
            .filter(|ways| !ways.iter().any(|(slot, r)| values.get(*slot).is_none_or(|v| r.holds(v, self.mode, fuel))))
    }

    /// Whether the values surely respect a Deny; nothing is bound for that.
    fn is_respected(&self, position: usize, values: &[Carried], fuel: &mut Fuel) -> bool {
        let Some(deny) = self.compiled.statements.get(position) else { return true };
        fuel.burn(4);
        if let (Some(arn), Shape::User | Shape::Role) = (values.get(ARN), &self.space.shape) {
            let (must, both) = &deny.arns;
            let inside = deny.negated;
            let set = if (self.mode == Mode::May) == inside { both } else { must };
            let meant = if set.is_everything() { !inside } else { !Self::member(set, inside, arn, fuel) };
            if !meant {
                return true;
            }
        }
        let call = self.space.shape.call() as usize;
        deny.atoms.iter().any(|atom| {
            fuel.burn(4);
            if self.query.ignore_conditions.contains(&(position, atom.condition)) {
                return false;
            }
            let Some(key) = &atom.key else { return self.mode.accepts(Truth::Unknown, false) };
            match self.space.bindings.get(key) {
                None if atom.lacking.get(call) == Some(&true) => {
                    let truth = atom.truth_by_presence(&Carried::Nothing);
                    truth.is_some_and(|t| self.mode.accepts(t, false))
                }
                Some(Binding::Slot(slot, view, many)) if atom.variables().next().is_none() => {
                    let (slot, view, many) = (*slot, *view, *many);
                    let strict = self.strict.contains(&slot);
                    let r = Requirement::Condition { atom: atom.clone(), view, many, want: false, strict };
                    values.get(slot).is_some_and(|v| r.holds(v, self.mode, fuel))
                }
                _ => false,
            }
        })
    }

    fn member(set: &super::strings::StringSet, inside: bool, arn: &Carried, fuel: &mut Fuel) -> bool {
        matches!(arn, Carried::One(text) if set.contains(text, fuel) == inside)
    }

    fn principals(&self, statement: &Statement, only: Option<usize>, want: bool, fuel: &mut Fuel) -> Requirement {
        let (must, both) = statement.arns_of(only, &self.space.shape, fuel);
        let inside = want != statement.negated;
        // Unknowns count for the caller in the one mode and against in the other.
        let set = if (self.mode == Mode::May) == inside { both } else { must };
        Requirement::Member { set, view: View::Whole, inside }
    }

    /// Whether a condition is as wanted, where that is settled; else what it requires.
    fn condition(&mut self, atom: &Arc<Atom>, want: bool, fuel: &mut Fuel) -> Result<bool, Literal> {
        let Some(key) = &atom.key else { return Ok(self.mode.accepts(Truth::Unknown, want)) };
        let binding = self.space.bind(key);
        fuel.burn(8);
        let atom = self.assignment.grounded(atom, &mut self.space);
        match binding {
            Binding::Fixed(carried) => {
                let many = matches!(carried, Carried::Many(_));
                let truth = atom.truth(&carried, many, &|_| None, fuel);
                Ok(self.mode.accepts(truth, want))
            }
            Binding::Slot(slot, view, many) => {
                let strict = self.strict.contains(&slot);
                Err((slot, Requirement::Condition { atom, view, many, want, strict }))
            }
        }
    }

    /// What every request of this kind does, as ways of which it goes one: an age of MFA comes with MFA.
    fn axiom(&mut self) -> Option<Vec<Literal>> {
        let (present, age) = ("aws:multifactorauthpresent", "aws:multifactorauthage");
        if !self.space.shape.is_aws() || !self.space.bindings.contains_key(age) {
            return None;
        }
        let (Binding::Slot(age, view, _), Binding::Slot(present, ..)) =
            (self.space.bind(age), self.space.bind(present))
        else {
            return None;
        };
        let mfa = Arc::new(super::strings::StringSet::of(["true"]));
        Some(vec![
            (age, Requirement::Carries { absent: true, present: None, view }),
            (present, Requirement::Carries { absent: false, present: Some(mfa), view }),
        ])
    }
}

/// For so many accounts the Deny statements that mean them are looked up.
const MOST_ACCOUNTS: usize = 16;

/// Names of users and roles as they stand in ARNs: those without a kind are taken as of both.
fn prefixed(strings: &Strings) -> Strings {
    let full = |all: &[String]| -> Vec<String> {
        let both = |s: &String| {
            if s.starts_with("user/") || s.starts_with("role/") || s == "*" {
                vec![s.clone()]
            } else {
                vec![format!("role/{s}"), format!("user/{s}")]
            }
        };
        all.iter().flat_map(both).collect()
    };
    match strings {
        Strings::Any => Strings::Any,
        Strings::OneOf(all) => Strings::OneOf(full(all)),
        Strings::NoneOf(all) => Strings::NoneOf(full(all)),
        Strings::Unnamed => Strings::Unnamed,
        Strings::Like(yes, no) => Strings::Like(full(yes), full(no)),
    }
}

/// The kinds of callers that a query asks about, as far as the statement can let them in.
pub fn shapes(query: &Query, statement: &Statement, compiled: &Compiled, around: &Surroundings) -> Vec<Shape> {
    use super::compile::Entry;
    let cannot = matches!(
        (&query.caller, query.action),
        (Caller::Saml, Action::AssumeRole | Action::AssumeRoleWithWebIdentity)
            | (Caller::Oidc, Action::AssumeRole | Action::AssumeRoleWithSaml)
            | (Caller::Aws { .. } | Caller::Service(_), Action::AssumeRoleWithSaml | Action::AssumeRoleWithWebIdentity)
    );
    if cannot {
        return Vec::new();
    }
    let entries = statement.chosen(query.principal).iter();
    let mut out = Vec::new();
    match &query.caller {
        Caller::Aws { .. } => {
            let general = |e: &Entry| matches!(e, Entry::Any | Entry::Arns(_));
            if statement.negated || entries.clone().any(general) {
                out.extend([Shape::Role, Shape::User]);
            }
            // A session that somebody names is not like the others.
            let matching = query.matching.and_then(|i| compiled.statements.get(i));
            let matching = matching.filter(|s| s.has_sessions).into_iter().flat_map(|s| &s.entries);
            let named = entries.filter(|_| statement.has_sessions).chain(matching).filter_map(Entry::session);
            out.extend(named.chain(compiled.spared_sessions.iter().cloned()).map(Shape::Session));
        }
        Caller::Service(wanted) => {
            let names = entries.filter_map(|e| match e {
                Entry::Service(side) => side.text.clone(),
                _ => None,
            });
            out.extend(names.filter(|n| demands::admits(wanted, n, around)).map(Shape::Service));
        }
        Caller::Saml => out.extend(entries.filter_map(|e| match e {
            Entry::Saml(side) => side.text.clone().map(Shape::Saml),
            _ => None,
        })),
        Caller::Oidc => out.extend(entries.filter_map(|e| match e {
            Entry::Oidc(side) => side.text.clone().map(|t| Shape::Oidc(t.clone(), issuers::of_provider(&t))),
            _ => None,
        })),
    }
    let mut seen = Set::default();
    out.retain(|s| seen.insert(s.clone()));
    out
}
