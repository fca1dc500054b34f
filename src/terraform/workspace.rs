use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use super::{
    Options,
    calls::{MOST_INSTANCES, is_local, join_path, source_of},
    evaluator::Evaluator,
    module::{Module, configuration_name},
    terragrunt::Unit,
};
use crate::{
    source::{EntryKind, Files, normalized},
    tables::{Set, Table},
    value::{Extraction, InputProblem, Value},
};

/// Why a directory is not read.
#[derive(Clone, Copy)]
pub(super) enum Barred {
    /// There is no such directory.
    Absent,
    /// It lies outside the root.
    Outside,
}

/// All Terraform modules of a tree. Modules are read when they are needed and once.
pub struct Workspace<'f> {
    pub(super) files: &'f Files,
    pub(super) options: Options,
    /// See [`Workspace::with_identity_of`].
    pub(super) wanted_actions: Option<fn(&Value) -> bool>,
    /// Whether only those parts of values are evaluated that somebody asks for. What they are is the same either way.
    pub(super) takes_parts: bool,
    /// By normalized path.
    modules: Mutex<Table<OsString, Arc<OnceLock<Arc<Module>>>>>,
    /// Whether a directory can be read, as far as somebody has asked; by normalized path.
    entered: Mutex<Table<OsString, Result<(), Barred>>>,
    /// Every directory with configuration files, with these.
    directories: BTreeMap<PathBuf, Vec<PathBuf>>,
    /// Directories with a `terragrunt.hcl`.
    units: BTreeSet<PathBuf>,
}

impl<'f> Workspace<'f> {
    /// A workspace of the given configuration files, all absolute.
    pub fn new(files: &'f Files, tf_files: &[PathBuf], options: Options) -> Self {
        let mut directories: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
        let mut units = BTreeSet::new();
        for together in tf_files.chunk_by(|a, b| a.parent().map(Path::as_os_str) == b.parent().map(Path::as_os_str)) {
            let Some(dir) = together.first().and_then(|path| path.parent()) else { continue };
            if together.iter().any(|path| name_of(path) == "terragrunt.hcl") {
                units.insert(dir.to_owned());
            }
            let mut configuration =
                together.iter().filter(|path| configuration_name(name_of(path)).is_some()).peekable();
            if configuration.peek().is_some() {
                directories.entry(dir.to_owned()).or_default().extend(configuration.cloned());
            }
        }
        Self {
            files,
            options,
            wanted_actions: None,
            takes_parts: true,
            modules: Mutex::default(),
            entered: Mutex::default(),
            directories,
            units,
        }
    }

    /// Identity policies are wanted only where `wanted` says so of the values of their actions.
    #[must_use]
    pub fn with_identity_of(mut self, wanted: fn(&Value) -> bool) -> Self {
        self.wanted_actions = Some(wanted);
        self
    }

    /// Whether a directory is there and may be read.
    pub(super) fn enter(&self, dir: &Path) -> Result<(), Barred> {
        let mut entered = self.entered.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(known) = entered.get(dir.as_os_str()) {
            return *known;
        }
        let found = match self.files.look(dir) {
            Ok(Some(EntryKind::Directory)) => Ok(()),
            Ok(_) => Err(Barred::Absent),
            Err(_) => Err(Barred::Outside),
        };
        entered.insert(dir.into(), found);
        found
    }

    /// The module that a directory is.
    pub(super) fn module(&self, dir: &Path) -> Arc<Module> {
        let mut modules = self.modules.lock().unwrap_or_else(|e| e.into_inner());
        let slot = match modules.get(dir.as_os_str()) {
            Some(slot) => slot.clone(),
            None => modules.entry(dir.into()).or_default().clone(),
        };
        drop(modules);
        slot.get_or_init(|| Arc::new(Module::read(self.files, dir))).clone()
    }

