use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{
    frontends::{Frontends, Inputs},
    guarded::guarded,
    reach::places,
};
use crate::{
    discover::{Document, DocumentKind, FileSet},
    report::RunError,
    source::{FileId, Files},
    value::{Extraction, Role},
};

/// What is extracted at once, and what came out of it.
pub(super) struct Unit {
    /// The file or root module as reports show it.
    pub name: String,
    /// The unit's own file; `None` for a root module.
    pub file: Option<FileId>,
    pub extraction: Extraction,
}

/// One piece of work for a frontend.
enum Work<'a> {
    Root(&'a PathBuf),
    Document(&'a Document),
}

/// Extracts everything, in parallel; the order of units is that of the file set.
pub(super) fn extract(files: &Files, set: &FileSet, inputs: &Inputs, errors: &mut Vec<RunError>) -> Vec<Unit> {
    let frontends = match guarded(|| ".".to_owned(), || Frontends::new(files, set, inputs)) {
        Ok(frontends) => frontends,
        Err(error) => {
            errors.push(error);
            return Vec::new();
        }
    };
    let found = match guarded(|| ".".to_owned(), || frontends.roots()) {
        Ok(roots) => roots,
        Err(error) => {
            errors.push(error);
            set.terraform_roots.clone()
        }
    };
    let roots = found.iter().map(Work::Root);
    let work: Vec<Work<'_>> = roots.chain(set.documents.iter().map(Work::Document)).collect();
    let mut units = run(files, &frontends, &work, errors);

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
    units.extend(run(files, &frontends, &missed, errors));

    let embedded: Vec<_> = units.iter().flat_map(|u| &u.extraction.templates).collect();
    let inner: Vec<Result<Unit, RunError>> = embedded
        .into_par_iter()
        .map(|t| {
            let name = || files.get(t.block.file).name().to_owned();
            let extraction = guarded(name, || frontends.embedded(t))?;
            Ok(Unit { name: name(), file: None, extraction })
        })
        .collect();
    for result in inner {
        match result {
            Ok(unit) => units.push(unit),
            Err(error) => errors.push(error),
        }
    }
    drop_what_others_use(&mut units);
    units
}

fn run(files: &Files, frontends: &Frontends<'_>, work: &[Work<'_>], errors: &mut Vec<RunError>) -> Vec<Unit> {
    let results: Vec<Result<Option<Unit>, RunError>> = work
        .par_iter()
        .map(|work| match work {
            Work::Root(folder) => {
                let name = files.show(folder);
                let extraction = guarded(|| name.clone(), || frontends.terraform(folder))?;
                Ok(Some(Unit { name, file: None, extraction }))
            }
            Work::Document(document) => {
                let name = files.show(&document.path);
                let extract = || match document.kind {
                    DocumentKind::Plan => frontends.plan(&document.path),
                    DocumentKind::Template => frontends.document(&document.path),
                };
                let found = guarded(|| name.clone(), extract)?;
                Ok(found.map(|(file, extraction)| Unit { name, file: Some(file), extraction }))
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
    let mut uses: HashMap<(FileId, u32), usize> = HashMap::new();
    for role in units.iter().flat_map(|u| &u.extraction.roles) {
        *uses.entry((role.at.file, role.at.span.start)).or_default() += 1;
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
            let uses = uses.get(&(role.at.file, role.at.span.start)).copied().unwrap_or(0);
            let elsewhere = role.at.file == own && role.address.split('/').count() == 1 && uses > 1;
            !(elsewhere || bare(role) && policy_files.contains(&own))
        };
        unit.extraction.roles.retain(alone);
    }
}
