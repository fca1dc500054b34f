//! The document: version, id, statements.

use super::{Decoder, items, values};
use crate::{
    policy::{Literal, Policy, ProblemKind, Statement, Version, What},
    syntax::json,
    tables::Table,
    value::{Entry, Kind, Value},
};

/// A JSON text inside a JSON text is read so many times.
const MOST_STRINGS: usize = 2;

impl Decoder {
    pub(super) fn policy(&mut self, value: &Value) -> Policy {
        let mut policy = Policy {
            version: Version::V2008,
            version_text: None,
            statements: Vec::new(),
            problems: Vec::new(),
            unknowns: Vec::new(),
            origin: value.origin.clone(),
            length: values::length(value),
        };
        // The parts of a policy stand where the policy is written, and not where the role refers to it.
        self.document(&value.where_written(), 0, &mut policy);
        policy.problems = std::mem::take(&mut self.problems);
        policy.problems.sort_by_key(|p| (p.origin.at.file, p.origin.at.span.start));
        policy.unknowns = std::mem::take(&mut self.unknowns);
        policy
    }

    fn document(&mut self, value: &Value, strings: usize, policy: &mut Policy) {
        match &value.kind {
            Kind::Object(_) => self.elements(value, policy),
            Kind::String(text) if strings < MOST_STRINGS => {
                if strings > 0 {
                    let message = "the policy is a JSON string that holds JSON, not a JSON object";
                    self.problem_with_help(ProblemKind::Syntax, &value.origin, message, "encode it as JSON only once");
                }
                if let [crate::value::Part::Hole(unknown, _)] = text.parts() {
                    return self.unknown(What::Document, unknown, &value.origin);
                }
                let parsed = json::parse_text(text);
                for e in parsed.errors {
                    let message = format!("the policy is not JSON: {}", e.message);
                    self.note(ProblemKind::Syntax, &e.origin, message, e.help);
                }
                if let Some(parsed) = parsed.value {
                    self.document(&parsed, strings + 1, policy);
                }
            }
            Kind::Unknown(unknown) => self.unknown(What::Document, unknown, &value.origin),
            Kind::Choice(_) => {
                for item in self.items(value, "the policy") {
                    if let items::Item::Unknown(unknown, origin, _) = item {
                        self.unknown(What::Document, &unknown, &origin);
                    }
                }
            }
            Kind::Null => self.problem(ProblemKind::Element, &value.origin, "there is no policy document"),
            _ => self.problem(ProblemKind::Element, &value.origin, "the policy document is not a JSON object"),
        }
    }

    fn elements(&mut self, value: &Value, policy: &mut Policy) {
        let mut statements: Vec<Entry> = Vec::new();
        let mut versions: Vec<Entry> = Vec::new();
        let mut ids = 0;
        for entry in value.entries().into_iter().flatten() {
            match self.element(&entry, &["Version", "Id", "Statement"]) {
                Some("Version") => {
                    self.repeated(!versions.is_empty(), &entry, "Version");
                    versions.push(entry);
                }
                Some("Id") => {
                    self.repeated(ids > 0, &entry, "Id");
                    ids += 1;
                }
                Some("Statement") => {
                    self.repeated(!statements.is_empty(), &entry, "Statement");
                    statements.push(entry);
                }
                _ => self.stray(&entry, What::Statement),
            }
        }
        if let Some(version) = versions.last() {
            self.version(&version.value, policy);
        }
        if statements.is_empty() && self.unknowns.is_empty() {
            let message = "the policy has no `Statement`";
            self.problem(ProblemKind::Element, &value.origin, message);
        }
        let doubled = statements.len() > 1;
        let mut next = 0;
        for entry in &statements {
            self.statements(&entry.value, doubled, &mut next, &mut policy.statements);
        }
        self.statement = None;
        self.repeated_sids(&policy.statements);
    }

