//! Policies that are not known in full.

use std::sync::Arc;

use super::*;
use crate::{
    analysis::{
        Action, Answer, Caller, Certainty, ContextValue, Decision, Demand, GrantKind, Guard, Query, Request, Standing,
        evaluate,
    },
    policy::{PolicyKind, decode},
    source::{Location, Span},
    value::{Kind, Part, Reason, Text, Unknown, Value},
};

/// The analysis of statements in which each `@` is text that is not known.
fn holed(statements: &str) -> Analysis {
    let at = Location::new(FileId(0), Span::default());
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    let mut parts = Vec::new();
    for (i, piece) in text.split('@').enumerate() {
        if i > 0 {
            parts.push(Part::Hole(Arc::new(Unknown::new("var.x", Reason::Undeclared, at)), at.into()));
        }
        parts.push(Part::Known { text: piece.into(), origin: at.into(), map: None });
    }
    let policy = decode(&Value::new(Kind::String(Text::new(parts)), at), PolicyKind::Trust);
    let own = Own { account: Some("111111111111".to_owned()), partition: Some("aws".to_owned()), region: None };
    Analysis::new(&policy, Zone::default(), &own, "2026-11-21")
}

const ROOT: &str = r#"{"AWS": "222222222222"}"#;

fn only(a: &Analysis) -> (GrantKind, Certainty, Vec<Guard>) {
    let [g] = a.grants() else { panic!("{:#?}", a.grants()) };
    (g.kind, g.certainty, g.guards.clone())
}

