//! Where iam-rs differs from what AWS documents, on a case of one condition.

use serde_json::Value;

/// Where iam-rs is known to differ from the documentation on this condition.
pub fn differs(case: &Value, theirs: &str) -> Option<&'static str> {
    let policy = &case["trustPolicy"];
    let (operator, block) = policy["Statement"]["Condition"].as_object()?.iter().next()?;
    let (key, wanted) = block.as_object()?.iter().next()?;
    let given = case["request"]["context"].as_object()?.iter().find(|(k, _)| k.eq_ignore_ascii_case(key));
    let (set, name) = operator.split_once(':').unwrap_or(("", operator));
    let (name, if_exists) = name.strip_suffix("IfExists").map_or((name, false), |n| (n, true));
    let condition = Condition {
        set,
        name,
        if_exists,
        wanted: texts(wanted),
        given: given.map(|(_, value)| texts(value)),
        variables: policy["Version"] == "2012-10-17",
    };
    if theirs == "error" { condition.refused(wanted) } else { condition.misjudged() }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

struct Condition<'c> {
    set: &'c str,
    name: &'c str,
    if_exists: bool,
    wanted: Vec<&'c str>,
    given: Option<Vec<&'c str>>,
    variables: bool,
}

impl Condition<'_> {
    /// Why iam-rs gives an error instead of an answer.
    fn refused(&self, wanted: &Value) -> Option<&'static str> {
        let some = |unread: fn(&str) -> bool| self.wanted.iter().any(|w| unread(w));
        match self.name {
            "Bool" if !self.set.is_empty() && wanted.is_array() => Some("booleans may be given as texts"),
            "Bool" if some(|w| w == "True" || w == "FALSE") => Some("booleans are read without regard to case"),
            "Bool" if some(|w| w == "maybe") => Some("a value that cannot be read is no match, not an error"),
            n if n.starts_with("Date") && some(is_day) => Some("a date needs no time of day"),
            n if n.starts_with("Date") && some(|w| w == "someday")
                || n.starts_with("Numeric") && some(|w| w.parse::<f64>().is_err())
                || n.ends_with("IpAddress") && some(|w| w == "there") =>
            {
                Some("a value that cannot be read is no match, not an error")
            }
            _ => None,
        }
    }

    /// Why iam-rs gives another answer.
    fn misjudged(&self) -> Option<&'static str> {
        if self.name == "Null" && self.wanted.contains(&"true") && self.wanted.contains(&"false") {
            return Some("several values are alternatives, with Null too");
        }
        let Some(given) = &self.given else {
            let nothing_wanted = self.if_exists && self.wanted.is_empty();
            return nothing_wanted.then_some("IfExists is true for an absent key, also when no value is wanted");
        };
        let some = |differ: &dyn Fn(&str, &str) -> bool| given.iter().any(|g| self.wanted.iter().any(|w| differ(w, g)));
        let takes_variables = self.name.starts_with("String") || self.name.starts_with("Arn");
        if self.variables && takes_variables && self.wanted.iter().any(|w| w.contains("${")) {
            return Some("variables are replaced in conditions");
        }
        if self.set == "ForAllValues" && given.iter().all(|v| v.is_empty()) {
            return Some("ForAllValues of an empty value is true");
        }
        match self.name {
            "BinaryEquals" if some(&|w, g| w == "!" && g == "!") => {
                Some("a text that is not base64 is no binary value")
            }
            "StringLike" | "StringNotLike" if some(&|w, g| w.contains('*') && g.contains('*') && glob(w, g)) => {
                Some("`*` matches an asterisk and what follows it")
            }
            "ArnEquals" | "ArnNotEquals" if some(&|w, g| arn(w, g) != (w == g)) => {
                Some("ArnEquals is the same as ArnLike")
            }
            "ArnLike" | "ArnNotLike" if some(&|w, g| arn(w, g) != glob(w, g)) => {
                Some("a wildcard in an ARN does not reach across colons")
            }
            // Not documented either way; the evaluator says `undefined`.
            n if n.starts_with("Date") && given.contains(&"10.0") => {
                Some("whether seconds since 1970 may have a fraction is not documented")
            }
            n if n.starts_with("Date") && given.iter().any(|g| is_day(g)) => Some("a date needs no time of day"),
            _ => None,
        }
    }
}

fn is_day(text: &str) -> bool {
    text == "2024-02-29"
}

/// Whether a pattern matches an ARN field by field.
fn arn(pattern: &str, text: &str) -> bool {
    let fields = |t: &str| t.splitn(6, ':').map(str::to_owned).collect::<Vec<_>>();
    let (pattern, text) = (fields(pattern), fields(text));
    pattern.len() == 6 && text.len() == 6 && pattern.iter().zip(&text).all(|(p, t)| glob(p, t))
}

fn glob(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('*') => {
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.into_iter().any(|at| glob(rest.as_str(), &text[at..]))
        }
        Some(p) => {
            let mut chars = text.chars();
            chars.next().is_some_and(|t| (p == '?' || p == t) && glob(rest.as_str(), chars.as_str()))
        }
    }
}
