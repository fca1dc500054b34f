mod completeness;
mod grants;
mod hostile;
mod laws;
mod random;
mod substitution;
mod unknowns;

use super::{Analysis, Zone};
use crate::{policy::from_json, source::FileId, value::Own};

/// The analysis of a policy whose statements are these, with no zone, for a role of account 111111111111.
fn analysis(statements: &str) -> Analysis {
    with_zone(statements, Zone::default())
}

fn with_zone(statements: &str, zone: Zone) -> Analysis {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    let own = Own { account: Some("111111111111".to_owned()), partition: Some("aws".to_owned()), region: None };
    Analysis::new(&from_json(&text, FileId(0)), zone, &own, "2026-11-21")
}

/// An Allow of `sts:AssumeRole` for that principal under that condition.
fn allow(principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {principal}, "Condition": {{{condition}}}}}"#
    )
}

/// A Deny of the same.
fn deny(principal: &str, condition: &str) -> String {
    allow(principal, condition).replace("Allow", "Deny")
}
