use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::report::RunError;

/// Runs one unit of work. A panic in it costs this unit and nothing else: it becomes an error about `file`.
pub(super) fn guarded<T>(file: impl FnOnce() -> String, work: impl FnOnce() -> T) -> Result<T, RunError> {
    // What the closure borrows is either dropped with it or only ever locked for whole operations.
    catch_unwind(AssertUnwindSafe(work)).map_err(|cause| RunError {
        file: file(),
        message: format!(
            "internal error: {}; this file is not judged. Please report it as a bug of {} {}, with the file when you can",
            describe(&*cause),
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
        ),
    })
}

fn describe(cause: &(dyn Any + Send)) -> String {
    let text =
        cause.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| cause.downcast_ref::<String>().cloned());
    text.map_or_else(|| "unknown cause".to_owned(), |t| t.split_whitespace().collect::<Vec<_>>().join(" "))
}
