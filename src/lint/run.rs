use std::collections::BTreeSet;

use super::{
    JudgedRole, Options, filter, finish,
    guarded::{attempt, here, internal_error},
    input,
    judge::Judge,
    reach,
    suppress::{self, Gathered},
    together,
    units::{self, JudgedCarrier, Judging},
};
use crate::{
    config::Effective,
    discover::FileSet,
    finding::Finding,
    report::{ConfigUsed, Outcome, RunError, Summary},
    rules,
    source::{FileId, Files},
    terraform,
    value::{AbsentModule, InputProblem, Role},
};

/// A run: what it found, and every role with what its policy means.
pub struct Run {
    /// For the formats.
    pub outcome: Outcome,
    /// The roles that the user asked about, sorted by root and address.
    pub roles: Vec<JudgedRole>,
    /// What the run no longer needs.
    pub remains: Remains,
}

/// The threads of a run, the modules that it has read, what it knows of policies. To let them go takes time, which a
/// process that ends anyway need not spend.
#[derive(Default)]
pub struct Remains {
    _values: Vec<Box<dyn Send>>,
    threads: Option<rayon::ThreadPool>,
}

impl Remains {
    /// Does more work on the threads of the run.
    pub fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.threads {
            Some(threads) => threads.install(work),
            None => work(),
        }
    }
}

/// Judges a set of files.
pub fn lint(files: &Files, set: FileSet, options: &Options) -> Run {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.jobs)
        .stack_size(STACK)
        .start_handler(|_| terraform::has_large_stack());
    match pool.build() {
        Ok(pool) => {
            let mut run = pool.install(|| lint_here(files, set, options));
            run.remains.threads = Some(pool);
            run
        }
        // Without threads of its own the run takes those that there are.
        Err(_) => lint_here(files, set, options),
    }
}

/// Deep input is bounded by each room; this leaves room for all of their bounds.
const STACK: usize = terraform::STACK + (16 << 20);

fn lint_here(files: &Files, mut set: FileSet, options: &Options) -> Run {
    let mut errors: Vec<RunError> =
        set.broken.iter().map(|(file, cause)| internal_error(file.clone(), cause)).collect();
    let mut problems = std::mem::take(&mut set.problems);
    let mut absent: Vec<AbsentModule> = Vec::new();
    let mut read: Vec<FileId> = Vec::new();
    let mut roles: Vec<JudgedRole> = Vec::new();
    let mut carriers: Vec<JudgedCarrier> = Vec::new();
    let config = &options.config;
    let judge = Judge::new(files, options);
    let judging = Judging { files, selection: &set.selection, judge: &judge };
    let var_files = &options.inputs.terraform.var_files;
    let values: Vec<String> = var_files.iter().map(|path| files.show(path)).collect();
    let (units, modules) = units::extract(files, &set, &options.inputs, &judging, &mut errors);
    roles.reserve_exact(units.iter().map(|unit| unit.roles.len()).sum());
    for unit in units {
        carriers.extend(unit.carriers);
        errors.extend(unit.errors);
        roles.extend(unit.roles);
        let extraction = unit.extraction;
        read.extend(&extraction.files);
        let work = || {
            let concerns = |file: &str| reach::concerns(files, &set.selection, file, &unit.name);
            let named = |file: &str| values.iter().any(|v| v == file);
            problems.extend(extraction.problems.into_iter().filter(|p| concerns(&p.file) || named(&p.file)));
            absent.extend(extraction.absent_modules.into_iter().filter(|m| concerns(files.get(m.at.file).name())));
        };
        attempt(&mut errors, || unit.name.clone(), work);
    }
    let mut roles = sorted(roles);
    let undecided = count_undecided(&roles);
    let found = carriers.iter_mut().map(|c| &mut c.findings).chain(roles.iter_mut().map(|r| &mut r.findings));
    let mut findings: Vec<Finding> = joined(found.collect());
    findings.extend(together::judge(&judge, files, &roles, &mut errors));
    let unreadable = unparsable(files, problems, &mut findings, &mut errors);
    let (of_absent, outside) = attempt(&mut errors, here, || input::absent(&mut absent, files)).unwrap_or_default();
    findings.extend(of_absent);

    let mut gathered = suppressions(files, &set, &roles, &carriers, &findings, config, &mut errors);
    for finding in &mut findings {
        // One of whose suppression nothing is known is shown.
        let name = finish::file_of(files, finding).into_owned();
        attempt(&mut errors, || name, || gathered.suppressions.apply(std::slice::from_mut(finding), files));
    }
    findings
        .extend(attempt(&mut errors, here, || gathered.of_suppressions(files, &set.selection)).into_iter().flatten());
    if options.filters.no_suppressions {
        findings.iter_mut().for_each(|f| f.quieted = None);
    }
    let mut findings = finish::finish(findings, files, config, &mut errors);

    let mut notes = filter::notes(config);
    let changed_roles = options.filters.changes.as_ref().map(|changes| {
        let name = |role: &Role| files.get(role.at.file).name().to_owned();
        let mut is_changed = |r: &&JudgedRole| {
            attempt(&mut errors, || name(&r.role), || reach::changed(files, changes, &r.role)).unwrap_or(true)
        };
        let changed = roles.iter().filter(|r| is_changed(r));
        changed.map(|r| (r.role.root.clone(), r.role.address.clone())).collect()
    });
    let asked = filter::Asked { files, options, selection: &set.selection, changed_roles };
    let filtered = filter::apply(&mut findings, &asked, &mut errors);
    notes.extend(filtered.notes);
    notes.extend(outside);

    errors.sort();
    errors.dedup();
    read.sort_unstable();
    read.dedup();
    let mut outcome = Outcome {
        findings,
        min_severity: options.filters.min_severity,
        summary: Summary {
            files: read.len(),
            roles: roles.len(),
            undecided,
            unreadable,
            absent_modules: absent.len(),
            ..Summary::default()
        },
        errors,
        config: ConfigUsed { path: options.config_path.clone(), zone_configured: config.zone_configured() },
        notes,
        fixed: filtered.fixed,
        not_judged: filtered.not_judged,
        files: read,
    };
    filter::count(&mut outcome);
    let known: Box<dyn Send> = Box::new(judge.into_known());
    let values = modules.into_iter().chain([known]).collect();
    Run { outcome, roles, remains: Remains { _values: values, threads: None } }
}

