use std::{cell::OnceCell, collections::BTreeSet};

use super::shared::{Draft, Fresh, grant_query, party_literal, principal_origin, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{Answer, GrantKind, Query, Standing},
    finding::Severity,
    policy::Principals,
};

/// Anybody can assume.
pub static RULE: Rule = Rule {
    name: "public-trust",
    severity: Severity::Critical,
    summary: "A caller from an AWS account that nobody named can assume the role",
    since: "0.1.0",
    what: "
Fires when some request by a user or role of an account that neither the policy nor the zone of trust names is allowed:
`Principal: \"*\"`, `AWS: \"*\"`, `NotPrincipal` with `Allow`, `aws:PrincipalArn` like `arn:aws:iam::*:role/x` (anybody can
name a role so), or an organization condition that an absent key passes.

The severity is high instead of critical when only things that a caller holds itself stand in the way: an ExternalId, MFA,
a session name, tags, an address, a VPC, a user agent. Silent when an organization, an account or an ARN with a fixed
account bounds the callers (`untrusted-account` and `untrusted-organization` judge that bound), and when a `Deny` covers
them.",
    why: "
An attacker needs nothing but an AWS account of their own and the role's ARN, and ARNs are no secret: they stand in logs,
error messages and repositories. With `AWS: \"*\"` this request succeeds:

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x

sent by `arn:aws:iam::739501846227:role/any`. An ExternalId does not make it safe: it is not a secret, and whoever learns
or guesses it is in.",
    fix: "
Name the accounts or, better, the roles that need the role. To let in a whole organization, keep `AWS: \"*\"` and add
`StringEquals` on `aws:PrincipalOrgID` with the organization's id (not `StringEqualsIfExists`: a caller of no organization
sends no such key).",
    examples: Examples {
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "sts:AssumeRole"
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
      Principal = { AWS = "*" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
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
            Principal: { AWS: "*" }
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
            Principal: { AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/auditor" }
            Action: sts:AssumeRole
"#,
        config: "",
    },
    maps_to: &[
        Mapping { system: "IAM Access Analyzer", id: "external access finding with `isPublic`" },
        Mapping { system: "Checkov", id: "CKV_AWS_60" },
        Mapping { system: "KICS", id: "IAM Role Allows All Principals To Assume" },
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-3, AC-6" },
        Mapping { system: "PCI DSS 4.0", id: "7.2" },
        Mapping { system: "SOC 2", id: "CC6.1, CC6.3" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    let mut seen = BTreeSet::new();
    let bare_caller = OnceCell::new();
    for grant in ctx.analysis.grants() {
        if grant.kind != GrantKind::Any || grant.standing != Standing::Outside {
            continue;
        }
        let Some(statement) = policy.statements.get(grant.statement) else { continue };
        let Some(query) = grant_query(grant) else { continue };
        if !seen.insert((statement.index, grant.principal)) {
            continue;
        }
        let bare = if ctx.analysis.is_exhausted() {
            Answer::Undecided
        } else {
            let demands = bare_caller.get_or_init(|| Fresh::bare_caller(policy)).clone();
            ctx.analysis.ask(&Query { demands, ..query })
        };
        let held = bare.is_no();
        let (witness, certainty) = match bare.certainty() {
            Some(certainty) => (bare.witness().cloned(), certainty),
            None => (grant.witness.clone(), grant.certainty),
        };
        let everybody = if matches!(statement.principals, Principals::AllBut(_)) {
            "`NotPrincipal` with `Allow` lets in every other AWS account"
        } else {
            "this lets in every AWS account"
        };
        let role = role_phrase(ctx);
        let message = if held {
            format!("any AWS account can assume {role} with a value that the caller chooses itself")
        } else {
            format!("any AWS account can assume {role}")
        };
        let help = if held {
            "name the accounts or roles that need it: what a caller chooses or holds itself (ExternalId, MFA, tags, \
             addresses) is no bound on who it is"
        } else {
            "name the accounts or roles that need it, or bound them with `StringEquals` on `aws:PrincipalOrgID`"
        };
        let value = party_literal(policy, grant).map_or_else(|| grant.value.clone(), |l| l.text.display());
        let mut draft = Draft::at(&RULE, principal_origin(statement, grant.principal), everybody, message)
            .help(help)
            .certainty(certainty)
            .witness(witness.as_ref())
            .value(value)
            .in_statement(statement);
        if held {
            draft = draft.severity(Severity::High);
        }
        report.push(ctx, draft);
    }
}
