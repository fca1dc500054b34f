use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Finding, Quieted};

/// Findings that are known already and stay quiet, by fingerprint.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Baseline {
    schema_version: u32,
    findings: Vec<Entry>,
}

/// One known finding. Only the fingerprint counts; the rest is for people who read the file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The rule.
    pub rule: String,
    /// The file, as reports showed it when the baseline was written.
    pub file: String,
    /// The message.
    pub message: String,
    /// The fingerprint.
    pub fingerprint: String,
}

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON of the right shape.
    #[error("the baseline is not valid: {0}")]
    Invalid(#[from] serde_json::Error),
    /// It comes from a later version.
    #[error("the baseline has schema version {0}, and this version reads 1")]
    Version(u32),
}

impl Baseline {
    /// A baseline of these findings; `file` gives the file of each.
    pub fn of<'a>(findings: impl Iterator<Item = &'a Finding>, file: impl Fn(&Finding) -> String) -> Self {
        let entry = |f: &Finding| Entry {
            rule: f.rule.to_owned(),
            file: file(f),
            message: f.message.clone(),
            fingerprint: f.fingerprint.clone(),
        };
        let mut findings: Vec<Entry> = findings.map(entry).collect();
        findings.sort();
        Self { schema_version: 1, findings }
    }

    /// Reads the text of a baseline file.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = serde_json::from_str(text)?;
        if baseline.schema_version == 1 { Ok(baseline) } else { Err(BaselineError::Version(baseline.schema_version)) }
    }

    /// The text of the file.
    pub fn to_json(&self) -> Result<String, BaselineError> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Marks the findings that it knows and that nothing else keeps quiet.
    pub fn apply(&self, findings: &mut [Finding]) {
        let known: BTreeSet<&str> = self.findings.iter().map(|e| e.fingerprint.as_str()).collect();
        for finding in findings.iter_mut().filter(|f| f.quieted.is_none()) {
            if known.contains(finding.fingerprint.as_str()) {
                finding.quieted = Some(Quieted::Baselined);
            }
        }
    }

    /// The entries that none of these findings has.
    pub fn without<'a>(&'a self, findings: &[Finding]) -> Vec<&'a Entry> {
        let found: BTreeSet<&str> = findings.iter().map(|f| f.fingerprint.as_str()).collect();
        self.findings.iter().filter(|e| !found.contains(e.fingerprint.as_str())).collect()
    }

    /// The same with these entries too.
    pub fn with(mut self, entries: &[Entry]) -> Self {
        self.findings.extend(entries.iter().cloned());
        self.findings.sort();
        self.findings.dedup();
        self
    }
}
