use std::{cell::OnceCell, collections::BTreeSet};

use super::shared::{CallerKind, Draft, known_caller_kinds, principals, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::keys::{self, Availability, Call},
    finding::Severity,
    policy::{Condition, Effect, SetQuantifier, Statement, Test, Who},
};

/// No request ever carries a condition key that the policy asks for.
pub static RULE: Rule = Rule {
    name: "unknown-condition-key",
    severity: Severity::Medium,
    summary: "No request ever carries a condition key that the policy asks for",
    since: "0.1.0",
    what: "
Fires on a condition key that no request of the statement's kind of principal and call carries: a mistyped one
(`aws:ExternalId`), `sts:ExternalId` with a federated call, `aws:SourceAccount` on an AWS principal, a claim of another
issuer than the statement's. Suggests the key that is meant where one is near. Case does not matter in keys.",
    why: "
A condition on a key that is always absent does nothing that it says. With a positive operator the statement is dead: the
caller that should get in does not. With `…IfExists`, `ForAllValues:` or a negated operator it is always true, and

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x

succeeds though the policy seems to ask for an ExternalId.",
    fix: "
Use the key that the message suggests, or the one that AWS lists for the call. Take the condition out when the call has no
such key.",
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
      Condition = { StringEquals = { "aws:ExternalId" = "6f9d2c1e-5b7a-4c0f" } }
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
              StringEquals: { "aws:SourceAccount": "444455556666" }
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
            Principal: { AWS: "*" }
            Action: sts:AssumeRole
            Condition:
              StringEquals: { "aws:PrincipalAccount": "444455556666" }
"#,
    },
    maps_to: &[
        Mapping { system: "IAM Access Analyzer", id: "policy checks: invalid global condition key, invalid service condition key, unsupported condition key" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    for (i, statement) in ctx.analysis.policy().statements.iter().enumerate() {
        let kinds = known_caller_kinds(statement);
        let mut seen = BTreeSet::new();
        let issuers = OnceCell::new();
        for condition in statement.conditions.iter().filter(|c| !kinds.is_empty() && !c.is_undecided()) {
            let Some(key) = condition.key.known() else { continue };
            let operator = condition.operator_text.text.display();
            let Some(why) =
                never_carried(statement, &kinds, &key, &issuers).filter(|_| seen.insert((operator, key.to_string())))
            else {
                continue;
            };
            let effect = if passes_absent(condition) { "is always true" } else { "can never be true" };
            let role = role_phrase(ctx);
            let message = format!("the condition on `{key}` in the trust policy of {role} {effect}: {why}");
            let mut draft = Draft::at(&RULE, &condition.key.origin, "no request carries this key", message)
                .value(key.clone())
                .in_statement(statement);
            if passes_absent(condition) && statement.effect == Effect::Allow {
                let answers = kinds.iter().map(|kind| ctx.analysis.ask(&kind.query().through(i, None)));
                draft = draft.witness(answers.into_iter().find_map(|a| a.witness().cloned()).as_ref());
            }
            draft = match keys::near_miss(&key) {
                Some(near) => draft.help(format!("use `{near}`")),
                None => draft.help("use a key that the call carries, or take the condition out"),
            };
            report.push(ctx, draft);
        }
    }
}

/// Why no request of these kinds carries the key; `None` when some may.
fn never_carried(
    statement: &Statement,
    kinds: &[CallerKind],
    key: &str,
    issuers: &OnceCell<Option<Vec<String>>>,
) -> Option<String> {
    let Some(info) = keys::lookup(key) else {
        return Some(format!("AWS has no condition key `{key}`"));
    };
    let whom = || {
        let named: Vec<&str> = kinds.iter().map(|k| k.phrase()).collect();
        named.join(" or ")
    };
    if kinds.iter().all(|kind| info.availability(call(*kind)) == Availability::Never) {
        return Some(format!("no request of {} carries it", whom()));
    }
    let (issuer, _) = keys::issuer_and_claim(key)?;
    if kinds != [CallerKind::Oidc] {
        return None;
    }
    let issuers = issuers.get_or_init(|| issuers_of(statement)).as_ref()?;
    if issuers.binary_search_by(|i| i.as_str().cmp(issuer.trim_end_matches('/'))).is_ok() {
        return None;
    }
    let more = if issuers.len() > MOST_NAMED { " and others" } else { "" };
    let named: Vec<&str> = issuers.iter().take(MOST_NAMED).map(String::as_str).collect();
    Some(format!("the tokens are of `{}`{more}, and this is a claim of `{issuer}`", named.join("`, `")))
}

/// So many issuers are named.
const MOST_NAMED: usize = 5;

/// The issuers whose tokens a statement lets in, sorted; `None` when one is not known.
fn issuers_of(statement: &Statement) -> Option<Vec<String>> {
    let mut issuers = BTreeSet::new();
    for principal in principals(statement) {
        match &principal.who {
            Who::Oidc { issuer, .. } => {
                issuers.insert(issuer.as_known()?.to_ascii_lowercase().trim_end_matches('/').to_owned());
            }
            Who::BuiltinProvider(name) => drop(issuers.insert(name.to_ascii_lowercase())),
            _ => {}
        }
    }
    Some(issuers.into_iter().collect())
}

fn call(kind: CallerKind) -> Call {
    match kind {
        CallerKind::Aws => Call::Principal,
        CallerKind::Service => Call::Service,
        CallerKind::Saml => Call::Saml,
        CallerKind::Oidc => Call::WebIdentity,
    }
}

fn passes_absent(condition: &Condition) -> bool {
    let says_true = || condition.values.iter().any(|v| v.known().as_deref() == Some("true"));
    condition.operator.is_some_and(|o| {
        o.if_exists
            || o.set == SetQuantifier::ForAll
            || (o.test.is_negated() && o.set == SetQuantifier::Single)
            || (o.test == Test::Null && says_true())
    })
}
