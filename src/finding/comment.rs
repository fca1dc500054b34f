/// What the text of a comment says about suppression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Directive {
    /// `iac-trust-lint: ignore[…] until … -- …`.
    Ignore {
        /// The rule names.
        rules: Vec<String>,
        /// The last day, as written.
        until: Option<String>,
        /// Why.
        reason: Option<String>,
    },
    /// It begins with `iac-trust-lint:` and goes on with something else; carries what is wrong.
    Malformed(String),
}

impl Directive {
    /// Reads the text of a comment without its marker; `None` for a comment that speaks of something else.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.trim().strip_prefix("iac-trust-lint:")?.trim_start();
        crate::fault::fault("comment", || rest.to_owned());
        Some(Self::parse_body(rest).unwrap_or_else(Self::Malformed))
    }

    fn parse_body(rest: &str) -> Result<Self, String> {
        let form = "write `iac-trust-lint: ignore[rule] -- reason`";
        let Some(rest) = rest.strip_prefix("ignore") else {
            return Err(format!("the comment is no suppression: {form}"));
        };
        let Some((names, rest)) = rest.trim_start().strip_prefix('[').and_then(|r| r.split_once(']')) else {
            return Err(format!("the suppression names no rule in brackets: {form}"));
        };
        let rules: Vec<String> = names.split(',').map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
        if rules.is_empty() {
            return Err(format!("the suppression names no rule in brackets: {form}"));
        }
        let (before, reason) = match rest.split_once("--") {
            Some((before, reason)) => (before.trim(), Some(reason.trim())),
            None => (rest.trim(), None),
        };
        let until = match before.split_whitespace().collect::<Vec<_>>().as_slice() {
            [] => None,
            ["until", day] => Some((*day).to_owned()),
            _ if reason.is_none() => return Err(format!("the reason must follow `--`: {form}")),
            _ => return Err(format!("`{before}` is not understood: {form}, with `until YYYY-MM-DD` before `--`")),
        };
        Ok(Self::Ignore { rules, until, reason: reason.filter(|r| !r.is_empty()).map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignore(rules: &[&str], until: Option<&str>, reason: Option<&str>) -> Option<Directive> {
        Some(Directive::Ignore {
            rules: rules.iter().map(|r| (*r).to_owned()).collect(),
            until: until.map(str::to_owned),
            reason: reason.map(str::to_owned),
        })
    }

    #[test]
    fn suppressions_are_read() {
        for (text, expected) in [
            ("iac-trust-lint: ignore[a] -- why", ignore(&["a"], None, Some("why"))),
            (
                "iac-trust-lint: ignore[rule-a, rule-b] until 2027-03-31 -- because -- so",
                ignore(&["rule-a", "rule-b"], Some("2027-03-31"), Some("because -- so")),
            ),
            ("iac-trust-lint:ignore[a]", ignore(&["a"], None, None)),
            ("iac-trust-lint: ignore[a] --  ", ignore(&["a"], None, None)),
            ("something else", None),
            ("see iac-trust-lint: ignore[a] -- b", None),
        ] {
            assert_eq!(Directive::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for text in [
            "iac-trust-lint: ignore",
            "iac-trust-lint: ignore[]",
            "iac-trust-lint: ignore[a",
            "iac-trust-lint: disable[a] -- b",
            "iac-trust-lint: ignore[a] because",
            "iac-trust-lint: ignore[a] until -- b",
        ] {
            assert!(matches!(Directive::parse(text), Some(Directive::Malformed(_))), "{text}");
        }
    }
}
