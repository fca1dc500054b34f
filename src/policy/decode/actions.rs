//! `Action` and `NotAction`, and which principal can meet which call.

use super::{Decoder, items, items::Item, values};
use crate::{
    policy::{Actions, Literal, Principals, ProblemKind, What},
    value::Value,
};

/// The calls that a trust policy can speak of.
pub(super) const CALLS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

impl Decoder {
    /// The patterns of an element.
    pub(super) fn actions(&mut self, value: &Value, element: &str) -> Vec<Literal> {
        let mut out = Vec::new();
        for item in self.items(value, element) {
            match item {
                Item::Literal(literal) => {
                    self.action(&literal, element);
                    out.push(literal);
                }
                Item::Unknown(unknown, origin, _) => {
                    self.unknown(What::Action, &unknown, &origin);
                    out.push(items::open(&unknown, &origin));
                }
                Item::Object(v) => {
                    let message = format!("a value of `{element}` is not a string");
                    self.problem(ProblemKind::Element, &v.origin, message);
                }
            }
        }
        if out.is_empty() {
            self.problem(ProblemKind::Element, &value.origin, format!("`{element}` names no action"));
        }
        out
    }

    fn action(&mut self, literal: &Literal, element: &str) {
        self.holes(What::Action, &literal.text, &literal.origin);
        let Some(pattern) = literal.known().filter(|_| self.is_trust()) else { return };
        if pattern == "*" || CALLS.iter().any(|c| values::glob(&pattern, c)) {
            return;
        }
        let (service, _) = pattern.split_once(':').unwrap_or(("", &pattern));
        let message = if service.is_empty() {
            format!("the action `{pattern}` names no service")
        } else if service.eq_ignore_ascii_case("sts") {
            format!("the action `{pattern}` is none of the `sts` calls that a trust policy can allow")
        } else if element == "NotAction" {
            return;
        } else {
            format!("the action `{pattern}` is no `sts` call, and a trust policy can speak of no other")
        };
        let help = values::near(&pattern, &CALLS).map_or_else(
            || "use `sts:AssumeRole`, `sts:AssumeRoleWithSAML` or `sts:AssumeRoleWithWebIdentity`".to_owned(),
            |name| format!("did you mean `{name}`?"),
        );
        self.problem_with_help(ProblemKind::Action, &literal.origin, message, help);
    }

    /// Notes each principal of an Allow that can make none of the calls the statement speaks of.
    pub(super) fn pairs(&mut self, principals: &Principals, actions: &Actions) {
        let Principals::Only(principals) = principals else { return };
        if !self.is_trust() || actions.negated || actions.patterns.is_empty() {
            return;
        }
        let patterns: Option<Vec<_>> = actions.patterns.iter().map(Literal::known).collect();
        let Some(patterns) = patterns else { return };
        let covered: Vec<&str> =
            CALLS.into_iter().filter(|call| patterns.iter().any(|p| values::glob(p, call))).collect();
        // What is no call at all is noted already.
        if covered.is_empty() {
            return;
        }
        let named = |call: &str| covered.contains(&call);
        let additions = CALLS.iter().skip(3).any(|c| named(c));
        for p in principals {
            let Some(call) = p.call() else { continue };
            if named(call) || additions {
                continue;
            }
            let message = format!("`{}` can never make the calls that the statement allows", p.value.text.display());
            let help = format!("such a principal calls `{call}`");
            self.problem_with_help(ProblemKind::Action, &p.value.origin, message, help);
        }
    }
}
