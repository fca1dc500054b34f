//! Any text is decoded as a policy without a panic, each place lies in the text; what the solver finds in it replays.

use iac_trust_lint::{
    analysis::{Analysis, Certainty, Decision, Zone, evaluate},
    policy::{Place, Policy, PolicyKind, Principals, decode, from_json},
    simulate,
    source::{FileId, Location, Span},
    value::{Kind, Own, Value, to_contract_json, worlds},
};

use super::json::with_holes;

/// Larger policies are decoded but not analysed.
const MOST_ANALYSED: usize = 2_000;

pub fn run(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let place = Place {
        account: "111111111111".to_owned(),
        partition: "aws".to_owned(),
        region: "eu-west-1".to_owned(),
        organization: "o-own0000000".to_owned(),
    };
    let whole = Location::new(FileId(0), Span::new(0, text.len()));
    let value = Value::new(Kind::String(with_holes(text)), whole);
    for (_, value) in worlds(&value, &Default::default()) {
        for kind in [PolicyKind::Trust, PolicyKind::Identity] {
            let policy = decode(&value, kind);
            check(text, &policy);
            check(text, &policy.instantiate(&place));
        }
        let _ = to_contract_json(&value);
    }
    let policy = from_json(text, FileId(0));
    check(text, &policy);
    let mut answers = Vec::new();
    let request = br#"{"principal":"arn:aws:iam::222222222222:role/x","action":"sts:AssumeRole"}"#;
    let status = simulate::run(Some(text), &mut request.as_slice(), &mut answers);
    assert!(status.is_ok_and(|s| s.lines == 1));
    let _ = simulate::run(None, &mut data.to_vec().as_slice(), &mut answers);
    if text.len() <= MOST_ANALYSED {
        replay(text, &policy);
    }
}

fn check(text: &str, policy: &Policy) {
    let inside = |at: Location| assert!(text.get(at.span.range()).is_some(), "{at:?} of {} bytes", text.len());
    policy.problems.iter().for_each(|p| inside(p.origin.at));
    policy.unknowns.iter().for_each(|u| inside(u.origin.at));
    for statement in &policy.statements {
        inside(statement.origin.at);
        if let Principals::Only(all) | Principals::AllBut(all) = &statement.principals {
            all.iter().for_each(|p| inside(p.value.origin.at));
        }
        statement.actions.patterns.iter().for_each(|a| inside(a.origin.at));
    }
}

fn replay(text: &str, policy: &Policy) {
    let analysis = Analysis::new(policy, Zone::default(), &Own::default(), "2026-11-21");
    for grant in analysis.grants() {
        let Some(witness) = &grant.witness else { continue };
        let decision = evaluate(analysis.policy(), witness).decision;
        assert_ne!(decision, Decision::Deny, "{text}\n{grant:#?}");
        assert!(grant.certainty != Certainty::Certain || decision == Decision::Allow, "{text}\n{grant:#?}");
    }
    assert_eq!(analysis.disagreements(), 0, "{text}");
}
