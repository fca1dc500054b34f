use std::collections::BTreeSet;

use super::shared::{Draft, Unguarded, conditions_on, grant_query, party_literal, party_phrase, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Certainty, Grant, GrantKind, Query, Request, Requirement, Standing, Zone},
    finding::Severity,
    policy::Statement,
    value::Origin,
};

/// Another account can assume without the guard that it should pass.
pub static RULE: Rule = Rule {
    name: "missing-mfa-or-external-id",
    severity: Severity::Medium,
    summary: "A principal of another account can assume the role with neither MFA nor an ExternalId",
    since: "0.1.0",
    what: "
Fires when an AWS principal of another account, trusted or not, can assume the role by a request that passes neither
guard: it carries no `aws:MultiFactorAuthPresent` or `false`, and no `sts:ExternalId` or one that it made up. The zone of
trust can ask for less or more with `require:` (`none`, `external-id`, `mfa`, `external-id-or-mfa`, `external-id-and-mfa`).

What guards is decided by meaning: `Bool aws:MultiFactorAuthPresent true`, `NumericLessThan aws:MultiFactorAuthAge`,
`StringEquals sts:ExternalId`, or a `Deny` of callers without them. `BoolIfExists`, `ForAllValues:` and negated operators let
a request pass that carries no such key, and `StringLike \"*\"` lets any ExternalId pass: they guard nothing.

Silent for the role's own account, for organizations of the zone (unless their entry has `require`), for services and
identity providers, and where `public-trust` already speaks.",
    why: "
A third party that works for many customers can be talked into using its access to your account for somebody else: the
attacker, a customer too, tells it your role's ARN as theirs, and the third party sends

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x

An ExternalId that the third party made for you stops that: it sends the attacker's. For people, MFA means that leaked
access keys of the other account are not enough.",
    fix: "
For a third party add `StringEquals` on `sts:ExternalId` with the id that it made for you. For people add `Bool` on
`aws:MultiFactorAuthPresent` with `true`. For machines of your own organization trust their account in the config with
`require: none`.",
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
        Mapping { system: "Check Point CloudGuard", id: "D9.AWS.IAM.99" },
        Mapping { system: "Trend Micro Conformity", id: "Cross-Account Access Lacks External ID and MFA" },
        Mapping { system: "KICS", id: "Cross-Account IAM Assume Role Policy Without ExternalId or MFA" },
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "IA-2(1), AC-3" },
        Mapping { system: "SOC 2", id: "CC6.1" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let (policy, zone) = (ctx.analysis.policy(), ctx.analysis.zone());
    let mut seen = BTreeSet::new();
    for grant in ctx.analysis.grants() {
        let Some(required) = requirement(zone, grant) else { continue };
        let Some(statement) = policy.statements.get(grant.statement) else { continue };
        let Some(literal) = party_literal(policy, grant) else { continue };
        let Some(query) = grant_query(grant) else { continue };
        let Some(lack) = lack(ctx, &query, required) else { continue };
        if !seen.insert((statement.index, literal.text.display(), grant.value.clone())) {
            continue;
        }
        let (without, help) = words(lack.guards, required);
        let party = party_phrase(zone, grant);
        let message = format!("{party} can assume {} without {without}", role_phrase(ctx));
        let (origin, label) = place(statement, lack.guards, &literal.origin);
        let mut draft = Draft::at(&RULE, origin, label, message)
            .help(help)
            .certainty(lack.certainty)
            .witness(lack.witness.as_ref())
            .value(literal.text.display())
            .in_statement(statement);
        if origin != &literal.origin {
            draft = draft.also(&literal.origin, "the principal is here");
        }
        report.push(ctx, draft);
    }
}

/// What the party of a grant must pass; `None` when the rule does not speak of it.
fn requirement(zone: &Zone, grant: &Grant) -> Option<Requirement> {
    let entry = grant.entry.and_then(|i| zone.entries.get(i)).map(|e| e.require);
    match (grant.kind, grant.standing) {
        (
            GrantKind::Account | GrantKind::User | GrantKind::Role | GrantKind::Session | GrantKind::Organization,
            Standing::Outside | Standing::Trusted,
        ) => match entry.unwrap_or(Requirement::ExternalIdOrMfa) {
            Requirement::None => None,
            other => Some(other),
        },
        _ => None,
    }
}

struct Lack {
    guards: Unguarded,
    witness: Option<Request>,
    certainty: Certainty,
}

fn lack(ctx: &RoleContext<'_>, query: &Query, required: Requirement) -> Option<Lack> {
    let missing = |guards: Unguarded| {
        let answer = ctx.analysis.ask(&Query { demands: guards.demands(), ..query.clone() });
        Some(Lack { guards, witness: answer.witness().cloned(), certainty: answer.certainty()? })
    };
    match required {
        Requirement::None => None,
        Requirement::Mfa => missing(Unguarded::Mfa),
        Requirement::ExternalId => missing(Unguarded::ExternalId),
        Requirement::ExternalIdOrMfa => missing(Unguarded::Both),
        Requirement::ExternalIdAndMfa => {
            missing(Unguarded::Both).or_else(|| missing(Unguarded::ExternalId)).or_else(|| missing(Unguarded::Mfa))
        }
    }
}

const MFA_EDIT: &str = "add `Bool` on `aws:MultiFactorAuthPresent` with `true`";
const ID_EDIT: &str = "add `StringEquals` on `sts:ExternalId` with the id that the third party made for you";

fn words(guards: Unguarded, required: Requirement) -> (&'static str, String) {
    match (guards, required) {
        (Unguarded::Mfa, _) => ("MFA, which its entry in the zone of trust requires", MFA_EDIT.to_owned()),
        (Unguarded::ExternalId, _) => {
            ("an ExternalId, which its entry in the zone of trust requires", ID_EDIT.to_owned())
        }
        (Unguarded::Both, Requirement::ExternalIdAndMfa) => {
            ("MFA and without an ExternalId, both of which its entry requires", format!("{ID_EDIT}, and {MFA_EDIT}"))
        }
        (Unguarded::Both, _) => {
            ("MFA and without an ExternalId", format!("for a third party {ID_EDIT}; for people {MFA_EDIT}"))
        }
    }
}

/// The condition that looks like the missing guard, else the principal.
fn place<'a>(statement: &'a Statement, guards: Unguarded, principal: &'a Origin) -> (&'a Origin, &'static str) {
    let keys: &[&str] = match guards {
        Unguarded::Mfa => &MFA_KEYS,
        Unguarded::ExternalId => &["sts:ExternalId"],
        Unguarded::Both => &["aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "sts:ExternalId"],
    };
    let condition = keys.iter().find_map(|key| conditions_on(statement, key).next());
    match condition {
        Some((_, condition)) => (&condition.key.origin, "this condition stops no such request"),
        None => (principal, "no condition asks for MFA or an ExternalId"),
    }
}

const MFA_KEYS: [&str; 2] = ["aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"];
