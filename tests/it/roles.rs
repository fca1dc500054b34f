use serde_json::{Value, json};

use crate::kit::{Tree, role, template};

fn roles(tree: &Tree, args: &[&str]) -> Vec<Value> {
    let ran = tree.run(&[&["roles", "--format", "json"], args].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["schema_version"], 1);
    document["roles"].as_array().unwrap().clone()
}

#[test]
fn each_role_with_who_can_assume_it() {
    let tree = Tree::new().file("t.yaml", template("464622532012"));
    let all = roles(&tree, &[]);
    assert_eq!(
        all[0],
        json!({
            "address": "Audit", "type": "AWS::IAM::Role", "root": "t.yaml", "file": "t.yaml", "line": 2,
            "policy": {"status": "resolved", "reasons": []},
            "grants": [{
                "principal": {"kind": "account", "value": "464622532012", "account": "464622532012", "label": "Datadog"},
                "zone": "outside", "actions": ["sts:AssumeRole"], "guards": ["external-id"],
                "file": "t.yaml", "line": 8, "column": 31,
            }],
        })
    );
    assert_eq!(roles(&tree, &["--trust", "464622532012"])[0]["grants"][0]["zone"], "trusted");
    assert_eq!(roles(&tree, &["--own-account", "464622532012"])[0]["grants"][0]["zone"], "own");
    let table = tree.run(&["roles"]).stdout;
    assert!(table.contains("outside  account 464622532012 (Datadog)  sts:AssumeRole  external-id"), "{table}");
}

