//! Why the evaluator and the simulator may give different verdicts on a case.

use serde_json::Value;

/// What a case has that may split the verdicts.
#[derive(Default, Debug)]
pub struct Reasons {
    /// What AWS does not document: the evaluator says `undefined`.
    pub undocumented: Vec<&'static str>,
    /// Where the simulator differs from what AWS documents, or from the specification.
    pub differs: Vec<&'static str>,
}

const MULTIVALUED: [&str; 3] = ["aws:tagkeys", "aws:principalorgpaths", "cognito-identity.amazonaws.com:amr"];

/// The reasons that a case gives.
pub fn of(case: &Value) -> Reasons {
    let mut out = Reasons::default();
    let policy = &case["trustPolicy"];
    let request = &case["request"];
    let variables = policy["Version"] == "2012-10-17";
    let statements = match &policy["Statement"] {
        Value::Array(all) => all.iter().collect(),
        one => vec![one],
    };
    for s in statements {
        principals(s, request, &mut out);
        for (operator, block) in s["Condition"].as_object().into_iter().flatten() {
            for (key, wanted) in block.as_object().into_iter().flatten() {
                let given = given(request, key);
                condition(&operator.to_ascii_lowercase(), key, &texts(wanted), given, variables, request, &mut out);
            }
        }
    }
    out
}

fn given<'c>(request: &'c Value, key: &str) -> Option<&'c Value> {
    request["context"].as_object()?.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v)
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

fn principals(statement: &Value, request: &Value, out: &mut Reasons) {
    let caller = request["principal"].as_str().unwrap_or_default();
    let is_aws = caller.starts_with("arn:") && !caller.contains("-provider/");
    for element in ["Principal", "NotPrincipal"] {
        let named = &statement[element];
        let any = *named == "*" || texts(&named["AWS"]).contains(&"*");
        if any && !is_aws {
            out.undocumented.push("service or federated caller under AWS:*");
        }
        let provider_account = caller.contains("-provider/").then(|| caller.split(':').nth(4)).flatten();
        let own = |p: &&str| provider_account.is_some_and(|a| p == &a || p.ends_with(&format!(":{a}:root")));
        if texts(&named["AWS"]).iter().any(own) {
            out.undocumented.push("identity provider under its account");
        }
        let with_path = texts(&named["AWS"]).iter().any(|p| p.contains(":user/team/"));
        if with_path && caller.contains(":federated-user/") {
            out.undocumented.push("federated-user session under a user with a path");
        }
    }
}

fn condition(
    operator: &str,
    key: &str,
    wanted: &[&str],
    given: Option<&Value>,
    variables: bool,
    request: &Value,
    out: &mut Reasons,
) {
    let name = operator.rsplit(':').next().unwrap_or(operator);
    let (name, if_exists) = name.strip_suffix("ifexists").map_or((name, false), |n| (n, true));
    let negated = name.contains("not");
    let quantified = operator.contains(':');
    let values = given.map(texts).unwrap_or_default();
    let many = MULTIVALUED.contains(&&*key.to_ascii_lowercase());

    if many && !quantified && name != "null" && given.is_some() {
        out.undocumented.push("multivalued key without set operator");
    }
    if operator.starts_with("foranyvalue:") && if_exists && values.iter().all(|v| v.is_empty()) {
        out.undocumented.push("ForAnyValue with IfExists, key absent");
    }
    if given.is_some() && values.iter().any(|v| v.is_empty()) || matches!(given, Some(Value::Array(a)) if a.is_empty())
    {
        out.undocumented.push("empty value");
        out.differs.push("ForAllValues of an empty value is documented to be true");
    }
    if name == "null" && if_exists {
        out.undocumented.push("Null with IfExists");
    }
    if name == "null" && quantified {
        out.differs.push("Null with a set operator is documented not to depend on the request");
    }
    let unreadable = |texts: &[&str]| texts.iter().any(|t| !readable(name, t));
    if negated && (unreadable(&values) || unreadable(wanted)) {
        out.undocumented.push("negated operator on a value that it cannot read");
    }
    if name.starts_with("arn") && wanted.contains(&"*") {
        out.undocumented.push("`*` alone as an ARN");
    }
    let four_digits = |t: &&str| t.len() == 4 && t.bytes().all(|b| b.is_ascii_digit());
    if name.starts_with("date") && values.iter().chain(wanted).any(four_digits) {
        out.undocumented.push("four digits as a date");
    }
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let fraction = |t: &&str| t.trim_start_matches('-').split_once('.').is_some_and(|(a, b)| digits(a) && digits(b));
    if name.starts_with("date") && values.iter().chain(wanted).any(fraction) {
        out.undocumented.push("seconds since 1970 with a fraction");
    }
    if name.starts_with("binary") && values.iter().chain(wanted).any(|t| t.contains('!')) {
        out.differs.push("a text that is not base64 is no binary value");
    }
    let is_epoch = |t: &&str| t.bytes().all(|b| b.is_ascii_digit()) && t.len() > 4;
    if name.starts_with("date") && (values.iter().any(is_epoch) || wanted.iter().any(is_epoch)) {
        out.differs.push("dates are documented to be seconds since 1970 too");
    }
    let is_ip = name.ends_with("ipaddress");
    if is_ip && wanted.contains(&"0.0.0.0/0") {
        out.differs.push("0.0.0.0/0 holds every IPv4 address");
    }
    if is_ip && negated && wanted.iter().any(|w| !w.contains('/')) && values.iter().any(|v| v.contains(':')) {
        out.differs.push("an address of another family is none of the addresses");
    }
    if name.starts_with("numeric")
        && values.iter().any(|v| !readable(name, v) && v.starts_with(|c: char| c.is_ascii_digit()))
    {
        out.differs.push("a text that only begins with digits is no number");
    }
    let takes_variables = name.starts_with("string") || name.starts_with("arn");
    if !variables && takes_variables && wanted.iter().any(|t| t.contains("${")) {
        out.differs.push("variables are documented for 2012-10-17 only");
    }
    for text in wanted.iter().filter(|t| variables && takes_variables && t.contains("${")) {
        variable(name, text, negated, request, out);
    }
}

fn variable(name: &str, text: &str, negated: bool, request: &Value, out: &mut Reasons) {
    if ["${*}", "${$}"].iter().any(|e| text.contains(e)) && !name.contains("like") {
        out.differs.push("`${*}` and `${$}` are documented for every string");
    }
    if name.starts_with("arn") {
        out.differs.push("variables are documented for ARN operators");
    }
    for key in ["aws:username", "aws:PrincipalTag/Team", "aws:TagKeys"] {
        if !text.contains(&format!("${{{key}")) {
            continue;
        }
        match given(request, key) {
            None if negated && !text.contains(", '") => {
                out.differs.push("a negated operator is documented to be true for a variable without value");
            }
            Some(Value::Array(_)) => out.undocumented.push("multivalued key as a variable"),
            Some(Value::String(s)) if s.is_empty() => out.undocumented.push("empty variable"),
            _ => {}
        }
    }
}

fn readable(name: &str, text: &str) -> bool {
    match name {
        n if n.starts_with("arn") => text.splitn(6, ':').count() == 6,
        n if n.starts_with("numeric") => text.parse::<f64>().is_ok(),
        n if n.starts_with("date") => {
            text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['.', ' ']) && !text.contains("::")
        }
        n if n.ends_with("ipaddress") => text.split('/').next().is_some_and(|a| a.parse::<std::net::IpAddr>().is_ok()),
        _ => true,
    }
}