#[test]
fn a_value_that_is_not_known_guards() {
    use Certainty::{Certain, Possible};
    let of = |condition: &str| {
        let a = holed(&allow(ROOT, condition));
        assert_eq!(a.disagreements(), 0);
        let (_, certainty, guards) = only(&a);
        (certainty, guards)
    };
    assert_eq!(of(r#""StringEquals": {"sts:ExternalId": "@"}"#), (Possible, vec![Guard::ExternalId]));
    assert_eq!(of(r#""StringLike": {"sts:ExternalId": "a-@"}"#), (Possible, vec![Guard::ExternalId]));
    assert_eq!(of(r#""StringEquals": {"sts:ExternalId": ["abc", "@"]}"#), (Certain, vec![Guard::ExternalId]));
    assert_eq!(of(r#""StringEqualsIfExists": {"sts:ExternalId": "@"}"#), (Certain, vec![]));
    assert_eq!(of(r#""ForAllValues:StringEquals": {"sts:ExternalId": "@"}"#), (Certain, vec![]));
    assert_eq!(of(r#""StringNotEquals": {"sts:ExternalId": "@"}"#), (Certain, vec![]));
    assert_eq!(of(r#""Bool": {"aws:MultiFactorAuthPresent": "@"}"#), (Possible, vec![Guard::Mfa]));
    assert_eq!(of(r#""IpAddress": {"aws:SourceIp": "@"}"#), (Possible, vec![Guard::SourceIp]));
    assert_eq!(of(r#""NumericLessThan": {"aws:MultiFactorAuthAge": "@"}"#), (Possible, vec![Guard::Mfa]));
    assert_eq!(of(r#""Nope": {"sts:ExternalId": "abc"}"#), (Possible, vec![]));
}

#[test]
fn a_deny_that_is_not_known_takes_certainty_away() {
    let denied = |d: String| {
        let a = holed(&format!("{}, {d}", allow(ROOT, "")));
        assert_eq!(a.disagreements(), 0);
        only(&a).1
    };
    assert_eq!(denied(deny(r#"{"AWS": "@"}"#, "")), Certainty::Possible);
    assert_eq!(denied(deny(r#"{"Service": "@"}"#, "")), Certainty::Certain);
    assert_eq!(
        denied(deny(r#"{"AWS": "arn:aws:iam::222222222222:role/@"}"#, "")),
        Certainty::Certain,
        "a user gets in"
    );
    assert_eq!(denied(deny(r#"{"AWS": "*"}"#, r#""StringNotEquals": {"sts:ExternalId": "@"}"#)), Certainty::Possible);
    assert_eq!(denied(deny(ROOT, "").replace("sts:AssumeRole", "@")), Certainty::Possible);
    assert_eq!(denied(deny(ROOT, "").replace("Deny", "@")), Certainty::Possible);
    assert_eq!(denied(r#""@""#.to_owned()), Certainty::Possible);
}

#[test]
fn a_deny_of_the_account_of_a_provider_takes_certainty_away() {
    for (provider, call, caller) in [
        ("saml-provider/x", Action::AssumeRoleWithSaml, Caller::Saml),
        ("oidc-provider/a.example", Action::AssumeRoleWithWebIdentity, Caller::Oidc),
    ] {
        let of = |effect: &str, principal: &str| {
            format!(r#"{{"Effect": "{effect}", "Action": "{}", "Principal": {principal}}}"#, call.name())
        };
        let allowed = of("Allow", &format!(r#"{{"Federated": "arn:aws:iam::222222222222:{provider}"}}"#));
        for (account, certainty) in [("222222222222", Certainty::Possible), ("333333333333", Certainty::Certain)] {
            let a = analysis(&format!("{allowed}, {}", of("Deny", &format!(r#"{{"AWS": "{account}"}}"#))));
            let answer = a.ask(&Query::new(caller.clone(), call));
            assert_eq!(answer.certainty(), Some(certainty), "{provider} {account}");
            let decision = evaluate(a.policy(), answer.witness().unwrap()).decision;
            assert_eq!(decision == Decision::Allow, certainty == Certainty::Certain, "{provider} {account}");
        }
    }
}

#[test]
fn a_principal_that_is_not_known_is_nobody_in_particular() {
    let a = holed(&allow(r#"{"AWS": "@"}"#, ""));
    assert_eq!(only(&a).0, GrantKind::Unknown);
    assert_eq!(a.grants()[0].standing, Standing::Unknown);
    assert!(a.ask(&Query::new(Caller::any_aws(), Action::AssumeRole)).is_no());
    let a = holed(&allow(r#"{"AWS": "arn:aws:iam::@:root"}"#, ""));
    assert_eq!(only(&a).0, GrantKind::Unknown);
    let a = holed(&allow(r#"{"AWS": "arn:aws:iam::222222222222:role/@"}"#, ""));
    let (kind, certainty, _) = only(&a);
    assert_eq!((kind, certainty), (GrantKind::Role, Certainty::Possible));
    assert_eq!(a.grants()[0].account.as_deref(), Some("222222222222"));
}

#[test]
fn a_condition_that_is_not_known_bounds_to_nobody_in_particular() {
    let any = r#"{"AWS": "*"}"#;
    for condition in [
        r#""StringEquals": {"aws:PrincipalAccount": "@"}"#,
        r#""StringEquals": {"aws:PrincipalOrgID": "@"}"#,
        r#""ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "@/*"}"#,
        r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::@:role/app"}"#,
    ] {
        let a = holed(&allow(any, condition));
        let strangers = a.grants().iter().filter(|g| g.standing != Standing::Own);
        let kinds: Vec<_> = strangers.map(|g| g.kind).collect();
        assert_eq!(kinds, [GrantKind::Unknown], "{condition}");
    }
    let a = holed(&allow(any, r#""StringEquals": {"aws:PrincipalAccount": ["@", "222222222222"]}"#));
    let found: Vec<_> = a.grants().iter().map(|g| (g.kind, g.value.as_str(), g.certainty)).collect();
    assert!(found.contains(&(GrantKind::Account, "222222222222", Certainty::Certain)), "{found:?}");
    assert!(found.iter().any(|(k, ..)| *k == GrantKind::Unknown), "{found:?}");
    let a = holed(&allow(any, r#""StringNotEquals": {"aws:PrincipalAccount": "@"}"#));
    assert_eq!(only(&a).0, GrantKind::Any);
}

#[test]
fn a_deny_that_spares_somebody_unknown_bounds_to_nobody_in_particular() {
    let any = r#"{"AWS": "*"}"#;
    let of = |condition: &str| {
        let a = holed(&format!("{}, {}", allow(any, ""), deny(any, condition)));
        assert_eq!(a.disagreements(), 0);
        let strangers = a.grants().iter().filter(|g| g.standing != Standing::Own);
        strangers.map(|g| (g.kind, g.value.clone(), g.certainty)).collect::<Vec<_>>()
    };
    let unknown = |text: &str| (GrantKind::Unknown, text.to_owned(), Certainty::Possible);
    for condition in [
        r#""StringNotEquals": {"aws:PrincipalOrgID": "@"}"#,
        r#""StringNotEquals": {"aws:PrincipalAccount": "@"}"#,
        r#""ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "@"}"#,
        r#""StringNotEquals": {"aws:userid": "@"}"#,
    ] {
        assert_eq!(of(condition), [unknown("${unknown:var.x}")], "{condition}");
    }
    let known_too = of(r#""StringNotEquals": {"aws:PrincipalOrgID": ["o-aaa", "@"]}"#);
    let organization = (GrantKind::Organization, "o-aaa".to_owned(), Certainty::Certain);
    assert_eq!(known_too, [organization, unknown("${unknown:var.x}")]);
    // One that is not let in leaves all others.
    let others = of(r#""StringEquals": {"aws:PrincipalAccount": "@"}"#);
    assert_eq!(others, [(GrantKind::Any, "*".to_owned(), Certainty::Possible)]);
}

#[test]
fn an_arn_of_an_unknown_kind_may_be_anybody_of_the_account() {
    let denied = |principal: &str| {
        let a = holed(&format!("{}, {}", allow(ROOT, ""), deny(&format!(r#"{{"AWS": "{principal}"}}"#), "")));
        assert_eq!(a.disagreements(), 0);
        only(&a).1
    };
    assert_eq!(denied("arn:aws:iam::222222222222:@"), Certainty::Possible);
    assert_eq!(denied("arn:aws:iam::222222222222:ro@"), Certainty::Possible);
    assert_eq!(denied("arn:aws:@::222222222222:@"), Certainty::Possible);
    assert_eq!(denied("arn:aws:iam::222222222222:user@"), Certainty::Certain, "a role gets in");
    assert_eq!(denied("arn:aws:iam::333333333333:@"), Certainty::Certain);
    let a = holed(&allow(r#"{"AWS": "arn:aws:iam::222222222222:@"}"#, ""));
    assert_eq!(only(&a).1, Certainty::Possible);
    assert_eq!(a.grants()[0].account.as_deref(), Some("222222222222"));
}

#[test]
fn a_session_may_be_hidden_in_one_unknown_part() {
    let a = holed(&allow(r#"{"AWS": "arn:aws:sts::222222222222:assumed-role/ap@1"}"#, ""));
    let request = |role: &str, session: &str| {
        let text = format!("arn:aws:sts::222222222222:assumed-role/{role}/{session}");
        let principal = text.parse().unwrap();
        Request { principal, principal_text: text, action: "sts:AssumeRole".to_owned(), context: Default::default() }
    };
    let decision = |role, session| evaluate(a.policy(), &request(role, session)).decision;
    assert_eq!(decision("app", "s1"), Decision::Undefined);
    assert_eq!(decision("ap", "1"), Decision::Undefined);
    assert_eq!(decision("b", "s1"), Decision::Deny);
    assert_eq!(decision("app", "s2"), Decision::Deny);
    let a = holed(&allow(r#"{"AWS": "arn:aws:sts::222222222222:assumed-role/app/@1"}"#, ""));
    assert_eq!(only(&a).1, Certainty::Possible);
    assert_eq!(a.disagreements(), 0);
    assert!(a.grants()[0].witness.as_ref().is_some_and(|w| w.principal_text.ends_with('1')));
}

#[test]
fn an_action_that_is_not_known_is_possible() {
    let a = holed(&allow(ROOT, "").replace("sts:AssumeRole", "@"));
    assert_eq!(only(&a).1, Certainty::Possible);
    let a = holed(&allow(ROOT, "").replace("sts:AssumeRole", "s3:@"));
    assert!(a.grants().is_empty());
}

#[test]
fn absence_of_a_claim_is_only_possible() {
    let github = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
    let key = "token.actions.githubusercontent.com:sub";
    let condition = format!(r#""StringEqualsIfExists": {{"{key}": "repo:acme/api:x"}}"#);
    let statement = allow(&format!(r#"{{"Federated": "{github}"}}"#), &condition);
    let a = analysis(&statement.replace("AssumeRole", "AssumeRoleWithWebIdentity"));
    let query = Query::new(Caller::Oidc, Action::AssumeRoleWithWebIdentity);
    let other = Demand::Is(crate::analysis::Strings::NoneOf(vec!["repo:acme/api:x".to_owned()]));
    assert!(a.ask(&query.clone().demand(key, other)).is_no());
    let Answer::Yes { certainty, witness } = a.ask(&query.demand(key, Demand::Absent)) else { panic!() };
    assert_eq!(certainty, Certainty::Possible);
    assert!(!witness.context.contains_key(key));
}

#[test]
fn a_witness_that_may_get_in_carries_what_every_request_carries() {
    let dead = allow(r#"{"AWS": "*"}"#, r#""Null": {"sts:RoleSessionName": "true"}"#);
    let dead_too = allow(r#"{"AWS": "*"}"#, r#""StringNotLike": {"aws:PrincipalType": ["User", "AssumedRole"]}"#);
    let undocumented = allow(ROOT, r#""StringLike": {"aws:TagKeys": "*"}"#);
    let a = analysis(&format!("{dead}, {dead_too}, {undocumented}"));
    assert_eq!(only(&a).1, Certainty::Possible);
    let witness = a.grants()[0].witness.as_ref().unwrap();
    assert_eq!(evaluate(a.policy(), witness).decision, Decision::Undefined, "{witness:#?}");
    assert_eq!(witness.context.get("sts:RoleSessionName"), Some(&ContextValue::One("any-session".to_owned())));
}

#[test]
fn a_token_carries_the_claims_of_its_issuer_alone() {
    let github = "token.actions.githubusercontent.com";
    let provider = format!(r#"{{"Federated": "arn:aws:iam::111111111111:oidc-provider/{github}"}}"#);
    let web = |condition: &str| allow(&provider, condition).replace("AssumeRole", "AssumeRoleWithWebIdentity");
    let dead = web(&format!(r#""Null": {{"{github}:sub": "true"}}"#));
    let other = web(r#""Null": {"gitlab.com:sub": "false"}"#);
    let undocumented = web(r#""StringLike": {"aws:TagKeys": "*"}"#);
    let a = analysis(&format!("{dead}, {other}, {undocumented}"));
    let asked = a.ask(&Query::new(Caller::Oidc, Action::AssumeRoleWithWebIdentity).through(2, None));
    let Answer::Yes { certainty, witness } = asked else { panic!("{asked:?}") };
    assert_eq!(certainty, Certainty::Possible);
    assert_eq!(evaluate(a.policy(), &witness).decision, Decision::Undefined, "{witness:#?}");
    let keys: Vec<_> = witness.context.keys().filter(|k| k.contains(':') && !k.starts_with("aws:")).collect();
    assert_eq!(keys, [&format!("{github}:sub")]);
}
