use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use crate::source::{FileId, Files, Location};

/// Which lines of which files changed; files are absolute paths.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// By file.
    pub files: HashMap<PathBuf, Lines>,
    /// Files that lost lines, or are gone.
    pub lost: HashSet<PathBuf>,
}

/// Lines of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lines {
    /// The whole file is new.
    All,
    /// First and last line of each run, from 1. A run that only lost lines is the two lines around the gap.
    Some(Vec<(usize, usize)>),
}

impl Changes {
    /// Whether a place touches what changed.
    pub fn touch(&self, files: &Files, at: Location) -> bool {
        match self.lines(files, at.file) {
            None => false,
            Some(Lines::All) => true,
            Some(Lines::Some(runs)) => {
                let file = files.get(at.file);
                let first = file.line_of(at.span.start) + 1;
                let last = file.line_of(at.span.end.saturating_sub(1).max(at.span.start)) + 1;
                runs.iter().any(|(from, to)| *from <= last && first <= *to)
            }
        }
    }

    /// Whether a root module lost a value that was set for it: what takes its place then may stand anywhere.
    pub fn unset_in(&self, root: &Path) -> bool {
        self.lost.iter().filter(|file| file.parent() == Some(root)).any(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let stem = name.split_once('.').map_or(&*name, |(stem, _)| stem);
            name.ends_with(".tfvars")
                || name.ends_with(".tfvars.json")
                || stem == "override"
                || stem.ends_with("_override")
        })
    }

    fn lines(&self, files: &Files, file: FileId) -> Option<&Lines> {
        self.files.get(&files.absolute(files.get(file).name().as_ref()))
    }
}
