use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use serde_json::{Value, json};

use super::{Region, View, level, printable, rule_url, write_json};
use crate::{
    finding::{Finding, Quieted, Severity},
    rules,
};

/// Where the schema stands, as every SARIF file says.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Our key in `partialFingerprints`.
const FINGERPRINT: &str = "iacTrustLint/v1";
/// The base of all relative addresses: the directory that the run was started in.
const BASE: &str = "SRCROOT";

/// SARIF 2.1.0: one run. Findings that something keeps quiet are in it, with why.
pub(super) fn write(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    let outcome = view.outcome;
    let known: BTreeMap<&str, usize> = rules::ALL.iter().enumerate().map(|(i, rule)| (rule.name, i)).collect();
    let visible = |f: &&Finding| f.quieted.is_some() || outcome.min_severity.is_none_or(|min| f.severity >= min);
    let results: Vec<Value> = outcome.findings.iter().filter(visible).map(|f| result(f, &known, view)).collect();
    let failures: Vec<Value> = outcome
        .errors
        .iter()
        .map(|e| {
            let message = format!("{}: {}", printable(&e.file), printable(&e.message));
            json!({"level": "error", "message": {"text": message}})
        })
        .collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules::ALL.iter().map(|r| descriptor(r)).collect::<Vec<_>>(),
            }},
            "originalUriBaseIds": {BASE: {"description": {"text": "the directory that the tool was run in"}}},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": outcome.errors.is_empty(),
                "toolExecutionNotifications": failures,
            }],
            "results": results,
            "properties": {"summary": outcome.summary, "config": outcome.config},
        }],
    });
    write_json(out, &document)
}

fn descriptor(rule: &rules::Rule) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.what.trim()},
        "help": {"text": rules::text(rule), "markdown": rules::markdown(rule, 1)},
        "helpUri": rule_url(rule.name),
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"security-severity": score(rule.severity), "tags": ["security", "aws", "iam"]},
    })
}

fn result(finding: &Finding, known: &BTreeMap<&str, usize>, view: &View<'_>) -> Value {
    let mut text = printable(&finding.message).into_owned();
    if let Some(help) = &finding.help {
        text.push_str(". Help: ");
        text.push_str(&printable(help));
    }
    // Each location may be named once, and roles of several roots may share an address.
    let addresses: BTreeSet<(&str, &str)> = finding.roles.iter().map(|r| (&*r.address, &*r.kind)).collect();
    let names: Vec<Value> = addresses
        .into_iter()
        .map(|(address, kind)| json!({"fullyQualifiedName": address, "kind": "resource", "decoratedName": kind}))
        .collect();
    let mut location = physical(&view.place(&finding.primary));
    if !names.is_empty()
        && let Some(object) = location.as_object_mut()
    {
        object.insert("logicalLocations".to_owned(), names.into());
    }
    let related = finding.related.iter().map(|label| {
        let mut place = physical(&view.region(label.at));
        if let Some(object) = place.as_object_mut() {
            object.insert("message".to_owned(), json!({"text": printable(&label.text)}));
        }
        place
    });
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": text},
        "locations": [location],
        "relatedLocations": related.collect::<Vec<_>>(),
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {
            "severity": finding.severity,
            "security-severity": score(finding.severity),
            "certainty": finding.certainty,
            "witness": finding.witness,
        },
    });
    if let Some(object) = result.as_object_mut() {
        if let Some(index) = known.get(finding.rule) {
            object.insert("ruleIndex".to_owned(), (*index).into());
        }
        let quiet = match &finding.quieted {
            Some(Quieted::Suppressed(reason)) => json!([{"kind": "inSource", "justification": reason}]),
            Some(Quieted::Baselined) => json!([{"kind": "external", "justification": "in the baseline"}]),
            None => json!([]),
        };
        object.insert("suppressions".to_owned(), quiet);
    }
    result
}

fn physical(region: &Region) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(&region.file), "uriBaseId": BASE},
        "region": {
            "startLine": region.line, "startColumn": region.column,
            "endLine": region.end_line, "endColumn": region.end_column,
        },
    }})
}

/// A relative path as an address: what an address may not hold is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What code scanning sorts by: 9 and above is critical, 7 high, 4 medium, above 0 low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    }
}
