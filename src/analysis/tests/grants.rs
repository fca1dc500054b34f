use super::*;
use crate::analysis::{Certainty, ContextValue, GrantKind, Guard, Standing};

/// Kind, value and standing of each grant.
fn parties(a: &Analysis) -> Vec<(GrantKind, String, Standing)> {
    a.grants().iter().map(|g| (g.kind, g.value.clone(), g.standing)).collect()
}

fn one(a: &Analysis) -> (GrantKind, String, Vec<Guard>) {
    let [g] = a.grants() else { panic!("{:#?}", a.grants()) };
    (g.kind, g.value.clone(), g.guards.clone())
}

const ANY: &str = r#"{"AWS": "*"}"#;
const ROOT: &str = r#"{"AWS": "arn:aws:iam::222222222222:root"}"#;

#[test]
fn everybody_gets_in_without_a_condition() {
    let a = analysis(&allow(ANY, ""));
    assert_eq!(parties(&a), [(GrantKind::Any, "*".to_owned(), Standing::Outside)]);
    let g = &a.grants()[0];
    assert_eq!(g.certainty, Certainty::Certain);
    assert!(g.guards.is_empty());
    assert_eq!(g.witness.as_ref().unwrap().principal_text, "arn:aws:iam::999988887777:role/any");
}

#[test]
fn accounts_and_principals_are_told_apart() {
    let a = analysis(&allow(
        r#"{"AWS": ["222222222222", "arn:aws:iam::333333333333:role/x/ci", "arn:aws:iam::444444444444:user/bob",
            "arn:aws:sts::555555555555:assumed-role/app/s1", "111111111111"]}"#,
        "",
    ));
    let kinds: Vec<_> = a.grants().iter().map(|g| (g.kind, g.standing)).collect();
    assert_eq!(
        kinds,
        [
            (GrantKind::Account, Standing::Outside),
            (GrantKind::Role, Standing::Outside),
            (GrantKind::User, Standing::Outside),
            (GrantKind::Session, Standing::Outside),
            (GrantKind::Account, Standing::Own),
        ]
    );
    let texts: Vec<_> = a.grants().iter().map(|g| g.witness.as_ref().unwrap().principal_text.clone()).collect();
    assert_eq!(
        texts,
        [
            "arn:aws:iam::222222222222:role/any",
            "arn:aws:iam::333333333333:role/x/ci",
            "arn:aws:iam::444444444444:user/bob",
            "arn:aws:sts::555555555555:assumed-role/app/s1",
            "arn:aws:iam::111111111111:role/any",
        ]
    );
}

