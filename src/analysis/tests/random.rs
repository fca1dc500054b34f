//! Small random policies, and all requests of a small universe for each.
//!
//! Values of policies are of the universe, and for each key the universe holds a value that no policy names, so that a
//! policy that lets somebody in lets somebody of the universe in.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::analysis::{ContextValue, Request, RequestPrincipal as Principal};

/// A deterministic source of choices (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

pub(super) const ACCOUNTS: [&str; 4] = ["111111111111", "222222222222", "333333333333", "999988887777"];
pub(super) const PATHS: [&str; 4] = ["o-aaa/r-a/", "o-aaa/r-a/ou-a-1/", "o-bbb/r-b/", "o-stranger00/r-x/"];
const GITHUB: &str = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
const OKTA: &str = "arn:aws:iam::111111111111:saml-provider/Okta";
const SUB: &str = "token.actions.githubusercontent.com:sub";
const AUD: &str = "token.actions.githubusercontent.com:aud";

/// A key: how policies name it, operators that fit it, values that policies name.
struct Key {
    name: &'static str,
    operators: &'static [&'static str],
    values: &'static [&'static str],
}

const STRING: &[&str] = &["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"];
const ARN: &[&str] = &["ArnLike", "ArnNotLike", "ArnEquals", "StringLike", "StringEquals", "StringNotLike"];

const KEYS: &[Key] = &[
    Key { name: "sts:ExternalId", operators: STRING, values: &["abc", "xyz", "ABC", "a*", "?b?", "*"] },
    Key { name: "aws:PrincipalAccount", operators: STRING, values: &["222222222222", "333333333333", "2*"] },
    Key {
        name: "aws:PrincipalArn",
        operators: ARN,
        values: &[
            "arn:aws:iam::222222222222:role/app",
            "arn:aws:iam::*:role/app",
            "arn:aws:iam::333333333333:*",
            "arn:aws:iam::222222222222:user/bob",
            "arn:aws:iam::*:user/*",
        ],
    },
    Key { name: "aws:PrincipalOrgID", operators: STRING, values: &["o-aaa", "o-bbb", "o-*"] },
    Key { name: "aws:PrincipalOrgPaths", operators: STRING, values: &["o-aaa/*", "o-aaa/r-a/ou-a-1/*", "o-bbb/r-b/"] },
    Key { name: "aws:MultiFactorAuthPresent", operators: &["Bool", "StringEquals"], values: &["true", "false"] },
    Key {
        name: "aws:MultiFactorAuthAge",
        operators: &["NumericLessThan", "NumericGreaterThanEquals", "NumericEquals", "NumericNotEquals"],
        values: &["3600", "60"],
    },
    Key { name: "aws:SourceIp", operators: &["IpAddress", "NotIpAddress"], values: &["203.0.113.0/24", "0.0.0.0/0"] },
    Key { name: "aws:TagKeys", operators: STRING, values: &["a", "b", "a*"] },
    Key { name: "aws:username", operators: STRING, values: &["bob", "b*"] },
    Key { name: "aws:PrincipalType", operators: STRING, values: &["User", "AssumedRole"] },
    Key {
        name: "sts:RoleSessionName",
        operators: STRING,
        values: &["bob", "s*", "${aws:username}", "${aws:PrincipalAccount}"],
    },
    Key {
        name: "aws:SourceAccount",
        operators: STRING,
        values: &["111111111111", "222222222222", "${aws:ResourceAccount}"],
    },
    Key { name: "aws:PrincipalIsAWSService", operators: &["Bool"], values: &["true", "false"] },
    Key { name: SUB, operators: STRING, values: &["repo:acme/api:x", "repo:acme/*", "repo:*"] },
    Key { name: AUD, operators: STRING, values: &["sts.amazonaws.com"] },
    Key { name: "aws:ExternalId", operators: STRING, values: &["abc"] },
    Key {
        name: "aws:CurrentTime",
        operators: &["DateLessThan", "DateGreaterThan", "DateNotEquals"],
        values: &["2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"],
    },
];

