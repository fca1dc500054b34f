use std::{borrow::Cow, collections::HashSet};

use super::shared::{CallerKind, Draft, caller_kinds, principal_origin, principals, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Demand, Query, Strings},
    finding::Severity,
    policy::{Condition, Effect, Literal, Principals, Statement, Test, Who},
    value::Origin,
};

/// No request can satisfy an Allow statement.
pub static RULE: Rule = Rule {
    name: "dead-statement",
    severity: Severity::Low,
    summary: "No request can satisfy an Allow statement",
    since: "0.1.0",
    what: "
Fires on an `Allow` that lets nobody in, whatever a request carries and whatever the `Deny` statements say: a wildcard in
`StringEquals`, where it stands for itself; conditions that contradict each other; an empty ExternalId; only a federated-user
session as principal, which can call no STS operation of this kind.

Silent on statements that `invalid-trust-policy`, `orphaned-principal` or `unresolved-trust` already explain.",
    why: r#"
Somebody believes that a caller has access, or that a guard is in place. `StringEquals` with `repo:acme/api:*` lets no
workflow in, so

    aws sts assume-role-with-web-identity --role-arn … --web-identity-token "$TOKEN"

fails, and the mend in haste is often to delete the condition."#,
    fix: "
Use `StringLike` where a wildcard is meant, and take the contradiction out. Delete the statement when nobody needs it.",
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
      Condition = { ArnEquals = { "aws:PrincipalArn" = "arn:aws:iam::777788889999:role/ci" } }
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
      Condition = { ArnEquals = { "aws:PrincipalArn" = "arn:aws:iam::444455556666:role/ci" } }
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
            Principal: { Federated: !Sub "arn:aws:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com" }
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
                token.actions.githubusercontent.com:sub: "repo:acme/api:*"
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
            Principal: { Federated: !Sub "arn:aws:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com" }
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
                token.actions.githubusercontent.com:sub: repo:acme/api:environment:prod
"#,
    },
    maps_to: &[
        Mapping { system: "IAM Access Analyzer", id: "policy check: wildcard without like operator" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ],
    kind: RuleKind::Role(check),
};

/// How many conditions are tried as the cause.
const MOST_TRIED: usize = 16;

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    let explained: HashSet<usize> = policy
        .problems
        .iter()
        .filter_map(|p| p.statement)
        .chain(policy.unknowns.iter().filter_map(|u| u.statement))
        .collect();
    for (i, statement) in policy.statements.iter().enumerate() {
        if statement.effect != Effect::Allow || explained.contains(&statement.index) || is_explained(statement) {
            continue;
        }
        let kinds = caller_kinds(statement);
        let demands = no_stars(statement);
        let alive = |ignored: Option<usize>| {
            kinds.iter().any(|kind| {
                kind.calls().into_iter().any(|action| {
                    let mut query = Query::new(kind.any(), action).through(i, None);
                    query.without_denies = true;
                    query.demands.clone_from(&demands);
                    query.ignore_conditions.extend(ignored.map(|j| (i, j)));
                    ctx.analysis.ask(&query).may_be()
                })
            })
        };
        if kinds.is_empty() || alive(None) {
            continue;
        }
        let tried = statement.conditions.iter().enumerate().take(MOST_TRIED);
        let cause = tried.filter(|(j, _)| alive(Some(*j))).map(|(_, condition)| condition).next();
        let (origin, label, help) = explain(statement, cause);
        let message = format!("no request can satisfy this `Allow` of {}: {label}", role_phrase(ctx));
        let draft = Draft::at(&RULE, origin, label, message).help(help).value("Allow").in_statement(statement);
        report.push(ctx, draft);
    }
}

/// Demands that no value is one of those with a wildcard that an exact operator takes literally: real values have none.
fn no_stars(statement: &Statement) -> Vec<(String, Demand)> {
    let mut demands = Vec::new();
    for condition in statement.conditions.iter().filter(|c| is_exact(c)) {
        let starred: Vec<String> = condition.values.iter().filter_map(starred).collect();
        if let Some(key) = condition.key.known().filter(|_| !starred.is_empty()) {
            demands.push((key.into_owned(), Demand::AbsentOr(Strings::NoneOf(starred))));
        }
    }
    demands
}

fn is_exact(condition: &Condition) -> bool {
    condition.operator.is_some_and(|o| matches!(o.test, Test::StringEquals | Test::StringEqualsIgnoreCase))
}

fn starred(value: &Literal) -> Option<String> {
    value.known().filter(|text| text.contains(['*', '?']) && !text.contains("${")).map(Cow::into_owned)
}

/// Whether another rule says already why the statement lets nobody in, or that it is not known.
fn is_explained(statement: &Statement) -> bool {
    let all = principals(statement);
    let nobody = |who: &Who| matches!(who, Who::UniqueId(_) | Who::CanonicalUser(_) | Who::Invalid);
    matches!(statement.principals, Principals::Missing)
        || statement.actions.missing
        || all.iter().all(|p| nobody(&p.who))
        || !any_principal_has_a_call(statement)
}

/// Whether some principal can make some call that the statement names.
fn any_principal_has_a_call(statement: &Statement) -> bool {
    if statement.actions.negated {
        return true;
    }
    let named = |call: &str| {
        statement
            .actions
            .patterns
            .iter()
            .any(|p| p.known().is_none_or(|text| text.contains(['*', '?']) || text.eq_ignore_ascii_case(call)))
    };
    let kinds = caller_kinds(statement);
    kinds.iter().flat_map(|k: &CallerKind| k.calls()).any(|call| named(call.name()))
}

fn explain<'a>(statement: &'a Statement, cause: Option<&'a Condition>) -> (&'a Origin, String, &'static str) {
    let Some(condition) = cause else {
        let federated = principals(statement).iter().all(|p| matches!(p.who, Who::FederatedUser { .. }));
        let label = if federated {
            "a federated-user session cannot call `sts:AssumeRole`"
        } else {
            "its principals and conditions exclude each other"
        };
        let help = "name a principal that can make the call, or delete the statement";
        return (principal_origin(statement, None), label.to_owned(), help);
    };
    let (key, operator) = (condition.key.text.display(), condition.operator_text.text.display());
    let literal = condition.values.iter().find(|v| starred(v).is_some());
    match literal.filter(|_| is_exact(condition)) {
        Some(value) => {
            let label = format!("`{operator}` takes the wildcard in `{}` literally", value.text.display());
            (&value.origin, label, "use `StringLike`, or name the whole value")
        }
        None => {
            let origin = condition.values.first().map_or(&condition.key.origin, |v| &v.origin);
            let label = format!("`{operator}` on `{key}` can never be true here");
            (origin, label, "mend or remove this condition, or delete the statement")
        }
    }
}
