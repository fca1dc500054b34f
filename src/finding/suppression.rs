use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Finding, Place, Quieted};
use crate::source::{FileId, Files, Location};

/// A valid suppression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// The rules that it quiets.
    pub rules: Vec<String>,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub at: Location,
    /// What it covers.
    pub reach: Reach,
}

/// What a suppression covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Findings that touch this line (numbered from 0), and those of blocks that begin on it.
    Line(FileId, usize),
    /// Findings of this block.
    Block(Location),
}

/// All suppressions of a run.
#[derive(Debug, Default)]
pub struct Suppressions {
    all: Vec<Suppression>,
    lines: BTreeMap<(FileId, usize), Vec<usize>>,
    blocks: HashMap<Location, Vec<usize>>,
    used: Vec<BTreeSet<&'static str>>,
}

impl Suppressions {
    /// Takes one more.
    pub fn add(&mut self, suppression: Suppression) {
        let index = self.all.len();
        match suppression.reach {
            Reach::Line(file, line) => self.lines.entry((file, line)).or_default().push(index),
            Reach::Block(at) => self.blocks.entry(at).or_default().push(index),
        }
        self.all.push(suppression);
        self.used.push(BTreeSet::new());
    }

    /// Marks the findings that a suppression covers, and remembers which suppressions were of use.
    pub fn apply(&mut self, findings: &mut [Finding], files: &Files) {
        if self.all.is_empty() {
            return;
        }
        for finding in findings {
            crate::fault::fault("suppress", || finding.message.clone());
            let covering: Vec<usize> = self.covering(finding, files).collect();
            for index in covering {
                let Some(suppression) = self.all.get(index) else { continue };
                if suppression.rules.iter().any(|r| r == finding.rule) {
                    if let Some(used) = self.used.get_mut(index) {
                        used.insert(finding.rule);
                    }
                    finding.quieted.get_or_insert_with(|| Quieted::Suppressed(suppression.reason.clone()));
                }
            }
        }
    }

    /// Each rule name of each suppression that hid nothing.
    pub fn unused(&self) -> impl Iterator<Item = (&Suppression, &str)> {
        self.all
            .iter()
            .zip(&self.used)
            .flat_map(|(s, used)| s.rules.iter().map(String::as_str).filter(|r| !used.contains(r)).map(move |r| (s, r)))
    }

    fn covering<'a>(&'a self, finding: &'a Finding, files: &'a Files) -> impl Iterator<Item = usize> + 'a {
        let touched = match &finding.primary {
            Place::Span(at) => {
                let file = files.get(at.file);
                let last = at.span.end.saturating_sub(1).max(at.span.start);
                Some(((at.file, file.line_of(at.span.start)), (at.file, file.line_of(last))))
            }
            Place::File(_) => None,
        };
        let touching = touched.into_iter().flat_map(|(first, last)| self.lines.range(first..=last)).map(|(_, all)| all);
        let headers = finding.scopes.iter().filter_map(|scope| {
            let line = files.get(scope.file).line_of(scope.span.start);
            self.lines.get(&(scope.file, line))
        });
        let blocks = finding.scopes.iter().filter_map(|scope| self.blocks.get(scope));
        touching.chain(headers).chain(blocks).flatten().copied()
    }
}
