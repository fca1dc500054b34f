//! Which policies are the same, or the same but for where they stand.

use std::{fmt::Write as _, sync::Arc};

use crate::{
    policy::may_hold,
    source::{Location, Span},
    tables::Table,
    value::{Entry, Kind, Origin, Own, Part, Role, Text, Unknown, Value},
};

/// Longer policies are each judged for themselves.
const MOST_BYTES: usize = 8 << 10;
/// So are those nested deeper.
const MOST_DEPTH: usize = 64;

/// Whether two values are equal with all their places: rules say the same of them. It may be `false` also of such.
pub(super) fn identical(a: &Value, b: &Value) -> bool {
    are_identical(a, b, 0)
}

fn are_identical(a: &Value, b: &Value, depth: usize) -> bool {
    a.origin == b.origin
        && match (&a.kind, &b.kind) {
            (Kind::Null, Kind::Null) => true,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Number(a), Kind::Number(b)) => a == b,
            (Kind::String(a), Kind::String(b)) => are_identical_texts(a, b, depth),
            (Kind::Unknown(a), Kind::Unknown(b)) => a == b,
            _ if depth > MOST_DEPTH => false,
            (Kind::List(of, a), Kind::List(as_of, b)) => {
                of == as_of && (Arc::ptr_eq(a, b) || pairwise(a, b, |a, b| are_identical(a, b, depth + 1)))
            }
            (Kind::Object(a), Kind::Object(b)) => {
                let equal = |a: &Entry, b: &Entry| {
                    a.key_origin == b.key_origin
                        && are_identical_texts(&a.key, &b.key, depth)
                        && are_identical(&a.value, &b.value, depth + 1)
                };
                let equal = || a.voided() == b.voided() && pairwise(a.entries(), b.entries(), equal);
                Arc::ptr_eq(a, b) || a.kind() == b.kind() && equal()
            }
            _ => false,
        }
}

fn are_identical_texts(a: &Text, b: &Text, depth: usize) -> bool {
    let equal = |a: &Part, b: &Part| {
        a.origin() == b.origin()
            && match (a, b) {
                (Part::Known { text: a, map: from, .. }, Part::Known { text: b, map: to, .. }) => a == b && from == to,
                (Part::Symbol(a, _), Part::Symbol(b, _)) => a == b,
                (Part::Hole(a, _), Part::Hole(b, _)) => a == b,
                (Part::Json(a, _), Part::Json(b, _)) => depth <= MOST_DEPTH && are_identical(a, b, depth + 1),
                _ => false,
            }
    };
    std::ptr::eq(a.parts(), b.parts()) || pairwise(a.parts(), b.parts(), equal)
}

fn pairwise<T>(a: &[T], b: &[T], equal: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
}

/// A text that two roles share in a world only when every rule says the same of both. `policy` is the role's policy in
/// that world. `None` when there may be none: choices are left, or the policy speaks of an ExternalId, which is weighed
/// against the role's name and against other roles.
pub(super) fn key(role: &Role, policy: &Value) -> Option<Same> {
    let mut key = Key { text: String::with_capacity(256), has_unknowns: false };
    let Own { account, partition, region } = &role.own;
    for own in [account, partition, region].into_iter().flatten() {
        key.length(own.len());
        key.text.push_str(own);
    }
    let kinds = [account.is_some(), partition.is_some(), region.is_some(), role.is_service_linked()];
    key.text.extend(kinds.map(|is| if is { 't' } else { 'f' }));
    key.value(policy, 0)?;
    if may_hold(&key.text, "externalid") {
        return None;
    }
    // Of what is not known it also matters what stands at one place.
    let places = if key.has_unknowns { Places::of(policy) } else { Vec::new() };
    Some(Same { text: key.text, places })
}

/// What equal policies have in common.
#[derive(PartialEq, Eq, Hash, Debug)]
pub(super) struct Same {
    text: String,
    places: Vec<u32>,
}

struct Key {
    text: String,
    has_unknowns: bool,
}

