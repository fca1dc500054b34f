use crate::{
    analysis::Analysis,
    finding::Finding,
    policy::Policy,
    value::{Assumption, IdentityPolicy, Role},
};

/// One role in one world, for rules that look at roles one by one.
#[derive(Clone, Copy)]
pub struct RoleContext<'a> {
    /// The role.
    pub role: &'a Role,
    /// Its policy as decoded, with symbols.
    pub policy: &'a Policy,
    /// What the policy means.
    pub analysis: &'a Analysis,
    /// What is assumed in this world.
    pub assumptions: &'a [Assumption],
}

/// One identity policy in one world.
pub struct IdentityContext<'a> {
    /// The policy's carrier.
    pub carrier: &'a IdentityPolicy,
    /// The policy.
    pub policy: &'a Policy,
    /// The zone of trust that applies to it.
    pub zone: &'a crate::analysis::Zone,
    /// What is assumed in this world.
    pub assumptions: &'a [Assumption],
}

/// All roles of a run.
pub struct RunContext<'a> {
    /// Each role with its analysis, in order of address.
    pub roles: &'a [RoleContext<'a>],
}

/// Takes what rules find.
pub struct Report<'a> {
    /// The findings so far.
    pub findings: &'a mut Vec<Finding>,
}
