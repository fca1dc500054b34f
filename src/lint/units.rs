use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashSet},
    ffi::OsString,
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use rayon::prelude::*;

use super::{
    JudgedRole, copies,
    frontends::{Frontends, Inputs},
    guarded::{attempt, guarded, here, sound},
    judge::Judge,
    reach::{self, places},
};
use crate::{
    discover::{Document, DocumentKind, FileSet, Selection},
    finding::Finding,
    report::RunError,
    rules,
    source::{FileId, Files, Location},
    tables::Table,
    value::{Extraction, IdentityPolicy, MetadataSuppression, Role},
};

/// What is extracted at once, and what came out of it. Its roles and identity policies are judged at once too, so that
/// what their policies are made of can be let go.
pub(super) struct Unit {
    /// The file or root module as reports show it.
    pub name: String,
    /// The unit's own file; `None` for a root module.
    pub file: Option<FileId>,
    /// What came out of it besides roles and identity policies.
    pub extraction: Extraction,
    pub roles: Vec<JudgedRole>,
    pub carriers: Vec<JudgedCarrier>,
    pub errors: Vec<RunError>,
    /// Where its roles begin, those that nobody asked about included.
    starts: HashSet<(FileId, u32)>,
    /// Files that its roles' policies come from.
    policy_files: BTreeSet<FileId>,
}

/// An identity policy that was judged.
pub(super) struct JudgedCarrier {
    pub findings: Vec<Finding>,
    pub suppressions: Vec<MetadataSuppression>,
    pub block: Location,
}

/// How units are judged.
pub(super) struct Judging<'a> {
    pub files: &'a Files,
    pub selection: &'a Selection,
    pub judge: &'a Judge<'a>,
}

/// The folders of all files that were read.
fn folders_of(files: &Files, units: &[Unit]) -> HashSet<OsString> {
    let mut read: Vec<FileId> = units.iter().flat_map(|u| &u.extraction.files).copied().collect();
    read.sort_unstable();
    read.dedup();
    let mut folders: HashSet<OsString> = HashSet::new();
    let mut last = String::new();
    for file in read.into_iter().map(|id| files.get(id)) {
        let folder = file.name().rsplit_once('/').map_or("", |(folder, _)| folder);
        // Files of one folder mostly follow each other.
        if folder != last || folders.is_empty() {
            folder.clone_into(&mut last);
            folders.insert(files.absolute(folder.as_ref()).into());
        }
    }
    folders
}

/// From this many roles on those of one unit are judged in parallel.
const MANY: usize = 64;

impl Judging<'_> {
    fn unit(&self, name: String, file: Option<FileId>, mut extraction: Extraction) -> Unit {
        let roles = std::mem::take(&mut extraction.roles);
        let policies = std::mem::take(&mut extraction.identity_policies);
        let starts = roles.iter().map(start).collect();
        let policy_files = policy_files(&roles, &extraction.files, file);
        let mut unit = Unit {
            name,
            file,
            extraction,
            roles: Vec::new(),
            carriers: Vec::new(),
            errors: Vec::new(),
            starts,
            policy_files,
        };
        let wanted = |role: &Role| reach::takes_part(self.files, self.selection, role, &unit.extraction.files);
        let wanted = copies::join(roles.into_iter().filter(wanted).collect());
        let judged: Vec<Result<JudgedRole, RunError>> = match wanted.len() {
            ..MANY => wanted.into_iter().map(|role| self.role(role)).collect(),
            _ => wanted.into_par_iter().map(|role| self.role(role)).collect(),
        };
        unit.roles = sound(judged, &mut unit.errors).collect();
        let named = |at: Location| self.files.get(at.file).name().to_owned();
        let wanted = |c: &IdentityPolicy| reach::carries(self.files, self.selection, c, &unit.name);
        let wanted: Vec<IdentityPolicy> = policies.into_iter().filter(wanted).collect();
        // Where no rule looks at any of them, nobody asks what they are together.
        let is_looked_at = |c: &IdentityPolicy| rules::concern_identity(&c.policy);
        let (concern, wanted) = match wanted.iter().any(is_looked_at) {
            true => (true, copies::join(wanted)),
            false => (false, wanted),
        };
        for carrier in wanted.into_iter().filter(|c| concern || !c.suppressions.is_empty()) {
            let judged = match concern {
                true => guarded(|| named(carrier.at), || self.judge.identity(&carrier)),
                false => Ok(Vec::new()),
            };
            match judged {
                Ok(findings) => unit.carriers.push(JudgedCarrier {
                    findings,
                    suppressions: carrier.suppressions,
                    block: carrier.block,
                }),
                Err(error) => unit.errors.push(error),
            }
        }
        unit
    }

    fn role(&self, role: Role) -> Result<JudgedRole, RunError> {
        let name = self.files.get(role.at.file).name().to_owned();
        guarded(|| name, || self.judge.role(role))
    }
}

