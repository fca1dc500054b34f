use std::collections::{BTreeSet, HashSet};

use super::shared::{Draft, principals, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    finding::Severity,
    policy::{Effect, Principal, PrincipalKind, Principals, Statement, Who},
    source::Location,
    value::Text,
};

/// AWS will refuse the policy.
pub static RULE: Rule = Rule {
    name: "invalid-trust-policy",
    severity: Severity::High,
    summary: "AWS will refuse the trust policy, or part of it cannot mean what it says",
    since: "0.1.0",
    what: "
Fires on what IAM rejects in a trust policy: bare `\"*\"` or `NotPrincipal`, `Resource`, missing or unknown elements, partial
wildcards in a principal, malformed ARNs and account ids, groups and canonical users as principals, actions that no `sts`
call has, a principal whose kind and call cannot meet (`Federated` with `sts:AssumeRole`), unknown operators, `Null…IfExists`,
keys that stand twice, text that is no JSON, a partition known to differ from the role's, a SAML or OIDC provider of
another account.

The statement is still judged by what it would mean, so that a mended policy brings no surprise.",
    why: "
The deployment fails half way, after other resources have changed, with `MalformedPolicyDocument`; or IAM accepts the text
and it means something else than its author thinks. `arn:aws:iam::999988887777:role/ci-*` as a principal is refused; who
mends it in haste writes `arn:aws:iam::999988887777:root`, and then any user of that account may send

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/deploy --role-session-name x",
    fix: "
Mend the place that the finding names. To trust roles by a pattern, trust their account and add `ArnLike` on
`aws:PrincipalArn`. To trust everybody but some, trust those that are meant.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::999988887777:role/ci-*" }
      Action    = "sts:AssumeRole"
    }]
  })
}
"#,
        terraform_good: r#"
resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::999988887777:root" }
      Action    = "sts:AssumeRole"
      Condition = { ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::999988887777:role/ci-*" } }
    }]
  })
}
"#,
        cloudformation_bad: r#"
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { AWS: arn:aws:iam::999988887777:group/admins }
            Action: sts:AssumeRole
"#,
        cloudformation_good: r#"
Resources:
  Deploy:
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
        Mapping { system: "IAM Access Analyzer", id: "policy validation, errors for role trust policies" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    for problem in &policy.problems {
        let statement =
            problem.statement.and_then(|index| policy.position_of(index).and_then(|i| policy.statements.get(i)));
        let message = format!("the trust policy of {} is not valid: {}", role_phrase(ctx), problem.message);
        let mut draft =
            Draft::at(&RULE, &problem.origin, problem.message.clone(), message).value(problem.message.clone());
        if let Some(help) = &problem.help {
            draft = draft.help(help.clone());
        }
        if let Some(statement) = statement {
            draft = draft.in_statement(statement);
        }
        report.push(ctx, draft);
    }
    let explained: HashSet<Location> = policy.problems.iter().map(|p| p.origin.at).collect();
    for statement in &policy.statements {
        let mut seen = BTreeSet::new();
        let calls = Calls::of(statement);
        let all = principals(statement);
        for principal in all {
            if all.len() == 1 || seen.insert(principal.value.text.display()) {
                let calls = calls.as_ref().filter(|_| !explained.contains(&principal.value.origin.at));
                judge(ctx, statement, principal, calls, report);
            }
        }
    }
}

fn judge(
    ctx: &RoleContext<'_>,
    statement: &Statement,
    principal: &Principal,
    calls: Option<&Calls>,
    report: &mut Report<'_>,
) {
    let mut say = |label: String, help: &str| {
        let message = format!("the trust policy of {} is not valid: {label}", role_phrase(ctx));
        let value = principal.value.text.display();
        report.push(
            ctx,
            Draft::at(&RULE, &principal.value.origin, label, message).help(help).value(value).in_statement(statement),
        );
    };
    let own = ctx.analysis.own();
    if let Some(partition) = partition(&principal.who)
        && own.partition_known
        && partition != own.partition
    {
        let label = format!("partition `{partition}` is not that of the role, `{}`", own.partition);
        say(label, "no account can trust one of another partition: name a principal of the role's own");
    }
    if let Who::Saml { account, .. } | Who::Oidc { account, .. } = &principal.who
        && let Some(account) = account.as_known()
        && own_account_known(ctx)
        && account != *own.account
        && !ctx.analysis.zone().own_accounts.iter().any(|own| *own == account)
    {
        let label = format!("the identity provider is registered in account {account}, not in the role's own");
        say(label, "create the provider in the role's account and name that one");
    }
    if let Some((calls, needs)) = calls.and_then(|calls| calls.mismatch(principal)) {
        let kind = match principal.kind {
            PrincipalKind::Federated => "a federated principal",
            PrincipalKind::Service => "a service",
            _ => "an AWS principal",
        };
        say(
            format!("{kind} cannot make the call {calls}"),
            &format!("allow `{needs}` for it in a statement of its own"),
        );
    }
}

/// Whether the account that the role is deployed to was given, by the input or by the config.
fn own_account_known(ctx: &RoleContext<'_>) -> bool {
    ctx.role.own.account.is_some()
        || ctx.analysis.zone().own_accounts.iter().any(|id| *id == ctx.analysis.own().account)
}

fn partition(who: &Who) -> Option<std::borrow::Cow<'_, str>> {
    let text: &Text = match who {
        Who::Account { partition, .. } => partition.as_ref()?,
        Who::User { partition, .. }
        | Who::Role { partition, .. }
        | Who::Member { partition, .. }
        | Who::Session { partition, .. }
        | Who::FederatedUser { partition, .. }
        | Who::Saml { partition, .. }
        | Who::Oidc { partition, .. } => partition,
        _ => return None,
    };
    text.as_known()
}

/// The calls that make somebody a role.
const CALLS: [&str; 3] = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];

/// The granting calls that an Allow names, as it writes them, each once.
struct Calls(Vec<String>);

impl Calls {
    /// `None` for statements with unknown or wildcard actions: they meet every principal.
    fn of(statement: &Statement) -> Option<Self> {
        let listed = matches!(statement.principals, Principals::Only(_));
        if statement.effect != Effect::Allow || !listed || statement.actions.negated {
            return None;
        }
        let mut named: Vec<String> = Vec::new();
        for pattern in &statement.actions.patterns {
            let text = pattern.known()?;
            if text.contains(['*', '?']) {
                return None;
            }
            let is_new = !named.iter().any(|n| n.eq_ignore_ascii_case(&text));
            if is_new && CALLS.iter().any(|call| text.eq_ignore_ascii_case(call)) {
                named.push(text.into_owned());
            }
        }
        Some(Self(named))
    }

    /// The calls, quoted, and the one that the principal would need, when it can make none of them.
    fn mismatch(&self, principal: &Principal) -> Option<(String, &'static str)> {
        let needs = principal.call()?;
        let Self(named) = self;
        if named.is_empty() || named.iter().any(|n| n.eq_ignore_ascii_case(needs)) {
            return None;
        }
        let quoted: Vec<String> = named.iter().map(|n| format!("`{n}`")).collect();
        Some((quoted.join(" or "), needs))
    }
}
