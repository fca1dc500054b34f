use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Finding, Quieted};

/// Findings that are known already and stay quiet, by fingerprint.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Baseline {
    schema_version: u32,
    findings: Vec<Entry>,
}

/// One known finding. Only the fingerprints count; the rest is for people who read the file.
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
    /// Those of its further roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub role_fingerprints: Vec<String>,
}

impl Entry {
    fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.fingerprint).chain(&self.role_fingerprints).map(String::as_str)
    }
}

fn prints(finding: &Finding) -> impl Iterator<Item = &str> {
    let further = finding.role_fingerprints.iter().filter(|p| **p != finding.fingerprint);
    std::iter::once(&finding.fingerprint).chain(further).map(String::as_str)
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
            role_fingerprints: prints(f).skip(1).map(str::to_owned).collect(),
        };
        let mut findings: Vec<Entry> = findings.map(entry).collect();
        findings.sort();
        Self { schema_version: 1, findings }
    }

    /// The number of findings in it.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
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

    /// Marks the findings that it knows, for all of their roles, and that nothing else keeps quiet.
    pub fn apply(&self, findings: &mut [Finding]) {
        let known: BTreeSet<&str> = self.findings.iter().flat_map(Entry::all).collect();
        for finding in findings.iter_mut().filter(|f| f.quieted.is_none()) {
            if prints(finding).all(|p| known.contains(p)) {
                finding.quieted = Some(Quieted::Baselined);
            }
        }
    }

    /// The entries that none of these findings has.
    pub fn without<'a>(&'a self, findings: &[Finding]) -> Vec<&'a Entry> {
        let found: BTreeSet<&str> = findings.iter().flat_map(prints).collect();
        self.findings.iter().filter(|e| !e.all().any(|p| found.contains(p))).collect()
    }

    /// The entries that some role is missing of in these findings.
    pub fn beyond<'a>(&'a self, findings: &[Finding]) -> Vec<&'a Entry> {
        let found: BTreeSet<&str> = findings.iter().flat_map(prints).collect();
        self.findings.iter().filter(|e| !e.all().all(|p| found.contains(p))).collect()
    }

    /// The same with these entries too.
    pub fn with(mut self, entries: &[Entry]) -> Self {
        self.findings.extend(entries.iter().cloned());
        self.findings.sort();
        self.findings.dedup();
        self
    }
}
