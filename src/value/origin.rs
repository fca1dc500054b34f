use super::way::Steps;
use crate::source::{FileId, Location, Span};

/// Longer ways lose steps in their middle, so that a chain of thousands of references costs no square of steps.
const MOST_STEPS: u16 = 48;

/// So many bits of a number say what a step is.
const KIND_BITS: u32 = 32 - FileId::MOST.count_ones();
const KIND_MASK: u32 = (1 << KIND_BITS) - 1;
const _: () = assert!(StepKind::ALL.len() <= KIND_MASK as usize);

/// Where a value stands, and the way it took to get there.
///
/// The values inside of a container that a reference leads to all took the same way; only the place where it ends is
/// their own. So what they share is kept once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The place where the value enters what is looked at: its own text, or the reference to it.
    pub at: Location,
    /// The value's own text, where there is a way to it.
    end: End,
    /// The steps of the way before the value's own text.
    before: Steps,
}

/// The last step of a way; none when the value stands where it enters. Every value has one, so what the step is
/// and its file share a number: there are never more than [`FileId::MOST`] files.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct End {
    file_and_kind: u32,
    span: Span,
}

impl End {
    const NONE: Self = Self { file_and_kind: 0, span: Span { start: 0, end: 0 } };

    fn new(step: Step) -> Self {
        let file = step.at.file.0.min(FileId::MOST);
        Self { file_and_kind: file << KIND_BITS | (step.kind as u32 + 1), span: step.at.span }
    }

    /// The same end at another place.
    fn moved(self, at: Location) -> Self {
        let file = at.file.0.min(FileId::MOST);
        Self { file_and_kind: file << KIND_BITS | self.file_and_kind & KIND_MASK, span: at.span }
    }

    fn is_none(self) -> bool {
        self.file_and_kind & KIND_MASK == 0
    }

    fn kind(self) -> Option<StepKind> {
        StepKind::ALL.get(((self.file_and_kind & KIND_MASK) as usize).checked_sub(1)?).copied()
    }

    fn at(self) -> Location {
        let file = self.file_and_kind >> KIND_BITS;
        Location::new(FileId(if file == FileId::MOST { u32::MAX } else { file }), self.span)
    }

    fn step(self) -> Option<Step> {
        self.kind().map(|kind| Step { at: self.at(), kind })
    }
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Origin").field("at", &self.at).field("steps", &self.steps().collect::<Vec<_>>()).finish()
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

impl StepKind {
    /// All of them, in order.
    const ALL: [Self; 12] = [
        Self::Local,
        Self::VariableDefault,
        Self::VariableFile,
        Self::CallArgument,
        Self::Output,
        Self::Block,
        Self::Iteration,
        Self::Parameter,
        Self::Mapping,
        Self::Property,
        Self::File,
        Self::Value,
    ];

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

impl From<Location> for Origin {
    fn from(at: Location) -> Self {
        Self { at, end: End::NONE, before: Steps::NONE }
    }
}

impl Origin {
    /// The origin of a value that enters at `at` and took these steps; the last is its own text.
    pub fn through(at: Location, steps: &[Step]) -> Self {
        match steps.split_last() {
            Some((last, before)) => Self { at, end: End::new(*last), before: before.into() },
            None => at.into(),
        }
    }

    /// Whether the value stands at `at` itself.
    pub fn is_direct(&self) -> bool {
        self.end.is_none()
    }

    /// The places that the reference leads through, nearest first; the last one is the value's own text. None when the
    /// value stands at `at` itself.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = Step> + '_ {
        self.before.to_vec().into_iter().chain(self.end.step())
    }

    /// Whether this is the same way, kept in the same memory.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        self.at == other.at && self.end == other.end && self.before.is_shared_with(&other.before)
    }

    /// Whether the other comes from the same place through the same ones, wherever it ends.
    pub(crate) fn comes_with(&self, other: &Self) -> bool {
        match (self.is_direct(), other.is_direct()) {
            (true, true) => true,
            (false, false) => self.at == other.at && self.before == other.before,
            _ => false,
        }
    }

    /// The value's own text: the end of the way.
    pub fn source(&self) -> Location {
        if self.is_direct() { self.at } else { self.end.at() }
    }

    /// The same value reached through a reference at `at`; what was `at` before becomes the first step.
    pub fn entered(&self, at: Location, kind: StepKind) -> Self {
        if at == self.at {
            return self.clone();
        }
        let first = Step { at: self.at, kind };
        if self.is_direct() {
            return Self { at, end: End::new(first), before: Steps::NONE };
        }
        let before = match self.before.len() >= MOST_STEPS - 1 {
            true => Self::without_middle(first, &self.before.to_vec()),
            false => Steps::joined(&Steps::NONE, first, &self.before),
        };
        Self { at, end: self.end, before }
    }

    /// These steps after a first one, less the one in their middle. Both ends matter: where the value enters, and where
    /// somebody decided it.
    fn without_middle(first: Step, steps: &[Step]) -> Steps {
        match steps.split_at_checked(usize::from(MOST_STEPS / 2 - 1)) {
            Some((near, [_, far @ ..])) => [&[first], near, far].concat().into(),
            _ => [&[first], steps].concat().into(),
        }
    }

    /// This origin as that of a child of a container: the container's way, ending at the child instead of at the
    /// container's own text.
    pub fn within(&self, container: &Self) -> Self {
        let Some(kind) = container.end.kind() else { return self.clone() };
        if self.is_direct() {
            return Self { at: container.at, end: container.end.moved(self.at), before: container.before.clone() };
        }
        let before = Steps::joined(&container.before, Step { at: self.at, kind }, &self.before);
        Self { at: container.at, end: self.end, before }
    }

    /// The way from inside the text that `container` leads to: without the steps by which the container was reached. An
    /// origin that did not come that way stays as it is.
    pub fn inside(&self, container: &Self) -> Self {
        if self.is_direct() || container.is_direct() || self.at != container.at {
            return self.clone();
        }
        if self.before.is_shared_with(&container.before) {
            return self.end.at().into();
        }
        match container.before.rest_of(&self.before) {
            Some((entry, before)) => Self { at: entry.at, end: self.end, before },
            None if self.before == container.before => self.end.at().into(),
            None => self.clone(),
        }
    }

    /// The same way, ending at a smaller place inside the value's own text.
    pub fn narrowed(&self, to: Location) -> Self {
        match self.is_direct() {
            true => to.into(),
            false => Self { at: self.at, end: self.end.moved(to), before: self.before.clone() },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::{FileId, Span};

    /// Some places, one of them in no file.
    fn place(number: u32) -> Location {
        let file = [FileId(0), FileId(1), FileId(FileId::MOST - 1), FileId(u32::MAX)][number as usize % 4];
        Location::new(file, Span { start: number, end: number + 1 })
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
            if steps.len() > usize::from(MOST_STEPS) {
                steps.remove(usize::from(MOST_STEPS / 2));
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
        StepKind::ALL[number as usize % 12]
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