impl Key {
    fn value(&mut self, value: &Value, depth: usize) -> Option<()> {
        let out = &mut self.text;
        if depth > MOST_DEPTH || out.len() > MOST_BYTES {
            return None;
        }
        match &value.kind {
            Kind::Null => out.push('n'),
            Kind::Bool(b) => out.push(if *b { 't' } else { 'f' }),
            Kind::Number(n) => write!(out, "#{n};").ok()?,
            Kind::String(text) => self.string(text, depth)?,
            Kind::List(kind, items) => {
                write!(out, "{kind:?}[").ok()?;
                for item in items.iter() {
                    self.value(item, depth + 1)?;
                }
                self.text.push(']');
            }
            Kind::Object(o) if o.voided().is_empty() => {
                out.push('{');
                for entry in o.entries() {
                    self.string(&entry.key, depth)?;
                    self.value(&entry.value, depth + 1)?;
                }
                self.text.push('}');
            }
            Kind::Unknown(unknown) => self.unknown(unknown)?,
            Kind::Object(_) | Kind::Choice(_) => return None,
        }
        Some(())
    }

    fn string(&mut self, text: &Text, depth: usize) -> Option<()> {
        self.text.push('"');
        // Neighbouring known parts are one text.
        for run in text.parts().chunk_by(|a, b| known(a).is_some() && known(b).is_some()) {
            match run.first() {
                Some(Part::Symbol(symbol, _)) => write!(self.text, "{symbol:?};").ok()?,
                Some(Part::Json(value, _)) => {
                    self.text.push('j');
                    self.value(value, depth + 1)?;
                }
                Some(Part::Hole(unknown, _)) => self.unknown(unknown)?,
                Some(Part::Known { .. }) | None => {
                    self.length(run.iter().filter_map(known).map(str::len).sum());
                    self.text.extend(run.iter().filter_map(known));
                }
            }
        }
        self.text.push('"');
        Some(())
    }

    fn length(&mut self, mut length: usize) {
        while length >= 16 {
            self.text.push(char::from(b'A' + (length % 16) as u8));
            length /= 16;
        }
        self.text.push(char::from(b'a' + length as u8));
    }

    fn unknown(&mut self, unknown: &Unknown) -> Option<()> {
        let Unknown { reference, reason, at: _, many, pattern } = unknown;
        self.has_unknowns = true;
        write!(self.text, "?{}:{reference}{many}{reason:?}{pattern:?};", reference.len()).ok()
    }
}

fn known(part: &Part) -> Option<&str> {
    match part {
        Part::Known { text, .. } => Some(text),
        _ => None,
    }
}

/// Writes the places of a policy's parts as numbers: each place has one of its own, in the order that they come.
struct Places {
    numbers: Table<Location, u32>,
    out: Vec<u32>,
}

impl Places {
    /// What comes next is the end of a way.
    const END: u32 = 0;
    /// What comes next is the whole of a text that is mapped.
    const WHOLE: u32 = 1;
    const FIRST: u32 = 2;
    /// Most policies with something that is not known have some more places than this.
    const USUAL: usize = 56;

    fn of(policy: &Value) -> Vec<u32> {
        let numbers = Table::with_capacity_and_hasher(Self::USUAL, Default::default());
        let mut places = Self { numbers, out: Vec::with_capacity(2 * Self::USUAL) };
        places.value(policy);
        places.out
    }

