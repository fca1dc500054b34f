use std::collections::BTreeSet;

use super::shared::{Draft, Fresh, grant_query, party_phrase, principal_origin, role_phrase};
use super::{Examples, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Action, Demand, GrantKind, Query, Standing, Strings},
    finding::Severity,
    policy::{Effect, Statement, glob},
    value::Origin,
};

/// A principal outside the zone of trust may set any session tags.
pub static RULE: Rule = Rule {
    name: "open-session-tags",
    severity: Severity::Info,
    summary: "A principal outside the zone of trust may set any session tags",
    since: "0.1.0",
    what: "
Fires when a caller outside the zone of trust that can assume the role may also pass session tags (`sts:TagSession`) and no
condition on `aws:RequestTag/…` or `aws:TagKeys` says which.",
    why: "
Session tags become `aws:PrincipalTag/…` of the session. Where policies trust those, the caller names its own rights:

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x \
      --tags Key=team,Value=admins",
    fix: "
Take `sts:TagSession` out, or bound the tags: `ForAllValues:StringEquals` on `aws:TagKeys`, and `StringEquals` on
`aws:RequestTag/KEY` for the values.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::999988887777:role/ci" }
      Action    = ["sts:AssumeRole", "sts:TagSession"]
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
      Principal = { AWS = "arn:aws:iam::999988887777:role/ci" }
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Condition = { "ForAllValues:StringEquals" = { "aws:TagKeys" = ["team"] } }
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
            Principal: { AWS: arn:aws:iam::999988887777:role/ci }
            Action: sts:*
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
            Principal: { AWS: arn:aws:iam::999988887777:role/ci }
            Action: sts:AssumeRole
"#,
    },
    maps_to: &[
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html",
    ],
    kind: RuleKind::Role(check),
};

/// How many statements that allow session tags are looked at for callers whom another statement lets in.
const MOST_STATEMENTS: usize = 64;

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    let mut seen = BTreeSet::new();
    let covers = |(_, s): &(usize, &Statement)| tag_session(s, None).is_some();
    let tagging: Vec<usize> =
        policy.statements.iter().enumerate().filter(covers).map(|(i, _)| i).take(MOST_STATEMENTS).collect();
    for grant in ctx.analysis.grants() {
        if grant.standing != Standing::Outside || grant.kind == GrantKind::Service {
            continue;
        }
        let Some(query) = grant_query(grant) else { continue };
        let elsewhere = tagging.iter().copied().filter(|i| *i != grant.statement && !ctx.analysis.is_exhausted());
        for i in std::iter::once(grant.statement).chain(elsewhere) {
            let Some(statement) = policy.statements.get(i) else { continue };
            let Some(origin) = tag_session(statement, (i == grant.statement).then_some(grant.principal).flatten())
            else {
                continue;
            };
            if !seen.insert((i, grant.value.clone())) {
                continue;
            }
            let made_up = Strings::OneOf(vec![Fresh::TEXT.to_owned()]);
            let principal = if i == grant.statement { grant.principal } else { None };
            let query = Query { statement: Some(i), principal, action: Action::TagSession, ..query.clone() };
            let answer = ctx.analysis.ask(&query.demand("aws:TagKeys", Demand::Is(made_up)));
            if answer.is_no() {
                continue;
            }
            let party = party_phrase(ctx.analysis.zone(), grant);
            let message = format!("{party} may set any session tags on sessions of {}", role_phrase(ctx));
            let draft = Draft::at(&RULE, origin, "this allows session tags", message)
                .help("take `sts:TagSession` out, or bound `aws:TagKeys` and `aws:RequestTag/…`")
                .answered(&answer)
                .value(grant.value.clone())
                .in_statement(statement);
            report.push(ctx, draft);
        }
    }
}

/// Where an Allow allows `sts:TagSession`.
fn tag_session(statement: &Statement, principal: Option<usize>) -> Option<&Origin> {
    if statement.effect != Effect::Allow {
        return None;
    }
    let covers = |text: &str| glob::matches_ignoring_case(text, "sts:TagSession");
    let covering = statement.actions.patterns.iter().find(|p| p.known().is_none_or(|text| covers(&text)));
    match (statement.actions.negated, covering) {
        (false, Some(literal)) => Some(&literal.origin),
        (true, None) => Some(principal_origin(statement, principal)),
        _ => None,
    }
}
