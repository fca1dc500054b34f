use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use super::{Options, frontends::decode, same};
use crate::{
    analysis::{Analysis, Zone},
    config::{Effective, Subject},
    finding::{Finding, WorldOutcome, merge_worlds},
    policy::{Policy, PolicyKind},
    rules::{self, IdentityContext, Report, RoleContext, Rule, RuleKind},
    source::{FileId, Files, guarded},
    value::{Assumption, IdentityPolicy, Kind, Role, Value, World, given, worlds},
};

/// A role with what its policy means in each world.
pub struct JudgedRole {
    /// The role; without its policy when [`Options::keep_worlds`] does not ask for it.
    pub role: Box<Role>,
    /// One per consistent set of outcomes of what the policy depends on, when [`Options::keep_worlds`] asks for them.
    pub worlds: Vec<JudgedWorld>,
    /// What the rules found.
    pub(super) findings: Vec<Finding>,
    /// What of it matters to rules over all roles, each with the side that it is on.
    pub(super) sides: Vec<(String, String)>,
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
    fn of(role: Role, worlds: Vec<JudgedWorld>) -> Self {
        Self { role: Box::new(role), worlds, findings: Vec::new(), sides: Vec::new() }
    }

    /// A context per world, for rules.
    pub(super) fn contexts(&self) -> impl Iterator<Item = RoleContext<'_>> {
        self.contexts_of(&self.worlds)
    }

    /// A context for each of these worlds.
    pub(super) fn contexts_of<'r>(&'r self, worlds: &'r [JudgedWorld]) -> impl Iterator<Item = RoleContext<'r>> {
        worlds.iter().map(|w| RoleContext {
            role: &self.role,
            policy: &w.policy,
            analysis: &w.analysis,
            assumptions: &w.assumptions,
        })
    }
}

/// Judges roles and identity policies.
pub(super) struct Judge<'a> {
    files: &'a Files,
    config: &'a Effective,
    keep_worlds: bool,
    /// Whether somebody will ask which places a policy's values come from.
    keep_policies: bool,
    now: String,
    /// Rules of roles, the gravest first: a policy may use up the budget of its analysis.
    of_roles: Vec<&'static Rule>,
    /// The zone of trust, when it is the same for all.
    zone: Option<Arc<Zone>>,
    /// Which rules found something in a policy: most roles of a tree have one of a few.
    known: Mutex<HashMap<String, Fired>>,
}

/// Which of [`Judge::of_roles`] found something.
type Fired = Vec<bool>;

/// Of at most so many policies it is known which rules found something.
const MOST_KNOWN: usize = 20_000;

impl<'a> Judge<'a> {
    pub(super) fn new(files: &'a Files, options: &'a Options) -> Self {
        let config = &options.config;
        let anywhere = Subject { file: &config.folder, root: None };
        let mut of_roles: Vec<&Rule> = rules::ALL.to_vec();
        of_roles.sort_by_key(|rule| Reverse(rule.severity));
        Self {
            files,
            config,
            keep_worlds: options.keep_worlds,
            keep_policies: options.keep_worlds || options.filters.changes.is_some(),
            now: config.now.to_string(),
            of_roles,
            // Where that fails, it fails for each role.
            zone: config
                .has_one_zone()
                .then(|| guarded(|| config.zone(anywhere, None, "")).ok())
                .flatten()
                .map(Arc::new),
            known: Mutex::default(),
        }
    }

