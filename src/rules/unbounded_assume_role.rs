use super::shared::{Draft, assume_role_statements, resource_account};
use super::{Examples, IdentityContext, Mapping, Report, Rule, RuleKind};
use crate::{
    finding::Severity,
    policy::{Condition, Effect, Literal, Policy, SetQuantifier, Statement, Test, glob},
    value::is_account_id,
};

/// An identity policy allows sts:AssumeRole on roles of any account.
pub static RULE: Rule = Rule {
    name: "unbounded-assume-role",
    severity: Severity::Medium,
    summary: "An identity policy allows sts:AssumeRole on roles of any account",
    since: "0.1.0",
    what: "
Fires on an identity policy whose `Allow` names `sts:AssumeRole` (or `sts:*`, `sts:Assume*`) on `*`, or on an ARN whose account is
free, without a condition that bounds the role's account (`aws:ResourceAccount`, `aws:ResourceOrgID`, `aws:ResourceOrgPaths`)
and without a `Deny` that does.

Silent on statements whose action is `*`: that is an administrator, and another tool's finding.",
    why: "
The holder can become every role, in every account, whose trust policy lets this account in: whoever takes over the
build agent that has it sends

    aws sts assume-role --role-arn arn:aws:iam::444455556666:role/OrganizationAccountAccessRole --role-session-name x

It also lets data out: into a role of the attacker's own account.",
    fix: "
Name the roles. Where their names are not known beforehand, fix the account, or add `StringEquals` on
`aws:ResourceOrgID` or `aws:ResourceAccount`.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_policy" "deploy" {
  name = "deploy"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "*"
    }]
  })
}
"#,
        terraform_good: r#"
data "aws_caller_identity" "current" {}

resource "aws_iam_policy" "deploy" {
  name = "deploy"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/deploy-*"
    }]
  })
}
"#,
        cloudformation_bad: r#"
Resources:
  Deploy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Resource: arn:aws:iam::*:role/deploy
"#,
        cloudformation_good: r#"
Resources:
  Deploy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Resource: "*"
            Condition:
              StringEquals: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" }
"#,
    },
    maps_to: &[
        Mapping { system: "Checkov", id: "CKV_AWS_61" },
        Mapping { system: "KICS", id: "IAM Policy Grants 'AssumeRole' Permission Across All Services" },
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-6" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html",
    ],
    kind: RuleKind::Identity(check),
};

/// Keys that say whose the role is.
const BOUNDS: [&str; 3] = ["aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"];

fn check(ctx: &IdentityContext<'_>, report: &mut Report<'_>) {
    for (statement, action) in assume_role_statements(ctx.policy) {
        if statement.conditions.iter().any(bounds) || is_denied(ctx.policy) {
            continue;
        }
        let address = &ctx.carrier.address;
        for resource in free_resources(statement) {
            let text = resource.text.display();
            let message = format!("`{address}` allows `{action}` on roles of any account: `{text}`");
            let draft = Draft::at(&RULE, &resource.origin, "the account is free here", message)
                .help("name the roles, or fix their account, or bound `aws:ResourceOrgID` or `aws:ResourceAccount`")
                .value(text)
                .in_statement(statement);
            report.push(ctx, draft);
        }
        if let Some(excluded) = statement.not_resources.as_ref().and_then(|r| r.first()) {
            let message = format!("`{address}` allows `{action}` on all roles but those that `NotResource` lists");
            let draft = Draft::at(&RULE, &excluded.origin, "every other account's roles are allowed", message)
                .help("name the roles in `Resource`")
                .value("NotResource")
                .in_statement(statement);
            report.push(ctx, draft);
        }
    }
}

/// The resources whose account is not fixed.
fn free_resources(statement: &Statement) -> impl Iterator<Item = &Literal> {
    let mut seen = Vec::new();
    statement.resources.iter().flatten().filter(move |resource| {
        let text = resource.text.display();
        let free = resource_account(resource).is_some_and(|account| account.contains(['*', '?']));
        let new = !seen.contains(&text);
        seen.push(text);
        free && new
    })
}

/// Whether a condition bounds the role's account: a positive operator on such a key, with a value that is no mere
/// wildcard.
fn bounds(condition: &Condition) -> bool {
    let Some(operator) = condition.operator else { return false };
    let positive = matches!(operator.test, Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike);
    positive
        && !operator.if_exists
        && operator.set != SetQuantifier::ForAll
        && on_bound(condition)
        && !any_free(condition)
}

fn on_bound(condition: &Condition) -> bool {
    BOUNDS.iter().any(|key| condition.is_on(key))
}

fn any_free(condition: &Condition) -> bool {
    let free = |text: &str| {
        text.starts_with('*') || (text.contains(['*', '?']) && !text.contains('/') && !is_account_id(text))
    };
    condition.values.iter().any(|v| v.known().is_some_and(|t| free(&t)))
}

/// Whether a Deny takes away every role outside some bound.
fn is_denied(policy: &Policy) -> bool {
    policy.statements.iter().filter(|s| s.effect == Effect::Deny).any(|deny| {
        let assume = |p: &Literal| p.known().is_some_and(|t| glob::matches_ignoring_case(&t, "sts:AssumeRole"));
        let covers = !deny.actions.negated && deny.actions.patterns.iter().any(assume);
        let everything = |r: &Literal| r.known().is_some_and(|t| t == "*");
        let all = deny.resources.iter().flatten().any(everything) || deny.not_resources.is_some();
        let stranger = |c: &Condition| c.operator.is_some_and(|o| o.test.is_negated()) && on_bound(c) && !any_free(c);
        covers
            && all
            && (deny.not_resources.is_some() || deny.conditions.iter().any(stranger))
            && deny.conditions.len() <= 1
    })
}
