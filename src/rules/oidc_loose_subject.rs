use super::shared::{Draft, Reach, WideValue, oidc_ways, role_phrase, wide_values};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::issuers::{Issuer, Piece},
    finding::Severity,
};

/// A pattern on the token subject admits tenants or repositories with a similar name.
pub static RULE: Rule = Rule {
    name: "oidc-loose-subject",
    severity: Severity::High,
    summary: "A pattern on the token subject admits tenants or repositories with a similar name",
    since: "0.1.0",
    what: "
Fires when a wildcard in a `StringLike` on the issuer's `:sub` stands where it lets in somebody else whose name merely looks
alike: `repo:acme*` (also `acme-evil`), `repo:acme/api*` (also `api-evil`), `repo:*/x:*`, `organization:acme*`,
`system:serviceaccount:*` (any namespace).

Silent when another condition pins the tenant or the repository, for example by `repository_id`. Silent where
`oidc-any-tenant` speaks.",
    why: r#"
Names are free to take. For `repo:acme*` an attacker registers the organization `acme-ci`, runs a workflow there, and sends
a token with `sub` = `repo:acme-ci/x:ref:refs/heads/main`:

    aws sts assume-role-with-web-identity --role-arn arn:aws:iam::111122223333:role/deploy \
      --role-session-name x --web-identity-token "$TOKEN""#,
    fix: "
End each name with its separator before the wildcard: `repo:acme/api:*`, `organization:acme:project:…`. Better: no wildcard
and `StringEquals`.",
    examples: Examples {
        config: "",
        terraform_bad: r#"
resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
        StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:acme*" }
      }
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
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
        StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:acme/api:ref:refs/heads/release-*" }
      }
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
            Principal: { Federated: !Sub "arn:aws:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com" }
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals: { token.actions.githubusercontent.com:aud: sts.amazonaws.com }
              StringLike: { token.actions.githubusercontent.com:sub: "repo:acme/api*" }
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
            Principal: { Federated: !Sub "arn:aws:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com" }
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
                token.actions.githubusercontent.com:sub: repo:acme/api:ref:refs/heads/main
"#,
    },
    maps_to: &[
        Mapping { system: "Checkov", id: "CKV_AWS_358, CKV_AWS_393" },
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-3, IA-8" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
        "https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services",
    ],
    kind: RuleKind::Role(check),
};

fn check(ctx: &RoleContext<'_>, report: &mut Report<'_>) {
    for way in oidc_ways(ctx.analysis.policy()) {
        let Some(info) = way.info else { continue };
        for WideValue { value, text, subject, reach } in wide_values(&way, info) {
            let (made_up, who) = match reach {
                Reach::AlikeTenant => (&[Piece::Tenant, Piece::Project][..], tenant_word(info)),
                Reach::AlikeProject => (&[Piece::Project][..], "repositories or projects with a similar name"),
                _ => continue,
            };
            let Some((alike, answer)) = way.look_alike(ctx.analysis, info, &subject, made_up, reach) else { continue };
            let message = format!("`{text}` lets {who} assume {}, such as `{alike}`", role_phrase(ctx));
            let draft = Draft::at(&RULE, &value.origin, "the wildcard reaches beyond the name", message)
                .help("end the name with its separator before the wildcard, or name the whole subject with `StringEquals`")
                .answered(&answer)
                .value(text)
                .in_statement(way.statement);
            report.push(ctx, draft);
        }
    }
}

fn tenant_word(info: &Issuer) -> &'static str {
    if info.is_cluster() { "service accounts of other namespaces" } else { "organizations with a similar name" }
}
