use super::shared::{CallerKind, Draft, known_caller_kinds, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{
        Answer, Demand, Query, Strings,
        keys::{self, Bounds},
    },
    finding::Severity,
    policy::{Condition, Effect, SetQuantifier, Statement, Test},
};

/// A condition that is meant as a guard is true for a caller that it should stop.
pub static RULE: Rule = Rule {
    name: "bypassable-condition",
    severity: Severity::High,
    summary: "A condition that is meant as a guard is true for a caller that it should stop",
    since: "0.1.0",
    what: "
Fires on a condition of an `Allow` that a request gets by without what the condition asks for: `…IfExists`, `ForAllValues:`,
a negated operator or `Null: true` on a key that the request need not carry, and `Bool … false` on
`aws:MultiFactorAuthPresent`. On a `Deny` it fires on forms that miss the request without the key, such as
`Bool aws:MultiFactorAuthPresent false`.

Only on keys that can guard (an ExternalId, MFA, organizations, addresses, source accounts, token claims …). Silent when
another condition stops that request, for example `Null: false` on the same key. For the `:sub` and `:aud` of a token the
finding is `possible`: tokens have them as a rule, but AWS does not promise it.",
    why: "
A request that does not carry a key makes `BoolIfExists`, `ForAllValues:` and `StringNotEquals` true. Long-term access keys
carry no `aws:MultiFactorAuthPresent` at all, so with `BoolIfExists` this succeeds with a leaked key and without MFA:

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/admin --role-session-name x",
    fix: "
Use the plain positive operator: `Bool` for MFA, `StringEquals` for an ExternalId or an organization, `ForAnyValue:` for
keys with several values. On a `Deny` use `BoolIfExists`, or add a `Deny` with `Null: true`. Where the weak form must stay,
add `Null: {KEY: false}` to the same statement.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
      Condition = { BoolIfExists = { "aws:MultiFactorAuthPresent" = "true" } }
    }]
  })
}
"#,
        terraform_good: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
      Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
    }]
  })
}
"#,
        cloudformation_bad: r#"
Resources:
  Audit:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { AWS: arn:aws:iam::444455556666:root }
            Action: sts:AssumeRole
          - Effect: Deny
            Principal: { AWS: "*" }
            Action: sts:AssumeRole
            Condition:
              Bool: { "aws:MultiFactorAuthPresent": "false" }
"#,
        cloudformation_good: r#"
Resources:
  Audit:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { AWS: arn:aws:iam::444455556666:root }
            Action: sts:AssumeRole
          - Effect: Deny
            Principal: { AWS: "*" }
            Action: sts:AssumeRole
            Condition:
              BoolIfExists: { "aws:MultiFactorAuthPresent": "false" }
"#,
    },
    maps_to: &[
        Mapping { system: "IAM Access Analyzer", id: "policy check: ForAllValues with single valued key" },
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-3, IA-2(1)" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html",
    ],
    kind: RuleKind::Role(check),
};

const MFA: &str = "aws:MultiFactorAuthPresent";

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    for (i, statement) in ctx.analysis.policy().statements.iter().enumerate() {
        let kinds = known_caller_kinds(statement);
        for (j, condition) in statement.conditions.iter().enumerate() {
            let Some(key) = condition.key.known().filter(|k| can_guard(k)) else { continue };
            let found = match statement.effect {
                Effect::Allow => by_allow(ctx, i, &kinds, condition, &key),
                Effect::Deny => by_deny(ctx, (i, j), condition, &key),
                Effect::Unknown => None,
            };
            if let Some(bypass) = found {
                report.push(ctx, draft(ctx, statement, condition, &key, bypass));
            }
        }
    }
}

struct Bypass {
    answer: Answer,
    kind: CallerKind,
    /// The value of the key in the request that gets by; `None` when it carries none.
    sent: Option<&'static str>,
    help: String,
}

fn draft(ctx: &RoleContext<'_>, statement: &Statement, condition: &Condition, key: &str, bypass: Bypass) -> Draft {
    let operator = condition.operator_text.text.display();
    let role = role_phrase(ctx);
    let who = bypass.kind.phrase();
    let message = match (bypass.sent, statement.effect) {
        (Some(value), _) => {
            format!("`{operator}` lets {who} assume {role} only with `{key}` = `{value}`, that is without MFA")
        }
        (None, Effect::Deny) => {
            format!("`{operator}` in this `Deny` misses {who} that sends no `{key}` at all, and it can assume {role}")
        }
        (None, _) => format!("{who} that sends no `{key}` at all can assume {role}: `{operator}` is true then"),
    };
    Draft::at(&RULE, &condition.key.origin, "a request gets by this condition", message)
        .help(bypass.help)
        .answered(&bypass.answer)
        .value(format!("{operator} {key}"))
        .in_statement(statement)
}

