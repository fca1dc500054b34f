use std::{collections::HashMap, path::PathBuf};

use crate::source::{FileId, Files, Location};

/// Which lines of which files changed; files are absolute paths.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// By file.
    pub files: HashMap<PathBuf, Lines>,
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

    fn lines(&self, files: &Files, file: FileId) -> Option<&Lines> {
        self.files.get(&files.absolute(files.get(file).name().as_ref()))
    }
}
