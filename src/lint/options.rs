use std::collections::BTreeSet;

use super::{Changes, Inputs};
use crate::{config::Effective, finding::Baseline, finding::Severity};

/// What a run is asked for besides its files.
pub struct Options {
    /// The config in force.
    pub config: Effective,
    /// The config's path as reports show it.
    pub config_path: Option<String>,
    /// Values for Terraform and CloudFormation.
    pub inputs: Inputs,
    /// Which findings are kept.
    pub filters: Filters,
    /// Whether each role comes with its policy and with what that means in each world, for who wants to ask further.
    pub keep_worlds: bool,
    /// Threads; 0 for one per core.
    pub jobs: usize,
}

/// Which findings are kept, and which of them stay quiet.
#[derive(Default)]
pub struct Filters {
    /// Only findings of these rules, when given; findings about the input are always kept.
    pub select: Option<BTreeSet<String>>,
    /// No findings of these rules.
    pub ignore: BTreeSet<String>,
    /// Whether inline suppressions are without effect.
    pub no_suppressions: bool,
    /// Findings that are known already.
    pub baseline: Option<Baseline>,
    /// Only findings on what changed.
    pub changes: Option<Changes>,
    /// The lowest severity that is shown.
    pub min_severity: Option<Severity>,
}
