use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock,
    atomic::{AtomicU64, Ordering},
};

use super::{
    Answer, ContextValue, Demand, Grant, Names, Query, Strings, Zone, grants,
    replay::{self, Denies},
    solver::{self, Fuel, Replayed, Solver, Surroundings},
};
use crate::{
    policy::{Place, Policy},
    tables::Table,
    value::Own,
};

/// The analysis of one role's trust policy in one world: the solver with its policy, and the ways in that it found.
///
/// # Bounds
/// A query takes at most [`Analysis::QUERY_STEPS`] steps and all queries of one analysis together at most
/// [`Analysis::ALL_STEPS`]; a query that needs more is answered with [`Answer::Undecided`]. Memory is bounded by the
/// steps.
///
/// # Examples of queries
/// - Does a user or role of account X get in without MFA? [`Query::new`] with [`super::Caller::account`], demand
///   `aws:MultiFactorAuthPresent` [`super::Demand::Unguarded`].
/// - Can the statement let anybody in at all? [`Analysis::statement_reachable`].
/// - Does the statement let in a subject outside these patterns? Caller [`super::Caller::Oidc`], demand on `issuer:sub`
///   [`super::Demand::Is`] [`super::Strings::Like`] `(["*"], patterns)`.
/// - Would it if the condition were not there? The same with the condition in [`Query::ignore_conditions`].
/// - Does the Deny at position `d` take anything away? A query with `d` in [`Query::matching`].
/// - Only the absence of an OIDC `sub` gets by? Demand [`super::Demand::Absent`]; the answer is at most possible then.
pub struct Analysis {
    policy: Policy,
    zone: Arc<Zone>,
    basis: Arc<Basis>,
    fuel: AtomicU64,
    disagreements: AtomicU64,
    answers: Arc<Answers>,
}

/// What an analysis is made of besides the policy's places.
struct Basis {
    own: OwnPlace,
    names: Names,
    solver: Solver,
    /// The solver at times yet to come.
    later: Vec<Solver>,
    denies: Denies,
}

/// What was asked of a policy, for all analyses of policies that differ in nothing but their places, with equal zones.
#[derive(Default)]
pub(crate) struct Answers {
    basis: OnceLock<Arc<Basis>>,
    grants: OnceLock<Vec<Grant>>,
    asked: Mutex<Table<Query, Asked>>,
}

/// What came of a query.
#[derive(Clone)]
struct Asked {
    answer: Answer,
    /// How many steps it took.
    spent: u64,
    /// How often the evaluator refused a witness.
    refused: u64,
}

impl Basis {
    /// With it comes the policy without symbols.
    fn of(policy: &Policy, zone: &Zone, own: &Own, now: &str) -> (Self, Policy) {
        let names = Names::of(policy, zone, own);
        let own = names.own(policy, zone, own);
        let policy = policy.instantiate(&own.place());
        let names = names.with_places(&policy, &own);
        let around = Surroundings {
            account: own.account.clone(),
            organization: own.organization.clone(),
            partition: own.partition.clone(),
            region: own.region.clone(),
            now: solver::date(now).unwrap_or(0),
            stranger: names.fresh_account().to_owned(),
            strange_organization: names.fresh_organization().to_owned(),
            word: names.fresh_string().to_owned(),
            named: solver::strings(names.all_accounts()),
            bases: solver::Bases::default(),
        };
        let solver = Solver::new(&policy, around);
        let later = solver.later();
        let denies = Denies::of(&policy);
        (Self { own, names, solver, later, denies }, policy)
    }
}

impl Answers {
    fn asked(&self) -> MutexGuard<'_, Table<Query, Asked>> {
        self.asked.lock().unwrap_or_else(|e| e.into_inner())
    }
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

impl OwnPlace {
    fn place(&self) -> Place {
        Place {
            account: self.account.clone(),
            partition: self.partition.clone(),
            region: self.region.clone(),
            organization: self.organization.clone(),
        }
    }
}

impl Analysis {
    /// Steps that one query may take. A step is about 100 ns of work.
    pub const QUERY_STEPS: u64 = 2_000_000;
    /// Steps that all queries of one analysis may take.
    pub const ALL_STEPS: u64 = 20_000_000;

    /// Analyses a policy. Its symbols are replaced by the values of [`OwnPlace`] first; [`Self::policy`] is the policy
    /// after that, with the origins as they were. `now` is a date or a time in ISO 8601.
    pub fn new(policy: &Policy, zone: impl Into<Arc<Zone>>, own: &Own, now: &str) -> Self {
        Self::with_answers(policy, zone.into(), own, now, Arc::default())
    }

    /// The same, which takes over the answers to what was asked of an equal policy.
    pub(crate) fn with_answers(policy: &Policy, zone: Arc<Zone>, own: &Own, now: &str, answers: Arc<Answers>) -> Self {
        crate::fault::fault("analysis", || format!("{policy:?}"));
        let mut concrete = None;
        let basis = answers.basis.get_or_init(|| {
            let (basis, policy) = Basis::of(policy, &zone, own, now);
            concrete = Some(policy);
            Arc::new(basis)
        });
        let basis = basis.clone();
        let policy = concrete.unwrap_or_else(|| policy.instantiate(&basis.own.place()));
        let fuel = AtomicU64::new(Self::ALL_STEPS);
        Self { policy, zone, basis, fuel, disagreements: AtomicU64::new(0), answers }
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
        &self.basis.own
    }

    /// Accounts and organizations that the policy names, and ids that it does not.
    pub fn names(&self) -> &Names {
        &self.basis.names
    }

    /// All ways in, in the order of statements and principals.
    pub fn grants(&self) -> &[Grant] {
        self.answers.grants.get_or_init(|| grants::all(self))
    }

