use std::collections::HashSet;

use super::shared::{CallerKind, Draft, caller_kinds, list, principal_origin, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Action, Query},
    finding::Severity,
    policy::{Effect, Literal, Statement, glob},
};

/// The statement allows more calls than the principal needs.
pub static RULE: Rule = Rule {
    name: "broad-action",
    severity: Severity::Medium,
    summary: "The statement allows more calls than the principal needs",
    since: "0.1.0",
    what: "
Fires on an action pattern (`*`, `sts:*`, `sts:Assume*`) or a `NotAction` of an `Allow` that covers more than one call, among
them one that makes the caller the role. Each kind of principal needs exactly one: `sts:AssumeRole` for AWS principals and
services, `sts:AssumeRoleWithSAML`, or `sts:AssumeRoleWithWebIdentity`.",
    why: "
`sts:*` also allows `sts:TagSession` and `sts:SetSourceIdentity`: a caller that may set session tags passes every later check
that trusts `aws:PrincipalTag`:

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x \
      --tags Key=team,Value=admins",
    fix: "
Name the one call, and `sts:TagSession` only where session tags are wanted.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:role/ci" }
      Action    = "sts:*"
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
      Principal = { AWS = "arn:aws:iam::444455556666:role/ci" }
      Action    = ["sts:AssumeRole", "sts:SetSourceIdentity"]
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
            Principal: { AWS: arn:aws:iam::444455556666:role/ci }
            NotAction: sts:TagSession
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
            Principal: { AWS: arn:aws:iam::444455556666:role/ci }
            Action: sts:AssumeRole
"#,
    },
    maps_to: &[
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-6" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    for statement in &ctx.analysis.policy().statements {
        let kinds = caller_kinds(statement);
        if statement.effect != Effect::Allow || kinds.is_empty() {
            continue;
        }
        if statement.actions.negated {
            negated(ctx, statement, &kinds, report);
            continue;
        }
        let mut seen = HashSet::new();
        for pattern in &statement.actions.patterns {
            let Some(text) = pattern.known().filter(|t| t.contains(['*', '?']) && seen.insert(t.to_string())) else {
                continue;
            };
            let covered: Vec<Action> = Action::ALL.into_iter().filter(|call| covers(&text, call.name())).collect();
            say(ctx, statement, Some(pattern), &format!("`{text}`"), &covered, &kinds, report);
        }
    }
}

fn negated(ctx: &RoleContext<'_>, statement: &Statement, kinds: &[CallerKind], report: &mut Report<'_>) {
    let mut left = Action::ALL.to_vec();
    for pattern in &statement.actions.patterns {
        let Some(text) = pattern.known() else { return };
        left.retain(|call| !covers(&text, call.name()));
    }
    say(ctx, statement, statement.actions.patterns.first(), "`NotAction`", &left, kinds, report);
}

fn say(
    ctx: &RoleContext<'_>,
    statement: &Statement,
    at: Option<&Literal>,
    what: &str,
    covered: &[Action],
    kinds: &[CallerKind],
    report: &mut Report<'_>,
) {
    let needed: Vec<Action> = Action::ALL.into_iter().filter(|call| kinds.iter().any(|k| k.call() == *call)).collect();
    if covered.len() < 2 || !needed.iter().any(|call| covered.contains(call)) {
        return;
    }
    let quoted = |calls: &[Action]| list(&calls.iter().map(|a| format!("`{}`", a.name())).collect::<Vec<_>>());
    let message = format!(
        "{what} in the trust policy of {} allows {}; its principals need {}",
        role_phrase(ctx),
        quoted(covered),
        quoted(&needed)
    );
    let beyond: Vec<Action> = covered.iter().copied().filter(|call| !needed.contains(call)).collect();
    let policy = ctx.analysis.policy();
    let copies = policy.position_of(statement.index).map_or(0..0, |first| first..policy.statements.len());
    let place = copies.into_iter().find(|i| policy.statements.get(*i).is_some_and(|s| std::ptr::eq(s, statement)));
    let witness = kinds.iter().find_map(|kind| {
        let mut calls = beyond.iter().filter(|call| kind.calls().contains(call));
        let query = Query::new(kind.any(), *calls.next()?).through(place?, None);
        ctx.analysis.ask(&query).witness().cloned()
    });
    let origin = at.map_or_else(|| principal_origin(statement, None), |literal| &literal.origin);
    let draft = Draft::at(&RULE, origin, "this allows more than the call that is needed", message)
        .help(format!("use {} as `Action`", quoted(&needed)))
        .value(what)
        .witness(witness.as_ref())
        .in_statement(statement);
    report.push(ctx, draft);
}

/// Whether an action pattern covers an action, without regard to case.
fn covers(pattern: &str, action: &str) -> bool {
    glob::matches_ignoring_case(pattern, action)
}
