//! Reports of findings that are made by hand.

mod formats;
mod pretty;
mod sarif;

use std::path::Path;

use super::{Format, Outcome, Settings, Summary, View};
use crate::{
    finding::{Certainty, Finding, FingerprintParts, Place, RoleRef, Severity},
    source::{Disk, FileId, Files, Location, Span},
};

fn files() -> Files {
    Files::new(Box::new(Disk), Path::new("/nowhere"), Path::new("/nowhere"), true)
}

fn at(files: &Files, file: FileId, text: &str) -> Location {
    let start = files.get(file).text().find(text).expect("the text is there");
    Location::new(file, Span::new(start, start + text.len()))
}

fn finding(primary: Location) -> Finding {
    Finding {
        rule: "untrusted-account",
        severity: Severity::High,
        certainty: Certainty::Certain,
        message: "account 999988887777 can assume role `audit` and is not in the zone of trust".to_owned(),
        help: Some("replace or remove this principal".to_owned()),
        roles: vec![],
        primary: Place::Span(primary),
        primary_label: "account 999988887777 is outside the zone of trust".to_owned(),
        related: vec![],
        witness: None,
        assumptions: vec![],
        scopes: vec![],
        fingerprint_parts: FingerprintParts::default(),
        fingerprint: "v1:00".to_owned(),
        role_fingerprints: vec![],
        quieted: None,
    }
}

fn role(address: &str) -> RoleRef {
    RoleRef { address: address.to_owned(), kind: "aws_iam_role".to_owned(), root: ".".to_owned() }
}

fn outcome(findings: Vec<Finding>) -> Outcome {
    Outcome {
        findings,
        summary: Summary { files: 1, roles: 1, undecided: 3, ..Summary::default() },
        ..Outcome::default()
    }
}

fn write(format: Format, files: &Files, outcome: &Outcome, settings: &Settings) -> String {
    let mut out = Vec::new();
    format.write(&mut out, &View { outcome, files, settings }).expect("a vector takes all");
    String::from_utf8(out).expect("reports are text")
}

fn shown(format: Format, files: &Files, findings: Vec<Finding>, settings: &Settings) -> String {
    write(format, files, &outcome(findings), settings)
}
