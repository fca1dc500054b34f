use std::collections::BTreeMap;

use super::*;
use crate::{
    analysis::request::{Caller, ContextValue},
    policy::from_json,
    source::FileId,
};
use Decision::{Allow, Deny, Undefined};
use serde_json::{Value as Json, json};

fn request(principal: &str, action: &str, context: &Json) -> Request {
    let value = |v: &Json| match v {
        Json::Array(items) => ContextValue::Many(items.iter().map(|i| i.as_str().unwrap().to_owned()).collect()),
        other => ContextValue::One(other.as_str().unwrap().to_owned()),
    };
    let context: BTreeMap<_, _> = context.as_object().unwrap().iter().map(|(k, v)| (k.clone(), value(v))).collect();
    let caller: Caller = principal.parse().unwrap();
    Request { principal: caller, principal_text: principal.to_owned(), action: action.to_owned(), context }
}

const USER: &str = "arn:aws:iam::222222222222:user/mallory";
const ROOT: &str = "arn:aws:iam::222222222222:root";

/// The verdict on a policy of one Allow for account 222222222222 with this condition, for its user with this context.
fn with(condition: &Json, context: &Json) -> Decision {
    in_version(Some("2012-10-17"), condition, context)
}

fn in_version(version: Option<&str>, condition: &Json, context: &Json) -> Decision {
    let mut policy = json!({"Statement": {
        "Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole", "Condition": condition}});
    if let Some(version) = version {
        policy["Version"] = json!(version);
    }
    let policy = from_json(&policy.to_string(), FileId(0));
    evaluate(&policy, &request(USER, "sts:AssumeRole", context)).decision
}

/// The verdict on a policy of one Allow for this principal, for a caller without context.
fn between(principal: &Json, caller: &str) -> Decision {
    let action = if caller.contains("saml-provider") {
        "sts:AssumeRoleWithSAML"
    } else if caller.contains("oidc-provider") {
        "sts:AssumeRoleWithWebIdentity"
    } else {
        "sts:AssumeRole"
    };
    let policy = json!({"Statement": {"Effect": "Allow", "Principal": principal, "Action": "sts:*"}});
    evaluate(&from_json(&policy.to_string(), FileId(0)), &request(caller, action, &json!({}))).decision
}

#[test]
fn the_vectors() {
    let mut count = 0;
    for line in include_str!("../../../tests/data/vectors.jsonl").lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let policy = from_json(&case["trustPolicy"].to_string(), FileId(0));
        let r = &case["request"];
        let request = request(r["principal"].as_str().unwrap(), r["action"].as_str().unwrap(), &r["context"]);
        let expected = match case["expect"].as_str().unwrap() {
            "allow" => Allow,
            "deny" => Deny,
            "undefined" => Undefined,
            other => panic!("{other}"),
        };
        assert_eq!(evaluate(&policy, &request).decision, expected, "{}", case["id"]);
        count += 1;
    }
    assert_eq!(count, 66);
}

/// The table of operators: for each one, what an absent key gives plain, with `IfExists`, `ForAnyValue:`,
/// `ForAllValues:`.
#[test]
fn absent_keys() {
    use crate::policy::Test;
    for (name, test) in Test::ALL {
        if test == Test::Null {
            continue;
        }
        let value = match test.family() {
            crate::policy::Family::Numeric => "1",
            crate::policy::Family::Date => "2027-01-01",
            crate::policy::Family::Bool => "true",
            crate::policy::Family::Ip => "10.0.0.0/8",
            crate::policy::Family::Arn => "arn:aws:iam::222222222222:user/x",
            _ => "QQ==",
        };
        let of = |operator: String| with(&json!({operator: {"sts:ExternalId": value}}), &json!({}));
        assert_eq!(of(name.to_owned()), if test.is_negated() { Allow } else { Deny }, "{name}");
        assert_eq!(of(format!("{name}IfExists")), Allow, "{name}");
        assert_eq!(of(format!("ForAnyValue:{name}")), Deny, "{name}");
        assert_eq!(of(format!("ForAllValues:{name}")), Allow, "{name}");
        assert_eq!(of(format!("ForAllValues:{name}IfExists")), Allow, "{name}");
        assert_eq!(of(format!("ForAnyValue:{name}IfExists")), Undefined, "{name}");
    }
}