#[test]
fn conditions_bound_everybody_to_accounts() {
    let a = analysis(&allow(ANY, r#""StringEquals": {"aws:PrincipalAccount": ["222222222222", "333333333333"]}"#));
    let places: Vec<_> = a.grants().iter().map(|g| (g.kind, g.value.as_str(), g.bounded_by)).collect();
    assert_eq!(
        places,
        [(GrantKind::Account, "222222222222", Some((0, 0))), (GrantKind::Account, "333333333333", Some((0, 1))),]
    );
}

#[test]
fn conditions_bound_everybody_to_organizations() {
    let a = analysis(&allow(ANY, r#""StringEquals": {"aws:PrincipalOrgID": "o-abc1234567"}"#));
    assert_eq!(parties(&a), [(GrantKind::Organization, "o-abc1234567".to_owned(), Standing::Outside)]);
    let a = analysis(&allow(
        ANY,
        r#""ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-abc1234567/r-ab12/ou-ab12-1/*", "o-def/*"]}"#,
    ));
    let values: Vec<_> = a.grants().iter().map(|g| g.value.as_str()).collect();
    assert_eq!(values, ["o-abc1234567/r-ab12/ou-ab12-1", "o-def"]);
    // The absent key passes.
    let a = analysis(&allow(ANY, r#""StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abc1234567"}"#));
    assert_eq!(one(&a).0, GrantKind::Any);
    let a = analysis(&allow(ANY, r#""ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-def/*"}"#));
    assert_eq!(one(&a).0, GrantKind::Any);
    let a = analysis(&allow(ANY, r#""StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}"#));
    assert_eq!(a.grants()[0].standing, Standing::Own);
}

#[test]
fn deny_statements_bound_everybody() {
    let guard = deny(ANY, r#""StringNotEquals": {"aws:PrincipalOrgID": "o-abc1234567"}"#);
    let a = analysis(&format!("{}, {guard}", allow(ANY, "")));
    assert_eq!(parties(&a), [(GrantKind::Organization, "o-abc1234567".to_owned(), Standing::Outside)]);
    let guard = deny(ANY, r#""StringNotEquals": {"aws:PrincipalAccount": "222222222222"}"#);
    let a = analysis(&format!("{}, {guard}", allow(ANY, "")));
    assert_eq!(parties(&a), [(GrantKind::Account, "222222222222".to_owned(), Standing::Outside)]);
    let a = analysis(&format!("{}, {}", allow(ROOT, ""), deny(r#"{"AWS": "222222222222"}"#, "")));
    assert_eq!(parties(&a), []);
    let a = analysis(&format!("{}, {}", allow(ROOT, ""), deny(r#"{"AWS": "arn:aws:iam::222222222222:role/any"}"#, "")));
    assert_eq!(one(&a).0, GrantKind::Account);
}

#[test]
fn principal_arns_bound_everybody() {
    let a = analysis(&allow(ANY, r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}"#));
    assert_eq!(one(&a).0, GrantKind::Any);
    let a = analysis(&allow(ANY, r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::222222222222:role/app-*"}"#));
    let (kind, value, _) = one(&a);
    assert_eq!((kind, &*value), (GrantKind::Role, "arn:aws:iam::222222222222:role/app-*"));
    let a = analysis(&allow(ANY, r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::222222222222:*"}"#));
    assert_eq!(one(&a).0, GrantKind::Account);
    // Wildcards are text for `StringEquals`, and no ARN has them.
    let a = analysis(&allow(ANY, r#""StringEquals": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}"#));
    assert_eq!(parties(&a), []);
}

#[test]
fn guards_are_what_nobody_gets_in_without() {
    let guards = |condition: &str| one(&analysis(&allow(ROOT, condition))).2;
    assert_eq!(guards(""), []);
    assert_eq!(guards(r#""StringEquals": {"sts:ExternalId": "abc"}"#), [Guard::ExternalId]);
    assert_eq!(guards(r#""StringLike": {"sts:ExternalId": "*"}"#), []);
    assert_eq!(guards(r#""StringLike": {"sts:ExternalId": "?*"}"#), []);
    assert_eq!(guards(r#""StringLike": {"sts:ExternalId": "abc-*"}"#), [Guard::ExternalId]);
    assert_eq!(guards(r#""StringNotEquals": {"sts:ExternalId": "abc"}"#), []);
    assert_eq!(guards(r#""StringEqualsIfExists": {"sts:ExternalId": "abc"}"#), []);
    assert_eq!(guards(r#""ForAllValues:StringEquals": {"sts:ExternalId": "abc"}"#), []);
    assert_eq!(guards(r#""Bool": {"aws:MultiFactorAuthPresent": "true"}"#), [Guard::Mfa]);
    assert_eq!(guards(r#""BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}"#), []);
    assert_eq!(guards(r#""Bool": {"aws:MultiFactorAuthPresent": "false"}"#), []);
    assert_eq!(guards(r#""NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}"#), [Guard::Mfa]);
    assert_eq!(guards(r#""NumericLessThanIfExists": {"aws:MultiFactorAuthAge": "3600"}"#), []);
    assert_eq!(guards(r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#), [Guard::SourceIp]);
    assert_eq!(guards(r#""IpAddress": {"aws:SourceIp": "0.0.0.0/0"}"#), []);
    assert_eq!(guards(r#""NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#), []);
    assert_eq!(guards(r#""StringEquals": {"aws:PrincipalTag/team": "x"}"#), [Guard::Tag]);
    assert_eq!(guards(r#""StringEquals": {"aws:PrincipalOrgID": "o-abc"}"#), [Guard::Organization]);
    assert_eq!(
        guards(r#""StringEquals": {"sts:ExternalId": "abc"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}"#),
        [Guard::Mfa, Guard::ExternalId]
    );
    let a = analysis(&format!("{}, {}", allow(ROOT, ""), deny(ANY, r#""StringNotEquals": {"sts:ExternalId": "abc"}"#)));
    assert_eq!(one(&a).2, [Guard::ExternalId]);
    // This one misses the absent key.
    let a =
        analysis(&format!("{}, {}", allow(ROOT, ""), deny(ANY, r#""Bool": {"aws:MultiFactorAuthPresent": "false"}"#)));
    assert_eq!(one(&a).2, []);
    let if_exists = r#""BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}"#;
    let a = analysis(&format!("{}, {}", allow(ROOT, ""), deny(ANY, if_exists)));
    assert_eq!(one(&a).2, [Guard::Mfa]);
}

#[test]
fn mfa_is_shown_on_a_user() {
    let a = analysis(&allow(ROOT, r#""NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}"#));
    let witness = a.grants()[0].witness.as_ref().unwrap();
    assert_eq!(witness.principal_text, "arn:aws:iam::222222222222:user/any");
    assert_eq!(witness.context.get("aws:MultiFactorAuthPresent"), Some(&ContextValue::One("true".to_owned())));
}

#[test]
fn what_nobody_meets_gives_no_grant() {
    for condition in [
        r#""StringEquals": {"sts:ExternalId": "a"}"#,
        r#""StringEquals": {"sts:ExternalId": "a b"}"#,
        r#""StringEquals": {"aws:ExternalId": "abc"}"#,
        r#""StringEquals": {"aws:SourceAccount": "222222222222"}"#,
        r#""StringEquals": {"sts:ExternalId": "abc"}, "Null": {"sts:ExternalId": "true"}"#,
        r#""StringEquals": {"aws:PrincipalAccount": "333333333333"}"#,
        r#""DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}"#,
        r#""NumericLessThan": {"aws:MultiFactorAuthAge": "60"}, "Bool": {"aws:MultiFactorAuthPresent": "false"}"#,
        r#""Bool": {"aws:PrincipalIsAWSService": "true"}"#,
    ] {
        assert_eq!(parties(&analysis(&allow(ROOT, condition))), [], "{condition}");
    }
}

#[test]
fn services_and_providers_have_their_own_calls() {
    let a = analysis(&allow(r#"{"Service": "ec2.amazonaws.com"}"#, ""));
    assert_eq!(parties(&a), [(GrantKind::Service, "ec2.amazonaws.com".to_owned(), Standing::Service)]);
    let a = analysis(&allow(
        r#"{"Service": "sns.amazonaws.com"}"#,
        r#""StringEquals": {"aws:SourceAccount": "111111111111"}"#,
    ));
    assert_eq!(one(&a).2, [Guard::SourceAccount]);
    let github = r#"{"Federated": "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}"#;
    assert_eq!(parties(&analysis(&allow(github, ""))), [], "it cannot call AssumeRole");
    let web = |condition: &str| allow(github, condition).replace("AssumeRole", "AssumeRoleWithWebIdentity");
    let key = "token.actions.githubusercontent.com";
    let a = analysis(&web(&format!(
        r#""StringLike": {{"{key}:sub": "repo:acme/api:*"}}, "StringEquals": {{"{key}:aud": "sts.amazonaws.com"}}"#
    )));
    assert_eq!(one(&a).2, [Guard::Subject, Guard::Audience]);
    assert_eq!(a.grants()[0].standing, Standing::Own);
    let witness = a.grants()[0].witness.as_ref().unwrap();
    assert_eq!(witness.context.get(&format!("{key}:sub")), Some(&ContextValue::One("repo:acme/api:any".to_owned())));
    let a = analysis(&web(&format!(r#""StringEquals": {{"{key}:aud": "sts.amazonaws.com"}}"#)));
    assert_eq!(a.grants()[0].standing, Standing::Outside, "every customer of GitHub gets in");
    let other = r#""StringEquals": {"gitlab.com:sub": "x"}"#;
    assert_eq!(parties(&analysis(&web(other))), [], "its tokens have no such key");
}

#[test]
fn a_date_that_is_not_documented_decides_nothing() {
    use crate::analysis::Certainty;
    for (operator, value) in [
        ("DateGreaterThan", "10.0"),
        ("DateLessThan", "10.0"),
        ("DateLessThan", "4102444800.5"),
        ("DateGreaterThan", "2099"),
        ("DateNotEquals", "1.5"),
    ] {
        let a = analysis(&allow(
            r#"{"AWS": "222222222222"}"#,
            &format!(r#""{operator}": {{"aws:CurrentTime": "{value}"}}"#),
        ));
        let found: Vec<_> = a.grants().iter().map(|g| g.certainty).collect();
        assert_eq!(found, [Certainty::Possible], "{operator} {value}");
        assert_eq!(a.disagreements(), 0);
    }
}

#[test]
fn what_names_nobody_lets_in_anybody() {
    let of = |condition: &str| {
        let a = analysis(&allow(ANY, condition));
        assert_eq!(a.disagreements(), 0);
        let strangers: Vec<_> = parties(&a).into_iter().filter(|(_, _, s)| *s != Standing::Own).collect();
        strangers
    };
    let anybody = (GrantKind::Any, "*".to_owned(), Standing::Outside);
    for condition in [
        r#""StringLike": {"aws:PrincipalOrgID": "o-*a"}"#,
        r#""StringLike": {"aws:PrincipalOrgID": "?-abc"}"#,
        r#""StringLike": {"aws:userid": "*:me"}"#,
        r#""StringLike": {"aws:userid": "AIDA*"}"#,
        r#""StringLike": {"aws:userid": ["AROAX*", "AIDAY*"]}"#,
        r#""StringNotLike": {"aws:userid": ["AROAX*", "AIDAX*", "AROAEXAMPLEEXAMPLEXX:*"]}"#,
        r#""StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalTag/org}"}"#,
    ] {
        assert_eq!(of(condition), std::slice::from_ref(&anybody), "{condition}");
    }
    let organization = |value: &str| (GrantKind::Organization, value.to_owned(), Standing::Outside);
    let both = of(r#""StringLike": {"aws:PrincipalOrgID": ["o-aaa", "o-*b"]}"#);
    assert_eq!(both, [organization("o-aaa"), anybody]);
    let folded = of(r#""StringEqualsIgnoreCase": {"aws:PrincipalOrgID": "O-AAA"}"#);
    assert_eq!(folded, [organization("o-aaa")]);
    assert_eq!(of(r#""StringEquals": {"aws:PrincipalOrgID": "O-AAA"}"#), []);
    let root = of(r#""ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*/r-ab12/*"}"#);
    assert_eq!(root, [organization("*/r-ab12")]);
    let id = of(r#""StringLike": {"aws:userid": "AROAEXAMPLEEXAMPLEXX:*"}"#);
    assert_eq!(id, [(GrantKind::UniqueId, "AROAEXAMPLEEXAMPLEXX:*".to_owned(), Standing::Unknown)]);
    assert_eq!(of(r#""StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}"#), []);
}

#[test]
fn users_have_ids_of_their_own() {
    let a = analysis(&format!(
        "{}, {}",
        allow(ANY, r#""StringNotEquals": {"aws:userid": "AROAEXAMPLEEXAMPLEXX:ab"}"#),
        deny(ANY, r#""StringNotLike": {"aws:userid": "AIDA*"}"#)
    ));
    assert_eq!(parties(&a), [(GrantKind::Any, "*".to_owned(), Standing::Outside)]);
    assert!(a.grants()[0].guards.is_empty(), "{:#?}", a.grants());
}
