use std::sync::Arc;

use super::{Step, StepKind};
use crate::source::Location;

/// Deeper ways are written out, so that nothing that walks or drops one needs much of the stack.
const MOST_DEPTH: u8 = 100;

/// The steps of a way, nearest first. Ways that lead through others share them.
#[derive(Clone)]
pub(super) struct Steps(Option<Arc<Way>>);

enum Way {
    /// Some steps, one, and some more.
    Joined {
        near: Steps,
        far: Steps,
        at: Location,
        kind: StepKind,
        depth: u8,
        len: u16,
    },
    Written(Box<[Step]>),
}

impl Steps {
    /// None.
    pub(super) const NONE: Self = Self(None);

    /// These, one after the other.
    pub(super) fn joined(near: &Self, step: Step, far: &Self) -> Self {
        let depth = 1 + near.depth().max(far.depth());
        if depth > MOST_DEPTH {
            return [&*near.to_vec(), &[step], &far.to_vec()].concat().into();
        }
        let len = near.len().saturating_add(far.len()).saturating_add(1);
        let Step { at, kind } = step;
        Self(Some(Arc::new(Way::Joined { near: near.clone(), far: far.clone(), at, kind, depth, len })))
    }

    /// How many they are; a number too large to be kept is the largest that can be.
    pub(super) fn len(&self) -> u16 {
        match self.0.as_deref() {
            None => 0,
            Some(Way::Joined { len, .. }) => *len,
            Some(Way::Written(steps)) => u16::try_from(steps.len()).unwrap_or(u16::MAX),
        }
    }

    fn depth(&self) -> u8 {
        match self.0.as_deref() {
            Some(Way::Joined { depth, .. }) => *depth,
            None | Some(Way::Written(_)) => 0,
        }
    }

    /// Whether these are the same, kept in the same memory.
    #[inline]
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// What follows these in another way that begins with them.
    pub(super) fn rest_of(&self, whole: &Self) -> Option<(Step, Self)> {
        if let Some(Way::Joined { near, far, at, kind, .. }) = whole.0.as_deref()
            && self.is_shared_with(near)
        {
            return Some((Step { at: *at, kind: *kind }, far.clone()));
        }
        let whole = whole.to_vec();
        let (entry, rest) = whole.strip_prefix(&*self.to_vec())?.split_first()?;
        Some((*entry, rest.into()))
    }

    /// All of them, written out.
    pub(super) fn to_vec(&self) -> Vec<Step> {
        let mut all = Vec::with_capacity(self.len().into());
        self.write(&mut all);
        all
    }

    fn write(&self, all: &mut Vec<Step>) {
        let mut next = self;
        while let Some(way) = next.0.as_deref() {
            match way {
                Way::Joined { near, far, at, kind, .. } => {
                    near.write(all);
                    all.push(Step { at: *at, kind: *kind });
                    next = far;
                }
                Way::Written(steps) => return all.extend_from_slice(steps),
            }
        }
    }
}

impl From<&[Step]> for Steps {
    fn from(steps: &[Step]) -> Self {
        match steps {
            [] => Self::NONE,
            [only] => Self::joined(&Self::NONE, *only, &Self::NONE),
            steps => Self(Some(Arc::new(Way::Written(steps.into())))),
        }
    }
}

impl From<Vec<Step>> for Steps {
    fn from(steps: Vec<Step>) -> Self {
        steps.as_slice().into()
    }
}

impl PartialEq for Steps {
    fn eq(&self, other: &Self) -> bool {
        self.is_shared_with(other) || self.len() == other.len() && self.to_vec() == other.to_vec()
    }
}

impl Eq for Steps {}

impl std::hash::Hash for Steps {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.to_vec().hash(state);
    }
}

impl std::fmt::Debug for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.to_vec().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn step(number: u32) -> Step {
        Step { at: Location::new(FileId(0), Span { start: number, end: number }), kind: StepKind::Local }
    }

    #[test]
    fn a_way_takes_half_a_cache_line() {
        assert_eq!(std::mem::size_of::<Way>(), 32);
    }

    #[test]
    fn very_long_ways_are_read_and_dropped_without_a_deep_stack() {
        let (mut near, mut far) = (Steps::NONE, Steps::NONE);
        for number in 0..3000 {
            near = Steps::joined(&near, step(number), &Steps::NONE);
            far = Steps::joined(&Steps::NONE, step(number), &far);
        }
        let numbers: Vec<Step> = (0..3000).map(step).collect();
        assert_eq!(near.to_vec(), numbers);
        assert_eq!(far.to_vec(), numbers.into_iter().rev().collect::<Vec<_>>());
        assert!(near.depth() <= MOST_DEPTH && far.depth() <= MOST_DEPTH);
    }
}
