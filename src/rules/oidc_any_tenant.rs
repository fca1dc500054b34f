use super::shared::{Draft, OidcWay, WideClaim, bounded_by_unknown, oidc_ways, role_phrase, strange_subject};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind};
use crate::{
    analysis::{
        Answer, Demand, Strings,
        issuers::{self, Issuer},
    },
    finding::Severity,
    value::Origin,
};

/// Every customer of a shared identity provider can assume the role.
pub static RULE: Rule = Rule {
    name: "oidc-any-tenant",
    severity: Severity::Critical,
    summary: "Every customer of a shared identity provider can assume the role",
    since: "0.1.0",
    what: "
Fires when an issuer that signs tokens for all of its customers (GitHub Actions, GitLab, HCP Terraform, Buildkite, Cognito,
Google and others) is trusted and no condition pins whose tokens are meant: there is no condition on the claim that says
so (`:sub` mostly, `:aud` for some), its pattern admits everybody (`*`, `repo:*`), or only claims are pinned that anybody
can bring about (`ref`, `environment`, `workflow`, `actor`).",
    why: r#"
An attacker makes a repository of their own, adds a workflow that asks for a token, and sends it:

    aws sts assume-role-with-web-identity --role-arn arn:aws:iam::111122223333:role/deploy \
      --role-session-name x --web-identity-token "$TOKEN"

The token is genuine, signed by the issuer that the role trusts, with `sub` = `repo:attacker/repo:ref:refs/heads/main`."#,
    fix: "
Pin the tenant and, better, the repository or project and the occasion: `StringEquals` on
`token.actions.githubusercontent.com:sub` with `repo:acme/api:environment:prod`. For Cognito pin `:aud` to the identity
pool, for Google, Facebook and Amazon the application.",
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
      Condition = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" } }
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
              StringLike: { token.actions.githubusercontent.com:sub: "repo:*" }
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
                token.actions.githubusercontent.com:sub: repo:acme/api:environment:prod
"#,
    },
    maps_to: &[
        Mapping { system: "Checkov", id: "CKV_AWS_358, CKV_AWS_393" },
        Mapping { system: "IAM Access Analyzer", id: "policy checks: missing GitHub repo condition key, missing condition key for OIDC principal" },
        Mapping { system: "NIST SP 800-53 Rev. 5", id: "AC-3, IA-8" },
        Mapping { system: "SOC 2", id: "CC6.1" },
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
        let Some(info) = way.info.filter(|i| i.shared) else { continue };
        let keys: Vec<String> = info.pins.iter().map(|claim| way.key(claim)).collect();
        let mut answer = any_tenant(ctx, &way, info, &[]);
        let mut origin = place(&way, info);
        if answer.is_no() {
            let wide = way.wide_claims(info);
            let Some((first, ..)) = wide.first() else { continue };
            answer = any_tenant(ctx, &way, info, &wide);
            origin = &first.origin;
        }
        if answer.is_no() || bounded_by_unknown(way.statement, &keys) {
            continue;
        }
        let pins: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let pins = pins.join(" or ");
        let (name, role) = (way.name(), role_phrase(ctx));
        let message = format!("every customer of {name} can assume {role}: no condition pins {pins}");
        let mut draft = Draft::at(&RULE, origin, "tokens of every customer are accepted", message)
            .help(format!("pin {pins} with `StringEquals`{}", example(info)))
            .answered(&answer)
            .value(way.principal.value.text.display())
            .in_statement(way.statement);
        if origin != &way.principal.value.origin {
            draft = draft.also(&way.principal.value.origin, "the identity provider is here");
        }
        report.push(ctx, draft);
    }
}

/// Whether a token of a tenant that nobody named gets in. What anybody can bring about stays free. `wide` are claims
/// that have values made to fit their wildcards.
fn any_tenant(ctx: &RoleContext<'_>, way: &OidcWay<'_>, info: &Issuer, wide: &[WideClaim<'_>]) -> Answer {
    let mut query = way.query();
    if info.pins.contains(&"sub") {
        query = query.demand(way.key("sub"), Demand::Is(strange_subject(&info.shape)));
    }
    for pin in info.pins.iter().filter(|p| **p != "sub") {
        query = query.demand(way.key(pin), Demand::Unguarded);
    }
    let counts =
        |claim: &str| !info.pins.contains(&claim) && !issuers::is_abusable(claim) && claim != "aud" && claim != "amr";
    query.demands.extend(way.strange_claims(counts));
    for (_, key, made_up) in wide {
        query.demands.retain(|(demanded, _)| !demanded.eq_ignore_ascii_case(key));
        query = query.demand(key.clone(), Demand::Is(Strings::OneOf(made_up.clone())));
        query.unmet.push(key.clone());
    }
    ctx.analysis.ask(&query)
}

/// The first condition on a claim that could pin the tenant, else the principal.
fn place<'a>(way: &'a OidcWay<'_>, info: &Issuer) -> &'a Origin {
    let is_pin = |key: &str| info.pins.iter().any(|pin| way.key(pin).eq_ignore_ascii_case(key));
    let condition = way.statement.conditions.iter().find(|c| c.key.known().is_some_and(|k| is_pin(&k)));
    condition.and_then(|c| c.values.first()).map_or(&way.principal.value.origin, |v| &v.origin)
}

fn example(info: &Issuer) -> &'static str {
    match info.pattern {
        "token.actions.githubusercontent.com" => ", for example `repo:ORG/REPO:environment:NAME`",
        "gitlab.com" => ", for example `project_path:GROUP/PROJECT:ref_type:branch:ref:main`",
        "app.terraform.io" => ", for example `organization:ORG:project:PROJECT:workspace:NAME:run_phase:apply`",
        "cognito-identity.amazonaws.com" => " to the id of the identity pool",
        _ => "",
    }
}
