use std::{
    cmp::Reverse,
    sync::{Arc, Mutex, MutexGuard},
};

use super::{
    Options,
    frontends::decode,
    same::{self, Same},
};
use crate::{
    analysis::{Analysis, Answers, Zone},
    config::{Effective, Subject},
    finding::{Finding, merge_worlds},
    policy::{Policy, PolicyKind},
    rules::{self, IdentityContext, Report, RoleContext, Rule, RuleKind},
    source::{FileId, Files, guarded},
    tables::Table,
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
        worlds.iter().map(|w| w.context(&self.role))
    }
}

impl JudgedWorld {
    fn context<'r>(&'r self, role: &'r Role) -> RoleContext<'r> {
        RoleContext { role, policy: &self.policy, analysis: &self.analysis, assumptions: &self.assumptions }
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
    /// What is known of a policy: most roles of a tree have one of a few.
    known: Mutex<Table<Same, Known>>,
}

/// What is known of a policy that was judged.
#[derive(Clone)]
struct Known {
    /// Which of [`Judge::of_roles`] found something.
    fired: Arc<[bool]>,
    /// What they asked.
    answers: Arc<Answers>,
}

/// The worlds in which a role has a policy, with all its places.
struct Group {
    policy: Value,
    /// What is assumed in each of them.
    assumed: Vec<Vec<Assumption>>,
    findings: Vec<Finding>,
}

/// Of at most so many policies it is known which rules found something.
const MOST_KNOWN: usize = 20_000;
/// Of the first so many also the answers are kept.
const MOST_ANSWERED: usize = 256;

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
        let given = given(&role.when);
        let mut judged = JudgedRole::of(role, Vec::new());
        let mut groups: Vec<Group> = Vec::new();
        for (world, policy) in worlds(&judged.role.policy, &given) {
            let assumptions = beyond(world, &given);
            let alike = |group: &&mut Group| !self.keep_worlds && same::identical(&group.policy, &policy);
            match groups.iter_mut().find(alike) {
                Some(group) => group.assumed.push(assumptions),
                None => groups.push(self.group(&mut judged, assumptions, policy)),
            }
        }
        judged.findings = merged(groups.into_iter().map(|group| (group.assumed, group.findings)).collect());
        // A role that nobody will ask about again does not need its policy.
        if !self.keep_policies && judged.sides.is_empty() {
            judged.role.policy = Value::new(Kind::Null, judged.role.policy.origin.at);
        }
        judged
    }

    /// Judges a role's policy in one world.
    fn group(&self, judged: &mut JudgedRole, assumptions: Vec<Assumption>, policy: Value) -> Group {
        // Equal policies have equal verdicts; only what is said of them differs.
        let alone = self.keep_worlds || self.zone.is_none();
        let same = if alone { None } else { same::key(&judged.role, &policy) };
        let known = same.as_ref().and_then(|same| self.known().get(same).cloned());
        if known.as_ref().is_some_and(|known| !known.fired.contains(&true)) {
            return Group { policy, assumed: vec![assumptions], findings: Vec::new() };
        }
        let answers = known.as_ref().map(|known| known.answers.clone()).unwrap_or_default();
        let world = self.world(&judged.role, assumptions, &policy, answers.clone());
        let (findings, fired) = self.ask(&world.context(&judged.role), known.as_ref());
        let sides = sides(&world.context(&judged.role));
        // What came to no end may come further when fewer rules ask.
        let ended = !world.analysis.is_exhausted();
        if let Some(same) = same.filter(|_| known.is_none() && ended && sides.is_empty()) {
            self.know(same, fired, answers);
        }
        judged.sides.extend(sides);
        if !self.keep_worlds {
            return Group { policy, assumed: vec![world.assumptions], findings };
        }
        let assumed = vec![world.assumptions.clone()];
        judged.worlds.push(world);
        Group { policy, assumed, findings }
    }

    /// What the rules find in one world, without those that are known to find nothing; and which of them found
    /// something.
    fn ask(&self, ctx: &RoleContext<'_>, known: Option<&Known>) -> (Vec<Finding>, Vec<bool>) {
        let mut findings = Vec::new();
        let rules = self.of_roles.iter().enumerate().map(|(i, rule)| {
            let silent = known.is_some_and(|known| known.fired.get(i) == Some(&false));
            let before = findings.len();
            if let (RuleKind::Role(check), false) = (&rule.kind, silent) {
                crate::fault::fault("rule", || format!("{} {}", rule.name, ctx.role.address));
                check(ctx, &mut Report { findings: &mut findings });
            }
            findings.len() > before
        });
        let fired = rules.collect();
        (findings, fired)
    }

    fn know(&self, same: Same, fired: Vec<bool>, answers: Arc<Answers>) {
        let mut known = self.known();
        if known.len() < MOST_KNOWN {
            let keep = known.len() < MOST_ANSWERED && fired.contains(&true);
            known.insert(same, Known { fired: fired.into(), answers: if keep { answers } else { Arc::default() } });
        }
    }

    /// What is known of policies, for whoever has the time to take it apart.
    pub(super) fn into_known(self) -> impl Send + use<> {
        self.known
    }

    fn known(&self) -> MutexGuard<'_, Table<Same, Known>> {
        self.known.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// What a role's policy means in each world.
    pub(super) fn worlds(&self, role: &Role) -> Vec<JudgedWorld> {
        let given = given(&role.when);
        let judged = worlds(&role.policy, &given).into_iter();
        let judged = judged.map(|(world, policy)| self.world(role, beyond(world, &given), &policy, Arc::default()));
        judged.collect()
    }

    fn world(&self, role: &Role, assumptions: Vec<Assumption>, policy: &Value, answers: Arc<Answers>) -> JudgedWorld {
        let name = role.name.as_ref().and_then(|n| n.as_known());
        let zone = self.zone_of(role.block.file, &role.root, name.as_deref(), &role.address);
        let policy = decode(policy, PolicyKind::Trust);
        let analysis = Analysis::with_answers(&policy, zone, &role.own, &self.now, answers);
        JudgedWorld { assumptions, policy, analysis }
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
            (vec![assumptions], findings)
        });
        merged(per_world.collect())
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

/// What was found in the worlds of these assumptions.
fn merged(found: Vec<(Vec<Vec<Assumption>>, Vec<Finding>)>) -> Vec<Finding> {
    match found.iter().all(|(_, findings)| findings.is_empty()) {
        true => Vec::new(),
        false => merge_worlds(found),
    }
}
