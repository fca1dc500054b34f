use crate::{
    report::RunError,
    source::{self, report_bug},
};

/// Runs one unit of work. A panic in it costs this unit and nothing else: it becomes an error about `file`.
pub(crate) fn guarded<T>(file: impl FnOnce() -> String, work: impl FnOnce() -> T) -> Result<T, RunError> {
    source::guarded(work).map_err(|cause| internal_error(file(), &cause))
}

/// The same where errors are collected: `None` after a panic.
pub(super) fn attempt<T>(
    errors: &mut Vec<RunError>,
    file: impl FnOnce() -> String,
    work: impl FnOnce() -> T,
) -> Option<T> {
    guarded(file, work).map_err(|error| errors.push(error)).ok()
}

/// What came out of units of work; the errors of those that did not end go to `errors`.
pub(super) fn sound<T>(results: Vec<Result<T, RunError>>, errors: &mut Vec<RunError>) -> impl Iterator<Item = T> {
    results.into_iter().filter_map(|result| result.map_err(|error| errors.push(error)).ok())
}

/// What an error is about that is about no file.
pub(super) fn here() -> String {
    ".".to_owned()
}

/// The error that a panic becomes.
pub(super) fn internal_error(file: String, cause: &str) -> RunError {
    let (costs, with) = match file == here() {
        true => ("the report may not be complete", "the files"),
        false => ("this file is not judged", "the file"),
    };
    let message = format!("internal error: {cause}; {costs}. Please {}", report_bug(with));
    RunError { file, message }
}
