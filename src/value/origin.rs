use std::sync::Arc;

use crate::source::{FileId, Location, Span};

/// Longer ways lose steps in their middle, so that a chain of thousands of references costs no square of steps.
const MOST_STEPS: usize = 48;

/// Where a value stands, and the way it took to get there.
///
/// The values inside of a container that a reference leads to all took the same way; only the place where it ends is
/// their own. So what they share is kept once.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The place where the value enters what is looked at: its own text, or the reference to it.
    pub at: Location,
    /// The value's own text, where there is a way to it; else it says nothing.
    end: Location,
    /// The way from `at` to `end`; `None` when the value stands at `at` itself.
    way: Option<Arc<Way>>,
}

/// The places that a reference leads through.
#[derive(PartialEq, Eq, Hash, Debug)]
struct Way {
    /// Those before the value's own text, nearest first.
    before: Steps,
    /// What the value's own text is.
    last: StepKind,
}

/// Steps; a few of them, as most ways have, take no memory of their own.
enum Steps {
    /// So many of these.
    Few(u8, [Step; 3]),
    Many(Box<[Step]>),
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at && self.way == other.way && (self.way.is_none() || self.end == other.end)
    }
}

impl Eq for Origin {}

impl std::hash::Hash for Origin {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.at.hash(state);
        self.way.hash(state);
        self.source().hash(state);
    }
}

/// One place on the way of a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Step {
    /// The place.
    pub at: Location,
    /// What it is.
    pub kind: StepKind,
}

/// What a place on the way of a value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StepKind {
    /// A value in a `locals` block.
    Local,
    /// The default of a Terraform variable.
    VariableDefault,
    /// A line of a `.tfvars` file or of Terragrunt's `inputs`.
    VariableFile,
    /// An argument of a module call.
    CallArgument,
    /// An output of a module.
    Output,
    /// A data source or resource block, or an argument of one.
    Block,
    /// `count`, `for_each`, the collection of a `for` or of a `dynamic` block.
    Iteration,
    /// The default or an allowed value of a CloudFormation parameter, or a parameter file.
    Parameter,
    /// An entry of CloudFormation's `Mappings`.
    Mapping,
    /// A property of another resource of the template.
    Property,
    /// Another file: `file()`, `templatefile()`, `AWS::Include`.
    File,
    /// Anything else.
    Value,
}

impl Step {
    /// What stands where there is no step.
    const ANY: Self = Self { at: Location { file: FileId(0), span: Span { start: 0, end: 0 } }, kind: StepKind::Value };
}

impl StepKind {
    /// What a related span says of such a place.
    pub fn label(self) -> &'static str {
        match self {
            Self::Local => "the local is defined here",
            Self::VariableDefault => "the variable's default is here",
            Self::VariableFile => "the variable is set here",
            Self::CallArgument => "the module call passes it here",
            Self::Output => "the module's output is here",
            Self::Block => "the block is here",
            Self::Iteration => "it is repeated over this",
            Self::Parameter => "the parameter's value is here",
            Self::Mapping => "the mapping's value is here",
            Self::Property => "the property is here",
            Self::File => "the text stands in this file",
            Self::Value => "the value comes from here",
        }
    }
}

impl Steps {
    /// The steps of all of these, one after the other.
    fn joined(slices: &[&[Step]]) -> Self {
        let count = slices.iter().map(|slice| slice.len()).sum();
        let mut few = [Step::ANY; 3];
        let (Some(mut rest), Ok(small)) = (few.get_mut(..count), u8::try_from(count)) else {
            return Self::Many(slices.concat().into());
        };
        for slice in slices {
            let (place, after) = rest.split_at_mut(slice.len());
            place.copy_from_slice(slice);
            rest = after;
        }
        Self::Few(small, few)
    }
}

impl Steps {
    /// None.
    const NONE: Self = Self::Few(0, [Step::ANY; 3]);

