//! Random trust policies and requests, the same for the same seed. They are drawn from a small world, so that policies
//! and requests meet: few accounts, few names, few keys, and for each key few values.

use serde_json::{Map, Value, json};

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

const ACCOUNTS: [&str; 3] = ["111111111111", "222222222222", "333333333333"];
const OIDC: &str = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
const SAML: &str = "arn:aws:iam::111111111111:saml-provider/Okta";
const ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

const STRINGS: [&str; 7] = ["String", "Arn", "Numeric", "Date", "Bool", "Ip", "Binary"];

/// Keys by the family of operators that is usual for them.
const KEYS: [(&str, &[&str]); 7] = [
    (
        "String",
        &[
            "sts:ExternalId",
            "sts:RoleSessionName",
            "aws:PrincipalOrgID",
            "aws:username",
            "aws:PrincipalTag/Team",
            "token.actions.githubusercontent.com:sub",
            "SAML:aud",
        ],
    ),
    ("Arn", &["aws:PrincipalArn", "aws:SourceArn"]),
    ("Numeric", &["aws:MultiFactorAuthAge"]),
    ("Date", &["aws:CurrentTime", "aws:TokenIssueTime"]),
    ("Bool", &["aws:MultiFactorAuthPresent", "aws:PrincipalIsAWSService"]),
    ("Ip", &["aws:SourceIp"]),
    ("Binary", &["acme:Blob"]),
];

const MULTIVALUED: [&str; 3] = ["aws:TagKeys", "aws:PrincipalOrgPaths", "cognito-identity.amazonaws.com:amr"];

