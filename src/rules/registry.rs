use super::{ALL, Rule};
use crate::policy::spelling;

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    let at = ALL.binary_search_by_key(&name, |r| r.name).ok()?;
    ALL.get(at).copied()
}

/// The rule that a mistyped name may mean.
pub fn nearest(name: &str) -> Option<&'static Rule> {
    let name = name.trim().replace(['_', ' '], "-");
    let names: Vec<&str> = ALL.iter().map(|r| r.name).collect();
    find(spelling::near(&name, &names)?)
}