/// A random policy document.
pub(super) fn policy(dice: &mut Dice) -> Json {
    let mut statements: Vec<Json> = (0..=dice.below(2)).map(|_| statement(dice, "Allow")).collect();
    for _ in 0..dice.below(3) {
        let at = dice.below(statements.len() + 1);
        statements.insert(at, statement(dice, "Deny"));
    }
    let version = if dice.chance(90) { "2012-10-17" } else { "2008-10-17" };
    json!({"Version": version, "Statement": statements})
}

/// A random statement.
pub(super) fn statement(dice: &mut Dice, effect: &str) -> Json {
    let mut out = json!({"Effect": effect});
    let mut principals: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for _ in 0..=dice.below(2) {
        let (kind, value) = [
            ("AWS", "*"),
            ("AWS", "*"),
            ("AWS", "222222222222"),
            ("AWS", "arn:aws:iam::333333333333:root"),
            ("AWS", "arn:aws:iam::222222222222:role/app"),
            ("AWS", "arn:aws:iam::222222222222:user/bob"),
            ("AWS", "arn:aws:sts::222222222222:assumed-role/app/s1"),
            ("AWS", "arn:aws:iam::333333333333:role/x/app"),
            ("Service", "sns.amazonaws.com"),
            ("Federated", GITHUB),
            ("Federated", OKTA),
        ][dice.below(11)];
        principals.entry(kind).or_default().push(value);
    }
    out[if dice.chance(8) { "NotPrincipal" } else { "Principal" }] = json!(principals);
    match dice.below(10) {
        0 => out["Action"] = json!(["sts:TagSession", "sts:AssumeRoleWith*"]),
        1 => out["NotAction"] = json!("sts:TagSession"),
        2 => out["Action"] = json!("sts:TagSession"),
        _ => out["Action"] = json!(dice.one(&["sts:AssumeRole", "sts:*", "STS:assume*", "*"])),
    }
    let mut conditions = json!({});
    for _ in 0..dice.below(3) {
        let key = &KEYS[dice.below(KEYS.len())];
        let mut operator = dice.one(key.operators).to_owned();
        if dice.chance(12) {
            operator = "Null".to_owned();
        } else if dice.chance(20) {
            operator += "IfExists";
        }
        let many = matches!(key.name, "aws:TagKeys" | "aws:PrincipalOrgPaths");
        if dice.chance(if many { 90 } else { 10 }) {
            operator = dice.one(&["ForAllValues:", "ForAnyValue:"]).to_owned() + &operator;
        }
        let values: Vec<&str> = if operator.ends_with("Null") {
            vec![dice.one(&["true", "false"])]
        } else {
            // Text with wildcards taken as it stands is of no value of the universe.
            let literal = !operator.contains("Like") && !key.name.starts_with("aws:Principal");
            let fits = |v: &&&str| !(literal && v.contains(['*', '?']) && !v.contains("${"));
            let values: Vec<&str> = key.values.iter().filter(fits).copied().collect();
            (0..=dice.below(2)).map(|_| dice.one(&values)).collect()
        };
        conditions[&operator][key.name] = json!(values);
    }
    out["Condition"] = conditions;
    out
}

type Context = BTreeMap<String, ContextValue>;