    fn value(&mut self, value: &Value) {
        self.origin(&value.origin);
        match &value.kind {
            Kind::List(_, items) => items.iter().for_each(|v| self.value(v)),
            Kind::Object(o) => {
                for entry in o.entries() {
                    self.origin(&entry.key_origin);
                    self.string(&entry.key);
                    self.value(&entry.value);
                }
            }
            Kind::String(text) => self.string(text),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) | Kind::Choice(_) => {}
        }
    }

    fn string(&mut self, text: &Text) {
        for part in text.parts() {
            self.origin(part.origin());
            match part {
                Part::Known { text, map: Some(_), .. } => {
                    self.out.push(Self::WHOLE);
                    self.origin(&part.origin_of(Span::new(0, text.len())));
                }
                Part::Json(value, _) => self.value(value),
                Part::Known { .. } | Part::Symbol(..) | Part::Hole(..) => {}
            }
        }
    }

    fn origin(&mut self, origin: &Origin) {
        self.place(origin.at);
        if !origin.is_direct() {
            self.out.push(Self::END);
            self.place(origin.source());
        }
    }

    fn place(&mut self, at: Location) {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX).saturating_add(Self::FIRST);
        self.out.push(*self.numbers.entry(at).or_insert(next));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::{FileId, Location, Span},
        value::{Entry, ListKind, ObjectKind, Reason},
    };

    fn key(role: &Role) -> Option<Same> {
        super::key(role, &role.policy)
    }

    /// A role whose policy's one key is made of these parts.
    fn role(parts: &[&str]) -> Role {
        let at = Location::new(FileId(0), Span::new(0, 1));
        let known = |text: &&str| Part::Known { text: (*text).into(), origin: at.into(), map: None };
        let key = Text::new(parts.iter().map(known).collect());
        let entry = Entry { key, key_origin: at.into(), value: Value::string("x", at) };
        Role::of("r", Value::object(ObjectKind::Object, vec![entry], at))
    }

    #[test]
    fn an_external_id_is_seen_however_it_is_put_together() {
        for parts in [&["sts:ExternalId"][..], &["sts:Exter", "nalId"], &["STS:E", "", "XTERNALI", "D"], &["\\u0045"]] {
            assert_eq!(key(&role(parts)), None, "{parts:?}");
        }
        assert!(key(&role(&["aws:Principal", "Arn"])).is_some());
    }

    #[test]
    fn how_a_text_is_cut_makes_no_difference() {
        assert_eq!(key(&role(&["aws:Principal", "Arn"])), key(&role(&["aws:PrincipalArn"])));
        assert_ne!(key(&role(&["aws:PrincipalArn"])), key(&role(&["aws:PrincipalOrgID"])));
    }

    fn unknown(name: &str, start: u32) -> Value {
        let at = Location::new(FileId(0), Span { start, end: start + 1 });
        Value::unknown(Unknown::new(name, Reason::OnlyAws, at), at)
    }

    #[test]
    fn what_is_not_known_is_told_apart_by_name_and_by_what_stands_at_one_place() {
        let key = |items: [Value; 2]| {
            let at = Location::new(FileId(0), Span::new(0, 1));
            key(&Role::of("r", Value::list(ListKind::Tuple, items.to_vec(), at)))
        };
        let first = key([unknown("var.x", 10), unknown("var.x", 20)]);
        assert!(first.is_some());
        assert_eq!(first, key([unknown("var.x", 50), unknown("var.x", 70)]));
        assert_ne!(first, key([unknown("var.x", 50), unknown("var.y", 70)]));
        assert_ne!(first, key([unknown("var.x", 50), unknown("var.x", 50)]));
        assert_eq!(key([unknown("var.external_id", 10), unknown("var.ExternalId", 20)]), None);
    }

    #[test]
    fn what_differs_in_a_part_or_in_a_place_is_not_identical() {
        let at = |start| Location::new(FileId(0), Span { start, end: start + 1 });
        let known = |text: &str, start: u32| Part::Known { text: text.into(), origin: at(start).into(), map: None };
        let of = |key: Vec<Part>, value: Value| {
            let entry = Entry { key: Text::new(key), key_origin: at(1).into(), value };
            let object = Value::object(ObjectKind::Object, vec![entry], at(0));
            Value::list(ListKind::Tuple, vec![object.clone(), object], at(0))
        };
        let all = || {
            [
                of(vec![known("k", 2)], Value::string("x", at(3))),
                of(vec![known("l", 2)], Value::string("x", at(3))),
                of(vec![known("k", 9)], Value::string("x", at(3))),
                of(vec![known("k", 2)], Value::string("y", at(3))),
                of(vec![known("k", 2)], Value::string("x", at(9))),
                of(vec![known("k", 2), known("", 2)], Value::string("x", at(3))),
                of(vec![known("k", 2)], unknown("var.x", 3)),
                of(vec![known("k", 2)], Value::new(Kind::Null, at(3))),
                of(vec![known("k", 2)], Value::list(ListKind::Tuple, Vec::new(), at(3))),
                of(vec![known("k", 2)], Value::list(ListKind::List, Vec::new(), at(3))),
            ]
        };
        // Two that are made apart share nothing.
        for (i, a) in all().iter().enumerate() {
            for (j, b) in all().iter().enumerate() {
                assert_eq!(identical(a, b), i == j, "{a:?} {b:?}");
            }
        }
    }
}