    /// The root modules: directories that make roles, themselves or through calls of the tree, and that no other one
    /// calls. Of modules that call each other in a circle and that nobody else calls, the first is one. `reported` says
    /// of a file whether anybody wants to hear about it; a root none of whose files is wanted is left out.
    pub fn roots(&self, reported: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
        let graph = on_large_stack(|stack| Graph::new(self, stack));
        let mut reached: HashSet<PathBuf> = HashSet::new();
        let places = || self.directories.keys().chain(self.units.iter().filter(|u| !self.directories.contains_key(*u)));
        let mut candidates: Vec<&PathBuf> = places().filter(|d| !graph.called.contains(*d)).collect();
        for root in &candidates {
            graph.reach(root, &mut reached);
        }
        for dir in self.directories.keys() {
            if !reached.contains(dir) {
                graph.reach(dir, &mut reached);
                candidates.push(dir);
            }
        }
        let wanted = |root: &&PathBuf| {
            let mut all = HashSet::new();
            graph.reach(root, &mut all);
            let relevant = all.iter().any(|d| graph.carriers.contains(d) || graph.outward.contains(d));
            let named = |d: &PathBuf| {
                self.directories.get(d).is_some_and(|files| files.iter().any(|f| reported(f)))
                    || (self.units.contains(d) && reported(&d.join("terragrunt.hcl")))
            };
            relevant && all.iter().any(named)
        };
        let mut roots: Vec<PathBuf> = candidates.into_iter().filter(wanted).cloned().collect();
        roots.sort();
        roots
    }

    /// The directories that a module calls by local paths.
    pub fn calls_of(&self, dir: &Path) -> Vec<PathBuf> {
        on_large_stack(|_| {
            let mut graph = Graph::default();
            graph.add(self, dir);
            graph.calls.remove(dir).unwrap_or_default()
        })
    }

    /// All modules that were read, for whoever has the time to take them apart.
    pub fn into_modules(self) -> impl Send + use<> {
        self.modules
    }

    /// What the configuration of a root module makes.
    pub fn extract(&self, root: &Path) -> Extraction {
        crate::fault::fault("terraform", || root.display().to_string());
        let extraction = on_large_stack(|stack| self.extract_here(root, stack));
        // Nobody else calls a root module, or hardly ever.
        self.modules.lock().unwrap_or_else(|e| e.into_inner()).remove(root.as_os_str());
        extraction
    }

    /// The same on a thread with that much stack.
    #[cfg(test)]
    pub(super) fn extract_within(&self, root: &Path, stack: usize) -> Extraction {
        std::thread::scope(|scope| {
            let run = || self.extract_here(root, stack);
            std::thread::Builder::new()
                .stack_size(stack)
                .spawn_scoped(scope, run)
                .expect("a thread")
                .join()
                .expect("no panic")
        })
    }

    fn extract_here(&self, root: &Path, stack: usize) -> Extraction {
        let mut out = Extraction::default();
        let mut evaluator = Evaluator::new(self, root, stack);
        if self.units.contains(root) {
            match evaluator.unit(root, &mut out.problems) {
                Unit::Module { dir, given } => {
                    evaluator.root_dir = dir;
                    evaluator.given = given;
                }
                Unit::Absent(absent) => {
                    out.absent_modules.push(*absent);
                    return out;
                }
                Unit::Nothing => return out,
            }
        }
        evaluator.read_given(&mut out.problems);
        let mut identities = BTreeSet::new();
        let instance = evaluator.root();
        evaluator.provider_identities(&instance, &mut identities);
        for identity in identities {
            if evaluator.own_provider.replace(identity.clone()) != identity {
                instance.memo.forget_provider();
            }
            evaluator.extract_instance(&instance, &mut out);
        }
        // After what is extracted: then the keys of most collections are known already.
        evaluator.absent_modules(&instance, &evaluator.root_name, &mut out.absent_modules);
        instance.memo.forget_calls();
        // Last: what was parsed on the way may have had problems.
        self.problems(&evaluator, instance.module.clone(), &mut out);
        out.files.extend(evaluator.other_files.take());
        if evaluator.instances.get() > MOST_INSTANCES {
            out.problems.push(InputProblem {
                file: evaluator.root_name.clone(),
                at: None,
                message: format!("there are more than {MOST_INSTANCES} instances of modules; the rest is not judged"),
                help: None,
            });
        }
        out.roles.sort_by(|a, b| a.address.cmp(&b.address));
        out
    }

    /// Files of the modules in use and what is wrong with them.
    fn problems(&self, evaluator: &Evaluator<'_>, root: Arc<Module>, out: &mut Extraction) {
        let mut seen: Set<OsString> = Set::default();
        let mut todo = vec![(root, String::new())];
        while let Some((module, path)) = todo.pop() {
            if seen.contains(module.dir.as_os_str()) {
                continue;
            }
            seen.insert(module.dir.clone().into());
            out.files.extend(&module.files);
            out.problems.extend(module.problems.iter().cloned());
            out.problems.extend(module.late.all());
            for name in &module.calls_in_order {
                if let Some(block) = module.calls.get(name)
                    && let Ok(dir) = &*evaluator.target(&module.dir, &path, name, block)
                {
                    todo.push((self.module(dir.path()), join_path(&path, name)));
                }
            }
        }
    }
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|n| n.to_str()).unwrap_or_default()
}

