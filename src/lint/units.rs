use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{
    copies,
    frontends::{Frontends, Inputs},
    guarded::{attempt, guarded, here},
    reach::places,
};
use crate::{
    discover::{Document, DocumentKind, FileSet},
    finding::Finding,
    report::RunError,
    source::{FileId, Files, Location},
    value::{Extraction, IdentityPolicy, MetadataSuppression, Role},
};

/// What is extracted at once, and what came out of it.
pub(super) struct Unit {
    /// The file or root module as reports show it.
    pub name: String,
    /// The unit's own file; `None` for a root module.
    pub file: Option<FileId>,
    pub extraction: Extraction,
    /// Its identity policies, which are judged at once: nothing else depends on them, and many are large.
    pub carriers: Vec<JudgedCarrier>,
    pub errors: Vec<RunError>,
}

/// An identity policy that was judged.
pub(super) struct JudgedCarrier {
    pub findings: Vec<Finding>,
    pub suppressions: Vec<MetadataSuppression>,
    pub block: Location,
}

impl Unit {
    fn new(name: String, file: Option<FileId>, extraction: Extraction, judging: &Policies<'_>) -> Self {
        let mut unit = Self { name, file, extraction, carriers: Vec::new(), errors: Vec::new() };
        let policies = std::mem::take(&mut unit.extraction.identity_policies);
        let wanted = policies.into_iter().filter(|c| (judging.wanted)(c, &unit.name)).collect();
        for carrier in copies::join(wanted) {
            match (judging.findings)(&carrier) {
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
}

/// How identity policies are judged.
pub(super) struct Policies<'a> {
    /// Whether somebody asked about one of a unit with that name.
    pub wanted: &'a (dyn Fn(&IdentityPolicy, &str) -> bool + Sync),
    pub findings: &'a (dyn Fn(&IdentityPolicy) -> Result<Vec<Finding>, RunError> + Sync),
}

/// One piece of work for a frontend.
enum Work<'a> {
    Root(&'a PathBuf),
    Document(&'a Document),
}

/// Extracts everything, in parallel; the order of units is that of the file set.
pub(super) fn extract(
    files: &Files,
    set: &FileSet,
    inputs: &Inputs,
    judging: &Policies<'_>,
    errors: &mut Vec<RunError>,
) -> Vec<Unit> {
    let frontends = match guarded(here, || Frontends::new(files, set, inputs)) {
        Ok(frontends) => frontends,
        Err(error) => {
            errors.push(error);
            return Vec::new();
        }
    };
    let found = match guarded(here, || frontends.roots()) {
        Ok(roots) => roots,
        Err(error) => {
            errors.push(error);
            set.terraform_roots.clone()
        }
    };
    let roots = found.iter().map(Work::Root);
    let work: Vec<Work<'_>> = roots.chain(set.documents.iter().map(Work::Document)).collect();
    let mut units = run(files, &frontends, &work, judging, errors);

    // Bytes say which folder calls which one; where they were misread, a folder is still judged, for itself.
    let read: HashSet<PathBuf> = units
        .iter()
        .flat_map(|u| &u.extraction.files)
        .filter_map(|id| files.absolute(files.get(*id).name().as_ref()).parent().map(Path::to_owned))
        .collect();
    let misread = |(folder, callers): &&(PathBuf, Vec<PathBuf>)| {
        let called = || callers.iter().any(|c| frontends.calls(c, folder));
        set.terragrunt.is_empty()
            && !(read.contains(folder) || set.terraform_roots.contains(folder))
            && !guarded(|| files.show(folder), called).unwrap_or(false)
    };
    let missed: Vec<&PathBuf> = set.terraform_folders.iter().filter(misread).map(|(folder, _)| folder).collect();
    let missed: Vec<Work<'_>> = missed.into_iter().map(Work::Root).collect();
    units.extend(run(files, &frontends, &missed, judging, errors));

    let embedded: Vec<_> = units.iter().flat_map(|u| &u.extraction.templates).collect();
    let inner: Vec<Result<Unit, RunError>> = embedded
        .into_par_iter()
        .map(|t| {
            let name = || files.get(t.block.file).name().to_owned();
            guarded(name, || Unit::new(name(), None, frontends.embedded(t), judging))
        })
        .collect();
    for result in inner {
        match result {
            Ok(unit) => units.push(unit),
            Err(error) => errors.push(error),
        }
    }
    attempt(errors, here, || drop_what_others_use(&mut units));
    units
}

fn run(
    files: &Files,
    frontends: &Frontends<'_>,
    work: &[Work<'_>],
    judging: &Policies<'_>,
    errors: &mut Vec<RunError>,
) -> Vec<Unit> {
    let results: Vec<Result<Option<Unit>, RunError>> = work
        .par_iter()
        .map(|work| match work {
            Work::Root(folder) => {
                let name = files.show(folder);
                guarded(|| name.clone(), || Some(Unit::new(name.clone(), None, frontends.terraform(folder), judging)))
            }
            Work::Document(document) => {
                let name = files.show(&document.path);
                let extract = || {
                    let (file, extraction) = match document.kind {
                        DocumentKind::Plan => frontends.plan(&document.path)?,
                        DocumentKind::Template => frontends.document(&document.path)?,
                    };
                    Some(Unit::new(name.clone(), Some(file), extraction, judging))
                };
                guarded(|| name.clone(), extract)
            }
        })
        .collect();
    let mut units = Vec::new();
    for result in results {
        match result {
            Ok(unit) => units.extend(unit),
            Err(error) => errors.push(error),
        }
    }
    units
}

/// A template or policy that others use is judged by that use: roles of a nested stack with its parent's parameters, a
/// policy file with the role that reads it.
fn drop_what_others_use(units: &mut [Unit]) {
    // SAM makes several roles of one resource: what counts is who else has a role of that place.
    let mut uses: HashMap<(FileId, u32), BTreeSet<usize>> = HashMap::new();
    for (i, unit) in units.iter().enumerate() {
        for role in &unit.extraction.roles {
            uses.entry((role.at.file, role.at.span.start)).or_default().insert(i);
        }
    }
    let bare = |role: &Role| role.kind == "policy-document";
    let mut policy_files: BTreeSet<FileId> = BTreeSet::new();
    if units.iter().flat_map(|u| &u.extraction.roles).any(bare) {
        for role in units.iter().flat_map(|u| &u.extraction.roles).filter(|r| !bare(r)) {
            places(&role.policy, &mut |at| {
                policy_files.insert(at.file);
            });
        }
    }
    for unit in units {
        let Some(own) = unit.file else { continue };
        let alone = |role: &Role| {
            let uses = uses.get(&(role.at.file, role.at.span.start)).map_or(0, BTreeSet::len);
            let elsewhere = role.at.file == own && role.address.split('/').count() == 1 && uses > 1;
            !(elsewhere || bare(role) && policy_files.contains(&own))
        };
        unit.extraction.roles.retain(alone);
    }
}
