use std::{borrow::Cow, collections::BTreeMap};

use rayon::prelude::*;

use super::{
    filter,
    guarded::{attempt, guarded, sound},
    order,
};
use crate::{
    config::Effective,
    finding::{Finding, Fingerprints, Place, group_roles},
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
    let finished: Vec<Result<Vec<Finding>, RunError>> = by_file
        .into_par_iter()
        .map(|(file, mut findings)| {
            let work = || {
                filter::set_severities(&mut findings, files, config);
                order::sort(group_roles(findings), files)
            };
            guarded(|| file, work)
        })
        .collect();
    let mut all: Vec<Finding> = sound(finished, errors).flatten().collect();
    let mut fingerprints = Fingerprints::default();
    all.retain_mut(|finding| {
        let name = file_of(files, finding).into_owned();
        attempt(errors, || name, || fingerprints.assign(finding)).is_some()
    });
    all
}
