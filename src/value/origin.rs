use std::sync::Arc;

use crate::source::Location;

/// Longer ways lose steps in their middle, so that a chain of thousands of references costs no square of steps.
const MOST_STEPS: usize = 48;

/// Where a value stands, and the way it took to get there.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Origin {
    /// The place where the value enters what is looked at: its own text, or the reference to it.
    pub at: Location,
    /// The places that the reference leads through, nearest first; the last one is the value's own text. Empty when `at`
    /// is that text.
    pub trail: Option<Arc<[Step]>>,
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
        Self { at, trail: None }
    }
}

impl Origin {
    /// Whether the value stands at `at` itself.
    pub fn is_direct(&self) -> bool {
        self.trail.is_none()
    }

    /// The steps of the way; empty when direct.
    pub fn steps(&self) -> &[Step] {
        self.trail.as_deref().unwrap_or(&[])
    }

    /// Whether this is the same way, kept in the same memory.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        self.at == other.at
            && match (&self.trail, &other.trail) {
                (None, None) => true,
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                _ => false,
            }
    }

    /// The value's own text: the end of the way.
    pub fn source(&self) -> Location {
        self.steps().last().map_or(self.at, |s| s.at)
    }

    /// The same value reached through a reference at `at`; what was `at` before becomes the first step.
    pub fn entered(&self, at: Location, kind: StepKind) -> Self {
        if at == self.at {
            return self.clone();
        }
        let first = std::iter::once(Step { at: self.at, kind });
        let steps = self.steps();
        if steps.len() < MOST_STEPS {
            return Self { at, trail: Some(first.chain(steps.iter().copied()).collect()) };
        }
        // Both ends matter: where the value enters, and where somebody decided it.
        let mut trail: Vec<Step> = first.chain(steps.iter().copied()).collect();
        trail.remove(MOST_STEPS / 2);
        Self { at, trail: Some(trail.into()) }
    }

    /// This origin as that of a child of a container: the container's way, ending at the child instead of at the
    /// container's own text.
    pub fn within(&self, container: &Self) -> Self {
        let Some((last, before)) = container.steps().split_last() else {
            return self.clone();
        };
        let own = std::iter::once(Step { at: self.at, kind: last.kind });
        let trail = before.iter().copied().chain(own).chain(self.steps().iter().copied()).collect();
        Self { at: container.at, trail: Some(trail) }
    }

    /// The way from inside the text that `container` leads to: without the steps by which the container was reached. An
    /// origin that did not come that way stays as it is.
    pub fn inside(&self, container: &Self) -> Self {
        let (Some((_, before)), steps) = (container.steps().split_last(), self.steps()) else { return self.clone() };
        match steps.split_at_checked(before.len()) {
            Some((same, [own, rest @ ..])) if self.at == container.at && same == before => {
                Self { at: own.at, trail: if rest.is_empty() { None } else { Some(rest.into()) } }
            }
            _ => self.clone(),
        }
    }

    /// The same way, ending at a smaller place inside the value's own text.
    pub fn narrowed(&self, to: Location) -> Self {
        match self.trail.as_deref() {
            None | Some([]) => Self { at: to, trail: None },
            Some(steps) => {
                let mut steps = steps.to_vec();
                if let Some(last) = steps.last_mut() {
                    last.at = to;
                }
                Self { at: self.at, trail: Some(steps.into()) }
            }
        }
    }
}