/// All requests of the universe for that call, as far as they differ in keys that the policy's text names.
pub(super) fn requests(policy: &str, action: &str) -> Vec<Request> {
    let lower = policy.to_ascii_lowercase();
    let names = |key: &str| lower.contains(&key.to_ascii_lowercase());
    let one = |v: &str| Some(ContextValue::One(v.to_owned()));
    let many = |v: &[&str]| Some(ContextValue::Many(v.iter().map(|s| (*s).to_owned()).collect()));
    let mut out = Vec::new();
    let mut put = |principal: Principal, text: &str, base: Context, slots: &[(&str, Vec<Option<ContextValue>>)]| {
        let mut contexts = vec![base];
        for (key, values) in slots.iter().filter(|(key, _)| names(key)) {
            let mut next = Vec::new();
            for context in &contexts {
                for value in values {
                    let mut with = context.clone();
                    if let Some(value) = value {
                        with.insert((*key).to_owned(), value.clone());
                    }
                    next.push(with);
                }
            }
            contexts = next;
        }
        contexts.retain(is_realizable);
        out.extend(contexts.into_iter().map(|context| Request {
            principal: principal.clone(),
            principal_text: text.to_owned(),
            action: action.to_owned(),
            context,
        }));
    };
    let tags = vec![
        None,
        many(&["a"]),
        many(&["b"]),
        many(&["a", "b"]),
        many(&["zz"]),
        many(&["a", "zz"]),
        many(&["b", "zz"]),
        many(&["abc"]),
    ];
    let ips = vec![None, one("203.0.113.77"), one("198.51.100.1"), one("2001:db8::1")];
    let now = ("aws:CurrentTime", vec![one("2026-11-21T00:00:00Z")]);
    let sessions = |extra: &str| vec![one("bob"), one("s2"), one("zz"), one(extra)];
    for account in ACCOUNTS {
        if !names(account) && account != ACCOUNTS[3] && !names("2*") {
            continue;
        }
        let (partition, account) = ("aws".to_owned(), account.to_owned());
        let role =
            |name: &str| Principal::Role { partition: partition.clone(), account: account.clone(), name: name.into() };
        let user =
            |name: &str| Principal::User { partition: partition.clone(), account: account.clone(), name: name.into() };
        let session = Principal::Session {
            partition: partition.clone(),
            account: account.clone(),
            role: "app".to_owned(),
            session: "s1".to_owned(),
        };
        // Callers that the policy cannot tell from another of the same account are left out.
        let mut callers = vec![(role("any"), "role/any"), (user("bob"), "user/bob")];
        if names("role/app") || names("x/app") || names("assumed-role") {
            callers.extend([(role("app"), "role/app"), (role("x/app"), "role/x/app")]);
        }
        if names("assumed-role") {
            callers.extend([(session.clone(), "role/app"), (session, "role/x/app")]);
        }
        if names("bob") || names("username") {
            callers.push((user("zz"), "user/zz"));
        }
        for (principal, resource) in callers {
            let arn = format!("arn:aws:iam::{account}:{resource}");
            let name = resource.strip_prefix("user/");
            let kind = if name.is_some() { "User" } else { "AssumedRole" };
            let mut base: Context = BTreeMap::from([
                ("aws:PrincipalArn".to_owned(), ContextValue::One(arn.clone())),
                ("aws:PrincipalAccount".to_owned(), ContextValue::One(account.clone())),
                ("aws:PrincipalType".to_owned(), ContextValue::One(kind.to_owned())),
                ("aws:PrincipalIsAWSService".to_owned(), ContextValue::One("false".to_owned())),
                ("aws:ResourceAccount".to_owned(), ContextValue::One("111111111111".to_owned())),
            ]);
            if let Some(name) = name {
                base.insert("aws:username".to_owned(), ContextValue::One(name.to_owned()));
            }
            let mut bases = vec![base.clone()];
            if names("aws:PrincipalOrg") {
                for path in PATHS {
                    let mut with = base.clone();
                    let id = path.split('/').next().unwrap();
                    with.insert("aws:PrincipalOrgID".to_owned(), ContextValue::One(id.to_owned()));
                    with.insert("aws:PrincipalOrgPaths".to_owned(), ContextValue::Many(vec![path.to_owned()]));
                    bases.push(with);
                }
            }
            let mfa = vec![None, one("true"), one("false")];
            let ages = vec![None, one("59"), one("60"), one("61"), one("7200")];
            let slots = [
                (
                    "sts:ExternalId",
                    vec![
                        None,
                        one("abc"),
                        one("xyz"),
                        one("ABC"),
                        one("zzzz"),
                        one("aBc"),
                        one("XYZ"),
                        one("XbX"),
                        one("axx"),
                    ],
                ),
                ("aws:MultiFactorAuthAge", ages.clone()),
                // The axiom on its age needs it whenever the age is there.
                ("aws:MultiFactorAuth", Vec::new()),
                ("aws:SourceIp", ips.clone()),
                ("aws:TagKeys", tags.clone()),
                ("sts:RoleSessionName", sessions(&account)),
                now.clone(),
            ];
            let slots: Vec<_> = slots
                .into_iter()
                .map(|(k, v)| if v.is_empty() { ("aws:MultiFactorAuthPresent", mfa.clone()) } else { (k, v) })
                .collect();
            for mut base in bases {
                if names("MultiFactorAuthAge") && !names("MultiFactorAuthPresent") {
                    // An age always comes with MFA, which the policy does not look at.
                    base.insert("aws:MultiFactorAuthPresent".to_owned(), ContextValue::One("true".to_owned()));
                }
                put(principal.clone(), &arn, base, &slots);
            }
        }
    }
    let accounts = vec![None, one(ACCOUNTS[0]), one(ACCOUNTS[1]), one(ACCOUNTS[3])];
    let base = |service: &str| {
        BTreeMap::from([
            ("aws:PrincipalIsAWSService".to_owned(), ContextValue::One(service.to_owned())),
            ("aws:ResourceAccount".to_owned(), ContextValue::One("111111111111".to_owned())),
        ])
    };
    let common = [
        ("aws:SourceIp", ips),
        ("aws:TagKeys", tags),
        ("sts:RoleSessionName", sessions("qq")),
        ("aws:PrincipalType", vec![one("User"), one("AssumedRole"), one("zz")]),
        now,
    ];
    let named: Vec<_> = accounts.iter().cloned().chain([one("333333333333")]).collect();
    let service = [("aws:SourceAccount", accounts), ("aws:PrincipalAccount", named.clone())];
    let slots: Vec<_> = common.iter().cloned().chain(service).collect();
    put(Principal::Service("sns.amazonaws.com".to_owned()), "sns.amazonaws.com", base("true"), &slots);
    let web = [
        (
            SUB,
            vec![
                one("repo:acme/api:x"),
                one("repo:acme/web:y"),
                one("repo:evil/x:y"),
                one("zz"),
                one("REPO:ACME/API:X"),
            ],
        ),
        (AUD, vec![one("sts.amazonaws.com"), one("zz"), one("STS.amazonaws.com")]),
        ("aws:PrincipalAccount", named),
        ("aws:PrincipalArn", provider_arns()),
    ];
    let claims = action == "sts:AssumeRoleWithWebIdentity";
    let slots: Vec<_> = common.iter().cloned().chain(web.into_iter().skip(if claims { 0 } else { 2 })).collect();
    if action == "sts:AssumeRoleWithWebIdentity" {
        put(Principal::Oidc(GITHUB.to_owned()), GITHUB, base("false"), &slots);
    } else if action == "sts:AssumeRoleWithSAML" {
        put(Principal::Saml(OKTA.to_owned()), OKTA, base("false"), &slots);
    }
    out
}

/// What providers' callers may carry for `aws:PrincipalArn`; AWS does not say.
fn provider_arns() -> Vec<Option<ContextValue>> {
    let arns = [
        "arn:aws:iam::222222222222:role/app",
        "arn:aws:iam::999988887777:role/app",
        "arn:aws:iam::333333333333:zz",
        "arn:aws:iam::222222222222:user/bob",
        "arn:aws:iam::999988887777:user/zz",
        "zz",
    ];
    std::iter::once(None).chain(arns.iter().map(|a| Some(ContextValue::One((*a).to_owned())))).collect()
}

/// Whether the context keeps the axioms: an age of MFA comes with MFA.
fn is_realizable(context: &Context) -> bool {
    !context.contains_key("aws:MultiFactorAuthAge")
        || context.get("aws:MultiFactorAuthPresent") == Some(&ContextValue::One("true".to_owned()))
}