const WORDS: [&str; 10] = ["a", "ab", "abc", "A", "b", "a*c", "repo:acme/api", "o-1/r-1/ou-1/", "x?", ""];
const PATTERNS: [&str; 12] = ["a", "ab", "a*", "*", "?b", "A*", "repo:acme/*", "o-1/*", "*c", "a?c", "x?", "*b*"];
const ARNS: [&str; 6] = [
    "arn:aws:iam::222222222222:user/alice",
    "arn:aws:iam::222222222222:role/app",
    "arn:aws:iam::333333333333:role/app",
    "arn:aws:s3:::bucket",
    "arn:aws:iam::222222222222:role/a:b",
    "alice",
];
const ARN_PATTERNS: [&str; 9] = [
    "arn:aws:iam::222222222222:user/alice",
    "arn:aws:iam::222222222222:*",
    "arn:aws:iam::*:role/app",
    "arn:aws:iam::2*",
    "arn:*:*:*:*:*",
    "arn:aws:iam::222222222222:role/?*",
    "arn:aws:s3:::*",
    "arn:aws:iam::22222222222?:role/a*",
    "*",
];
const NUMBERS: [&str; 7] = ["0", "10", "9", "10.0", "-1", "3600", "ten"];
const DATES: [&str; 7] = [
    "2024-02-29T12:30:00Z",
    "2024-02-29T14:30:00+02:00",
    "2024-02-29",
    "2025-01-01T00:00:00Z",
    "2023-12-31T23:59:59Z",
    "1709209800",
    "someday",
];
const BOOLEANS: [&str; 5] = ["true", "false", "True", "FALSE", "maybe"];
const ADDRESSES: [&str; 6] = ["203.0.113.7", "10.1.2.3", "2001:db8::1", "10.255.0.1", "0.0.0.0", "here"];
const NETWORKS: [&str; 8] =
    ["203.0.113.0/24", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32", "10.1.2.3", "10.1.2.3/16", "::/0", "there"];
const BINARY: [&str; 4] = ["QUJD", "QUI=", "QQ==", "!"];
const VARIABLES: [&str; 9] = [
    "${aws:username}",
    "a${aws:username}",
    "${aws:username, 'ab'}",
    "${*}",
    "a${*}c",
    "${$}",
    "${aws:TagKeys}",
    "${aws:username}*",
    "${aws:PrincipalTag/Team}",
];

/// Which of the things that simulators are known to disagree about a case may have.
#[derive(Clone, Copy)]
pub struct Taste {
    /// Percent of conditions with something odd: unreadable values, variables, empty values, wrong types,
    /// `Null…IfExists`.
    pub odd: u64,
}

/// One case: `{"id", "trustPolicy", "request"}`.
pub fn case(id: usize, r: &mut Random, taste: Taste) -> Value {
    let policy = policy(r, taste);
    let request = request(r, taste, &policy);
    json!({"id": id, "trustPolicy": policy, "request": request})
}

fn policy(r: &mut Random, taste: Taste) -> Value {
    let count = 1 + r.below(3);
    let statements: Vec<Value> = (0..count).map(|i| statement(i, r, taste)).collect();
    let mut document = Map::new();
    match r.below(10) {
        0 => {}
        1 => drop(document.insert("Version".to_owned(), json!("2008-10-17"))),
        _ => drop(document.insert("Version".to_owned(), json!("2012-10-17"))),
    }
    let single = statements.len() == 1 && r.chance(50);
    let statements = if single { statements[0].clone() } else { Value::Array(statements) };
    document.insert("Statement".to_owned(), statements);
    Value::Object(document)
}

fn statement(index: usize, r: &mut Random, taste: Taste) -> Value {
    let mut s = Map::new();
    s.insert("Effect".to_owned(), json!(if index == 0 || r.chance(50) { "Allow" } else { "Deny" }));
    let element = if r.chance(taste.odd / 4) { "NotPrincipal" } else { "Principal" };
    s.insert(element.to_owned(), principals(r));
    let element = if r.chance(10) { "NotAction" } else { "Action" };
    s.insert(element.to_owned(), one_or_many(r, 2, action_pattern));
    if r.chance(75) {
        s.insert("Condition".to_owned(), conditions(r, taste));
    }
    Value::Object(s)
}

fn one_or_many(r: &mut Random, most: usize, mut make: impl FnMut(&mut Random) -> String) -> Value {
    if r.chance(50) {
        return json!(make(r));
    }
    let count = 1 + r.below(most);
    json!((0..count).map(|_| make(r)).collect::<Vec<_>>())
}

fn action_pattern(r: &mut Random) -> String {
    let patterns =
        ["sts:AssumeRole", "sts:AssumeRole", "sts:*", "*", "STS:assume*", "sts:AssumeRole?ith*", "sts:TagSession"];
    if r.chance(20) { (*r.pick(&ACTIONS)).to_owned() } else { (*r.pick(&patterns)).to_owned() }
}

fn principals(r: &mut Random) -> Value {
    match r.below(20) {
        0 => json!("*"),
        1 => json!({"AWS": "*"}),
        2..=3 => json!({"Service": one_or_many(r, 2, |r| service(r).to_owned())}),
        4 => json!({"Federated": OIDC}),
        5 => json!({"Federated": SAML}),
        6 => json!({"Federated": "cognito-identity.amazonaws.com"}),
        7 => json!({"AWS": one_or_many(r, 2, aws), "Service": service(r), "Federated": OIDC}),
        _ => json!({"AWS": one_or_many(r, 3, aws)}),
    }
}

fn service(r: &mut Random) -> &'static str {
    const SERVICES: [&str; 3] = ["ec2.amazonaws.com", "lambda.amazonaws.com", "cloudtrail.amazonaws.com"];
    SERVICES[r.below(SERVICES.len())]
}

fn aws(r: &mut Random) -> String {
    let account = *r.pick(&ACCOUNTS);
    match r.below(7) {
        0 => account.to_owned(),
        1 => format!("arn:aws:iam::{account}:root"),
        2 => format!("arn:aws:iam::{account}:user/{}", r.pick(&["alice", "team/alice", "bob"])),
        3 | 4 => format!("arn:aws:iam::{account}:role/{}", r.pick(&["app", "path/app", "db"])),
        5 => format!("arn:aws:sts::{account}:assumed-role/app/{}", r.pick(&["s1", "s2"])),
        _ => format!("arn:aws:sts::{account}:federated-user/alice"),
    }
}

