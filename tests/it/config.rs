use std::path::Path;

use iac_trust_lint::{
    analysis::{Requirement, TrustKind},
    config::{Config, ConfigError, Date, Effective, Subject, find},
};

fn mistake(text: &str) -> String {
    Config::parse("c.yaml", text).unwrap_err().to_string()
}

#[test]
fn every_mistake_says_where_and_what() {
    for (text, expected) in [
        ("own-acounts: []\n", "c.yaml:1:1: unknown key `own-acounts`; did you mean `own-accounts`?"),
        (
            "trust:\n  - account: \"111122223333\"\n    acount: x\n",
            "c.yaml:3:5: trust[0]: unknown key `acount`; did you mean `account`?",
        ),
        (
            "trust:\n  - account: 111122223333\n",
            "c.yaml:2:14: trust[0].account: 111122223333 must be in quotes: write \"111122223333\", else YAML takes it \
             for a number",
        ),
        (
            "trust:\n  - account: 012345678901\n",
            "c.yaml:2:14: 012345678901 must be in quotes: write \"012345678901\", else YAML takes it for a number",
        ),
        (
            "own-accounts:\n  - \"111122223333\"\n  - 000022223333\n",
            "c.yaml:3:5: 000022223333 must be in quotes: write \"000022223333\", else YAML takes it for a number",
        ),
        (
            "trust:\n  - account: \"111122223333\"\n  - account: \"11112222333\"\n",
            "c.yaml:3:14: trust[1].account: account id `11112222333` has 11 digits, not 12",
        ),
        (
            "trust:\n  - account: \"111122223333\"\n    expires: 2027-02-30\n",
            "c.yaml:3:14: trust[0].expires: `2027-02-30` is no date: write it as YYYY-MM-DD",
        ),
        (
            "trust:\n  - account: \"111122223333\"\n    require: mfaa\n",
            "c.yaml:3:14: trust[0].require: `mfaa` is no requirement: use none, external-id, mfa, external-id-or-mfa or \
             external-id-and-mfa",
        ),
        (
            "exclude:\n  - \"a[\"\n",
            "c.yaml:2:5: exclude[0]: the glob `a[` is not valid: unclosed character class; missing ']'",
        ),
        ("own-accounts: [\"1\"]\n", "c.yaml:1:16: own-accounts[0]: account id `1` has 1 digit, not 12"),
        ("exclude: a\n", "c.yaml:1:10: exclude: a list is expected: write `[…]`, or `- ` before each item"),
        ("- x\n", "c.yaml:1:1: a mapping is expected: write `key: value`"),
        ("rules: [a]\n", "c.yaml:1:8: rules: a mapping is expected: write `key: value`"),
        (
            "fail-on: hig\n",
            "c.yaml:1:10: fail-on: `hig` is no severity: use critical, high, medium, low, info or never",
        ),
    ] {
        assert_eq!(mistake(text), expected);
    }
}

#[test]
fn an_entry_trusts_exactly_one_party() {
    let both = "trust:\n  - name: x\n    account: \"111122223333\"\n    organization: o-a1b2c3d4e5\n";
    assert_eq!(
        mistake(both),
        "c.yaml:2:5: trust[0]: this entry has both `account` and `organization`: an entry trusts one party, so make it \
         two entries"
    );
    assert!(mistake("trust:\n  - name: x\n").starts_with("c.yaml:2:5: trust[0]: this entry trusts nobody"));
    assert!(mistake("trust: [{account: \"111122223333\", subjects: [a]}]").contains("`subjects` belongs to"));
    assert!(mistake("trust: [{value: var.x, require: mfa}]").contains("`require` has no meaning"));
}

#[test]
fn broken_yaml_has_a_place() {
    let error = Config::parse("c.yaml", "trust:\n  - account: [\n").unwrap_err();
    assert!(matches!(error, ConfigError::Mistake { line, .. } if line >= 2), "{error}");
    assert!(Config::parse("c.yaml", "- a\n").is_err());
    assert!(Config::parse("c.yaml", "trust: 5\n").is_err());
    assert!(Config::parse("c.yaml", "a: &a [*a, *a]\n").is_err());
}

#[test]
fn unknown_rules_and_severities_are_refused() {
    assert!(mistake("rules:\n  public-trusts: off\n").starts_with("c.yaml:2:3: rules"));
}

#[test]
fn what_is_all_comments_is_an_empty_config() {
    for text in ["", "# nothing\n", "---\n# x\n", "trust:\n  # - account: x\n", "rules:\nexclude:\noverrides:\n"] {
        let config = Config::parse("c.yaml", text).unwrap();
        assert!(config.trust.is_empty() && config.rules.is_empty(), "{text}");
    }
}

