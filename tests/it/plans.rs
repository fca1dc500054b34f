//! `terraform show -json PLAN`, with the configuration beside it or elsewhere.

use serde_json::{Value, json};

use crate::kit::Tree;

const MAIN: &str = r#"module "a" {
  source = "./mod"
  who    = "999988887777"
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = "*" }]
  })
}
"#;

const MODULE: &str = r#"variable "who" {}
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRole",
      Principal = { AWS = var.who }
    }]
  })
}
"#;

fn plan() -> String {
    let text = |policy: Value| policy.to_string();
    let trust = text(json!({"Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "999988887777"}}]}));
    let identity = text(json!({"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}));
    let policy = json!({"address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p",
        "values": {"name": "p", "policy": identity}});
    let role = json!({"address": "module.a.aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r",
        "values": {"name": "r", "assume_role_policy": trust}});
    let root = json!({"resources": [policy], "child_modules": [{"address": "module.a", "resources": [role]}]});
    json!({"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": root}}).to_string()
}

fn found(json: &Value) -> Vec<String> {
    let all = json["findings"].as_array().unwrap().iter();
    all.map(|f| format!("{}:{} {}", f["file"].as_str().unwrap(), f["line"], f["rule"].as_str().unwrap())).collect()
}

#[test]
fn roles_of_a_plan_are_reported_at_the_configuration() {
    let tree = Tree::new().file("main.tf", MAIN).file("mod/m.tf", MODULE).file("plan.json", plan());
    let tree = tree.file("out/plan.json", plan());
    let wanted =
        ["main.tf:7 unbounded-assume-role", "mod/m.tf:7 missing-mfa-or-external-id", "mod/m.tf:7 untrusted-account"];
    for args in [&["plan.json"][..], &["plan.json", "--source", "."], &["out/plan.json", "--source", "."]] {
        let json = tree.json(args);
        assert_eq!(found(&json), wanted, "{args:?}");
        assert_eq!(json["summary"]["roles"], 1, "{args:?}");
    }
}

#[test]
fn roles_of_a_plan_alone_are_reported_in_it() {
    let json = Tree::new().file("plan.json", plan()).json(&["plan.json"]);
    assert_eq!(json["summary"]["roles"], 1);
    let rules: Vec<&str> = json["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["unbounded-assume-role", "missing-mfa-or-external-id", "untrusted-account"]);
}