    /// Judges one role by the rules that look at roles one by one.
    pub(super) fn role(&self, role: Role) -> JudgedRole {
        // Equal policies have equal verdicts; only what is said of them differs.
        let same = if self.keep_worlds || self.zone.is_none() { None } else { same::key(&role) };
        let known = same.as_ref().and_then(|same| self.known().get(same).cloned());
        if known.as_ref().is_some_and(|fired| !fired.contains(&true)) {
            return self.without_policy(JudgedRole::of(role, Vec::new()));
        }
        let worlds = self.worlds(&role);
        let mut judged = JudgedRole::of(role, worlds);
        let mut fired = vec![false; self.of_roles.len()];
        let per_world = judged.contexts().map(|ctx| {
            let mut findings = Vec::new();
            for (i, (rule, fired)) in self.of_roles.iter().zip(&mut fired).enumerate() {
                let silent = known.as_ref().is_some_and(|known| known.get(i) == Some(&false));
                if let (RuleKind::Role(check), false) = (&rule.kind, silent) {
                    let before = findings.len();
                    crate::fault::fault("rule", || format!("{} {}", rule.name, ctx.role.address));
                    check(&ctx, &mut Report { findings: &mut findings });
                    *fired |= findings.len() > before;
                }
            }
            (outcomes(ctx.assumptions), findings)
        });
        judged.findings = merge_worlds(per_world.collect());
        judged.sides = judged.contexts().flat_map(|ctx| sides(&ctx)).collect();
        // What came to no end may come further when fewer rules ask.
        let ended = judged.worlds.iter().all(|world| !world.analysis.is_exhausted());
        if let Some(same) = same.filter(|_| known.is_none() && ended && judged.sides.is_empty()) {
            let mut known = self.known();
            if known.len() < MOST_KNOWN {
                known.insert(same, fired);
            }
        }
        if !self.keep_worlds {
            judged.worlds = Vec::new();
        }
        self.without_policy(judged)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Fired>> {
        self.known.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// A role that nobody will ask about again does not need its policy.
    fn without_policy(&self, mut judged: JudgedRole) -> JudgedRole {
        if !self.keep_policies && judged.sides.is_empty() {
            judged.role.policy = Value::new(Kind::Null, judged.role.policy.origin.at);
        }
        judged
    }

    /// What a role's policy means in each world.
    pub(super) fn worlds(&self, role: &Role) -> Vec<JudgedWorld> {
        let name = role.name.as_ref().and_then(|n| n.as_known());
        let zone = self.zone_of(role.block.file, &role.root, name.as_deref(), &role.address);
        let given = given(&role.when);
        let judged = worlds(&role.policy, &given).into_iter().map(|(world, value)| {
            let policy = decode(&value, PolicyKind::Trust);
            let analysis = Analysis::new(&policy, zone.clone(), &role.own, &self.now);
            JudgedWorld { assumptions: beyond(world, &given), policy, analysis }
        });
        judged.collect()
    }

    /// Judges one identity policy.
    pub(super) fn identity(&self, carrier: &IdentityPolicy) -> Vec<Finding> {
        if !rules::concern_identity(&carrier.policy) {
            return Vec::new();
        }
        let zone = self.zone_of(carrier.block.file, &carrier.root, None, &carrier.address);
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

    fn zone_of(&self, file: FileId, root: &str, name: Option<&str>, address: &str) -> Arc<Zone> {
        if let Some(zone) = &self.zone {
            return zone.clone();
        }
        let file = self.files.absolute(self.files.get(file).name().as_ref());
        let root = self.files.absolute(root.as_ref());
        Arc::new(self.config.zone(Subject { file: &file, root: Some(&root) }, name, address))
    }
}

/// What of a role matters to rules over all roles.
fn sides(ctx: &RoleContext<'_>) -> Vec<(String, String)> {
    let of = |rule: &&Rule| match rule.kind {
        RuleKind::Run { sides, .. } => sides(ctx),
        _ => Vec::new(),
    };
    rules::ALL.iter().flat_map(of).collect()
}

fn beyond(world: World, given: &World) -> Vec<Assumption> {
    world.into_iter().filter(|(key, _)| !given.contains_key(key)).map(|(_, a)| a).collect()
}

fn outcomes(assumptions: &[Assumption]) -> Vec<WorldOutcome> {
    assumptions.iter().map(|a| WorldOutcome { subject: a.key.clone(), text: a.to_string() }).collect()
}
