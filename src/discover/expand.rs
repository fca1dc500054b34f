use std::path::{Path, PathBuf};

use globwalk::GlobWalkerBuilder;

use super::{DiscoverError, search::SKIPPED};
use crate::source::{EntryKind, Provider, normalized};

/// A path to be linted; absolute.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Target {
    /// A folder with all that lies in it.
    Folder(PathBuf),
    /// A file that was named.
    File(PathBuf),
}

impl Target {
    /// The path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Folder(p) | Self::File(p) => p,
        }
    }
}

/// Turns a path argument (a folder, a file or a glob) into what it names. `base` is the current directory.
pub fn expand(provider: &dyn Provider, base: &Path, argument: &Path) -> Result<Vec<Target>, DiscoverError> {
    let path = normalized(&base.join(argument));
    let shown = || argument.to_string_lossy().into_owned();
    match provider.kind(&path) {
        Some(EntryKind::Directory) => return Ok(vec![Target::Folder(path)]),
        Some(EntryKind::File) => return Ok(vec![Target::File(path)]),
        Some(EntryKind::Other) => return Err(DiscoverError::NotAFile(shown())),
        None => {}
    }
    match argument.to_str() {
        Some(text) if text.contains(['*', '?', '[', '{']) => glob(base, text),
        _ => Err(DiscoverError::NotFound(shown())),
    }
}

fn glob(base: &Path, text: &str) -> Result<Vec<Target>, DiscoverError> {
    let parts: Vec<&str> = text.split('/').collect();
    let fixed = parts.iter().take_while(|p| !p.contains(['*', '?', '[', '{'])).count();
    let (prefix, pattern) = (parts.get(..fixed).unwrap_or(&[]).join("/"), parts.get(fixed..).unwrap_or(&[]).join("/"));
    let prefix = if text.starts_with('/') { format!("{prefix}/") } else { prefix };
    let start = normalized(&base.join(&prefix));
    if !start.is_dir() {
        return Err(DiscoverError::NoMatch(text.to_owned()));
    }
    // A leading slash keeps `*.tf` from matching at any depth.
    let walker = GlobWalkerBuilder::from_patterns(&start, &[format!("/{pattern}")])
        .build()
        .map_err(|e| DiscoverError::BadGlob(text.to_owned(), e.to_string()))?;
    let skipped = |path: &Path| {
        let inside = path.strip_prefix(&start).unwrap_or(path);
        inside.components().any(|c| {
            let part = c.as_os_str();
            SKIPPED.iter().any(|s| part == *s) && !text.split('/').any(|t| part == t)
        })
    };
    let mut found: Vec<Target> = walker
        .filter_map(Result::ok)
        .map(|e| e.into_path())
        .filter(|p| p.is_file() && !skipped(p))
        .map(Target::File)
        .collect();
    found.sort();
    if found.is_empty() { Err(DiscoverError::NoMatch(text.to_owned())) } else { Ok(found) }
}
