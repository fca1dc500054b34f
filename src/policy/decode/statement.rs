//! One statement.

use super::{Decoder, conditions::Conditions, items, values};
use crate::{
    policy::{
        Actions, Condition, Effect, Literal, Principal, PrincipalKind, Principals, ProblemKind, Statement, What, Who,
    },
    value::{Entry, Kind, Origin, Value},
};

const ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// The entries of a statement by element, copies included, in the order of [`ELEMENTS`].
type Elements = [Vec<Entry>; 9];

/// What known values leave out of a statement, of its conditions and of their operators.
fn voided(statement: &Value, conditions: &[Entry]) -> Vec<Origin> {
    let mut out = statement.voided();
    for block in conditions {
        out.extend(block.value.voided());
        out.extend(block.value.entries().into_iter().flatten().flat_map(|operator| operator.value.voided()));
    }
    out
}

impl Decoder {
    /// Decodes one statement into `out`: several where an Allow has a condition twice. `doubled` says that the whole
    /// `Statement` element stands twice, so that no Deny of it is certain.
    pub(super) fn one_statement(&mut self, value: &Value, index: usize, doubled: bool, out: &mut Vec<Statement>) {
        let mut elements = Elements::default();
        let mut unknown_entry = None;
        for entry in value.entries().into_iter().flatten() {
            match self.element(&entry, &ELEMENTS) {
                Some(name) => {
                    let slot = ELEMENTS.iter().position(|n| *n == name).and_then(|i| elements.get_mut(i));
                    if let Some(copies) = slot {
                        let repeated = !copies.is_empty();
                        self.repeated(repeated, &entry, name);
                        copies.push(entry);
                    }
                }
                None => {
                    if let Some(unknown) = entry.key.first_hole() {
                        unknown_entry = Some((unknown.clone(), entry.key_origin.clone()));
                    }
                    self.stray(&entry, What::Statement);
                }
            }
        }
        let [sids, effects, only, all_but, actions, not_actions, resources, not_resources, conditions] = elements;

        let effect = self.effect(&effects, unknown_entry.is_some(), value);
        let mut undecided = doubled && effect == Effect::Deny || unknown_entry.is_some();
        let repeats = [&only, &all_but, &actions, &not_actions].iter().any(|c| c.len() > 1);
        undecided |= repeats && effect != Effect::Allow;
        undecided |= all_but.len() > 1 || not_actions.len() > 1;

        let mut principals = self.principal_elements(&only, &all_but, effect, value, unknown_entry.is_some());
        if let (Principals::Missing, Some((unknown, origin))) = (&principals, &unknown_entry) {
            let value = items::open(unknown, origin);
            let entry = Principal { kind: PrincipalKind::Bare, value, who: Who::Unknown(unknown.clone()) };
            principals = Principals::Only(vec![entry]);
        }
        let mut actions = self.action_elements(&actions, &not_actions, effect, value, unknown_entry.is_some());
        if let (true, Some((unknown, origin))) = (actions.missing, &unknown_entry) {
            actions = Actions { negated: false, patterns: vec![items::open(unknown, origin)], missing: false };
        }
        if effect == Effect::Allow {
            self.pairs(&principals, &actions);
        }
        let resources = self.resource_element(&resources, "Resource", value);
        let not_resources = self.resource_element(&not_resources, "NotResource", value);
        if !self.is_trust() && resources.is_none() && not_resources.is_none() && unknown_entry.is_none() {
            self.problem(ProblemKind::Element, &value.origin, "the statement has no `Resource`");
        }
        let voided = voided(value, &conditions);
        let mut conditions = self.conditions(&conditions);
        if undecided {
            conditions.common.push(Condition::undecided(value.origin.clone()));
        }
        let statement = Statement {
            index,
            sid: self.sid(&sids),
            effect,
            principals,
            actions,
            conditions: Vec::new(),
            resources,
            not_resources,
            voided,
            origin: value.origin.clone(),
            text: values::one_line(value),
        };
        out.extend(with_conditions(statement, conditions));
    }

    fn effect(&mut self, copies: &[Entry], open: bool, statement: &Value) -> Effect {
        let effects: Vec<Effect> = copies.iter().map(|e| self.one_effect(&e.value)).collect();
        if effects.is_empty() && open {
            return Effect::Unknown;
        }
        if effects.is_empty() {
            self.problem(ProblemKind::Element, &statement.origin, "the statement has no `Effect`");
        }
        let has = |e| effects.contains(&e);
        match (has(Effect::Allow), has(Effect::Unknown)) {
            (true, _) => Effect::Allow,
            (false, false) if has(Effect::Deny) => Effect::Deny,
            _ => Effect::Unknown,
        }
    }

    fn one_effect(&mut self, value: &Value) -> Effect {
        if let Kind::Unknown(unknown) = &value.kind {
            self.unknown(What::Effect, unknown, &value.origin);
            return Effect::Unknown;
        }
        let Some(literal) = items::literal(value) else {
            self.problem(ProblemKind::Element, &value.origin, "`Effect` is neither `Allow` nor `Deny`");
            return Effect::Unknown;
        };
        match literal.known().as_deref() {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            Some(other) => {
                let message = format!("`Effect` is `{other}`, which is neither `Allow` nor `Deny`");
                let meant = ["Allow", "Deny"].into_iter().find(|e| e.eq_ignore_ascii_case(other));
                let help = meant.map(|e| format!("write `{e}`"));
                self.note(ProblemKind::Element, &literal.origin, message, help);
                Effect::Unknown
            }
            None => {
                self.holes(What::Effect, &literal.text, &literal.origin);
                Effect::Unknown
            }
        }
    }