/// Whether a condition on the key can be meant as a guard.
fn can_guard(key: &str) -> bool {
    keys::lookup(key).is_some_and(|info| info.bounds != Bounds::Nothing)
}

fn by_allow(
    ctx: &RoleContext<'_>,
    at: usize,
    kinds: &[CallerKind],
    condition: &Condition,
    key: &str,
) -> Option<Bypass> {
    let operator = condition.operator?;
    let says = |value: &str| condition.values.iter().any(|v| v.known().is_some_and(|t| t.eq_ignore_ascii_case(value)));
    let without_mfa = key.eq_ignore_ascii_case(MFA) && operator.test == Test::Bool && says("false") && !says("true");
    let passes_absent = operator.if_exists
        || operator.set == SetQuantifier::ForAll
        || (operator.test.is_negated() && operator.set == SetQuantifier::Single)
        || (operator.test == Test::Null && says("true"));
    if !passes_absent && !without_mfa {
        return None;
    }
    kinds.iter().copied().find_map(|kind| {
        let query = Query { statement: Some(at), ..kind.query() };
        if passes_absent {
            let answer = ctx.analysis.ask(&query.clone().demand(key, Demand::Absent));
            if answer.may_be() {
                return Some(Bypass { answer, kind, sent: None, help: plain_form(condition, key) });
            }
        }
        if without_mfa {
            let answer = ctx.analysis.ask(&query.demand(key, Demand::Is(Strings::OneOf(vec!["false".to_owned()]))));
            let help = format!("use `Bool` with `true` on `{MFA}`");
            return answer.may_be().then_some(Bypass { answer, kind, sent: Some("false"), help });
        }
        None
    })
}

fn by_deny(ctx: &RoleContext<'_>, (at, position): (usize, usize), condition: &Condition, key: &str) -> Option<Bypass> {
    let operator = condition.operator?;
    let says_false = condition.values.iter().any(|v| v.known().is_some_and(|t| t.eq_ignore_ascii_case("false")));
    let misses_absent = !operator.if_exists
        && match operator.set {
            SetQuantifier::Single => {
                (operator.test == Test::Bool && says_false && key.eq_ignore_ascii_case(MFA))
                    || (matches!(operator.test, Test::NumericGreaterThan | Test::NumericGreaterThanEquals)
                        && key.eq_ignore_ascii_case("aws:MultiFactorAuthAge"))
            }
            SetQuantifier::ForAny => operator.test.is_negated(),
            SetQuantifier::ForAll => false,
        };
    if !misses_absent {
        return None;
    }
    CallerKind::ALL.into_iter().find_map(|kind| {
        let mut query = kind.query().demand(key, Demand::Absent);
        query.matching = Some(at);
        query.ignore_conditions.push((at, position));
        let answer = ctx.analysis.ask(&query);
        let help = match operator.set {
            SetQuantifier::ForAny => format!("add a `Deny` with `Null` and `true` on `{key}`"),
            _ => format!("use `{}IfExists`, which is true for a request without the key", operator.test.name()),
        };
        answer.may_be().then_some(Bypass { answer, kind, sent: None, help })
    })
}

/// The edit that makes the condition stop a request without the key.
fn plain_form(condition: &Condition, key: &str) -> String {
    let Some(operator) = condition.operator else { return String::new() };
    let set = if operator.set == SetQuantifier::ForAll && keys::lookup(key).is_some_and(|k| k.multivalued) {
        "ForAnyValue:"
    } else {
        ""
    };
    let test = match operator.test {
        Test::StringNotEquals | Test::StringNotEqualsIgnoreCase | Test::StringNotLike => "StringEquals",
        Test::ArnNotEquals | Test::ArnNotLike => "ArnLike",
        Test::NumericNotEquals => "NumericEquals",
        Test::DateNotEquals => "DateEquals",
        Test::NotIpAddress => "IpAddress",
        Test::Null => {
            return format!("require the key: `Null` with `false` on `{key}`, or an operator that names its value");
        }
        other => other.name(),
    };
    if operator.test.is_negated() {
        format!("say who may, with `{set}{test}`, or add `Null` with `false` on `{key}`")
    } else {
        format!("use `{set}{test}`")
    }
}
