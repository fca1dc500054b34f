use super::shared::{Draft, OidcWay, Reach, WideValue, conditions_on, oidc_ways, role_phrase, wide_values};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{
        Demand,
        issuers::{Issuer, Piece},
    },
    finding::Severity,
};

/// Any repository of a tenant, or any branch and event of a repository, can assume the role.
pub static RULE: Rule = Rule {
    name: "oidc-broad-subject",
    severity: Severity::Low,
    summary: "Any repository of a tenant, or any branch and event of a repository, can assume the role",
    since: "0.1.0",
    what: "
Fires when the pattern on the issuer's `:sub` admits the whole tenant (`repo:acme/*`, `organization:acme:*`), every branch and
event of one repository (`repo:acme/api:*`) or every service account of a namespace (`system:serviceaccount:ns:*`), and when
an issuer of one tenant (an EKS cluster, CircleCI, a GitHub enterprise) is trusted without any condition on `:sub`.",
    why: r#"
Whoever can push a branch to any of these repositories holds the role. A contractor with write access to `acme/website`
adds a workflow there, and its token with `sub` = `repo:acme/website:ref:refs/heads/x` is accepted by

    aws sts assume-role-with-web-identity --role-arn arn:aws:iam::111122223333:role/deploy \
      --role-session-name x --web-identity-token "$TOKEN""#,
    fix: "
Name the repository and the branch or, better, an environment with its own protection:
`repo:acme/api:environment:prod`.",
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
        StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:acme/*" }
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
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:acme/api:environment:prod"
        }
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
              StringLike: { token.actions.githubusercontent.com:sub: "repo:acme/api:*" }
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
              StringEquals: { token.actions.githubusercontent.com:aud: sts.amazonaws.com }
              StringLike: { token.actions.githubusercontent.com:sub: "repo:acme/api:ref:refs/heads/release-*" }
"#,
    },
    maps_to: &[
        Mapping { system: "IAM Access Analyzer", id: "policy check: specific GitHub repo and branch recommended" },
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
            let (made_up, what) = match reach {
                Reach::WholeTenant => (&[Piece::Project][..], whole_tenant(info)),
                Reach::WholeProject => (&[][..], "every branch and event of the repository or project"),
                _ => continue,
            };
            let Some((_, answer)) = way.look_alike(ctx.analysis, info, &subject, made_up, reach) else { continue };
            let message = format!("`{text}` lets {what} assume {}", role_phrase(ctx));
            let draft = Draft::at(&RULE, &value.origin, "the wildcard stands for all of it", message)
                .help("name the repository or project and the branch or environment")
                .answered(&answer)
                .value(text)
                .in_statement(way.statement);
            report.push(ctx, draft);
        }
        without_subject(ctx, &way, info, report);
    }
}

/// An issuer of one tenant, with nothing said of the subject.
fn without_subject(ctx: &RoleContext<'_>, way: &OidcWay<'_>, info: &Issuer, report: &mut Report<'_>) {
    let key = way.key("sub");
    if info.shared || conditions_on(way.statement, &key).next().is_some() {
        return;
    }
    let mut query = way.query().demand(key.clone(), Demand::Unguarded);
    query.demands.extend(way.strange_claims(|claim| claim != "sub" && claim != "aud"));
    let answer = ctx.analysis.ask(&query);
    if answer.is_no() {
        return;
    }
    let message =
        format!("{} of {} can assume {}: no condition pins `{key}`", whole_tenant(info), way.name(), role_phrase(ctx));
    let draft = Draft::at(&RULE, &way.principal.value.origin, "nothing bounds the subject", message)
        .help(format!("pin `{key}` with `StringEquals`"))
        .answered(&answer)
        .value(way.principal.value.text.display())
        .in_statement(way.statement);
    report.push(ctx, draft);
}

fn whole_tenant(info: &Issuer) -> &'static str {
    if info.is_cluster() { "every service account" } else { "every repository or project" }
}