fn conditions(r: &mut Random, taste: Taste) -> Value {
    let mut operators = Map::new();
    for _ in 0..1 + r.below(2) {
        let odd = r.chance(taste.odd);
        let (family, keys) = *r.pick(&KEYS);
        let many = family == "String" && r.chance(35);
        let key = if many { *r.pick(&MULTIVALUED) } else { *r.pick(keys) };
        let family = if odd && r.chance(20) { *r.pick(&STRINGS) } else { family };
        let operator = if r.chance(12) { "Null".to_owned() } else { operator(r, family) };
        let quantifier = if many && !(odd && r.chance(30)) || r.chance(10) {
            *r.pick(&["ForAnyValue:", "ForAllValues:"])
        } else {
            ""
        };
        let quantifier = if operator == "Null" && !odd { "" } else { quantifier };
        let if_exists = r.chance(20) && (odd || operator != "Null" && quantifier != "ForAnyValue:");
        let name = format!("{quantifier}{operator}{}", if if_exists { "IfExists" } else { "" });
        let values = if odd && r.chance(5) { json!([]) } else { one_or_many(r, 3, |r| wanted(r, &operator, odd)) };
        let block = operators.entry(name).or_insert_with(|| json!({}));
        if let Value::Object(block) = block {
            block.insert(key.to_owned(), values);
        }
    }
    Value::Object(operators)
}