const EXAMPLE: &str = r#"
own-accounts: ["111122223333"]
trust:
  - account: "444455556666"
    name: security tooling
    require: none
  - account: "464622532012"
    name: Datadog
    require: external-id
    roles: ["datadog-*"]
    paths: ["integrations/**"]
    expires: 2027-03-31
    reason: SEC-1204
  - organization: o-a1b2c3d4e5
  - organizational-unit: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111
  - principal: arn:aws:iam::777788889999:role/ci-*
  - identity-provider: token.actions.githubusercontent.com
    subjects: ["repo:acme/*"]
  - identity-provider: arn:aws:iam::111122223333:saml-provider/Okta
  - value: var.security_account_id
exclude: ["examples/**"]
fail-on: medium
overrides:
  - paths: ["envs/prod/**"]
    own-accounts: ["999900001111"]
"#;

fn effective(now: &str) -> Effective {
    let config = Config::parse("c.yaml", EXAMPLE).unwrap();
    Effective { config, folder: "/repo".into(), now: now.parse().unwrap() }
}

#[test]
fn the_zone_depends_on_role_path_and_day() {
    let datadog = TrustKind::Account("464622532012".to_owned());
    let has = |now: &str, file: &str, name: Option<&str>| {
        let zone = effective(now).zone(Subject { file: Path::new(file), root: None }, name, "aws_iam_role.x");
        zone.entries.iter().any(|e| e.kind == datadog)
    };
    assert!(has("2027-03-30", "/repo/integrations/a/main.tf", Some("datadog-agent")));
    assert!(!has("2027-03-31", "/repo/integrations/a/main.tf", Some("datadog-agent")));
    assert!(!has("2027-03-30", "/repo/integrations/a/main.tf", Some("other")));
    assert!(!has("2027-03-30", "/repo/integrations/a/main.tf", None));
    assert!(!has("2027-03-30", "/repo/main.tf", Some("datadog-agent")));
    assert_eq!(effective("2027-04-01").expired().len(), 1);
    assert!(effective("2027-01-01").expired().is_empty());
}

#[test]
fn the_zone_has_every_kind_of_entry() {
    let zone = effective("2026-01-01").zone(Subject { file: Path::new("/repo/a.tf"), root: None }, None, "r");
    let requirements: Vec<Requirement> = zone.entries.iter().map(|e| e.require).collect();
    assert_eq!(
        requirements,
        [Requirement::None, Requirement::None, Requirement::None, Requirement::ExternalIdOrMfa],
        "account with `none`, organization, unit, principal"
    );
    assert_eq!(zone.providers.len(), 2);
    assert_eq!(zone.vouched, ["var.security_account_id"]);
    assert!(zone.configured);
}

#[test]
fn overrides_go_by_file_or_root_module() {
    let own = |file: &str, root: &str| {
        let subject = Subject { file: Path::new(file), root: Some(Path::new(root)) };
        effective("2026-01-01").zone(subject, None, "r").own_accounts
    };
    assert_eq!(own("/repo/envs/prod/a.tf", "/repo/envs/prod"), ["999900001111"]);
    assert_eq!(own("/repo/modules/m/a.tf", "/repo/envs/prod"), ["999900001111"]);
    assert_eq!(own("/repo/modules/m/a.tf", "/repo/envs/dev"), ["111122223333"]);
    assert!(effective("2026-01-01").excludes(Path::new("/repo/examples/x/main.tf")));
    assert!(!effective("2026-01-01").excludes(Path::new("/elsewhere/examples/x/main.tf")));
}

#[test]
fn the_config_is_looked_for_up_to_the_repository() {
    let tmp = tempfile::tempdir().unwrap();
    let root = tmp.path().canonicalize().unwrap();
    let deep = root.join("repo/a/b");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::create_dir_all(root.join("repo/.git")).unwrap();
    std::fs::write(root.join("iac-trust-lint.yaml"), "").unwrap();
    assert_eq!(find(&deep), None, "not above the repository");
    std::fs::write(root.join("repo/iac-trust-lint.yaml"), "").unwrap();
    assert_eq!(find(&deep).unwrap().folder, root.join("repo"));
    std::fs::write(root.join("repo/a/.iac-trust-lint.yaml"), "").unwrap();
    assert_eq!(find(&deep).unwrap().folder, root.join("repo/a"));
    std::fs::remove_dir(root.join("repo/.git")).unwrap();
    assert_eq!(find(&deep), None, "without a repository only the folder itself counts");
}

#[test]
fn dates_compare_as_days() {
    let day = |s: &str| s.parse::<Date>().unwrap();
    assert!(day("2026-12-31") < day("2027-01-01"));
}