thread_local! {
    static IS_LARGE: Cell<bool> = const { Cell::new(false) };
}

/// Says that the current thread has a stack of [`STACK`] bytes, so that none has to be made for each root module.
pub fn has_large_stack() {
    IS_LARGE.set(true);
}

/// The stack, in bytes, that a thread that evaluates should have.
pub const STACK: usize = 256 << 20;
/// Smaller ones for where memory is short.
const SMALLER_STACKS: [usize; 2] = [64 << 20, 16 << 20];
/// What is left at least of the caller's own stack.
const LEAST_STACK: usize = 1 << 20;

/// Runs on a thread whose stack is large enough for deep expressions. `run` is told how large it is. A panic is that of
/// the caller.
fn on_large_stack<T: Send>(run: impl Fn(usize) -> T + Sync) -> T {
    if IS_LARGE.get() {
        return run(STACK);
    }
    for size in std::iter::once(STACK).chain(SMALLER_STACKS) {
        let spawned = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(size).spawn_scoped(scope, || run(size));
            thread.ok().map(std::thread::ScopedJoinHandle::join)
        });
        match spawned {
            Some(Ok(value)) => return value,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => {}
        }
    }
    run(LEAST_STACK)
}

/// Which module calls which, and which hold roles.
#[derive(Default)]
struct Graph {
    calls: HashMap<PathBuf, Vec<PathBuf>>,
    called: HashSet<PathBuf>,
    carriers: HashSet<PathBuf>,
    /// Directories with calls of modules that are not paths of the tree: what they hold is not seen here.
    outward: HashSet<PathBuf>,
}

/// Bytes one of which stands in every file that can hold a role.
const ROLE_WORDS: [&[u8]; 3] = [b"_iam_", b"aws_cloudformation_stack", b"module"];

impl Graph {
    fn new(workspace: &Workspace<'_>, stack: usize) -> Self {
        let mut graph =
            Self { calls: HashMap::new(), called: HashSet::new(), carriers: HashSet::new(), outward: HashSet::new() };
        for (dir, files) in &workspace.directories {
            let relevant = files.iter().any(|f| {
                workspace.files.read(f).is_ok_and(|id| {
                    let file = workspace.files.get(id);
                    ROLE_WORDS.iter().any(|w| memchr::memmem::find(file.text().as_bytes(), w).is_some())
                })
            });
            if relevant {
                graph.add(workspace, dir);
            }
        }
        for dir in &workspace.units {
            match Evaluator::new(workspace, dir, stack).unit(dir, &mut Vec::new()) {
                Unit::Module { dir: module, .. } if module != *dir => {
                    graph.called.insert(module.clone());
                    graph.calls.entry(dir.clone()).or_default().push(module.clone());
                    // The module may lie where no walk has been, as generated ones do.
                    graph.add(workspace, &module);
                }
                Unit::Absent(_) => {
                    graph.outward.insert(dir.clone());
                }
                Unit::Module { .. } | Unit::Nothing => {}
            }
        }
        graph
    }

    fn add(&mut self, workspace: &Workspace<'_>, dir: &Path) {
        let module = workspace.module(dir);
        if !module.carriers.is_empty() || !module.problems.is_empty() {
            self.carriers.insert(dir.to_owned());
        }
        for block in module.calls.values() {
            let Some((source, _)) = source_of(block) else {
                self.outward.insert(dir.to_owned());
                continue;
            };
            if is_local(&source) {
                let target = normalized(&dir.join(source.replace('\\', "/")));
                if target != dir {
                    if !workspace.directories.contains_key(&target) {
                        self.outward.insert(dir.to_owned());
                    }
                    self.called.insert(target.clone());
                    self.calls.entry(dir.to_owned()).or_default().push(target);
                }
            } else {
                self.outward.insert(dir.to_owned());
            }
        }
    }

    fn reach(&self, from: &Path, out: &mut HashSet<PathBuf>) {
        let mut todo = vec![from.to_owned()];
        while let Some(dir) = todo.pop() {
            if out.insert(dir.clone()) {
                todo.extend(self.calls.get(&dir).into_iter().flatten().cloned());
            }
        }
    }
}
