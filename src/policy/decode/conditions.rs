//! `Condition`: operators, keys, values.

use super::{Decoder, items, items::Item, values};
use crate::{
    policy::{Condition, Literal, Operator, ProblemKind, SetQuantifier, Test, What},
    tables::Table,
    value::{Entry, Kind, Origin, Value},
};

/// The conditions of a statement.
#[derive(Default)]
pub(super) struct Conditions {
    /// Those that stand once.
    pub common: Vec<Condition>,
    /// For each thing that stands several times: the conditions of each copy.
    pub copies: Vec<Vec<Vec<Condition>>>,
}

/// More ways to read the copies than this are not told apart.
const MOST_READINGS: usize = 16;

impl Decoder {
    /// The conditions of all `Condition` elements of a statement.
    pub(super) fn conditions(&mut self, copies: &[Entry]) -> Conditions {
        let mut out = Conditions::default();
        match copies {
            [] => {}
            [only] => self.block(&only.value, &mut out),
            several => {
                let alternatives = several.iter().map(|e| {
                    let mut one = Conditions::default();
                    self.block(&e.value, &mut one);
                    one.joined()
                });
                let alternatives = alternatives.collect();
                out.copies.push(alternatives);
            }
        }
        let readings = out.copies.iter().try_fold(1usize, |n, c| n.checked_mul(c.len()));
        if readings.is_none_or(|n| n > MOST_READINGS) {
            let origin = copies.first().map(|e| e.value.origin.clone());
            out.copies.clear();
            out.common.extend(origin.map(Condition::undecided));
        }
        out
    }

    /// One `Condition` element.
    fn block(&mut self, value: &Value, out: &mut Conditions) {
        match &value.kind {
            Kind::Null => return,
            Kind::Object(_) => {}
            Kind::Unknown(unknown) => {
                self.unknown(What::Condition, unknown, &value.origin);
                out.common.push(Condition::undecided(value.origin.clone()));
                return;
            }
            _ => {
                if !self.hole_instead(value, out) {
                    self.problem(ProblemKind::Element, &value.origin, "`Condition` is not an object");
                    out.common.push(Condition::undecided(value.origin.clone()));
                }
                return;
            }
        }
        for copies in self.grouped(value, "the operator") {
            let mut alternatives: Vec<Vec<Condition>> = Vec::new();
            let single = copies.len() == 1;
            for entry in &copies {
                let mut one = Conditions::default();
                self.operator(entry, &mut one);
                if single {
                    out.common.append(&mut one.common);
                    out.copies.append(&mut one.copies);
                } else {
                    alternatives.push(one.joined());
                }
            }
            if !single {
                out.copies.push(alternatives);
            }
        }
    }

    /// One operator with its keys.
    fn operator(&mut self, entry: &Entry, out: &mut Conditions) {
        let text = Literal { text: entry.key.clone(), origin: entry.key_origin.clone() };
        let operator = match text.known() {
            Some(name) => self.operator_named(&name, &text.origin),
            None => {
                self.holes(What::Condition, &text.text, &text.origin);
                None
            }
        };
        match &entry.value.kind {
            Kind::Object(_) => {}
            Kind::Null => return,
            Kind::Unknown(unknown) => {
                self.unknown(What::Condition, unknown, &entry.value.origin);
                let key = items::open(unknown, &entry.value.origin);
                let origin = entry.value.origin.clone();
                let condition = Condition {
                    operator,
                    operator_text: text,
                    key,
                    values: Vec::new(),
                    more_values: true,
                    values_origin: origin,
                };
                out.common.push(condition);
                return;
            }
            _ => {
                if !self.hole_instead(&entry.value, out) {
                    let message = format!("`{}` is not an object of keys and values", text.text.display());
                    self.problem(ProblemKind::Element, &entry.value.origin, message);
                    out.common.push(Condition::undecided(entry.value.origin.clone()));
                }
                return;
            }
        }
        for copies in self.grouped(&entry.value, "the condition key") {
            let conditions: Vec<_> = copies.iter().map(|e| self.condition(operator, &text, e)).collect();
            if conditions.len() == 1 {
                out.common.extend(conditions);
            } else {
                out.copies.push(conditions.into_iter().map(|c| vec![c]).collect());
            }
        }
    }

    /// Takes a string with a hole where an object should stand as not known.
    fn hole_instead(&mut self, value: &Value, out: &mut Conditions) -> bool {
        let literal = items::literal(value);
        let Some(unknown) = literal.as_ref().and_then(|l| l.text.first_hole()) else { return false };
        self.unknown(What::Condition, unknown, &value.origin);
        out.common.push(Condition::undecided(value.origin.clone()));
        true
    }

