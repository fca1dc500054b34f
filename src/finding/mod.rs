//! Findings: what a rule says about a place, how bad it is, and how sure; what keeps one quiet.

mod baseline;
mod comment;
mod fingerprint;
mod merge;
mod suppression;
mod types;

pub use baseline::{Baseline, BaselineError, Entry as BaselineEntry};
pub use comment::Directive;
pub(crate) use fingerprint::BareFingerprints;
pub use fingerprint::{Fingerprints, assign_fingerprints, without_instance_keys};
pub use merge::{group_roles, merge_worlds};
pub use suppression::{Reach, Suppression, Suppressions};
pub use types::{
    Certainty, Finding, FingerprintParts, Label, Place, Quieted, RoleRef, Severity, SeverityParseError, Witness,
    WitnessValue,
};
