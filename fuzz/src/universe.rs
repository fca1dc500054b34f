//! Policies and requests of a small world: few accounts, names and letters, so that a random request often comes close
//! to what a random policy asks for. Requests keep what holds of real ones: which keys a call carries, which follow
//! from who calls.

use std::collections::BTreeMap;

use iac_trust_lint::analysis::{ContextValue, Request, RequestPrincipal as Principal};
use serde_json::{Value as Json, json};

use super::bytes::Bytes;

pub const OWN: &str = "111111111111";
const ACCOUNTS: [&str; 3] = ["222222222222", "333333333333", "999988887777"];
const NAMES: [&str; 4] = ["app", "x/app", "ab", "b"];
const ORGANIZATIONS: [&str; 3] = ["o-aaa", "o-aab", "o-b"];
const UNITS: [&str; 3] = ["r-a/", "r-a/ou-a-1/", "r-a/ou-a-2/"];
const WORDS: [&str; 10] = ["a", "b", "ab", "ba", "aab", "A", "aB", "abab", "c", "bob"];
/// Texts of at least two characters: names of sessions and external ids have that many.
const NAMED: [&str; 8] = ["ab", "ba", "aab", "aB", "AB", "abab", "cc", "bob"];
const ADDRESSES: [&str; 4] = ["203.0.113.77", "203.0.112.1", "198.51.100.1", "2001:db8::1"];
const NETWORKS: [&str; 6] = ["203.0.113.0/24", "203.0.112.0/23", "0.0.0.0/0", "::/0", "2001:db8::/32", "203.0.113.77"];
const AGES: [&str; 5] = ["0", "59", "60", "61", "3600"];
const GITHUB: &str = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
const OKTA: &str = "arn:aws:iam::111111111111:saml-provider/Okta";
const SUB: &str = "token.actions.githubusercontent.com:sub";
const AUD: &str = "token.actions.githubusercontent.com:aud";

const STRING: [&str; 6] = [
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
];
const ARN: [&str; 4] = ["ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals"];
const NUMERIC: [&str; 6] = [
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
];

/// The keys that policies test.
const KEYS: [&str; 17] = [
    "sts:ExternalId",
    "sts:ExternalId",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:MultiFactorAuthPresent",
    "aws:MultiFactorAuthAge",
    "aws:SourceIp",
    "aws:TagKeys",
    "aws:username",
    "aws:PrincipalTag/t",
    "aws:RequestTag/a",
    "sts:RoleSessionName",
    "aws:SourceAccount",
    SUB,
    AUD,
];

pub fn policy(bytes: &mut Bytes<'_>) -> Json {
    let version = if bytes.chance(90) { "2012-10-17" } else { "2008-10-17" };
    let statements: Vec<Json> = (0..=bytes.below(4)).map(|i| statement(bytes, i)).collect();
    json!({"Version": version, "Statement": statements})
}

fn statement(bytes: &mut Bytes<'_>, position: usize) -> Json {
    let effect = if position == 0 || bytes.chance(45) { "Allow" } else { "Deny" };
    let mut out = json!({"Effect": effect});
    let mut principals: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for _ in 0..=bytes.below(2) {
        let (kind, value) = principal(bytes);
        principals.entry(kind).or_default().push(value);
    }
    out[if bytes.chance(8) { "NotPrincipal" } else { "Principal" }] = json!(principals);
    let actions =
        ["sts:AssumeRole", "sts:*", "STS:assume*", "*", "sts:TagSession", "sts:AssumeRoleWith*", "sts:?ssumeRole"];
    let count = bytes.below(2) + 1;
    let actions: Vec<&str> = (0..count).map(|_| bytes.one(&actions)).collect();
    out[if bytes.chance(8) { "NotAction" } else { "Action" }] = json!(actions);
    let mut conditions = json!({});
    for _ in 0..bytes.below(4) {
        condition(bytes, &mut conditions);
    }
    out["Condition"] = conditions;
    out
}