    /// The same steps after another one.
    fn after(&self, first: Step) -> Self {
        match self {
            Self::Few(count @ 0..=2, [a, b, _]) => Self::Few(count + 1, [first, *a, *b]),
            steps => Self::joined(&[&[first], steps]),
        }
    }
}

impl std::ops::Deref for Steps {
    type Target = [Step];

    fn deref(&self) -> &[Step] {
        match self {
            Self::Few(count, steps) => steps.get(..usize::from(*count)).unwrap_or(steps),
            Self::Many(steps) => steps,
        }
    }
}

impl PartialEq for Steps {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Steps {}

impl std::hash::Hash for Steps {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl std::fmt::Debug for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl From<Location> for Origin {
    fn from(at: Location) -> Self {
        Self { at, end: at, way: None }
    }
}

impl Origin {
    /// The origin of a value that enters at `at` and took these steps; the last is its own text.
    pub fn through(at: Location, steps: &[Step]) -> Self {
        match steps.split_last() {
            Some((last, before)) => Self::ending(at, Steps::joined(&[before]), *last),
            None => at.into(),
        }
    }

    fn ending(at: Location, before: Steps, last: Step) -> Self {
        Self { at, end: last.at, way: Some(Arc::new(Way { before, last: last.kind })) }
    }

    /// Whether the value stands at `at` itself.
    pub fn is_direct(&self) -> bool {
        self.way.is_none()
    }

    /// The places that the reference leads through, nearest first; the last one is the value's own text. None when the
    /// value stands at `at` itself.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = Step> + '_ {
        let last = self.way.as_ref().map(|way| Step { at: self.end, kind: way.last });
        self.before().iter().copied().chain(last)
    }

    /// The steps before the value's own text.
    fn before(&self) -> &[Step] {
        self.way.as_ref().map_or(&[], |way| &way.before)
    }

    /// Whether this is the same way, kept in the same memory.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        self.at == other.at
            && match (&self.way, &other.way) {
                (None, None) => true,
                (Some(a), Some(b)) => self.end == other.end && Arc::ptr_eq(a, b),
                _ => false,
            }
    }

    /// Whether the other comes from the same place through the same ones, wherever it ends.
    pub(crate) fn comes_with(&self, other: &Self) -> bool {
        match (&self.way, &other.way) {
            (None, None) => true,
            (Some(a), Some(b)) => self.at == other.at && a.before == b.before,
            _ => false,
        }
    }

    /// The value's own text: the end of the way.
    pub fn source(&self) -> Location {
        if self.is_direct() { self.at } else { self.end }
    }

    /// The same value reached through a reference at `at`; what was `at` before becomes the first step.
    pub fn entered(&self, at: Location, kind: StepKind) -> Self {
        if at == self.at {
            return self.clone();
        }
        let first = Step { at: self.at, kind };
        let Some(way) = &self.way else { return Self::ending(at, Steps::NONE, first) };
        // Both ends matter: where the value enters, and where somebody decided it.
        let before = match way.before.split_at_checked(MOST_STEPS / 2 - 1) {
            Some((near, [_, far @ ..])) if way.before.len() + 1 >= MOST_STEPS => Steps::joined(&[&[first], near, far]),
            _ => way.before.after(first),
        };
        Self::ending(at, before, Step { at: self.end, kind: way.last })
    }

    /// This origin as that of a child of a container: the container's way, ending at the child instead of at the
    /// container's own text.
    pub fn within(&self, container: &Self) -> Self {
        let Some(outer) = &container.way else { return self.clone() };
        let Some(own) = &self.way else {
            return Self { at: container.at, end: self.at, way: Some(outer.clone()) };
        };
        let between = Step { at: self.at, kind: outer.last };
        let before = match &*outer.before {
            [] => own.before.after(between),
            outer => Steps::joined(&[outer, &[between], &own.before]),
        };
        Self::ending(container.at, before, Step { at: self.end, kind: own.last })
    }

