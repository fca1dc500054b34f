//! Findings: what a rule says about a place, how bad it is, and how sure.

mod types;

pub use types::{
    Certainty, Finding, FingerprintParts, Label, Place, Quieted, RoleRef, Severity, SeverityParseError, Witness,
    WitnessValue,
};
