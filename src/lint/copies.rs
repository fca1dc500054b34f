use std::sync::Arc;

use crate::{
    source::Location,
    tables::Table,
    value::{Arm, Assumption, Choice, IdentityPolicy, Kind, Reason, Role, Subject, Value},
};

/// What carries a policy under an address.
pub(super) trait Carrier {
    fn address(&self) -> (&str, &str);
    fn at(&self) -> Location;
    fn when(&mut self) -> &mut Vec<Assumption>;
    fn policy(&mut self) -> &mut Value;
}

impl Carrier for Role {
    fn address(&self) -> (&str, &str) {
        (&self.root, &self.address)
    }

    fn at(&self) -> Location {
        self.at
    }

    fn when(&mut self) -> &mut Vec<Assumption> {
        &mut self.when
    }

    fn policy(&mut self) -> &mut Value {
        &mut self.policy
    }
}

impl Carrier for IdentityPolicy {
    fn address(&self) -> (&str, &str) {
        (&self.root, &self.address)
    }

    fn at(&self) -> Location {
        self.at
    }

    fn when(&mut self) -> &mut Vec<Assumption> {
        &mut self.when
    }

    fn policy(&mut self) -> &mut Value {
        &mut self.policy
    }
}

/// Joins what has the same address under different assumptions (`for_each` over a map that depends on something
/// unknown) into one whose policy is a choice. What cannot be told apart by its assumptions stays as it is.
pub(super) fn join<C: Carrier>(carriers: Vec<C>) -> Vec<C> {
    let mut known: Table<(&str, &str), usize> = Table::default();
    let groups = carriers.iter().map(|carrier| {
        let next = known.len();
        *known.entry(carrier.address()).or_insert(next)
    });
    let groups: Vec<usize> = groups.collect();
    if known.len() == carriers.len() {
        return carriers;
    }
    let mut joined: Vec<Vec<C>> = known.iter().map(|_| Vec::new()).collect();
    for (carrier, group) in carriers.into_iter().zip(groups) {
        if let Some(copies) = joined.get_mut(group) {
            copies.push(carrier);
        }
    }
    joined.into_iter().flat_map(join_copies).collect()
}

fn join_copies<C: Carrier>(mut copies: Vec<C>) -> Vec<C> {
    if copies.len() < 2 {
        return copies;
    }
    let Some(assumption) = dividing(&mut copies) else { return copies };
    let mut arms: Vec<(Arc<str>, Vec<C>)> = Vec::new();
    for mut copy in copies {
        let Some(i) = copy.when().iter().position(|a| a.key == assumption.key) else { continue };
        let label = copy.when().remove(i).label;
        match arms.iter_mut().find(|(l, _)| *l == label) {
            Some((_, same)) => same.push(copy),
            None => arms.push((label, vec![copy])),
        }
    }
    let mut joined: Vec<(Arc<str>, C)> = Vec::new();
    let mut apart: Vec<C> = Vec::new();
    for (label, same) in arms {
        let mut same = join_copies(same).into_iter();
        if let Some(first) = same.next() {
            joined.push((label.clone(), first));
        }
        // Nothing tells these apart: each is judged by itself.
        apart.extend(same.map(|mut copy| {
            copy.when().push(Assumption { label: label.clone(), ..assumption.clone() });
            copy
        }));
    }
    let mut common: Vec<Assumption> = joined.first_mut().map(|(_, c)| c.when().clone()).unwrap_or_default();
    for (_, c) in &mut joined {
        let when = c.when().clone();
        common.retain(|a| when.contains(a));
    }
    let at = joined.first().map(|(_, c)| c.at());
    let choices: Vec<Arm> =
        joined.iter_mut().map(|(label, c)| Arm { label: label.clone(), value: c.policy().clone() }).collect();
    let (Some(at), Some((_, mut first))) = (at, joined.into_iter().next()) else { return apart };
    let subject = Subject { key: assumption.key, text: assumption.text, at, reason: Reason::OnlyAws };
    let origin = first.policy().origin.clone();
    *first.policy() = Value::new(Kind::Choice(Arc::new(Choice { subject: Arc::new(subject), arms: choices })), origin);
    *first.when() = common;
    std::iter::once(first).chain(apart).collect()
}

/// A subject that all copies assume something of, and not all the same.
fn dividing<C: Carrier>(copies: &mut [C]) -> Option<Assumption> {
    let (first, rest) = copies.split_first_mut()?;
    let candidates = first.when().clone();
    candidates.into_iter().find(|candidate| {
        let mut differs = false;
        let all = rest.iter_mut().all(|copy| match copy.when().iter().find(|a| a.key == candidate.key) {
            Some(other) => {
                differs |= other.label != candidate.label;
                true
            }
            None => false,
        });
        all && differs
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::{FileId, Span},
        value::{World, worlds},
    };

    fn role(address: &str, policy: &str, when: &[(&str, &str)]) -> Role {
        let at = Location::new(FileId(0), Span::new(0, 1));
        let assume = |(key, label): &(&str, &str)| Assumption {
            key: (*key).into(),
            text: (*key).into(),
            label: (*label).into(),
        };
        Role { when: when.iter().map(assume).collect(), ..Role::of(address, Value::string(policy, at)) }
    }

    fn policies(role: &Role) -> Vec<String> {
        worlds(&role.policy, &World::new()).iter().filter_map(|(_, v)| v.as_str().map(|s| s.into_owned())).collect()
    }

    #[test]
    fn copies_under_different_assumptions_become_one_role() {
        let copies = vec![
            role("a", "dev", &[("env", "dev"), ("x", "true")]),
            role("b", "other", &[]),
            role("a", "prod", &[("env", "prod"), ("x", "true")]),
        ];
        let joined = join(copies);
        assert_eq!(joined.len(), 2);
        assert_eq!(policies(&joined[0]), ["dev", "prod"]);
        assert_eq!(joined[0].when.len(), 1);
        assert_eq!(&*joined[0].when[0].key, "x");
    }

    #[test]
    fn two_subjects_nest() {
        let all = [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")];
        let copies = all.map(|(a, b)| role("a", &format!("{a}{b}"), &[("p", a), ("q", b)]));
        let joined = join(copies.to_vec());
        assert_eq!(joined.len(), 1);
        let mut found = policies(&joined[0]);
        found.sort();
        assert_eq!(found, ["11", "12", "21", "22"]);
    }

    #[test]
    fn what_assumptions_do_not_tell_apart_is_kept() {
        let joined = join(vec![role("a", "1", &[]), role("a", "2", &[])]);
        assert_eq!(joined.len(), 2);
        let joined =
            join(vec![role("a", "1", &[("e", "x")]), role("a", "2", &[("e", "x")]), role("a", "3", &[("e", "y")])]);
        assert_eq!(joined.len(), 2);
        assert_eq!(joined.iter().flat_map(policies).count(), 3);
    }
}