#[test]
fn what_is_not_known_is_named() {
    let tree = Tree::new()
        .file("main.tf", format!("variable \"who\" {{}}\n{}", role("r", "\"arn:aws:iam::${var.who}:root\"")));
    let all = roles(&tree, &["--with-policy"]);
    assert_eq!(all[0]["policy"]["status"], "partial");
    assert_eq!(all[0]["policy"]["reasons"][0]["expression"], "var.who");
    assert_eq!(all[0]["grants"][0]["principal"]["kind"], "unknown");
    assert_eq!(all[0]["document"]["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::${unknown:var.who}:root");
    let all = roles(&tree, &["--var", "who=999988887777"]);
    assert_eq!((&all[0]["policy"]["status"], &all[0]["grants"][0]["zone"]), (&"resolved".into(), &"outside".into()));

    let tree = Tree::new().file(
        "main.tf",
        "variable \"policy\" {}\nresource \"aws_iam_role\" \"r\" {\n  assume_role_policy = var.policy\n}\n",
    );
    let all = roles(&tree, &["--with-policy"]);
    assert_eq!(all[0]["policy"]["status"], "unresolved");
    assert_eq!(all[0]["document"], json!({"$unknown": "var.policy"}));
}

#[test]
fn the_own_account_is_a_symbol() {
    let tree = Tree::new().file(
        "main.tf",
        format!(
            "data \"aws_caller_identity\" \"me\" {{}}\n{}",
            role("r", "\"arn:aws:iam::${data.aws_caller_identity.me.account_id}:root\"")
        ),
    );
    let all = roles(&tree, &["--with-policy"]);
    let grant = &all[0]["grants"][0];
    assert_eq!(grant["zone"], "own");
    assert_eq!(grant["principal"]["account"], Value::Null);
    assert_eq!(all[0]["document"]["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::${own-account}:root");
}

#[test]
fn heredocs_are_shown_as_documents() {
    let text = "resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = <<-EOT\n    {\"Statement\": {\"Effect\": \
                \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {\"AWS\": \"${var.x}\"}}}\n  EOT\n}\nvariable \
                \"x\" {}\n";
    let all = roles(&Tree::new().file("main.tf", text), &["--with-policy"]);
    assert_eq!(all[0]["document"]["Statement"]["Principal"]["AWS"], "${unknown:var.x}");
}

#[test]
fn findings_do_not_make_roles_fail() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    assert_eq!(tree.run(&["roles"]).code, 0);
    assert_eq!(tree.run(&["roles", "missing"]).code, 2);
}

#[test]
fn init_writes_a_config_to_review() {
    let tree = Tree::new()
        .file("t.yaml", template("464622532012"))
        .file("u.yaml", template("999988887777"))
        .file("v.yaml", template("999988887777").replace("Audit", "Other"))
        .file("own.tf", role("own", "aws_iam_role.own.arn"));
    let ran = tree.run(&["init"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = tree.read(".iac-trust-lint.yaml");
    let first = text.find("# - account: \"999988887777\"").unwrap();
    let second = text.find("# - account: \"464622532012\"\n  #   name: \"Datadog\"").unwrap();
    assert!(first < second, "sorted by the number of roles: {text}");
    // Nothing is trusted until somebody uncomments it.
    assert_eq!(tree.run(&["--select", "untrusted-account"]).code, 1);
    assert_eq!(tree.run(&["init"]).code, 2, "a config that is there is kept");
    let uncommented: String = text
        .lines()
        .map(|l| if l.starts_with("  # - account") || l.starts_with("  #   ") { l.replacen("# ", "", 1) } else { l.to_owned() } + "\n")
        .collect();
    tree.write(".iac-trust-lint.yaml", uncommented);
    let ran = tree.run(&["--select", "untrusted-account"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}{}", ran.stdout, tree.read(".iac-trust-lint.yaml"));
    assert!(tree.run(&["init", "--stdout"]).stdout.contains("trust:"));
}

#[test]
fn init_lists_providers_and_what_is_not_known_so_that_uncommenting_works() {
    let statement = |principal: &str, action: &str, condition: &str| {
        format!("{{ Effect = \"Allow\", Action = \"{action}\", Principal = {principal}, Condition = {condition} }}")
    };
    let web = statement(
        "{ Federated = \"arn:aws:iam::${data.aws_caller_identity.me.account_id}:oidc-provider/token.actions.githubusercontent.com\" }",
        "sts:AssumeRoleWithWebIdentity",
        "{ StringEquals = { \"token.actions.githubusercontent.com:aud\" = \"sts.amazonaws.com\", \
         \"token.actions.githubusercontent.com:sub\" = \"repo:acme/api:environment:prod\" } }",
    );
    let policy = |name: &str, statement: &str| {
        format!(
            "resource \"aws_iam_role\" \"{name}\" {{\n  assume_role_policy = jsonencode({{ Version = \"2012-10-17\", Statement = [{statement}] }})\n}}\n"
        )
    };
    let text = [
        "data \"aws_caller_identity\" \"me\" {}\nvariable \"who\" {}\n".to_owned(),
        policy("ci", &web),
        role("a", "\"arn:aws:iam::${var.who}:root\""),
        role("b", "data.aws_ssm_parameter.partner[\"x\"].value"),
    ];
    let tree = Tree::new().file("main.tf", text.concat());
    assert_eq!(tree.run(&["init"]).code, 0);
    let text = tree.read(".iac-trust-lint.yaml");
    for line in ["  # - identity-provider: \"token.actions.githubusercontent.com\"", "  # - value: \"var.who\""] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert_eq!(tree.json(&[])["summary"]["undecided"], 2);
    tree.write(".iac-trust-lint.yaml", text.replace("  # - ", "  - "));
    let json = tree.json(&["--select", "unresolved-trust,untrusted-identity-provider"]);
    assert_eq!((&json["findings"], &json["summary"]["undecided"]), (&json!([]), &0.into()), "{text}");
}

#[test]
fn roles_that_several_roots_have_are_told_apart() {
    let call = "module \"m\" {\n  source = \"../m\"\n  who    = \"999988887777\"\n}\n";
    let tree = Tree::new()
        .file("m/main.tf", format!("variable \"who\" {{}}\n{}", role("r", "var.who")))
        .file("dev/main.tf", call)
        .file("prod/main.tf", call)
        .file("own/main.tf", role("r", "var.missing"));
    let text = tree.run(&["roles"]).stdout;
    for line in [
        "module.m.aws_iam_role.r  m/main.tf:2  (root dev)",
        "module.m.aws_iam_role.r  m/main.tf:2  (root prod)",
        "aws_iam_role.r  own/main.tf:1",
        "  unknown  ${unknown:var.missing}  sts:AssumeRole  no guard",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} in {text}");
    }
}