#[test]
fn null_tests_presence() {
    let key = "sts:ExternalId";
    let null = |wanted: Json, context: Json| with(&json!({"Null": {key: wanted}}), &context);
    assert_eq!(null(json!("true"), json!({})), Allow);
    assert_eq!(null(json!(true), json!({key: "x"})), Deny);
    assert_eq!(null(json!("false"), json!({})), Deny);
    assert_eq!(null(json!("False"), json!({key: "x"})), Allow);
    assert_eq!(null(json!(["true", "false"]), json!({key: "x"})), Allow);
    assert_eq!(null(json!("false"), json!({key: ""})), Undefined);
    assert_eq!(null(json!("maybe"), json!({})), Undefined);
    for context in [json!({}), json!({key: "x"})] {
        assert_eq!(with(&json!({"ForAllValues:Null": {key: "false"}}), &context), Allow);
        assert_eq!(with(&json!({"ForAnyValue:Null": {key: "true"}}), &context), Deny);
        assert_eq!(with(&json!({"NullIfExists": {key: "true"}}), &context), Undefined);
    }
}

#[test]
fn string_operators() {
    let key = "sts:RoleSessionName";
    let test =
        |operator: &str, wanted: &str, value: &str| with(&json!({operator: {key: wanted}}), &json!({key: value}));
    assert_eq!(test("StringEquals", "a*", "a*"), Allow);
    assert_eq!(test("StringEquals", "a*", "ab"), Deny);
    assert_eq!(test("StringEqualsIgnoreCase", "AbC", "aBc"), Allow);
    assert_eq!(test("StringEqualsIgnoreCase", "É", "é"), Undefined);
    assert_eq!(test("StringEqualsIgnoreCase", "É", "É"), Allow);
    assert_eq!(test("StringNotEqualsIgnoreCase", "AbC", "aBc"), Deny);
    assert_eq!(test("StringLike", "a*c/?", "abbb:c/x"), Allow);
    assert_eq!(test("StringLike", "A*", "ab"), Deny);
    assert_eq!(test("StringNotLike", "a*", "ab"), Deny);
    assert_eq!(test("StringNotLike", "a*", "b"), Allow);
    assert_eq!(test("StringLike", "*", ""), Undefined, "an empty value may count as none");
    assert_eq!(test("StringNotEquals", "x", ""), Allow, "both readings agree");
    assert_eq!(test("stringEQUALS", "x", "x"), Allow);
}

#[test]
fn arn_operators() {
    let key = "aws:PrincipalArn";
    let test =
        |operator: &str, wanted: &str, value: &str| with(&json!({operator: {key: wanted}}), &json!({key: value}));
    for operator in ["ArnEquals", "ArnLike"] {
        assert_eq!(test(operator, "arn:aws:iam::222222222222:user/*", USER), Allow);
        assert_eq!(test(operator, "arn:*:iam::*:user/mall?ry", USER), Allow);
        assert_eq!(test(operator, "arn:aws:iam::*:*", USER), Allow);
        assert_eq!(test(operator, "arn:aws:*:user/mallory", USER), Deny, "a wildcard stays in its field");
        assert_eq!(test(operator, "arn:aws:iam::2*", USER), Deny, "it has five fields");
        assert_eq!(test(operator, "arn:aws:iam::222222222222:user/x:y", "arn:aws:iam::222222222222:user/x:y"), Allow);
        assert_eq!(test(operator, USER, "mallory"), Deny);
        assert_eq!(test(operator, "*", USER), Undefined);
    }
    for operator in ["ArnNotEquals", "ArnNotLike"] {
        assert_eq!(test(operator, "arn:aws:iam::222222222222:user/*", USER), Deny);
        assert_eq!(test(operator, "arn:aws:iam::333333333333:user/*", USER), Allow);
        assert_eq!(test(operator, USER, "mallory"), Undefined);
    }
}

