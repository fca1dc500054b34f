use std::{
    fs,
    path::{Path, PathBuf},
};

/// Names of the config file, the first one wins.
const NAMES: [&str; 2] = [".iac-trust-lint.yaml", "iac-trust-lint.yaml"];

/// Names that people give it and that are not read.
const OTHER_NAMES: [&str; 2] = [".iac-trust-lint.yml", "iac-trust-lint.yml"];

/// A config file that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Its path.
    pub path: PathBuf,
    /// The folder that its globs are relative to.
    pub folder: PathBuf,
}

/// The nearest config file from a folder up to the root of its repository; in that folder only when it belongs to none.
pub fn find(start: &Path) -> Option<Found> {
    nearest(start, &NAMES)
}

/// The file that would be the config if it were called so, with the name that it should have.
pub(crate) fn misnamed(start: &Path) -> Option<(PathBuf, &'static str)> {
    nearest(start, &OTHER_NAMES).map(|found| (found.path, NAMES[0]))
}

fn nearest(start: &Path, names: &[&str]) -> Option<Found> {
    let repository = repository(start);
    for folder in start.ancestors() {
        let here = names.iter().map(|n| folder.join(n)).find(|p| fs::metadata(p).is_ok_and(|m| !m.is_dir()));
        if let Some(path) = here {
            return Some(Found { path, folder: folder.to_owned() });
        }
        if repository.is_none_or(|r| r == folder) {
            return None;
        }
    }
    None
}

/// The root of the repository that a path lies in: the nearest folder with a `.git`.
pub(crate) fn repository(path: &Path) -> Option<&Path> {
    path.ancestors().find(|a| a.join(".git").symlink_metadata().is_ok())
}