    /// The ways in through the statement at that position.
    pub fn grants_of(&self, position: usize) -> &[Grant] {
        let all = self.grants();
        let from = all.partition_point(|g| g.statement < position);
        let to = all.partition_point(|g| g.statement <= position);
        all.get(from..to).unwrap_or_default()
    }

    /// Asks the solver: is there a request that is allowed now or, where nobody gets in now, at a time yet to come? The
    /// witness of the answer has been replayed through the evaluator.
    pub fn ask(&self, query: &Query) -> Answer {
        crate::fault::fault("solver", || format!("{:?}", self.policy));
        let before = self.fuel.load(Ordering::Relaxed).min(Self::QUERY_STEPS);
        if before == 0 {
            return Answer::Undecided;
        }
        let known = self.answers.asked().get(query).cloned();
        // What came to an end needs as many steps again.
        let asked = known.filter(|known| known.spent < before).unwrap_or_else(|| {
            let asked = self.search(query, before);
            if asked.spent < before {
                self.answers.asked().insert(query.clone(), asked.clone());
            }
            asked
        });
        let Asked { answer, spent, refused } = asked;
        self.disagreements.fetch_add(refused, Ordering::Relaxed);
        let _ = self.fuel.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(spent)));
        answer
    }

    fn search(&self, query: &Query, steps: u64) -> Asked {
        let mut fuel = Fuel::new(steps);
        let mut refused = 0;
        let mut answer = Answer::No;
        for solver in std::iter::once(&self.basis.solver).chain(&self.basis.later) {
            answer = solver.ask(query, &mut fuel, &mut |trial, fuel| {
                crate::fault::fault("evaluator", || format!("{:?}", self.policy));
                let verdict =
                    replay::replay(&self.policy, &self.basis.denies, query, trial.position, trial.request, fuel);
                refused += u64::from(verdict == Replayed::Deny && !trial.tentative);
                verdict
            });
            if answer.may_be() {
                break;
            }
        }
        Asked { answer, spent: steps - fuel.left(), refused }
    }

    /// Whether the Allow statement at that position lets anybody in at all; `false` only when it surely does not.
    pub fn statement_reachable(&self, position: usize) -> bool {
        grants::anybody(position, None).iter().any(|q| self.ask(q).may_be())
    }

    /// Whether that principal of the Allow statement at that position gets in at all; `false` only when it surely does
    /// not.
    pub fn principal_reachable(&self, position: usize, principal: usize) -> bool {
        grants::anybody(position, Some(principal)).iter().any(|q| self.ask(q).may_be())
    }

    /// The values of a key with which callers get in, one by one, when there are at most `most`; `None` when there are
    /// more or they could not be told. Absence is no value.
    ///
    /// ```
    /// # use iac_trust_lint::{analysis::{Action, Analysis, Caller, Query, Zone}, policy::from_json, source::FileId, value::Own};
    /// let policy = from_json(
    ///     r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "222222222222"},
    ///         "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": ["abc", "def"]}}}]}"#,
    ///     FileId(0),
    /// );
    /// let analysis = Analysis::new(&policy, Zone::default(), &Own::default(), "2026-11-21");
    /// let query = Query::new(Caller::any_aws(), Action::AssumeRole);
    /// let found = analysis.admitted_values(&query, "sts:ExternalId", 10);
    /// assert_eq!(found, Some(vec!["abc".to_owned(), "def".to_owned()]));
    /// ```
    pub fn admitted_values(&self, query: &Query, key: &str, most: usize) -> Option<Vec<String>> {
        let mut found: Vec<String> = Vec::new();
        loop {
            let others = Demand::Is(Strings::NoneOf(found.clone()));
            match self.ask(&query.clone().demand(key, others)) {
                Answer::No => return Some(found),
                Answer::Undecided => return None,
                Answer::Yes { .. } if found.len() >= most => return None,
                Answer::Yes { witness, .. } => {
                    let mut carried = witness.context.iter().filter(|(k, _)| k.eq_ignore_ascii_case(key));
                    let before = found.len();
                    match carried.next() {
                        Some((_, ContextValue::One(value))) => found.push(value.clone()),
                        Some((_, ContextValue::Many(values))) => {
                            found.extend(values.iter().filter(|v| !found.contains(v)).cloned().collect::<Vec<_>>());
                        }
                        None => {}
                    }
                    if found.len() == before {
                        return None;
                    }
                }
            }
        }
    }

    /// Whether a caller gets in that carries the key with a value of one of the patterns `inside` and of none of
    /// `outside`. `admits(q, key, &["*"], patterns)` is no exactly when every value that gets in is of one of the
    /// patterns.
    pub fn admits(&self, query: &Query, key: &str, inside: &[&str], outside: &[String]) -> Answer {
        let inside = inside.iter().map(|p| (*p).to_owned()).collect();
        self.ask(&query.clone().demand(key, Demand::Is(Strings::Like(inside, outside.to_vec()))))
    }

    /// Whether some Allow statement speaks of the call.
    pub(super) fn speaks_of(&self, action: super::Action) -> bool {
        self.basis.solver.speaks_of(action)
    }

    /// Steps that the queries so far took.
    #[cfg(test)]
    pub(super) fn spent(&self) -> u64 {
        Self::ALL_STEPS - self.fuel.load(Ordering::Relaxed)
    }

    /// Whether all steps are used up: every further answer is [`Answer::Undecided`].
    pub fn is_exhausted(&self) -> bool {
        self.fuel.load(Ordering::Relaxed) == 0
    }

    /// How often the evaluator refused a witness of the solver. Anything but 0 is a fault of one of the two.
    pub fn disagreements(&self) -> u64 {
        self.disagreements.load(Ordering::Relaxed)
    }
}