fn principal(bytes: &mut Bytes<'_>) -> (&'static str, String) {
    let account = bytes.one(&ACCOUNTS);
    let name = bytes.one(&NAMES);
    match bytes.below(10) {
        0 | 1 => ("AWS", "*".to_owned()),
        2 => ("AWS", account.to_owned()),
        3 => ("AWS", format!("arn:aws:iam::{account}:root")),
        4 | 5 => ("AWS", format!("arn:aws:iam::{account}:role/{name}")),
        6 => ("AWS", format!("arn:aws:iam::{account}:user/{name}")),
        7 => ("AWS", format!("arn:aws:sts::{account}:assumed-role/app/ab")),
        8 => ("Service", bytes.one(&["sns.amazonaws.com", "ec2.amazonaws.com"]).to_owned()),
        _ => ("Federated", bytes.one(&[GITHUB, OKTA]).to_owned()),
    }
}

fn condition(bytes: &mut Bytes<'_>, conditions: &mut Json) {
    let key = bytes.one(&KEYS);
    let mut operator = match key {
        "aws:PrincipalArn" if bytes.chance(60) => bytes.one(&ARN),
        "aws:MultiFactorAuthPresent" if bytes.chance(80) => "Bool",
        "aws:MultiFactorAuthAge" => bytes.one(&NUMERIC),
        "aws:SourceIp" => bytes.one(&["IpAddress", "NotIpAddress"]),
        _ => bytes.one(&STRING),
    }
    .to_owned();
    if bytes.chance(10) {
        operator = "Null".to_owned();
    } else if bytes.chance(20) {
        operator += "IfExists";
    }
    let many = matches!(key, "aws:TagKeys" | "aws:PrincipalOrgPaths");
    if bytes.chance(if many { 85 } else { 8 }) {
        operator = format!("{}:{operator}", bytes.one(&["ForAllValues", "ForAnyValue"]));
    }
    let count = bytes.below(3) + 1;
    let values: Vec<String> = if operator.ends_with("Null") {
        vec![bytes.one(&["true", "false"]).to_owned()]
    } else {
        (0..count).map(|_| value(bytes, key)).collect()
    };
    conditions[&operator][key] = json!(values);
}

fn value(bytes: &mut Bytes<'_>, key: &str) -> String {
    match key {
        "aws:PrincipalAccount" | "aws:SourceAccount" => match bytes.below(4) {
            0 => bytes.one(&["2*", "?33333333333", "*", "${aws:ResourceAccount}"]).to_owned(),
            _ => bytes.one(&[ACCOUNTS[0], ACCOUNTS[1], OWN]).to_owned(),
        },
        "aws:PrincipalArn" => {
            let account = bytes.one(&[ACCOUNTS[0], ACCOUNTS[1], "*", "2*"]);
            let kind = bytes.one(&["role/", "user/", "*/", ""]);
            format!("arn:aws:iam::{account}:{kind}{}", pattern(bytes))
        }
        "aws:PrincipalOrgID" => bytes.one(&["o-aaa", "o-aab", "o-a*", "o-aa?", "*", "o-c"]).to_owned(),
        "aws:PrincipalOrgPaths" => {
            bytes.one(&["o-aaa/*", "o-aaa/r-a/ou-a-1/*", "o-b/r-a/", "o-a*/r-a/ou-a-?/", "*"]).to_owned()
        }
        "aws:MultiFactorAuthPresent" => bytes.one(&["true", "false", "TRUE", "True"]).to_owned(),
        "aws:MultiFactorAuthAge" => bytes.one(&AGES).to_owned(),
        "aws:SourceIp" => bytes.one(&NETWORKS).to_owned(),
        AUD => bytes.one(&["sts.amazonaws.com", "a", "*"]).to_owned(),
        "sts:RoleSessionName" | "aws:PrincipalTag/t" if bytes.chance(25) => bytes
            .one(&["${aws:username}", "${aws:PrincipalTag/t}", "a${aws:username}", "${aws:PrincipalAccount}"])
            .to_owned(),
        _ => pattern(bytes),
    }
}

/// A short text of few letters with wildcards.
fn pattern(bytes: &mut Bytes<'_>) -> String {
    if bytes.chance(40) {
        return bytes.one(&WORDS).to_owned();
    }
    (0..=bytes.below(5)).map(|_| bytes.one(&['a', 'b', '*', '?', 'a', 'B'])).collect()
}

