use std::{borrow::Cow, collections::BTreeMap};

use rayon::prelude::*;

use super::{
    filter,
    guarded::{guarded, sound},
    order,
};
use crate::{
    config::Effective,
    finding::{BareFingerprints, Finding, Fingerprints, Place, group_roles},
    report::RunError,
    source::Files,
};

/// The file that a finding stands in.
pub(super) fn file_of<'a>(files: &Files, finding: &'a Finding) -> Cow<'a, str> {
    match &finding.primary {
        Place::Span(at) => Cow::Owned(files.get(at.file).name().to_owned()),
        Place::File(name) => Cow::Borrowed(name),
    }
}

/// Gives severities, makes equal findings one, sorts and gives fingerprints. Findings of two files are never equal:
/// each file is done by itself.
pub(super) fn finish(
    findings: Vec<Finding>,
    files: &Files,
    config: &Effective,
    errors: &mut Vec<RunError>,
) -> Vec<Finding> {
    let mut by_file: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        by_file.entry(file_of(files, &finding).into_owned()).or_default().push(finding);
    }
    let finished: Vec<Result<Vec<Printed>, RunError>> = by_file
        .into_par_iter()
        .map(|(file, mut findings)| {
            let work = || {
                filter::set_severities(&mut findings, files, config);
                let sorted = order::sort(group_roles(findings), files).into_iter();
                sorted.map(|finding| (guarded(|| file.clone(), || BareFingerprints::of(&finding)), finding)).collect()
            };
            guarded(|| file.clone(), work)
        })
        .collect();
    let mut fingerprints = Fingerprints::default();
    let mut all = Vec::with_capacity(finished.iter().flatten().map(Vec::len).sum());
    let mut broken = Vec::new();
    for (bare, mut finding) in sound(finished, errors).flatten() {
        match bare {
            Ok(bare) => {
                fingerprints.rank(&mut finding, bare);
                all.push(finding);
            }
            Err(error) => broken.push(error),
        }
    }
    errors.extend(broken);
    all
}

/// A finding with what its fingerprints begin with, or with the error that this ended with.
type Printed = (Result<BareFingerprints, RunError>, Finding);