fn start(role: &Role) -> (FileId, u32) {
    (role.at.file, role.at.span.start)
}

/// Files that roles' policies come from.
fn policy_files(roles: &[Role], read: &[FileId], own: Option<FileId>) -> BTreeSet<FileId> {
    let mut found = BTreeSet::new();
    if own.is_some() && read.iter().all(|id| Some(*id) == own) {
        return found;
    }
    let mut last = None;
    for role in roles.iter().filter(|r| !is_bare(r)) {
        places(&role.policy, &mut |at| {
            // Places of one file mostly follow each other.
            if last.replace(at.file) != Some(at.file) {
                found.insert(at.file);
            }
        });
    }
    found
}

/// Whether this is a policy that stands by itself.
fn is_bare(role: &Role) -> bool {
    role.kind == "policy-document"
}

/// One piece of work for a frontend.
enum Work<'a> {
    /// A root module, with the bytes of its own files.
    Root(&'a PathBuf, usize),
    Document(&'a Document),
}

impl Work<'_> {
    /// What has none is taken in its order: most documents are about as large as their neighbours, and stand next to
    /// them in memory.
    fn weight(&self) -> usize {
        match self {
            Self::Root(_, bytes) => *bytes,
            Self::Document(document) => Some(document.bytes).filter(|bytes| *bytes >= LARGE).unwrap_or_default(),
        }
    }
}

/// Extracts everything, in parallel; the order of units is that of the file set. Gives back also what the frontends
/// leave behind.
pub(super) fn extract(
    files: &Files,
    set: &FileSet,
    inputs: &Inputs,
    judging: &Judging<'_>,
    errors: &mut Vec<RunError>,
) -> (Vec<Unit>, Option<Box<dyn Send>>) {
    let frontends = match guarded(here, || Frontends::new(files, set, inputs)) {
        Ok(frontends) => frontends,
        Err(error) => {
            errors.push(error);
            return (Vec::new(), None);
        }
    };
    let found = match guarded(here, || frontends.roots()) {
        Ok(roots) => roots,
        Err(error) => {
            errors.push(error);
            set.terraform_roots.clone()
        }
    };
    let bytes = set.root_bytes.iter().copied().chain(std::iter::repeat(0));
    let roots = found.iter().zip(bytes).map(|(root, bytes)| Work::Root(root, bytes));
    let work: Vec<Work<'_>> = roots.chain(set.documents.iter().map(Work::Document)).collect();
    let mut units = run(files, &frontends, &work, judging, errors);

    // Bytes say which folder calls which one; where they were misread, a folder is still judged, for itself.
    let mut judged: HashSet<OsString> = match set.terraform_folders.as_slice() {
        [] => HashSet::new(),
        _ => folders_of(files, &units),
    };
    judged.extend(set.terraform_roots.iter().map(|root| root.as_os_str().to_owned()));
    let misread = |(folder, callers): &&(PathBuf, Vec<PathBuf>)| {
        let called = || callers.iter().any(|c| frontends.calls(c, folder));
        set.has_roots()
            && !judged.contains(folder.as_os_str())
            && !guarded(|| files.show(folder), called).unwrap_or(false)
    };
    let missed: Vec<&PathBuf> = set.terraform_folders.iter().filter(misread).map(|(folder, _)| folder).collect();
    let missed: Vec<Work<'_>> = missed.into_iter().map(|folder| Work::Root(folder, 0)).collect();
    units.extend(run(files, &frontends, &missed, judging, errors));

    let embedded: Vec<_> = units.iter().flat_map(|u| &u.extraction.templates).collect();
    let inner: Vec<Result<Unit, RunError>> = embedded
        .into_par_iter()
        .map(|t| {
            let name = || files.get(t.block.file).name().to_owned();
            guarded(name, || judging.unit(name(), None, frontends.embedded(t)))
        })
        .collect();
    units.extend(sound(inner, errors));
    attempt(errors, here, || drop_what_others_use(&mut units));
    (units, frontends.retire())
}