    /// The entries of an object, those with equal keys (whatever their case) together.
    fn grouped(&mut self, value: &Value, what: &str) -> Vec<Vec<Entry>> {
        let mut groups: Vec<Vec<Entry>> = Vec::new();
        let mut seen: Table<String, usize> = Table::default();
        for entry in value.entries().into_iter().flatten() {
            let Some(key) = entry.key.as_known().map(|k| k.to_ascii_lowercase()) else {
                groups.push(vec![entry]);
                continue;
            };
            let at = *seen.entry(key).or_insert(groups.len());
            match groups.get_mut(at) {
                Some(group) => {
                    let message = format!("{what} `{}` stands twice in one object", entry.key.display());
                    let help = "put all values into one list; AWS refuses the policy or takes the last copy";
                    self.problem_with_help(ProblemKind::DuplicateKey, &entry.key_origin, message, help);
                    group.push(entry);
                }
                None => groups.push(vec![entry]),
            }
        }
        groups
    }

    fn operator_named(&mut self, name: &str, origin: &Origin) -> Option<Operator> {
        let (set, rest) = match name.split_once(':') {
            Some((q, rest)) if q.eq_ignore_ascii_case("ForAllValues") => (SetQuantifier::ForAll, rest),
            Some((q, rest)) if q.eq_ignore_ascii_case("ForAnyValue") => (SetQuantifier::ForAny, rest),
            _ => (SetQuantifier::Single, name),
        };
        let lower = rest.to_ascii_lowercase();
        let (bare, if_exists) = lower.strip_suffix("ifexists").map_or((&*lower, false), |b| (b, true));
        let test = Test::ALL.iter().find(|(n, _)| n.eq_ignore_ascii_case(bare)).map(|(_, t)| *t);
        let Some(test) = test else {
            let message = format!("there is no condition operator `{name}`");
            let names: Vec<&str> = Test::ALL.iter().map(|(n, _)| *n).collect();
            let help = values::near(bare, &names).map(|n| format!("did you mean `{n}`?"));
            self.note(ProblemKind::Operator, origin, message, help);
            return None;
        };
        if test == Test::Null && if_exists {
            let message = format!("`{name}` does not exist: `Null` tests whether the key is there");
            self.problem_with_help(ProblemKind::Operator, origin, message, "write `Null`");
        }
        Some(Operator { set, test, if_exists })
    }

    fn condition(&mut self, operator: Option<Operator>, operator_text: &Literal, entry: &Entry) -> Condition {
        let key = Literal { text: entry.key.clone(), origin: entry.key_origin.clone() };
        self.holes(What::Condition, &key.text, &key.origin);
        let mut out = Vec::new();
        let mut more_values = false;
        let shown = key.text.shown();
        for item in self.items(&entry.value, &shown) {
            match item {
                Item::Literal(l) => {
                    self.holes(What::Condition, &l.text, &l.origin);
                    self.condition_value(operator, &l);
                    out.push(l);
                }
                Item::Unknown(unknown, origin, many) => {
                    self.unknown(What::Condition, &unknown, &origin);
                    more_values |= many;
                    out.push(items::open(&unknown, &origin));
                }
                Item::Object(v) => {
                    let message = format!("a value of `{shown}` is an object");
                    self.problem(ProblemKind::ConditionValue, &v.origin, message);
                    more_values = true;
                }
            }
        }
        let values_origin = entry.value.origin.clone();
        Condition { operator, operator_text: operator_text.clone(), key, values: out, more_values, values_origin }
    }

    /// Notes a value that its operator cannot read.
    fn condition_value(&mut self, operator: Option<Operator>, value: &Literal) {
        let (Some(operator), Some(text)) = (operator, value.known()) else { return };
        let Some(expected) = values::expected(operator.test) else { return };
        if text.contains("${") && operator.test == Test::Bool {
            return;
        }
        if text.contains("${") {
            let message = format!("`{}` takes no policy variable, and here is `{text}`", operator.test.name());
            return self.problem(ProblemKind::ConditionValue, &value.origin, message);
        }
        if !values::is_readable(operator.test, &text) {
            let message = format!("`{}` cannot read the value `{text}`", operator.test.name());
            self.problem_with_help(ProblemKind::ConditionValue, &value.origin, message, format!("it takes {expected}"));
        }
    }
}

impl Conditions {
    /// All conditions as of one copy. Copies inside a copy are all kept: telling them apart would be told apart twice.
    fn joined(self) -> Vec<Condition> {
        let mut all = self.common;
        if let Some(first) = self.copies.iter().flatten().flatten().next() {
            all.push(Condition::undecided(first.values_origin.clone()));
        }
        all
    }
}