/// A call of that kind by such a caller as `who` chooses: 0 an IAM user or role, 1 a service, 2 SAML, 3 OpenID Connect.
pub fn request(bytes: &mut Bytes<'_>, who: usize, action: &str) -> Request {
    let mut context: BTreeMap<String, ContextValue> = BTreeMap::new();
    let mut put = |key: &str, value: &str| drop(context.insert(key.to_owned(), ContextValue::One(value.to_owned())));
    put("aws:ResourceAccount", OWN);
    put("aws:CurrentTime", "2026-11-21T00:00:00Z");
    put("sts:RoleSessionName", bytes.one(&NAMED));
    put("aws:PrincipalIsAWSService", if who == 1 { "true" } else { "false" });
    if bytes.chance(70) {
        put("aws:SourceIp", bytes.one(&ADDRESSES));
    }
    let tagged = bytes.chance(40);
    if tagged {
        put("aws:RequestTag/a", bytes.one(&WORDS));
    }
    let mut paths = None;
    let (principal, text) = match who {
        0 => caller(bytes, &mut put, &mut paths),
        1 => {
            let service = bytes.one(&["sns.amazonaws.com", "ec2.amazonaws.com", "s3.amazonaws.com"]).to_owned();
            if bytes.chance(60) {
                put("aws:SourceAccount", bytes.one(&[OWN, ACCOUNTS[0], ACCOUNTS[2]]));
            }
            (Principal::Service(service.clone()), service)
        }
        2 => (Principal::Saml(OKTA.to_owned()), OKTA.to_owned()),
        _ => {
            put(SUB, bytes.one(&WORDS));
            put(AUD, bytes.one(&["sts.amazonaws.com", "a", "c"]));
            (Principal::Oidc(GITHUB.to_owned()), GITHUB.to_owned())
        }
    };
    if let Some(path) = paths {
        context.insert("aws:PrincipalOrgPaths".to_owned(), ContextValue::Many(vec![path]));
    }
    let others = bytes.below(3);
    let mut keys: Vec<String> = (0..others).map(|_| bytes.one(&WORDS[1..]).to_owned()).collect();
    keys.retain(|k| !k.eq_ignore_ascii_case("a"));
    keys.extend(tagged.then(|| "a".to_owned()));
    keys.sort();
    keys.dedup();
    if !keys.is_empty() {
        context.insert("aws:TagKeys".to_owned(), ContextValue::Many(keys));
    }
    Request { principal, principal_text: text, action: action.to_owned(), context }
}

fn caller(bytes: &mut Bytes<'_>, put: &mut impl FnMut(&str, &str), paths: &mut Option<String>) -> (Principal, String) {
    let (partition, account) = ("aws".to_owned(), bytes.one(&ACCOUNTS).to_owned());
    let name = bytes.one(&["app", "x/app", "ab", "b", "bob", "aB"]).to_owned();
    let user = bytes.chance(35);
    let arn = format!("arn:aws:iam::{account}:{}/{name}", if user { "user" } else { "role" });
    put("aws:PrincipalArn", &arn);
    put("aws:PrincipalAccount", &account);
    put("aws:PrincipalType", if user { "User" } else { "AssumedRole" });
    if user {
        put("aws:username", name.rsplit('/').next().unwrap_or(&name));
    }
    if bytes.chance(60) {
        let organization = bytes.one(&ORGANIZATIONS);
        put("aws:PrincipalOrgID", organization);
        *paths = Some(format!("{organization}/{}", bytes.one(&UNITS)));
    }
    if bytes.chance(60) {
        put("sts:ExternalId", bytes.one(&NAMED));
    }
    if bytes.chance(40) {
        put("aws:PrincipalTag/t", bytes.one(&WORDS));
    }
    match bytes.below(4) {
        0 => {}
        1 => put("aws:MultiFactorAuthPresent", "false"),
        2 => put("aws:MultiFactorAuthPresent", "true"),
        _ => {
            put("aws:MultiFactorAuthPresent", "true");
            put("aws:MultiFactorAuthAge", bytes.one(&AGES));
        }
    }
    let principal = match (user, bytes.below(3)) {
        (true, _) => Principal::User { partition, account, name },
        (false, 0) => {
            let role = name.rsplit('/').next().unwrap_or(&name).to_owned();
            Principal::Session { partition, account, role, session: "ab".to_owned() }
        }
        _ => Principal::Role { partition, account, name },
    };
    (principal, arn)
}
