use super::{Answer, Grant, Query, Zone};
use crate::{policy::Policy, value::Own};

/// The analysis of one role's trust policy in one world: the solver with its policy, and the ways in that it found.
pub struct Analysis {
    policy: Policy,
    zone: Zone,
    own: OwnPlace,
    grants: Vec<Grant>,
}

/// Concrete values for the symbols of the own account: configured ones, or ones that occur nowhere in the policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnPlace {
    /// Account id.
    pub account: String,
    /// Partition.
    pub partition: String,
    /// Whether the partition is known and not only assumed.
    pub partition_known: bool,
    /// Region.
    pub region: String,
    /// Organization id.
    pub organization: String,
}

impl Analysis {
    /// Analyses a policy. Its symbols are replaced by the values of [`OwnPlace`] first; [`Self::policy`] is the policy
    /// after that, with the origins as they were.
    pub fn new(_policy: &Policy, _zone: Zone, _own: &Own, _now: &str) -> Self {
        unimplemented!("the solver")
    }

    /// The policy that is analysed, without symbols.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The zone of trust for this role.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The own account and what belongs to it.
    pub fn own(&self) -> &OwnPlace {
        &self.own
    }

    /// All ways in, in the order of statements and principals.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Asks the solver. The witness of the answer has been replayed through the evaluator.
    pub fn ask(&self, _query: &Query) -> Answer {
        unimplemented!("the solver")
    }
}