    fn sid(&mut self, copies: &[Entry]) -> Option<Literal> {
        let value = &copies.last()?.value;
        let Some(literal) = items::literal(value) else {
            if !matches!(value.kind, Kind::Null | Kind::Unknown(_)) {
                self.problem(ProblemKind::Sid, &value.origin, "`Sid` is not a string");
            }
            return None;
        };
        if let Some(sid) = literal.known()
            && let Some(wrong) = sid.chars().find(|c| !c.is_ascii_alphanumeric())
        {
            let message = format!("the Sid `{sid}` has the character `{}`", wrong.escape_debug());
            let help = "a Sid has letters and digits only";
            self.problem_with_help(ProblemKind::Sid, &literal.origin, message, help);
        }
        Some(literal)
    }

    fn principal_elements(
        &mut self,
        only: &[Entry],
        all_but: &[Entry],
        effect: Effect,
        statement: &Value,
        open: bool,
    ) -> Principals {
        let given = |copies: &[Entry]| copies.iter().any(|e| !matches!(e.value.kind, Kind::Null));
        if !self.is_trust() {
            for e in only.iter().chain(all_but) {
                let message = "an identity policy has no principals";
                self.problem(ProblemKind::Element, &e.key_origin, message);
            }
        }
        if given(all_but) && self.is_trust() {
            for e in all_but {
                let message = "AWS refuses `NotPrincipal` in a trust policy";
                let help = "name who may assume the role with `Principal`";
                self.problem_with_help(ProblemKind::Principal, &e.key_origin, message, help);
            }
        }
        if given(only) && given(all_but) {
            for e in all_but {
                let message = "the statement has both `Principal` and `NotPrincipal`";
                self.problem(ProblemKind::Element, &e.key_origin, message);
            }
        }
        if given(only) {
            // The union of all copies lets most callers in; of a Deny only the last is kept, and it is not certain.
            let copies = if effect == Effect::Allow { only } else { only.last().map_or(&[][..], std::slice::from_ref) };
            let all = copies.iter().flat_map(|e| self.principals(&e.value, "Principal")).collect();
            return Principals::Only(all);
        }
        if given(all_but) {
            let mut all: Vec<Principal> =
                all_but.last().map(|e| self.principals(&e.value, "NotPrincipal")).unwrap_or_default();
            if all_but.len() > 1 && effect == Effect::Allow {
                all.clear();
            }
            return Principals::AllBut(all);
        }
        if self.is_trust() && !open {
            self.problem(ProblemKind::Element, &statement.origin, "the statement has no `Principal`");
        }
        Principals::Missing
    }

    fn action_elements(
        &mut self,
        actions: &[Entry],
        not_actions: &[Entry],
        effect: Effect,
        statement: &Value,
        open: bool,
    ) -> Actions {
        if let (Some(_), Some(e)) = (actions.first(), not_actions.first()) {
            let message = "the statement has both `Action` and `NotAction`";
            self.problem(ProblemKind::Element, &e.key_origin, message);
        }
        if !actions.is_empty() {
            let copies =
                if effect == Effect::Allow { actions } else { actions.last().map_or(&[][..], std::slice::from_ref) };
            let patterns = copies.iter().flat_map(|e| self.actions(&e.value, "Action")).collect();
            return Actions { negated: false, patterns, missing: false };
        }
        if let Some(last) = not_actions.last() {
            let mut patterns = self.actions(&last.value, "NotAction");
            if not_actions.len() > 1 && effect == Effect::Allow {
                patterns.clear();
            }
            return Actions { negated: true, patterns, missing: false };
        }
        if !open {
            self.problem(ProblemKind::Element, &statement.origin, "the statement has no `Action`");
        }
        Actions { negated: false, patterns: Vec::new(), missing: true }
    }

    fn resource_element(&mut self, copies: &[Entry], name: &str, _statement: &Value) -> Option<Vec<Literal>> {
        if copies.is_empty() {
            return None;
        }
        let mut out = Vec::new();
        for e in copies {
            if self.is_trust() {
                let message = format!("AWS refuses `{name}` in a trust policy");
                let help = "remove it: the resource of a trust policy is the role itself";
                self.problem_with_help(ProblemKind::Resource, &e.key_origin, message, help);
            }
            for item in self.items(&e.value, name) {
                match item {
                    items::Item::Literal(l) => {
                        if !self.is_trust() {
                            self.holes(What::Resource, &l.text, &l.origin);
                        }
                        out.push(l);
                    }
                    items::Item::Unknown(unknown, origin, _) => {
                        if !self.is_trust() {
                            self.unknown(What::Resource, &unknown, &origin);
                        }
                        out.push(items::open(&unknown, &origin));
                    }
                    items::Item::Object(v) => {
                        let message = format!("a value of `{name}` is not a string");
                        self.problem(ProblemKind::Element, &v.origin, message);
                    }
                }
            }
        }
        Some(out)
    }
}

/// The statement with its conditions; see the module's text for what copies mean.
fn with_conditions(statement: Statement, conditions: Conditions) -> Vec<Statement> {
    let Conditions { common, copies } = conditions;
    let mut readings = vec![common];
    if statement.effect == Effect::Allow {
        for alternatives in copies {
            let next = readings.iter().flat_map(|r| {
                let joined = |a: &Vec<Condition>| r.iter().chain(a).cloned().collect::<Vec<_>>();
                alternatives.iter().map(joined).collect::<Vec<_>>()
            });
            readings = next.collect();
        }
    } else if let Some(only) = readings.first_mut() {
        only.extend(copies.into_iter().flatten().flatten());
    }
    readings.into_iter().map(|conditions| Statement { conditions, ..statement.clone() }).collect()
}
