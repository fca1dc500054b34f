use std::{collections::BTreeMap, fs, path::Path};

use iac_trust_lint::{
    analysis::{ContextValue, Decision, Request, evaluate},
    finding::{Certainty, Finding, Witness, WitnessValue},
    lint::{JudgedRole, Run},
};

use super::run::run;

/// Rules whose findings have a request that gets in.
const SHOWN: [&str; 20] = [
    "account-wide-trust",
    "bypassable-condition",
    "cognito-guest-access",
    "missing-mfa-or-external-id",
    "oidc-any-tenant",
    "oidc-broad-subject",
    "oidc-loose-subject",
    "oidc-missing-audience",
    "open-session-tags",
    "public-trust",
    "saml-missing-audience",
    "service-confused-deputy",
    "shared-external-id",
    "untrusted-account",
    "untrusted-identity-provider",
    "untrusted-organization",
    "untrusted-source",
    "broad-action",
    "unknown-condition-key",
    "weak-external-id",
];

/// Rules that show a request only where one makes sense.
const SOMETIMES: [&str; 3] = ["broad-action", "unknown-condition-key", "weak-external-id"];

fn request(witness: &Witness) -> Request {
    let context: BTreeMap<String, ContextValue> = witness
        .context
        .iter()
        .map(|(key, value)| {
            let value = match value {
                WitnessValue::One(one) => ContextValue::One(one.clone()),
                WitnessValue::Many(all) => ContextValue::Many(all.clone()),
            };
            (key.clone(), value)
        })
        .collect();
    Request {
        principal: witness.principal.parse().unwrap_or_else(|e| panic!("{}: {e}", witness.principal)),
        principal_text: witness.principal.clone(),
        action: witness.action.clone(),
        context,
    }
}

fn replay(role: &JudgedRole, finding: &Finding, request: &Request) -> bool {
    let decisions = role.worlds.iter().map(|w| evaluate(w.analysis.policy(), request).decision);
    let enough = |d: Decision| match finding.certainty {
        Certainty::Certain => d == Decision::Allow,
        Certainty::Possible => d != Decision::Deny,
    };
    decisions.into_iter().any(enough)
}

fn check(run: &Run, what: &str, wrong: &mut Vec<String>) -> usize {
    let mut replayed = 0;
    for finding in &run.outcome.findings {
        let at = format!("{what}: {} {}", finding.rule, finding.message);
        let Some(witness) = &finding.witness else {
            if SHOWN.contains(&finding.rule) && !SOMETIMES.contains(&finding.rule) {
                wrong.push(format!("{at}: no witness"));
            }
            continue;
        };
        if !SHOWN.contains(&finding.rule) {
            wrong.push(format!("{at}: a witness of what?"));
        }
        let request = request(witness);
        for shown in finding.roles.iter().take(1) {
            let role = run.roles.iter().find(|r| r.role.address == shown.address && r.role.root == shown.root).unwrap();
            replayed += 1;
            if !replay(role, finding, &request) {
                wrong.push(format!("{at}: not allowed: {}", serde_json::to_string(witness).unwrap()));
            }
        }
    }
    replayed
}

#[test]
fn every_witness_gets_in() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").canonicalize().unwrap();
    let mut wrong = Vec::new();
    let mut replayed = 0;
    let rules = fs::read_dir(home.join("rules")).unwrap().map(|e| e.unwrap().path());
    for folder in rules.chain([home.join("peers"), home.join("practice")]) {
        let config = fs::read_to_string(folder.join("config.yaml")).unwrap_or_default();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let kept = run(&folder, &config, true).1;
        replayed += check(&kept, &name, &mut wrong);
        // Policies that are not kept are judged once for all roles that share one: to the same end.
        let quick = run(&folder, &config, false).1;
        let said = |run: &Run| run.outcome.findings.iter().map(|f| format!("{f:?}")).collect::<Vec<_>>();
        assert_eq!(said(&kept), said(&quick), "{name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(replayed > 1000, "{replayed} witnesses");
}
