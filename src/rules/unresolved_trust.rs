use std::collections::BTreeSet;

use super::shared::{CallerKind, Draft, Fresh, SourceStrangers, Unguarded, caller_kinds, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{
        Action, Caller, Certainty, Demand, Grant, GrantKind, Query, Standing, Strings,
        keys::{self, Bounds},
    },
    finding::Severity,
    policy::{Condition, Effect, Statement, Test, UnknownPart, What},
    source::Location,
    tables::Table,
    value::{Reason, Unknown},
};

/// Who can assume cannot be decided.
pub static RULE: Rule = Rule {
    name: "unresolved-trust",
    severity: Severity::Low,
    summary: "Who can assume the role cannot be decided from what is given",
    since: "0.1.0",
    what: "
Fires when a principal, an action, a condition or the whole trust policy is not known, and the verdict depends on it. It
names the expression that stands in the way, why its value is not known, how to supply it, and what can be said all the
same (\"and no MFA or ExternalId is required\"). Always `possible`.

Silent when the unknown cannot change a verdict: an unknown ExternalId still has to be sent, an unknown condition on the
role's own account lets no outsider in. Silent too for expressions that the config vouches for (`trust: - value: …`).",
    why: "
A value that arrives at deploy time decides who holds the role. When `trusted_account_id` comes from a pipeline variable,
a typo there or a change by somebody else lets

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x

succeed for an account that no review has seen. A clean report would be a guess.",
    fix: "
Supply the value: `--var NAME=VALUE` or `--var-file` (Terraform), `--parameter NAME=VALUE` or `--parameter-file`
(CloudFormation), or lint the plan (`terraform show -json`). Where the value is settled elsewhere, vouch for it with
`trust: - value: var.trusted_account_id` in the config.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
variable "trusted_account_id" {
  type = string
}

resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.trusted_account_id}:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}
"#,
        terraform_good: r#"
data "aws_caller_identity" "current" {}

resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}
"#,
        cloudformation_bad: r#"
Parameters:
  TrustedAccount:
    Type: String
Resources:
  Audit:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { AWS: !Ref TrustedAccount }
            Action: sts:AssumeRole
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
            Principal: { AWS: !Ref AWS::AccountId }
            Action: sts:AssumeRole
"#,
    },
    maps_to: &[Mapping { system: "NIST SP 800-53 Rev. 5", id: "CM-6" }],
    references: &[
        "https://developer.hashicorp.com/terraform/language/values/variables",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    let mut seen = BTreeSet::new();
    let mut known = Known::default();
    for part in &policy.unknowns {
        let statement = part.statement.and_then(|index| policy.position_of(index));
        if vouched(ctx, &part.unknown) || !matters(ctx, part, statement, &mut known) {
            continue;
        }
        let reference = part.unknown.reference_for_display();
        if !seen.insert((statement, reference.clone(), part.origin.at)) {
            continue;
        }
        let open = statement.is_some_and(|i| part.what == What::Principal && unguarded(ctx, i));
        let known = if open { ", and no MFA or ExternalId is required" } else { "" };
        let role = role_phrase(ctx);
        let message = format!("who can assume {role} cannot be decided: `{reference}` is not known{known}");
        let mut label = format!("{} is not known: {}", what(part.what), part.unknown.reason);
        label.retain(|c| c != '\n');
        let mut draft = Draft::at(&RULE, &part.origin, label, message).certainty(Certainty::Possible).value(reference);
        if let Some(help) = part.unknown.reason.how_to_supply() {
            draft = draft.help(help);
        }
        if let Some(statement) = statement.and_then(|i| policy.statements.get(i)) {
            draft = draft.in_statement(statement);
        }
        report.push(ctx, draft);
    }
}

/// Whether the config names the expression, as it is written or as findings show it.
fn vouched(ctx: &RoleContext<'_>, unknown: &Unknown) -> bool {
    let vouched = &ctx.analysis.zone().vouched;
    if vouched.is_empty() {
        return false;
    }
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let forms = [bare(&unknown.reference), bare(&unknown.reference_for_display())];
    vouched.iter().any(|v| forms.contains(&bare(v)))
}

