use super::frontends::decode;
use crate::{
    analysis::{Analysis, Zone},
    config::{Effective, Subject},
    finding::{Finding, WorldOutcome, merge_worlds},
    policy::{Policy, PolicyKind},
    rules::{self, IdentityContext, Report, RoleContext, Rule, RuleKind},
    source::{FileId, Files},
    value::{Assumption, IdentityPolicy, Role, World, worlds},
};

/// A role with what its policy means in each world.
pub struct JudgedRole {
    /// The role.
    pub role: Role,
    /// One per consistent set of outcomes of what the policy depends on; at least one.
    pub worlds: Vec<JudgedWorld>,
    /// What the rules found.
    pub(super) findings: Vec<Finding>,
}

/// A role's policy in one world.
pub struct JudgedWorld {
    /// What is assumed beyond that the role exists.
    pub assumptions: Vec<Assumption>,
    /// The policy as decoded, with symbols.
    pub policy: Policy,
    /// What it means.
    pub analysis: Analysis,
}

impl JudgedRole {
    /// A context per world, for rules.
    pub(super) fn contexts(&self) -> impl Iterator<Item = RoleContext<'_>> {
        self.worlds.iter().map(|w| RoleContext {
            role: &self.role,
            policy: &w.policy,
            analysis: &w.analysis,
            assumptions: &w.assumptions,
        })
    }
}

/// Judges one role by the rules that look at roles one by one.
pub(super) fn role(files: &Files, config: &Effective, role: Role) -> JudgedRole {
    let name = role.name.as_ref().and_then(|n| n.as_known());
    let zone = zone(files, config, role.block.file, &role.root, name.as_deref(), &role.address);
    let now = config.now.to_string();
    let given = given(&role.when);
    let judged = worlds(&role.policy, &given).into_iter().map(|(world, value)| {
        let policy = decode(&value, PolicyKind::Trust);
        let analysis = Analysis::new(&policy, zone.clone(), &role.own, &now);
        JudgedWorld { assumptions: beyond(world, &given), policy, analysis }
    });
    let worlds: Vec<JudgedWorld> = judged.collect();
    let mut judged = JudgedRole { role, worlds, findings: Vec::new() };
    let per_world = judged.contexts().map(|ctx| {
        let mut findings = Vec::new();
        // The gravest first: a policy may use up the budget of its analysis.
        let mut by_severity: Vec<&Rule> = rules::ALL.to_vec();
        by_severity.sort_by_key(|rule| std::cmp::Reverse(rule.severity));
        for rule in by_severity {
            if let RuleKind::Role(check) = rule.kind {
                crate::fault::fault("rule", || format!("{} {}", rule.name, ctx.role.address));
                check(&ctx, &mut Report { findings: &mut findings });
            }
        }
        (outcomes(ctx.assumptions), findings)
    });
    judged.findings = merge_worlds(per_world.collect());
    judged
}

/// Judges one identity policy.
pub(super) fn identity(files: &Files, config: &Effective, carrier: &IdentityPolicy) -> Vec<Finding> {
    let zone = zone(files, config, carrier.block.file, &carrier.root, None, &carrier.address);
    let given = given(&carrier.when);
    let per_world = worlds(&carrier.policy, &given).into_iter().map(|(world, value)| {
        let policy = decode(&value, PolicyKind::Identity);
        let assumptions = beyond(world, &given);
        let ctx = IdentityContext { carrier, policy: &policy, zone: &zone, assumptions: &assumptions };
        let mut findings = Vec::new();
        for rule in rules::ALL {
            if let RuleKind::Identity(check) = rule.kind {
                crate::fault::fault("rule", || format!("{} {}", rule.name, carrier.address));
                check(&ctx, &mut Report { findings: &mut findings });
            }
        }
        (outcomes(&assumptions), findings)
    });
    merge_worlds(per_world.collect())
}

fn zone(files: &Files, config: &Effective, file: FileId, root: &str, name: Option<&str>, address: &str) -> Zone {
    let file = files.absolute(files.get(file).name().as_ref());
    let root = files.absolute(root.as_ref());
    config.zone(Subject { file: &file, root: Some(&root) }, name, address)
}

fn given(when: &[Assumption]) -> World {
    when.iter().map(|a| (a.key.clone(), a.clone())).collect()
}

fn beyond(world: World, given: &World) -> Vec<Assumption> {
    world.into_iter().filter(|(key, _)| !given.contains_key(key)).map(|(_, a)| a).collect()
}

fn outcomes(assumptions: &[Assumption]) -> Vec<WorldOutcome> {
    assumptions.iter().map(|a| WorldOutcome { subject: a.key.clone(), text: a.to_string() }).collect()
}