fn operator(r: &mut Random, family: &str) -> String {
    let names: &[&str] = match family {
        "String" => &["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"],
        "Arn" => &["Equals", "NotEquals", "Like", "NotLike"],
        "Numeric" | "Date" => {
            &["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
        }
        "Bool" => return "Bool".to_owned(),
        "Ip" => return (*r.pick(&["IpAddress", "NotIpAddress"])).to_owned(),
        _ => return "BinaryEquals".to_owned(),
    };
    format!("{family}{}", r.pick(names))
}

/// A value of a condition. The last one of each list is one that its operator cannot read, and odd.
fn wanted(r: &mut Random, operator: &str, odd: bool) -> String {
    if odd && r.chance(25) && (operator.starts_with("String") || operator.starts_with("Arn")) {
        return (*r.pick(&VARIABLES)).to_owned();
    }
    let all: &[&str] = match operator {
        "StringLike" | "StringNotLike" => &PATTERNS,
        "Null" => &["true", "false"],
        o if o.starts_with("String") => &WORDS,
        o if o.starts_with("Arn") => &ARN_PATTERNS,
        o if o.starts_with("Numeric") => &NUMBERS,
        o if o.starts_with("Date") => &DATES,
        o if o.starts_with("Bool") => &BOOLEANS,
        o if o.starts_with("Binary") => &BINARY,
        _ => &NETWORKS,
    };
    plain_or_odd(r, all, odd)
}

fn plain_or_odd(r: &mut Random, all: &[&str], odd: bool) -> String {
    let plain = if odd || all.len() < 3 { all.len() } else { all.len() - 1 };
    all[r.below(plain)].to_owned()
}

fn request(r: &mut Random, taste: Taste, policy: &Value) -> Value {
    let named = named_callers(policy);
    let near = (!named.is_empty() && r.chance(60)).then(|| r.pick(&named).clone());
    let (principal, action) = match r.below(12) {
        _ if near
            .as_ref()
            .is_some_and(|n| n.contains(":oidc-provider/") || !n.contains(':') && n.contains("cognito")) =>
        {
            (near.unwrap_or_default(), "sts:AssumeRoleWithWebIdentity")
        }
        _ if near.as_ref().is_some_and(|n| n.contains(":saml-provider/")) => {
            (near.unwrap_or_default(), "sts:AssumeRoleWithSAML")
        }
        _ if near.is_some() => (member(r, &near.unwrap_or_default()), "sts:AssumeRole"),
        0 | 1 => (service(r).to_owned(), "sts:AssumeRole"),
        2 => (OIDC.to_owned(), "sts:AssumeRoleWithWebIdentity"),
        3 => (SAML.to_owned(), "sts:AssumeRoleWithSAML"),
        4 => ("cognito-identity.amazonaws.com".to_owned(), "sts:AssumeRoleWithWebIdentity"),
        _ => (iam_caller(r), "sts:AssumeRole"),
    };
    let action = if r.chance(10) { *r.pick(&["sts:TagSession", "sts:SetSourceIdentity"]) } else { action };
    let mut context = Map::new();
    for (family, keys) in KEYS {
        for key in keys {
            if r.chance(45) {
                let odd = r.chance(taste.odd / 4);
                context.insert(cased(r, key), json!(given(r, family, odd)));
            }
        }
    }
    for key in MULTIVALUED {
        if r.chance(55) {
            let least = usize::from(!r.chance(taste.odd));
            let count = least + r.below(3);
            let odd = r.chance(taste.odd / 4);
            let values: Vec<String> = (0..count).map(|_| given(r, "String", odd)).collect();
            context.insert(cased(r, key), json!(values));
        }
    }
    json!({"principal": principal, "action": action, "context": context})
}

/// The principals that a policy names in its first statement.
fn named_callers(policy: &Value) -> Vec<String> {
    let statement = policy["Statement"].get(0).unwrap_or(&policy["Statement"]);
    let blocks = statement["Principal"].as_object().into_iter().flat_map(|o| o.values());
    let texts = blocks.flat_map(|v| match v {
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        one => one.as_str().map(str::to_owned).into_iter().collect::<Vec<_>>(),
    });
    texts.filter(|t| t != "*").collect()
}

/// A caller that a principal of kind `AWS` or `Service` may match.
fn member(r: &mut Random, principal: &str) -> String {
    let fields: Vec<&str> = principal.splitn(6, ':').collect();
    let (account, resource) = match *fields {
        [_, _, _, _, account, resource] => (account, resource),
        _ if principal.contains('.') => return principal.to_owned(),
        _ => (principal, "root"),
    };
    match resource.split_once('/') {
        Some(("role", name)) if r.chance(70) => {
            let name = name.rsplit('/').next().unwrap_or(name);
            format!("arn:aws:sts::{account}:assumed-role/{name}/s1")
        }
        Some(("user", name)) if r.chance(20) => {
            format!("arn:aws:sts::{account}:federated-user/{}", name.rsplit('/').next().unwrap_or(name))
        }
        Some(_) => principal.to_owned(),
        None => {
            let other = iam_caller(r);
            let rest: Vec<&str> = other.splitn(6, ':').collect();
            format!("{}:{account}:{}", rest[..4].join(":"), rest[5])
        }
    }
}

fn iam_caller(r: &mut Random) -> String {
    let account = *r.pick(&ACCOUNTS);
    match r.below(10) {
        0..=2 => format!("arn:aws:iam::{account}:user/{}", r.pick(&["alice", "team/alice", "bob"])),
        3 | 4 => format!("arn:aws:iam::{account}:role/{}", r.pick(&["app", "path/app", "db"])),
        5..=8 => format!("arn:aws:sts::{account}:assumed-role/{}/{}", r.pick(&["app", "db"]), r.pick(&["s1", "s2"])),
        _ => format!("arn:aws:sts::{account}:federated-user/{}", r.pick(&["alice", "bob"])),
    }
}

fn given(r: &mut Random, family: &str, odd: bool) -> String {
    let all: &[&str] = match family {
        "String" => &WORDS,
        "Arn" => &ARNS,
        "Numeric" => &NUMBERS,
        "Date" => &DATES,
        "Bool" => &BOOLEANS,
        "Ip" => &ADDRESSES,
        _ => &BINARY,
    };
    plain_or_odd(r, all, odd)
}

fn cased(r: &mut Random, key: &str) -> String {
    match r.below(8) {
        0 => key.to_ascii_lowercase(),
        1 => key.to_ascii_uppercase(),
        _ => key.to_owned(),
    }
}
