use std::collections::BTreeSet;

use super::shared::{Draft, party_literal, party_phrase, principal_origin, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{GrantKind, Standing},
    finding::Severity,
};

/// Any account of an organization outside the zone of trust can assume the role.
pub static RULE: Rule = Rule {
    name: "untrusted-organization",
    severity: Severity::High,
    summary: "Any account of an organization outside the zone of trust can assume the role",
    since: "0.1.0",
    what: "
Fires when the callers are bounded to an organization, or to an organizational unit, that is neither the role's own nor in
the zone of trust, by `aws:PrincipalOrgID` or `aws:PrincipalOrgPaths`. A path of an organizational unit that does not begin
with the organization's id counts as outside: such ids are not unique.

Silent for the role's own organization (`aws_organizations_organization`, `${aws:ResourceOrgID}`) and for what the zone of
trust lists.",
    why: "
Whoever controls the other organization can make accounts in it at will, and each may assume the role. With the id of a
former parent company left in the condition, its newest sandbox account may send

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/audit --role-session-name x",
    fix: "
Put your own organization's id there, or `${aws:ResourceOrgID}`, which is always the role's own. When the other
organization is to be trusted, say so in the config: `trust: - organization: o-…`.",
    examples: Examples {
        config: r#"
trust:
  - organization: o-a1b2c3d4e5
"#,
        terraform_bad: r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-foreign0001" } }
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
            Condition:
              ForAnyValue:StringLike: { "aws:PrincipalOrgPaths": "o-foreign0001/r-ab12/ou-ab12-11111111/*" }
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
              StringEquals: { "aws:PrincipalOrgID": "${aws:ResourceOrgID}" }
"#,
    },
    maps_to: &[
        Mapping { system: "IAM Access Analyzer", id: "external access finding" },
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-3, AC-6" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    let policy = ctx.analysis.policy();
    let mut seen = BTreeSet::new();
    for grant in ctx.analysis.grants() {
        if grant.kind != GrantKind::Organization || grant.standing != Standing::Outside {
            continue;
        }
        let Some(statement) = policy.statements.get(grant.statement) else { continue };
        let Some(literal) = party_literal(policy, grant) else { continue };
        if !seen.insert((statement.index, grant.value.clone())) {
            continue;
        }
        let party = party_phrase(ctx.analysis.zone(), grant);
        let message = format!("{party} can assume {} and is not in the zone of trust", role_phrase(ctx));
        let label = format!("`{}` is outside the zone of trust", grant.value);
        let help = "put the role's own organization here (`${aws:ResourceOrgID}` always is), or add this one under `trust:` \
                    in the config";
        let draft = Draft::at(&RULE, &literal.origin, label, message)
            .help(help)
            .certainty(grant.certainty)
            .witness(grant.witness.as_ref())
            .value(grant.value.clone())
            .in_statement(statement)
            .also(principal_origin(statement, grant.principal), "the principal is here");
        report.push(ctx, draft);
    }
}