fn run(
    files: &Files,
    frontends: &Frontends<'_>,
    work: &[Work<'_>],
    judging: &Judging<'_>,
    errors: &mut Vec<RunError>,
) -> Vec<Unit> {
    let unit = |work: &Work<'_>| match work {
        Work::Root(folder, _) => {
            let name = files.show(folder);
            guarded(|| name.clone(), || Some(judging.unit(name.clone(), None, frontends.terraform(folder))))
        }
        Work::Document(document) => {
            let name = files.show(&document.path);
            let extract = || {
                let (file, extraction) = match document.kind {
                    DocumentKind::Plan => frontends.plan(&document.path)?,
                    DocumentKind::Template => frontends.document(&document.path)?,
                };
                Some(judging.unit(name.clone(), Some(file), extraction))
            };
            guarded(|| name.clone(), extract)
        }
    };
    sound(largest_first(work, Work::weight, unit), errors).flatten().collect()
}

/// Smaller documents are taken in the order of their paths.
const LARGE: usize = 256 << 10;

/// So many small ones are taken at once.
const SHARE: usize = 32;

/// Does work in parallel, what weighs most first: one root module can cost as much as a hundred others, and nobody
/// should have to wait for it in the end. The results are in the order of the work.
fn largest_first<T: Sync, R: Send + Sync>(
    work: &[T],
    weight: impl Fn(&T) -> usize,
    run: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let mut order: Vec<(usize, usize)> = work.iter().map(weight).enumerate().collect();
    order.sort_by_key(|(_, weight)| Reverse(*weight));
    let (large, small) = order.split_at(order.partition_point(|(_, weight)| *weight > 0));
    let shares: Vec<&[(usize, usize)]> = large.chunks(1).chain(small.chunks(SHARE)).collect();
    let results: Vec<OnceLock<R>> = work.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    rayon::broadcast(|_| {
        while let Some(share) = shares.get(next.fetch_add(1, Ordering::Relaxed)) {
            for (i, _) in *share {
                if let (Some(work), Some(result)) = (work.get(*i), results.get(*i)) {
                    result.get_or_init(|| run(work));
                }
            }
        }
    });
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// A template or policy that others use is judged by that use: roles of a nested stack with its parent's parameters, a
/// policy file with the role that reads it.
fn drop_what_others_use(units: &mut [Unit]) {
    // SAM makes several roles of one resource: what counts is who else has a role of that place.
    let mut uses: Table<(FileId, u32), usize> = Table::default();
    for start in units.iter().flat_map(|unit| &unit.starts) {
        *uses.entry(*start).or_default() += 1;
    }
    let policy_files: BTreeSet<FileId> = units.iter().flat_map(|unit| &unit.policy_files).copied().collect();
    for unit in units {
        let Some(own) = unit.file else { continue };
        let alone = |judged: &JudgedRole| {
            let role = &judged.role;
            let is_used = || uses.get(&start(role)).is_some_and(|uses| *uses > 1);
            let elsewhere = role.at.file == own && is_used() && !role.address.contains('/');
            !(elsewhere || is_bare(role) && policy_files.contains(&own))
        };
        unit.roles.retain(alone);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn the_largest_is_done_first_and_results_keep_their_order() {
        let work: Vec<usize> = (0..200).collect();
        let done = Mutex::new(Vec::new());
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let results = one.install(|| {
            let run = |n: &usize| {
                done.lock().unwrap().push(*n);
                n * 2
            };
            largest_first(&work, |n| if n % 50 == 7 { *n } else { 0 }, run)
        });
        assert_eq!(results, work.iter().map(|n| n * 2).collect::<Vec<_>>());
        let done = done.into_inner().unwrap();
        assert_eq!(done.get(..6), Some(&[157, 107, 57, 7, 0, 1][..]));
        assert_eq!(done.len(), 200);
    }
}