#[test]
fn numbers_dates_booleans_addresses_and_binary_data() {
    let test =
        |operator: &str, wanted: &str, value: &str| with(&json!({operator: {"k:k": wanted}}), &json!({"k:k": value}));
    for (operator, wanted, value, expected) in [
        ("NumericEquals", "5", "5.0", Allow),
        ("NumericNotEquals", "5", "6", Allow),
        ("NumericLessThan", "3600", "3599", Allow),
        ("NumericLessThan", "3600", "3600", Deny),
        ("NumericLessThanEquals", "3600", "3600", Allow),
        ("NumericGreaterThan", "-1", "0", Allow),
        ("NumericGreaterThanEquals", "10", "9", Deny),
        ("NumericEquals", "5", "five", Deny),
        ("NumericNotEquals", "5", "five", Undefined),
        ("DateEquals", "2024-02-29T12:30:00Z", "1709209800", Allow),
        ("DateNotEquals", "2024-02-29", "2024-02-29T00:00:00Z", Deny),
        ("DateLessThan", "2027-01-01", "2026-12-31T23:59:59Z", Allow),
        ("DateLessThanEquals", "2027-01-01T02:00:00+02:00", "2027-01-01T00:00:00Z", Allow),
        ("DateGreaterThan", "2027-01-01", "2026-12-31", Deny),
        ("DateGreaterThanEquals", "soon", "2026-12-31", Deny),
        ("DateGreaterThan", "2024", "2026-12-31", Undefined),
        ("DateGreaterThan", "10.0", "2026-12-31", Undefined),
        ("DateLessThan", "4102444800.5", "2026-12-31", Undefined),
        ("DateLessThan", "2027-01-01", "10.0", Undefined),
        ("Bool", "True", "true", Allow),
        ("Bool", "false", "true", Deny),
        ("Bool", "true", "yes", Deny),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", Allow),
        ("IpAddress", "203.0.113.9", "203.0.113.10", Deny),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", Allow),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", Deny),
        ("NotIpAddress", "0.0.0.0/0", "2001:db8::1", Allow),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", Deny),
        ("BinaryEquals", "QQ==", "QQ==", Allow),
        ("BinaryEquals", "QQ==", "QUE=", Deny),
    ] {
        assert_eq!(test(operator, wanted, value), expected, "{operator} {wanted} {value}");
    }
}

#[test]
fn sets_of_values() {
    let key = "aws:TagKeys";
    let test = |operator: &str, given: Json| with(&json!({operator: {key: ["a", "b"]}}), &json!({key: given}));
    assert_eq!(test("ForAllValues:StringEquals", json!(["a", "b"])), Allow);
    assert_eq!(test("ForAllValues:StringEquals", json!(["a", "c"])), Deny);
    assert_eq!(test("ForAllValues:StringEquals", json!([])), Allow);
    assert_eq!(test("ForAllValues:StringEquals", json!([""])), Allow);
    assert_eq!(test("ForAllValues:StringNotEquals", json!(["c", "d"])), Allow);
    assert_eq!(test("ForAllValues:StringNotEquals", json!(["c", "a"])), Deny);
    assert_eq!(test("ForAnyValue:StringEquals", json!(["c", "a"])), Allow);
    assert_eq!(test("ForAnyValue:StringEquals", json!(["c"])), Deny);
    assert_eq!(test("ForAnyValue:StringEquals", json!([])), Deny);
    assert_eq!(test("ForAnyValue:StringNotEquals", json!(["a", "c"])), Allow);
    assert_eq!(test("ForAnyValue:StringNotEquals", json!(["a"])), Deny);
    assert_eq!(test("StringEquals", json!(["a"])), Undefined);
    assert_eq!(test("StringEquals", json!("a")), Undefined);
    let single = |operator: &str, value: &str| {
        with(&json!({operator: {"sts:ExternalId": "a"}}), &json!({"sts:ExternalId": value}))
    };
    assert_eq!(single("ForAllValues:StringEquals", "a"), Allow);
    assert_eq!(single("ForAllValues:StringEquals", "b"), Deny);
    assert_eq!(single("ForAnyValue:StringEquals", "a"), Allow);
    let none = |operator: &str, context: Json| with(&json!({operator: {key: []}}), &context);
    assert_eq!(none("ForAllValues:StringEquals", json!({key: ["a"]})), Deny);
    assert_eq!(none("ForAllValues:StringEquals", json!({})), Allow);
    assert_eq!(with(&json!({"StringEquals": {"sts:ExternalId": []}}), &json!({"sts:ExternalId": "a"})), Deny);
    assert_eq!(with(&json!({"StringNotEquals": {"sts:ExternalId": []}}), &json!({"sts:ExternalId": "a"})), Allow);
}

