use super::Outcome;
use crate::{
    finding::Place,
    source::{Files, Location},
};

/// An outcome with the texts that its places point into, and how it is to be shown.
pub struct View<'a> {
    /// What was found.
    pub outcome: &'a Outcome,
    /// The files that were read.
    pub files: &'a Files,
    /// How to show it.
    pub settings: &'a Settings,
}

/// How a report is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Whether to colour.
    pub color: bool,
    /// Whether rule names may be terminal links.
    pub links: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// No summary and no notes.
    pub quiet: bool,
    /// Also what suppressions and the baseline keep quiet, and detail that the format leaves out otherwise.
    pub verbose: bool,
    /// List every file that was read.
    pub show_files: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { color: false, links: false, width: 100, quiet: false, verbose: false, show_files: false }
    }
}

/// A place as people count it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Region {
    /// The file, relative to the current directory, with `/`.
    pub file: String,
    /// First line, from 1.
    pub line: usize,
    /// First column, from 1, in Unicode scalar values.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// One past the last column.
    pub end_column: usize,
}

impl Region {
    /// The region of a location.
    pub fn of(files: &Files, at: Location) -> Self {
        let file = files.get(at.file);
        let start = file.position(at.span.start);
        let end = file.position(at.span.end);
        Self {
            file: file.name().to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }

    /// The region of a place; the first character for a file without text.
    pub fn of_place(files: &Files, place: &Place) -> Self {
        match place {
            Place::Span(at) => Self::of(files, *at),
            Place::File(name) => Self { file: name.clone(), line: 1, column: 1, end_line: 1, end_column: 1 },
        }
    }
}

impl View<'_> {
    /// The names of all files that were read, in order.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.outcome.files.iter().map(|id| self.files.get(*id).name().to_owned()).collect();
        names.sort();
        names
    }

    /// The region of a location.
    pub fn region(&self, at: Location) -> Region {
        Region::of(self.files, at)
    }

    /// The region of a place; the first character for a file without text.
    pub fn place(&self, place: &Place) -> Region {
        Region::of_place(self.files, place)
    }
}