/// The roles by root and address. They are large: their numbers are sorted, and each is moved once.
fn sorted(roles: Vec<JudgedRole>) -> Vec<JudgedRole> {
    let name = |i: &usize| roles.get(*i).map(|r| (&r.role.root, &r.role.address, &r.role.kind));
    let mut order: Vec<usize> = (0..roles.len()).collect();
    order.sort_by(|a, b| name(a).cmp(&name(b)));
    let mut roles: Vec<Option<JudgedRole>> = roles.into_iter().map(Some).collect();
    order.into_iter().filter_map(|i| roles.get_mut(i)?.take()).collect()
}

/// All findings, moved once.
fn joined(found: Vec<&mut Vec<Finding>>) -> Vec<Finding> {
    let mut all = Vec::with_capacity(found.iter().map(|some| some.len()).sum());
    found.into_iter().for_each(|some| all.append(some));
    all
}

fn count_undecided(roles: &[JudgedRole]) -> usize {
    roles.iter().filter(|r| r.findings.iter().any(|f| f.rule == "unresolved-trust")).count()
}

/// Turns problems into findings and counts the files and places that could not be read.
fn unparsable(
    files: &Files,
    problems: Vec<InputProblem>,
    findings: &mut Vec<Finding>,
    errors: &mut Vec<RunError>,
) -> usize {
    let Some(rule) = rules::find("unparsable-file") else { return problems.len() };
    let found = input::unparsable(problems, rule, files, errors);
    let count = found.len();
    findings.extend(found);
    count
}

fn suppressions(
    files: &Files,
    set: &FileSet,
    roles: &[JudgedRole],
    carriers: &[JudgedCarrier],
    findings: &[Finding],
    config: &Effective,
    errors: &mut Vec<RunError>,
) -> Gathered {
    let mut gathered = Gathered::default();
    for path in attempt(errors, here, || suppress::commented(files, set, findings)).unwrap_or_default() {
        attempt(errors, || files.show(&path), || gathered.comments(files, &path, config.now));
    }
    let mut seen = BTreeSet::new();
    let of_roles = roles.iter().map(|r| (&r.role.suppressions, r.role.block));
    let of_carriers = carriers.iter().map(|c| (&c.suppressions, c.block));
    for (written, block) in of_roles.chain(of_carriers) {
        for one in written {
            if seen.insert((one.at, block)) {
                let name = || files.get(block.file).name().to_owned();
                attempt(errors, name, || gathered.metadata(files, one, block, config.now));
            }
        }
    }
    gathered
}
