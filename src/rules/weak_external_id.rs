use std::collections::HashSet;

use super::shared::{CallerKind, Draft, conditions_on, known_caller_kinds, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Answer, Demand, GrantKind, Query, Standing, Strings, known_accounts},
    finding::Severity,
    policy::{Condition, Effect, Literal, Operator, SetQuantifier, Statement, Test, Version},
};

/// The ExternalId that a caller must send can be guessed, or is not fixed at all.
pub static RULE: Rule = Rule {
    name: "weak-external-id",
    severity: Severity::Medium,
    summary: "The ExternalId that a caller must send can be guessed, or is not fixed at all",
    since: "0.1.0",
    what: "
Fires when the ExternalId that must be sent is not one of finitely many good values: a wildcard in `StringLike`, an empty
value, one shorter than two characters or with characters that no ExternalId has, a placeholder (`changeme`, `your-id-here`,
`12345…`), the trusted or the own account's id, the role's or the vendor's name, a policy variable (`${aws:PrincipalAccount}`).

Silent on values that are not known, and where no other account is let in.",
    why: "
An ExternalId keeps a third party from being talked into using your role for somebody else. That works only if an
attacker cannot name it. With `StringLike` and `acme-*`, or with `test`, the attacker registers with the third party,
gives your role's ARN and that ExternalId, and the third party sends

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x --external-id test",
    fix: "
Let the third party make the ExternalId, one for each customer, long and random, and require exactly it:
`StringEquals` on `sts:ExternalId`.",
    examples: Examples {
        config: r#"
trust:
  - account: "444455556666"
"#,
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringLike = { "sts:ExternalId" = "acme-*" } }
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
      Condition = { StringEquals = { "sts:ExternalId" = "6f9d2c1e-5b7a-4c0f" } }
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
            Condition:
              StringEquals: { "sts:ExternalId": changeme }
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
            Condition:
              StringEquals: { "sts:ExternalId": 6f9d2c1e-5b7a-4c0f }
"#,
    },
    maps_to: &[
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "IA-5" },
        Mapping { system: "SOC 2", id: "CC6.1" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    ],
    kind: RuleKind::Role(check),
};

const KEY: &str = "sts:ExternalId";

/// Values that people write until they have a real one.
const PLACEHOLDERS: &str = include_str!("data/placeholder_external_ids.txt");
/// Words that such values are made of.
const WORDS: &str = include_str!("data/placeholder_words.txt");

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    for (i, statement) in ctx.analysis.policy().statements.iter().enumerate() {
        if statement.effect != Effect::Allow || !speaks_of_others(ctx, i, statement) {
            continue;
        }
        for (_, condition) in conditions_on(statement, KEY) {
            let Some(operator) = condition.operator.filter(must_be_sent) else { continue };
            let mut seen = HashSet::new();
            for value in &condition.values {
                let Some(text) = value.known().filter(|t| seen.insert(t.to_string())) else { continue };
                if let Some((why, answer)) = weakness(ctx, i, statement, operator, &text) {
                    report.push(ctx, draft(ctx, statement, condition, value, &why, &answer));
                }
            }
        }
    }
}

fn draft(
    ctx: &RoleContext<'_>,
    statement: &Statement,
    condition: &Condition,
    value: &Literal,
    why: &str,
    answer: &Answer,
) -> Draft {
    let text = value.text.display();
    let quoted = if text.is_empty() { String::new() } else { format!("`{text}` ") };
    let message = format!("the ExternalId {quoted}that {} asks for {why}", role_phrase(ctx));
    let help = "require exactly the long random id that the third party made for you, with `StringEquals`";
    Draft::at(&RULE, &value.origin, format!("it {why}"), message)
        .help(help)
        .answered(answer)
        .value(text)
        .in_statement(statement)
        .also(&condition.key.origin, "the condition is here")
}

/// Whether the statement is for AWS principals of other accounts. One that lets nobody in is judged by its text.
fn speaks_of_others(ctx: &RoleContext<'_>, at: usize, statement: &Statement) -> bool {
    let grants = ctx.analysis.grants_of(at);
    if grants.is_empty() {
        return known_caller_kinds(statement).contains(&CallerKind::Aws);
    }
    grants.iter().any(|g| {
        let aws = !matches!(g.kind, GrantKind::Service | GrantKind::Saml | GrantKind::Oidc | GrantKind::Unknown);
        aws && g.standing != Standing::Own
    })
}

/// Whether a condition with that operator is false for a request without the key.
fn must_be_sent(operator: &Operator) -> bool {
    !operator.if_exists
        && operator.set != SetQuantifier::ForAll
        && matches!(operator.test, Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike)
}

