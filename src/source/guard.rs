use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Runs one unit of work. A panic in it becomes its message, on one line, so that the other units go on.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // What the closure borrows is either dropped with it or only ever locked for whole operations.
    catch_unwind(AssertUnwindSafe(work)).map_err(|cause| describe(&*cause))
}

/// What to ask of whoever meets an internal error; `with` is what helps to find its cause.
pub(crate) fn report_bug(with: &str) -> String {
    format!("report it as a bug of {} {}, with {with} when you can", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
}

fn describe(cause: &(dyn Any + Send)) -> String {
    let text =
        cause.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| cause.downcast_ref::<String>().cloned());
    text.map_or_else(|| "unknown cause".to_owned(), |t| t.split_whitespace().collect::<Vec<_>>().join(" "))
}
