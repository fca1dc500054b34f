use serde::Serialize;

use crate::{
    finding::{BaselineEntry, Finding, Severity},
    source::FileId,
};

/// What a run found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Sorted as every format shows them. Those that a suppression or the baseline keeps quiet are here too, with
    /// `quieted` set; those that `--min-severity` hides are here too.
    pub findings: Vec<Finding>,
    /// The lowest severity that is shown; `None` shows all.
    pub min_severity: Option<Severity>,
    /// The counts.
    pub summary: Summary,
    /// The causes of exit code 2 that did not end the run.
    pub errors: Vec<RunError>,
    /// Which config was used.
    pub config: ConfigUsed,
    /// Things to say once: expired trust entries, what the baseline no longer needs. One sentence each, no period.
    pub notes: Vec<String>,
    /// Entries of the baseline that this run judged anew and no longer finds: what has been fixed since.
    pub fixed: Vec<BaselineEntry>,
    /// Entries of the baseline that this run did not look at, or that a filter took out.
    pub not_judged: Vec<BaselineEntry>,
    /// Every file that was read for the verdicts.
    pub files: Vec<FileId>,
}

/// The counts of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Roles that were judged.
    pub roles: usize,
    /// Findings shown, by severity.
    pub critical: usize,
    /// See `critical`.
    pub high: usize,
    /// See `critical`.
    pub medium: usize,
    /// See `critical`.
    pub low: usize,
    /// See `critical`.
    pub info: usize,
    /// Findings that inline suppressions keep quiet.
    pub suppressed: usize,
    /// Findings that the baseline keeps quiet.
    pub baselined: usize,
    /// Findings that count but are less severe than what is shown.
    pub hidden: usize,
    /// Roles about which something could not be decided.
    pub undecided: usize,
    /// Files, or parts of files, that could not be read.
    pub unreadable: usize,
    /// Module calls whose source is not on disk.
    pub absent_modules: usize,
}

/// Something that went wrong while the rest of the run went on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct RunError {
    /// The file or path that it is about, as reports show it.
    pub file: String,
    /// What went wrong and what to do, in one sentence without period.
    pub message: String,
}

/// Which config a run used.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct ConfigUsed {
    /// Its path as reports show it; `None` when there is none.
    pub path: Option<String>,
    /// Whether a zone of trust is configured, there or on the command line.
    pub zone_configured: bool,
}

impl Outcome {
    /// The findings that are shown: not kept quiet, and not below the lowest severity.
    pub fn shown(&self) -> impl Iterator<Item = &Finding> {
        self.counted().filter(|f| self.min_severity.is_none_or(|min| f.severity >= min))
    }

    /// The findings that count for the exit code: not kept quiet.
    pub fn counted(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.quieted.is_none())
    }

    /// Whether nothing stood in the way of judging everything.
    pub fn everything_decided(&self) -> bool {
        self.summary.undecided == 0 && self.summary.unreadable == 0 && self.summary.absent_modules == 0
    }
}

impl Summary {
    /// The number of findings shown of that severity.
    pub fn of(&self, severity: Severity) -> usize {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Info => self.info,
        }
    }

    /// Counts one finding that is shown.
    pub fn count(&mut self, severity: Severity) {
        *match severity {
            Severity::Critical => &mut self.critical,
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Info => &mut self.info,
        } += 1;
    }

    /// The number of findings shown.
    pub fn findings(&self) -> usize {
        Severity::ALL.into_iter().map(|s| self.of(s)).sum()
    }
}
