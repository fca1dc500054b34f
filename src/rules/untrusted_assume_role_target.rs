use super::shared::{Draft, account_is_outside, account_phrase, assume_role_statements, resource_account};
use super::{Examples, IdentityContext, Mapping, Report, Rule, RuleKind};
use crate::{
    analysis::{TrustKind, Zone},
    finding::Severity,
    policy::glob,
    value::is_account_id,
};

/// An identity policy allows sts:AssumeRole on a role of an account outside the zone of trust.
pub static RULE: Rule = Rule {
    name: "untrusted-assume-role-target",
    severity: Severity::Medium,
    summary: "An identity policy allows sts:AssumeRole on a role of an account outside the zone of trust",
    since: "0.1.0",
    what: "
Fires on an identity policy whose `Allow` of `sts:AssumeRole` names a role in an account that is neither the own nor in the
zone of trust.",
    why: "
What runs with this policy can hand its data, and any credentials that it passes along, to a session in that account. With
a mistyped or abandoned account id the role there may be anybody's:

    aws sts assume-role --role-arn arn:aws:iam::999988887777:role/backup --role-session-name x

answers with credentials of an account that a stranger watches.",
    fix: "
Put the account that is meant. When the other account is to be trusted, say so under `trust:` in the config.",
    examples: Examples {
        config: r#"
trust:
  - account: "444455556666"
"#,
        terraform_bad: r#"
resource "aws_iam_policy" "deploy" {
  name = "deploy"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "arn:aws:iam::999988887777:role/backup"
    }]
  })
}
"#,
        terraform_good: r#"
resource "aws_iam_policy" "deploy" {
  name = "deploy"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "arn:aws:iam::444455556666:role/backup"
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
            Resource: arn:aws:iam::999988887777:role/backup
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
            Resource: !Sub "arn:aws:iam::${AWS::AccountId}:role/backup"
"#,
    },
    maps_to: &[
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-4, AC-6" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html",
    ],
    kind: RuleKind::Identity(check),
};

fn check(ctx: &IdentityContext<'_>, report: &mut Report<'_>) {
    for (statement, action) in assume_role_statements(ctx.policy) {
        let mut seen = Vec::new();
        for resource in statement.resources.iter().flatten() {
            let text = resource.text.display();
            let Some(account) = resource_account(resource).filter(|a| is_account_id(a)) else { continue };
            let own = ctx.carrier.own.account.as_deref() == Some(&*account);
            if own || !is_outside(ctx.zone, &account, &text) || seen.contains(&text) {
                continue;
            }
            let party = account_phrase(ctx.zone, &account);
            let address = &ctx.carrier.address;
            let message =
                format!("`{address}` allows `{action}` on a role of {party}, which is not in the zone of trust");
            let draft = Draft::at(&RULE, &resource.origin, format!("{party} is outside the zone of trust"), message)
                .help("put the account that is meant here, or add this one under `trust:` in the config")
                .value(text.clone())
                .in_statement(statement);
            seen.push(text);
            report.push(ctx, draft);
        }
    }
}

fn is_outside(zone: &Zone, account: &str, arn: &str) -> bool {
    let listed = |kind: &TrustKind| matches!(kind, TrustKind::Principal(pattern) if glob::matches(pattern, arn));
    account_is_outside(zone, None, account) && !zone.entries.iter().any(|e| listed(&e.kind))
}
