use std::collections::BTreeSet;

use super::shared::{Draft, account_phrase, party_literal, party_phrase, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{GrantKind, Standing, known_accounts},
    finding::Severity,
};

/// A named account outside the zone can assume.
pub static RULE: Rule = Rule {
    name: "untrusted-account",
    severity: Severity::High,
    summary: "A named account outside the zone of trust can assume the role",
    since: "0.1.0",
    what: "
Fires when a user, role or whole account outside the zone of trust can assume the role, named by the principal or by a
condition that bounds the callers to it (`aws:PrincipalAccount`, `aws:PrincipalArn`). Whatever ExternalId or MFA is
asked for: a guard makes nobody trusted.

Silent for the role's own account in every form (`aws_caller_identity`, `AWS::AccountId`, references to own resources, ids
of `own-accounts`), for what the zone of trust lists, and when a `Deny` covers it. With no zone configured every account
other than the role's own is outside. A publicly known account is called by its name; that alone never makes it trusted.",
    why: "
Everybody whom the other account's administrators let call `sts:AssumeRole` holds this role's permissions. An id that was
mistyped, copied from an example or left behind by a former vendor gives them to strangers:

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x

sent by `arn:aws:iam::999988887777:role/any`.",
    fix: "
Replace the account by the one that is meant, or take the principal out. When the account is to be trusted, say so once,
for all to see, in `.iac-trust-lint.yaml`: an entry under `trust:` with its `name` and a `reason`, narrowed by `roles:`
where only some roles are meant.",
    examples: Examples {
        config: r#"
trust:
  - account: "444455556666"
    name: security tooling
    require: none
"#,
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::999988887777:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}
"#,
        terraform_good: r#"
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::444455556666:root"]
    }
  }
}

resource "aws_iam_role" "audit" {
  name               = "audit"
  assume_role_policy = data.aws_iam_policy_document.trust.json
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
            Principal: { AWS: arn:aws:iam::999988887777:root }
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
            Principal: { AWS: ["444455556666", !Ref "AWS::AccountId"] }
            Action: sts:AssumeRole
"#,
    },
    maps_to: &[
        Mapping { system: "Trend Micro Conformity", id: "IAM-057 (Untrusted Cross-Account IAM Roles)" },
        Mapping { system: "IAM Access Analyzer", id: "external access finding" },
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-3, AC-6" },
        Mapping { system: "PCI DSS 4.0", id: "7.2" },
        Mapping { system: "SOC 2", id: "CC6.1, CC6.3" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let (policy, zone) = (ctx.analysis.policy(), ctx.analysis.zone());
    let mut seen = BTreeSet::new();
    for grant in ctx.analysis.grants() {
        let named = matches!(grant.kind, GrantKind::Account | GrantKind::User | GrantKind::Role | GrantKind::Session);
        if !named || grant.standing != Standing::Outside {
            continue;
        }
        let Some(account) = &grant.account else { continue };
        let Some(statement) = policy.statements.get(grant.statement) else { continue };
        let Some(literal) = party_literal(policy, grant) else { continue };
        if !seen.insert((statement.index, literal.text.display(), &grant.value)) {
            continue;
        }
        let party = party_phrase(zone, grant);
        let message = format!("{party} can assume {} and is not in the zone of trust", role_phrase(ctx));
        let label = match known_accounts::lookup(account) {
            Some(name) => format!("account {account} ({name}) is outside the zone of trust"),
            None => format!("account {account} is outside the zone of trust"),
        };
        let help = format!(
            "if {} is to be trusted, add it under `trust:` in the config; otherwise replace or remove this principal",
            account_phrase(zone, account)
        );
        let draft = Draft::at(&RULE, &literal.origin, label, message)
            .help(help)
            .certainty(grant.certainty)
            .witness(grant.witness.as_ref())
            .value(literal.text.display())
            .in_statement(statement);
        report.push(ctx, draft);
    }
}