    /// The way from inside the text that `container` leads to: without the steps by which the container was reached. An
    /// origin that did not come that way stays as it is.
    pub fn inside(&self, container: &Self) -> Self {
        let (Some(outer), Some(own)) = (&container.way, &self.way) else { return self.clone() };
        match own.before.split_at_checked(outer.before.len()) {
            Some((same, rest)) if self.at == container.at && *same == *outer.before => match rest.split_first() {
                Some((entry, rest)) => {
                    Self::ending(entry.at, Steps::joined(&[rest]), Step { at: self.end, kind: own.last })
                }
                None => self.end.into(),
            },
            _ => self.clone(),
        }
    }

    /// The same way, ending at a smaller place inside the value's own text.
    pub fn narrowed(&self, to: Location) -> Self {
        match &self.way {
            None => to.into(),
            Some(way) => Self { at: self.at, end: to, way: Some(way.clone()) },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::{FileId, Span};

    fn place(number: u32) -> Location {
        Location::new(FileId(0), Span { start: number, end: number + 1 })
    }

    /// A place and the steps from there, written out.
    #[derive(Clone, PartialEq, Debug)]
    struct Written(Location, Vec<Step>);

    impl Written {
        fn entered(&self, at: Location, kind: StepKind) -> Self {
            if at == self.0 {
                return self.clone();
            }
            let mut steps = [vec![Step { at: self.0, kind }], self.1.clone()].concat();
            if steps.len() > MOST_STEPS {
                steps.remove(MOST_STEPS / 2);
            }
            Self(at, steps)
        }

        fn within(&self, container: &Self) -> Self {
            let Some((last, before)) = container.1.split_last() else { return self.clone() };
            let own = vec![Step { at: self.0, kind: last.kind }];
            Self(container.0, [before.to_vec(), own, self.1.clone()].concat())
        }

        fn inside(&self, container: &Self) -> Self {
            let Some((_, before)) = container.1.split_last() else { return self.clone() };
            match self.1.split_at_checked(before.len()) {
                Some((same, [own, rest @ ..])) if self.0 == container.0 && same == before => {
                    Self(own.at, rest.to_vec())
                }
                _ => self.clone(),
            }
        }

        fn narrowed(&self, to: Location) -> Self {
            let mut narrowed = self.clone();
            match narrowed.1.last_mut() {
                Some(last) => last.at = to,
                None => narrowed.0 = to,
            }
            narrowed
        }
    }

    fn kind(number: u32) -> StepKind {
        [StepKind::Local, StepKind::Output, StepKind::Iteration][number as usize % 3]
    }

    proptest! {
        #[test]
        fn a_shared_way_is_the_one_that_is_written_out(
            changes in prop::collection::vec((0..5_u8, 0..6_u32, any::<prop::sample::Index>()), 1..120),
        ) {
            let mut all = vec![(Origin::from(place(0)), Written(place(0), Vec::new()))];
            for (change, number, other) in changes {
                let (origin, written) = all[all.len() - 1].clone();
                let (container, written_container) = all[other.index(all.len())].clone();
                let made = match change {
                    0 => (origin.entered(place(number), kind(number)), written.entered(place(number), kind(number))),
                    1 => (origin.within(&container), written.within(&written_container)),
                    2 => (origin.inside(&container), written.inside(&written_container)),
                    3 => (origin.narrowed(place(number)), written.narrowed(place(number))),
                    _ => (place(number).into(), Written(place(number), Vec::new())),
                };
                let steps: Vec<Step> = made.0.steps().collect();
                prop_assert_eq!(Written(made.0.at, steps.clone()), made.1.clone());
                prop_assert_eq!(made.0.source(), steps.last().map_or(made.0.at, |s| s.at));
                prop_assert_eq!(made.0.is_direct(), steps.is_empty());
                prop_assert_eq!(Origin::through(made.0.at, &steps), made.0.clone());
                prop_assert_eq!(made.0 == container, made.1 == written_container);
                if steps.len() < 400 {
                    all.push(made);
                }
            }
        }
    }
}