#[test]
fn policy_variables() {
    let key = "sts:RoleSessionName";
    let name = |operator: &str, wanted: &str, context: Json| with(&json!({operator: {key: wanted}}), &context);
    assert_eq!(name("StringEquals", "${aws:username}", json!({key: "m", "AWS:UserName": "m"})), Allow);
    assert_eq!(
        name(
            "StringEquals",
            "x-${aws:username}-${aws:userid}",
            json!({key: "x-m-1", "aws:username": "m", "aws:userid": "1"})
        ),
        Allow
    );
    assert_eq!(name("StringEquals", "${aws:username}", json!({key: "m"})), Deny);
    assert_eq!(name("StringNotEquals", "${aws:username}", json!({key: "m"})), Allow);
    assert_eq!(name("StringEquals", "${aws:username, 'anonymous'}", json!({key: "anonymous"})), Allow);
    assert_eq!(name("StringEquals", "${aws:username, 'anonymous'}", json!({key: "m", "aws:username": "m"})), Allow);
    assert_eq!(name("StringEquals", "${aws:username,'anonymous'}", json!({key: "anonymous"})), Undefined);
    assert_eq!(name("StringLike", "${aws:username}", json!({key: "xyz", "aws:username": "*"})), Deny);
    assert_eq!(name("StringLike", "a${*}b", json!({key: "a*b"})), Allow);
    assert_eq!(name("StringLike", "a${*}b", json!({key: "axb"})), Deny);
    assert_eq!(name("StringLike", "${?}${$}*", json!({key: "?$x"})), Allow);
    assert_eq!(name("StringEquals", "${aws:TagKeys}", json!({key: "a", "aws:TagKeys": ["a"]})), Undefined);
    assert_eq!(name("StringEquals", "${aws:username", json!({key: "${aws:username"})), Allow);
    let arn = json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:user/*"}});
    assert_eq!(with(&arn, &json!({"aws:PrincipalArn": USER, "aws:PrincipalAccount": "222222222222"})), Allow);
    let literal = json!({"StringEquals": {key: "${aws:username}"}});
    for version in [None, Some("2008-10-17")] {
        assert_eq!(in_version(version, &literal, &json!({key: "${aws:username}", "aws:username": "m"})), Allow);
        assert_eq!(in_version(version, &literal, &json!({key: "m", "aws:username": "m"})), Deny);
    }
    let number = json!({"NumericEquals": {"k:k": "${k:l}"}});
    assert_eq!(with(&number, &json!({"k:k": "1", "k:l": "1"})), Deny, "no variables here");
}

#[test]
fn principals_and_callers() {
    let aws = |p: &str| json!({"AWS": p});
    let session = "arn:aws:sts::222222222222:assumed-role/app/s1";
    let role = "arn:aws:iam::222222222222:role/app";
    let federated = "arn:aws:sts::222222222222:federated-user/mallory";
    for caller in [USER, session, role, federated, ROOT] {
        assert_eq!(between(&aws(ROOT), caller), Allow, "{caller}");
        assert_eq!(between(&aws("222222222222"), caller), Allow, "{caller}");
        assert_eq!(between(&aws("*"), caller), Allow, "{caller}");
        assert_eq!(between(&json!("*"), caller), Allow, "{caller}");
        assert_eq!(between(&aws("333333333333"), caller), Deny, "{caller}");
        assert_eq!(between(&json!({"Service": "ec2.amazonaws.com"}), caller), Deny, "{caller}");
        assert_eq!(between(&aws("AIDAEXAMPLEEXAMPLE123"), caller), Deny, "{caller}");
        assert_eq!(between(&aws("arn:aws:iam::*:root"), caller), Deny, "{caller}");
    }
    assert_eq!(between(&aws(role), session), Allow);
    assert_eq!(between(&aws("arn:aws:iam::222222222222:role/path/app"), session), Allow);
    assert_eq!(between(&aws("arn:aws:iam::222222222222:role/path/app"), role), Deny);
    assert_eq!(between(&aws(session), role), Deny);
    assert_eq!(between(&aws(USER), federated), Allow);
    assert_eq!(between(&aws("arn:aws:iam::222222222222:user/team/mallory"), federated), Undefined);
    assert_eq!(between(&aws("arn:aws:iam::222222222222:user/Mallory"), USER), Deny);
    assert_eq!(between(&aws("arn:aws-cn:iam::222222222222:root"), USER), Deny);
    assert_eq!(between(&aws("222222222222"), "arn:aws-cn:iam::222222222222:user/x"), Allow);
    assert_eq!(between(&json!({"Service": "ec2.amazonaws.com"}), "ec2.amazonaws.com"), Allow);
    assert_eq!(between(&aws("*"), "ec2.amazonaws.com"), Undefined);
    assert_eq!(between(&aws(ROOT), "ec2.amazonaws.com"), Deny);
    let okta = "arn:aws:iam::111111111111:saml-provider/Okta";
    let gitlab = "arn:aws:iam::111111111111:oidc-provider/gitlab.com";
    assert_eq!(between(&json!({"Federated": okta}), okta), Allow);
    assert_eq!(between(&json!({"Federated": gitlab}), gitlab), Allow);
    assert_eq!(between(&json!({"Federated": okta}), gitlab), Deny);
    assert_eq!(between(&aws("*"), gitlab), Undefined);
    assert_eq!(between(&aws("111111111111"), gitlab), Undefined);
    assert_eq!(between(&aws("222222222222"), gitlab), Deny);
}

#[test]
fn a_call_needs_a_caller_that_can_make_it() {
    let policy =
        from_json(r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"sts:*"}}"#, FileId(0));
    let decide = |action: &str| evaluate(&policy, &request(USER, action, &json!({}))).decision;
    assert_eq!(decide("sts:AssumeRole"), Allow);
    assert_eq!(decide("STS:TAGSESSION"), Allow);
    assert_eq!(decide("sts:AssumeRoleWithSAML"), Deny);
    assert_eq!(decide("sts:AssumeRoleWithWebIdentity"), Deny);
    assert_eq!(decide("s3:GetObject"), Deny);
}

#[test]
fn a_deny_wins_and_an_unknown_one_leaves_it_open() {
    let decide = |deny: &Json| {
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}, deny]});
        let found = evaluate(&from_json(&policy.to_string(), FileId(0)), &request(USER, "sts:AssumeRole", &json!({})));
        (found.decision, found.statements)
    };
    let deny = json!({"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "*"});
    assert_eq!(decide(&deny), (Deny, vec![0, 1]));
    let other = json!({"Effect": "Deny", "Principal": {"AWS": "*"}, "NotAction": "sts:AssumeRole"});
    assert_eq!(decide(&other), (Allow, vec![0]));
    let open = json!({"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "*", "Condition": {"Nope": {"a:b": "c"}}});
    assert_eq!(decide(&open), (Undefined, vec![0]));
    let misspelt = json!({"Effect": "deny", "Principal": {"AWS": "*"}, "Action": "*"});
    assert_eq!(decide(&misspelt), (Allow, vec![0]));
}

#[test]
fn what_the_policy_leaves_unknown() {
    use crate::value::{Kind, Part, Reason, Text, Unknown, Value};
    let at = crate::source::Location::new(FileId(0), crate::source::Span::default());
    let hole = || Part::Hole(std::sync::Arc::new(Unknown::new("var.x", Reason::Undeclared, at)), at.into());
    let decide = |text: &str, caller: &str, context: &Json| {
        let known = |t: &str| Part::Known { text: t.into(), origin: at.into(), map: None };
        let mut parts = Vec::new();
        for (i, piece) in text.split('@').enumerate() {
            if i > 0 {
                parts.push(hole());
            }
            parts.push(known(piece));
        }
        let policy =
            crate::policy::decode(&Value::new(Kind::String(Text::new(parts)), at), crate::policy::PolicyKind::Trust);
        evaluate(&policy, &request(caller, "sts:AssumeRole", context)).decision
    };
    let principal = |p: &str| {
        format!(r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{p}"}},"Action":"sts:AssumeRole"}}}}"#)
    };
    let none = json!({});
    assert_eq!(decide(&principal("@"), USER, &none), Undefined);
    assert_eq!(decide(&principal("arn:aws:iam::@:root"), USER, &none), Undefined);
    assert_eq!(decide(&principal("arn:aws:iam::222222222222:user/@"), USER, &none), Undefined);
    assert_eq!(decide(&principal("arn:aws:iam::333333333333:user/@"), USER, &none), Deny);
    assert_eq!(decide(&principal("arn:aws:iam::222222222222:user/x@"), USER, &none), Deny);
    let session = "arn:aws:sts::222222222222:assumed-role/app/s1";
    assert_eq!(decide(&principal("arn:aws:iam::222222222222:role/@/app"), session, &none), Allow);
    assert_eq!(decide(&principal("arn:aws:iam::222222222222:role/@-db"), session, &none), Deny);
    assert_eq!(decide(&principal("arn:aws:iam::222222222222:role/@pp"), session, &none), Undefined);
    let condition = |c: &str| {
        format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{ROOT}"}},"Action":"sts:AssumeRole","Condition":{c}}}}}"#
        )
    };
    let id = json!({"sts:ExternalId": "abc"});
    assert_eq!(decide(&condition(r#"{"StringEquals":{"sts:ExternalId":"a@"}}"#), USER, &id), Undefined);
    assert_eq!(decide(&condition(r#"{"StringEquals":{"sts:ExternalId":"x@"}}"#), USER, &id), Deny);
    assert_eq!(decide(&condition(r#"{"StringEquals":{"sts:ExternalId":"@"}}"#), USER, &none), Deny);
    assert_eq!(decide(&condition(r#"{"StringEquals":{"sts:ExternalId":["abc",@]}}"#), USER, &id), Allow);
    assert_eq!(decide(&condition(r#"{"StringEquals":{"sts:ExternalId":[@]}}"#), USER, &id), Undefined);
    assert_eq!(decide(&condition("@"), USER, &none), Undefined);
    assert_eq!(decide(r#"{"Statement":[@]}"#, USER, &none), Undefined);
    assert_eq!(decide("@", USER, &none), Undefined);
    assert_eq!(
        decide(r#"{"Statement":{"Effect":"@","Principal":{"AWS":"222222222222"},"Action":"*"}}"#, USER, &none),
        Undefined
    );
    assert_eq!(
        decide(r#"{"Statement":{"Effect":"@","Principal":{"AWS":"333333333333"},"Action":"*"}}"#, USER, &none),
        Deny
    );
}

#[test]
fn hostile_policies_take_no_exponential_time() {
    let pattern = "*a".repeat(2_000) + "b";
    let values: Vec<String> = (0..2_000).map(|i| format!("{i}*a*a*a*a*b")).collect();
    let long = "a".repeat(10_000);
    let context = json!({"sts:RoleSessionName": long});
    assert_eq!(with(&json!({"StringLike": {"sts:RoleSessionName": pattern}}), &context), Deny);
    assert_eq!(with(&json!({"StringLike": {"sts:RoleSessionName": values}}), &context), Deny);
}