    /// Decodes the items of a `Statement` element. `next` is the index of the next one.
    fn statements(&mut self, value: &Value, doubled: bool, next: &mut usize, out: &mut Vec<Statement>) {
        let items = self.items(value, "Statement");
        if items.is_empty() {
            self.statement = None;
            self.problem(ProblemKind::Element, &value.origin, "`Statement` is empty");
        }
        for item in items {
            self.statement = Some(*next);
            match item {
                items::Item::Object(object) => self.one_statement(&object, *next, doubled, out),
                items::Item::Unknown(unknown, origin, _) => self.unknown(What::Statement, &unknown, &origin),
                items::Item::Literal(l) => match l.text.first_hole() {
                    Some(unknown) => self.unknown(What::Statement, &unknown.clone(), &l.origin),
                    None => self.problem(ProblemKind::Element, &l.origin, "a statement is not a JSON object"),
                },
            }
            *next += 1;
        }
    }

    fn version(&mut self, value: &Value, policy: &mut Policy) {
        if matches!(value.kind, Kind::Null) {
            return;
        }
        let Some(literal) = items::literal(value) else {
            if !matches!(value.kind, Kind::Unknown(_)) {
                self.problem(ProblemKind::Version, &value.origin, "`Version` is not a string");
            }
            policy.version = Version::V2012;
            return;
        };
        policy.version = match literal.known().as_deref() {
            Some("2008-10-17") => Version::V2008,
            Some("2012-10-17") | None => Version::V2012,
            Some(other) => {
                let message = format!("there is no policy language version `{other}`");
                self.problem_with_help(ProblemKind::Version, &literal.origin, message, "write `2012-10-17`");
                Version::V2012
            }
        };
        policy.version_text = Some(literal);
    }

    fn repeated_sids(&mut self, statements: &[Statement]) {
        let mut seen: Table<String, usize> = Table::default();
        for s in statements {
            let Some((sid, literal)) = s.sid.as_ref().and_then(|l| Some((l.known()?.into_owned(), l))) else {
                continue;
            };
            let first = *seen.entry(sid.clone()).or_insert(s.index);
            if first != s.index && !sid.is_empty() {
                self.statement = Some(s.index);
                self.duplicate_sid(&sid, literal);
            }
        }
        self.statement = None;
    }

    fn duplicate_sid(&mut self, sid: &str, literal: &Literal) {
        let message = format!("the Sid `{sid}` stands in another statement too");
        self.problem_with_help(ProblemKind::Sid, &literal.origin, message, "give each statement a Sid of its own");
    }

    /// The element that a key names. A key in the wrong case is noted and taken as meant.
    pub(super) fn element(&mut self, entry: &Entry, names: &[&'static str]) -> Option<&'static str> {
        let key = entry.key.as_known()?;
        let name = *names.iter().find(|n| n.eq_ignore_ascii_case(&key))?;
        if name != key {
            let message = format!("element names are case-sensitive: `{key}` is not `{name}`");
            self.problem_with_help(ProblemKind::Element, &entry.key_origin, message, format!("write `{name}`"));
        }
        Some(name)
    }

    pub(super) fn repeated(&mut self, is: bool, entry: &Entry, name: &str) {
        if is {
            let message = format!("`{name}` stands twice in one object");
            let help = "keep one of the two; AWS refuses the policy or takes the last one";
            self.problem_with_help(ProblemKind::DuplicateKey, &entry.key_origin, message, help);
        }
    }

    /// Notes a key that is no element: unknown, or not one that AWS has.
    pub(super) fn stray(&mut self, entry: &Entry, what: What) {
        if let Some(unknown) = entry.key.first_hole() {
            return self.unknown(what, unknown, &entry.key_origin);
        }
        let key = entry.key.display();
        let message = format!("AWS has no policy element `{key}`");
        match values::near(&key, &["Version", "Id", "Statement", "Sid", "Effect", "Principal", "Action", "Condition"]) {
            Some(name) => {
                let help = format!("did you mean `{name}`?");
                self.problem_with_help(ProblemKind::Element, &entry.key_origin, message, help);
            }
            None => self.problem(ProblemKind::Element, &entry.key_origin, message),
        }
    }
}