/// What is weak about a value, and what the solver says of a request that uses it.
fn weakness(
    ctx: &RoleContext<'_>,
    at: usize,
    statement: &Statement,
    operator: Operator,
    text: &str,
) -> Option<(String, Answer)> {
    let query = Query { statement: Some(at), ..CallerKind::Aws.query() };
    if operator.test == Test::StringLike && text.contains(['*', '?']) {
        let exact = statement_values(statement);
        let demand = Demand::Is(Strings::Like(vec![text.to_owned()], exact));
        let answer = ctx.analysis.ask(&query.demand(KEY, demand));
        return answer.may_be().then(|| ("admits many values".to_owned(), answer));
    }
    if ctx.analysis.policy().version == Version::V2012 && has_variable(text) {
        let answer = ctx.analysis.ask(&query);
        return answer
            .may_be()
            .then(|| ("is made of what the request itself says, which is no secret".to_owned(), answer));
    }
    let why = if text.is_empty() {
        "is empty: no request can carry it".to_owned()
    } else if !text.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@:/-_".contains(c)) {
        "has characters that no ExternalId can have".to_owned()
    } else if text.len() < 2 {
        "is shorter than the two characters that AWS asks for".to_owned()
    } else {
        guessable(ctx, at, text)?
    };
    let demand = Demand::Is(Strings::OneOf(vec![text.to_owned()]));
    let answer = ctx.analysis.ask(&query.demand(KEY, demand));
    let sendable = !why.contains("no ") && text.len() >= 2;
    (!sendable || answer.may_be()).then_some((why, answer))
}

/// Whether a value has a policy variable; `${*}`, `${?}` and `${$}` are the characters themselves.
fn has_variable(text: &str) -> bool {
    text.split("${").skip(1).any(|rest| !["*}", "?}", "$}"].iter().any(|escaped| rest.starts_with(escaped)))
}

/// The values of the statement's conditions on the key that stand for themselves alone.
fn statement_values(statement: &Statement) -> Vec<String> {
    let known = conditions_on(statement, KEY).flat_map(|(_, c)| &c.values).filter_map(Literal::known);
    known.filter(|v| !v.contains(['*', '?'])).map(|v| v.to_string()).take(MOST_VALUES).collect()
}

/// So many parties' ids and names an ExternalId is compared with.
const MOST_PARTIES: usize = 64;
/// So many exact values of a statement are left out of what a pattern admits.
const MOST_VALUES: usize = 256;

/// Whether a text is nothing but words that say that a value is wanted here: `pleasechangeme`.
fn is_of_words(text: &str) -> bool {
    const LONGEST: usize = 64;
    if text.is_empty() || text.len() > LONGEST {
        return false;
    }
    let mut reached = [false; LONGEST + 1];
    reached[0] = true;
    for at in 0..text.len() {
        let Some(rest) = text.get(at..).filter(|_| reached[at]) else { continue };
        for word in WORDS.lines().filter(|word| rest.starts_with(word)) {
            reached[at + word.len()] = true;
        }
    }
    reached[text.len()]
}

/// Why an attacker would think of a value.
fn guessable(ctx: &RoleContext<'_>, at: usize, text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let bare: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let same = |c: &mut std::str::Chars<'_>| c.next().is_some_and(|first| c.all(|x| x == first));
    let counted = !bare.is_empty() && "1234567890123456789012345678901234567890".starts_with(&bare) && bare.len() >= 3;
    let groups = || lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|group| !group.is_empty());
    let repeated = || !bare.is_empty() && groups().all(|group| same(&mut group.chars()));
    if PLACEHOLDERS.lines().any(|p| p == lower || p == bare) || counted || repeated() || is_of_words(&bare) {
        return Some("is a placeholder that anybody would try".to_owned());
    }
    if lower == ctx.analysis.own().account {
        return Some("is the role's own account id, which is no secret".to_owned());
    }
    let grants = ctx.analysis.grants_of(at).iter().take(MOST_PARTIES);
    let mut accounts = grants.filter_map(|g| g.account.as_deref());
    if let Some(account) = accounts.clone().find(|a| *a == lower) {
        return Some(format!("is the id of the trusted account {account}, which is no secret"));
    }
    if let Some(vendor) = accounts.find_map(|a| known_accounts::lookup(a).filter(|v| v.eq_ignore_ascii_case(text))) {
        return Some(format!("is the name of the vendor {vendor}, which anybody would try"));
    }
    let name = ctx.role.name.as_ref().and_then(|n| n.as_known());
    name.filter(|n| n.eq_ignore_ascii_case(text)).map(|_| "is the role's name, which anybody would try".to_owned())
}
