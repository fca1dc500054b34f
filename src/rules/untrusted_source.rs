use std::collections::HashSet;

use super::shared::{
    Draft, SourceStrangers, account_is_outside, account_phrase, arn_account, grant_query, role_phrase,
};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Demand, Grant, GrantKind, Query, Standing, Strings},
    finding::Severity,
    policy::{Effect, Literal, Statement, Test},
    value::is_account_id,
};

/// A service may assume the role on behalf of an account outside the zone of trust.
pub static RULE: Rule = Rule {
    name: "untrusted-source",
    severity: Severity::High,
    summary: "A service may assume the role on behalf of an account outside the zone of trust",
    since: "0.1.0",
    what: "
Fires when `aws:SourceAccount`, `aws:SourceArn`, `aws:SourceOrgID` or `aws:SourceOrgPaths` lets a service act for an account
or an organization that is neither the role's own nor in the zone of trust: named by a condition of the `Allow`, or by a
`Deny` of everybody else (`StringNotEquals`).",
    why: "
The condition that should keep strangers out names one. Whoever controls that account makes a resource of the service
there, names your role in it, and the service sends

    sts:AssumeRole of arn:aws:iam::111122223333:role/build, with aws:SourceAccount = 999988887777",
    fix: "
Put the role's own account there (`data.aws_caller_identity`, `AWS::AccountId`). When the other account is to be trusted,
say so under `trust:` in the config.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "build" {
  name = "build"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "codebuild.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = "999988887777" } }
    }]
  })
}
"#,
        terraform_good: r#"
data "aws_caller_identity" "current" {}

resource "aws_iam_role" "build" {
  name = "build"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "codebuild.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
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
            Principal: { Service: states.amazonaws.com }
            Action: sts:AssumeRole
            Condition:
              ArnLike: { "aws:SourceArn": "arn:aws:states:*:999988887777:*" }
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
            Principal: { Service: states.amazonaws.com }
            Action: sts:AssumeRole
            Condition:
              ArnLike: { "aws:SourceArn": !Sub "arn:aws:states:*:${AWS::AccountId}:*" }
"#,
    },
    maps_to: &[
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-3" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    let mut seen = HashSet::new();
    let denies = policy.statements.iter().filter(|s| s.effect == Effect::Deny);
    let mut spared: Vec<Source<'_>> = denies.flat_map(|s| sources(s, true, &mut seen)).collect();
    let strangers = SourceStrangers::of(ctx.analysis);
    for grants in ctx.analysis.grants().chunk_by(|a, b| a.statement == b.statement) {
        let services = || grants.iter().filter(|g| g.kind == GrantKind::Service);
        let Some(statement) = services().next().and_then(|g| policy.statements.get(g.statement)) else { continue };
        let mut named = sources(statement, false, &mut seen);
        for grant in services() {
            let Some(query) = grant_query(grant) else { continue };
            named.retain(|source| !judge(ctx, grant, &query, source, report));
            // A Deny bounds when it lets nobody by but those that it names.
            let bounded = || {
                let stranger = strangers.ask(ctx.analysis, grant.statement, query.clone());
                stranger.is_no() || ctx.analysis.is_exhausted()
            };
            if !spared.is_empty() && bounded() {
                spared.retain(|source| !judge(ctx, grant, &query, source, report));
            }
        }
    }
}

/// A value of a condition that names on whose behalf a service acts.
struct Source<'a> {
    statement: &'a Statement,
    key: String,
    value: &'a Literal,
}

const KEYS: [&str; 4] = ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];

/// The sources that a statement lets by: what positive conditions of an Allow name, or negated ones of a Deny.
fn sources<'a>(statement: &'a Statement, negated: bool, seen: &mut HashSet<(usize, String)>) -> Vec<Source<'a>> {
    let mut found = Vec::new();
    for condition in &statement.conditions {
        let lets_by = condition.operator.is_some_and(|o| o.test != Test::Null && o.test.is_negated() == negated);
        let key = condition.key.known().map(|k| k.to_ascii_lowercase()).filter(|k| lets_by && KEYS.contains(&&**k));
        let Some(key) = key else { continue };
        for value in &condition.values {
            if let Some(text) = value.known()
                && seen.insert((statement.index, text.into_owned()))
            {
                found.push(Source { statement, key: key.clone(), value });
            }
        }
    }
    found
}

/// Whether the service of a grant gets in on behalf of a source that is outside; if so, says it.
fn judge(ctx: &RoleContext<'_>, grant: &Grant, query: &Query, source: &Source<'_>, report: &mut Report<'_>) -> bool {
    let Some(text) = source.value.known() else { return true };
    let Some((party, query)) = stranger(ctx, query, &source.key, &text) else { return true };
    let answer = ctx.analysis.ask(&query);
    if answer.is_no() {
        return false;
    }
    let service = &grant.value;
    let role = role_phrase(ctx);
    let message =
        format!("service `{service}` can assume {role} on behalf of {party}, which is not in the zone of trust");
    let draft = Draft::at(&RULE, &source.value.origin, format!("{party} is outside the zone of trust"), message)
        .help("put the role's own account or organization here, or add this one under `trust:` in the config")
        .answered(&answer)
        .value(text)
        .in_statement(source.statement);
    report.push(ctx, draft);
    true
}

/// The outside party that a condition value names, and the question whether the service gets in for it.
fn stranger(ctx: &RoleContext<'_>, query: &Query, key: &str, value: &str) -> Option<(String, Query)> {
    let (zone, own) = (ctx.analysis.zone(), ctx.analysis.own());
    let is = |text: &str| Demand::Is(Strings::OneOf(vec![text.to_owned()]));
    let like = |text: &str| Demand::Is(Strings::Like(vec![text.to_owned()], Vec::new()));
    let outside = |account: &str| is_account_id(account) && account_is_outside(zone, Some(own), account);
    let organization = |text: &str| {
        let id = text.split('/').next().unwrap_or(text);
        let named = id.starts_with("o-") && !id.contains(['*', '?']);
        (named && zone.organizational_unit(own, text).0 == Standing::Outside).then(|| format!("organization {id}"))
    };
    // Another condition may bound to the role's own account, whatever organization is named.
    let elsewhere = || {
        let accounts: Vec<String> = zone.own_accounts.iter().chain([&own.account]).cloned().collect();
        let arns = accounts.iter().map(|account| format!("*:{account}:*")).collect();
        let query = query.clone().demand("aws:SourceAccount", Demand::AbsentOr(Strings::NoneOf(accounts)));
        query.demand("aws:SourceArn", Demand::AbsentOr(Strings::Like(vec!["*".to_owned()], arns)))
    };
    match key {
        "aws:sourceaccount" if outside(value) => {
            Some((account_phrase(zone, value), query.clone().demand(key, is(value))))
        }
        "aws:sourcearn" => {
            let account = arn_account(value).filter(|a| outside(a))?;
            let of = Demand::AbsentOr(Strings::OneOf(vec![account.to_owned()]));
            let query = query.clone().demand(key, like(value)).demand("aws:SourceAccount", of);
            Some((account_phrase(zone, account), query))
        }
        "aws:sourceorgid" => Some((organization(value)?, elsewhere().demand(key, is(value)))),
        "aws:sourceorgpaths" => Some((organization(value)?, elsewhere().demand(key, like(value)))),
        _ => None,
    }
}