/// Whether the verdict depends on the part.
fn matters(ctx: &RoleContext<'_>, part: &UnknownPart, statement: Option<usize>, known: &mut Known) -> bool {
    let open =
        |g: &&Grant| matches!(g.standing, Standing::Outside | Standing::Unknown) && g.certainty == Certainty::Possible;
    let Some((at, allow)) = statement.and_then(|i| Some((i, ctx.analysis.policy().statements.get(i)?))) else {
        return part.what != What::Resource;
    };
    let grants = ctx.analysis.grants_of(at);
    match (part.what, allow.effect) {
        (What::Document | What::Statement | What::Effect, _) => true,
        (What::Resource, _) => false,
        (What::Principal, Effect::Allow) => grants.iter().any(|g| g.kind == GrantKind::Unknown),
        (What::PrincipalName, _) => grants.iter().any(|g| g.standing == Standing::Unknown),
        (What::Condition, Effect::Allow) => match known.condition_of(at, allow, part) {
            Some((_, condition)) if only_guards(condition) || is_own_pool(condition, &part.unknown) => false,
            Some((position, _)) => {
                let strangers =
                    *known.strangers.entry((at, position)).or_insert_with(|| lets_strangers_in(ctx, at, position));
                strangers || grants.iter().any(|g| open(&g))
            }
            None => grants.iter().any(|g| open(&g)),
        },
        (_, Effect::Allow) => grants.iter().any(|g| open(&g)),
        // A Deny may stop any way in that is not certain.
        _ => *known.any_open.get_or_insert_with(|| ctx.analysis.grants().iter().any(|g| open(&g))),
    }
}

/// What was found out for one part and holds for others.
#[derive(Default)]
struct Known {
    /// Positions of conditions by the places of their values, of the statement at that position.
    conditions: Option<(usize, Table<Location, usize>)>,
    /// Whether strangers get in but for a condition of a statement.
    strangers: Table<(usize, usize), bool>,
    /// Whether there is a way in that is not certain.
    any_open: Option<bool>,
}

impl Known {
    /// The condition that the part is a value of, with its position.
    fn condition_of<'a>(
        &mut self,
        position: usize,
        statement: &'a Statement,
        part: &UnknownPart,
    ) -> Option<(usize, &'a Condition)> {
        if self.conditions.as_ref().is_none_or(|(at, _)| *at != position) {
            let mut places = Table::default();
            for (i, c) in statement.conditions.iter().enumerate() {
                for origin in c.values.iter().map(|v| &v.origin).chain([&c.values_origin]) {
                    places.entry(origin.at).or_insert(i);
                }
            }
            self.conditions = Some((position, places));
        }
        let at = *self.conditions.as_ref()?.1.get(&part.origin.at)?;
        Some((at, statement.conditions.get(at)?))
    }
}

/// Whether a condition can only guard: whatever its values are, they do not say who gets in.
fn only_guards(condition: &Condition) -> bool {
    let key = condition.key.known().filter(|_| condition.operator.is_some());
    key.and_then(|k| keys::lookup(&k)).is_some_and(|info| info.bounds != Bounds::Zone)
}

/// Whether the value is the id of an identity pool that is made together with the role: its own account's.
fn is_own_pool(condition: &Condition, unknown: &Unknown) -> bool {
    condition.is_on("cognito-identity.amazonaws.com:aud")
        && matches!(unknown.reason, Reason::AfterApply | Reason::Plan)
        && condition.operator.is_some_and(|o| matches!(o.test, Test::StringEquals | Test::StringLike))
}

/// Whether somebody whom nobody named may get in, for some value of what one condition does not say.
fn lets_strangers_in(ctx: &RoleContext<'_>, statement: usize, condition: usize) -> bool {
    let Some(kinds) = ctx.analysis.policy().statements.get(statement).map(caller_kinds) else { return false };
    kinds.into_iter().any(|kind| {
        let mut query = kind.query().through(statement, None);
        let answer = match kind {
            CallerKind::Aws => {
                let account = Fresh::accounts();
                query.caller = Caller::Aws { account, organization: Demand::Free, resource: Strings::Any };
                ctx.analysis.ask(&query)
            }
            CallerKind::Service => SourceStrangers::of(ctx.analysis).ask_at_all(ctx.analysis, statement, query),
            CallerKind::Saml | CallerKind::Oidc => {
                query.ignore_conditions.push((statement, condition));
                ctx.analysis.ask(&query)
            }
        };
        answer.may_be()
    })
}

/// Whether whoever the statement means gets in without a guard.
fn unguarded(ctx: &RoleContext<'_>, statement: usize) -> bool {
    let query = Query::new(Caller::any_aws(), Action::AssumeRole).through(statement, None);
    ctx.analysis.ask(&Query { demands: Unguarded::Both.demands(), ..query }).may_be()
}

fn what(part: What) -> &'static str {
    match part {
        What::Document => "the trust policy",
        What::Statement => "a statement",
        What::Effect => "the effect",
        What::Principal => "the principal",
        What::PrincipalName => "the name of the principal",
        What::Action => "the action",
        What::Condition => "the condition",
        What::Resource => "the resource",
    }
}
