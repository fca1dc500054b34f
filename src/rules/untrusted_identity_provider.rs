use super::shared::{CallerKind, Draft, principals, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Demand, ProviderEntry, Query, Strings},
    finding::Severity,
    policy::{Effect, Principal, Principals, Who},
};

/// Tokens of an identity provider outside the zone of trust are accepted.
pub static RULE: Rule = Rule {
    name: "untrusted-identity-provider",
    severity: Severity::High,
    summary: "Tokens of an identity provider outside the zone of trust are accepted",
    since: "0.1.0",
    what: "
Fires when the zone of trust lists identity providers and a SAML or OpenID Connect provider of the policy is none of them,
or when a listed provider has `subjects` and a token with another subject gets in.

Silent when the zone lists no provider: then nobody has said which ones are trusted.",
    why: r#"
A provider signs whatever its operators or tenants ask for. A role for `repo:acme/*` that also takes tokens of a former
vendor's issuer can be assumed by that vendor:

    aws sts assume-role-with-web-identity --role-arn arn:aws:iam::111122223333:role/deploy \
      --role-session-name x --web-identity-token "$TOKEN""#,
    fix: "
Remove the provider from the policy, or narrow its subjects to those that the zone of trust lists. When it is to be
trusted, add `identity-provider:` with its `subjects:` under `trust:` in the config.",
    examples: Examples {
        config: r#"
trust:
  - identity-provider: token.actions.githubusercontent.com
    subjects: ["repo:acme/*"]
  - identity-provider: arn:aws:iam::111122223333:saml-provider/Okta
"#,
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::111122223333:saml-provider/Legacy" }
      Action    = "sts:AssumeRoleWithSAML"
      Condition = { StringEquals = { "SAML:aud" = "https://signin.aws.amazon.com/saml" } }
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
      Principal = { Federated = "arn:aws:iam::111122223333:saml-provider/Okta" }
      Action    = "sts:AssumeRoleWithSAML"
      Condition = { StringEquals = { "SAML:aud" = "https://signin.aws.amazon.com/saml" } }
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
            Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
                token.actions.githubusercontent.com:sub: repo:other/api:ref:refs/heads/main
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
            Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
                token.actions.githubusercontent.com:sub: repo:acme/api:ref:refs/heads/main
"#,
    },
    maps_to: &[
        Mapping { system: "IAM Access Analyzer", id: "external access finding" },
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-3, IA-8" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let providers = &ctx.analysis.zone().providers;
    if providers.is_empty() {
        return;
    }
    for (i, statement) in ctx.analysis.policy().statements.iter().enumerate() {
        if statement.effect != Effect::Allow || !matches!(statement.principals, Principals::Only(_)) {
            continue;
        }
        for (j, principal) in principals(statement).iter().enumerate() {
            let Some((kind, subject)) = provider(principal) else { continue };
            let listed: Vec<&ProviderEntry> = providers.iter().filter(|e| is_listed(e, principal)).collect();
            if listed.iter().any(|e| e.subjects.is_empty()) {
                continue;
            }
            let query = Query::new(kind.any(), kind.call()).through(i, Some(j));
            let subjects: Vec<String> = listed.iter().flat_map(|e| e.subjects.iter().cloned()).collect();
            let query = if listed.is_empty() {
                query
            } else {
                query.demand(subject, Demand::AbsentOr(Strings::Like(vec!["*".to_owned()], subjects)))
            };
            let answer = ctx.analysis.ask(&query);
            if answer.is_no() {
                continue;
            }
            let (name, role) = (principal.value.text.display(), role_phrase(ctx));
            let (message, help) = if listed.is_empty() {
                (
                    format!(
                        "tokens of identity provider `{name}` can assume {role} and it is not in the zone of trust"
                    ),
                    "remove the provider, or add it under `trust:` in the config with its `subjects:`",
                )
            } else {
                (
                    format!("identity provider `{name}` can assume {role} for subjects outside the zone of trust"),
                    "narrow the condition on the subject to the `subjects:` that the config lists for this provider",
                )
            };
            let draft = Draft::at(&RULE, &principal.value.origin, "this provider is let in", message)
                .help(help)
                .answered(&answer)
                .value(name)
                .in_statement(statement);
            report.push(ctx, draft);
        }
    }
}

/// The kind of a provider's callers and the key of their subject.
fn provider(principal: &Principal) -> Option<(CallerKind, String)> {
    match &principal.who {
        Who::Saml { .. } => Some((CallerKind::Saml, "saml:sub".to_owned())),
        Who::Oidc { issuer, .. } => Some((CallerKind::Oidc, format!("{}:sub", issuer.as_known()?))),
        Who::BuiltinProvider(name) => Some((CallerKind::Oidc, format!("{name}:sub"))),
        _ => None,
    }
}

/// Whether an entry of the zone means the provider: by its ARN, or by the issuer's host and path.
fn is_listed(entry: &ProviderEntry, principal: &Principal) -> bool {
    let wanted = entry.provider.trim_start_matches("https://").trim_end_matches('/');
    let issuer = match &principal.who {
        Who::Oidc { issuer, .. } => issuer.as_known().map(|i| i.trim_end_matches('/').to_owned()),
        Who::BuiltinProvider(name) => Some(name.clone()),
        _ => None,
    };
    principal.value.known().is_some_and(|arn| arn == wanted) || issuer.is_some_and(|i| i.eq_ignore_ascii_case(wanted))
}
