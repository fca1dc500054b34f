//! What is not known: conditions, accounts of other providers, absent modules.

use serde_json::json;

use super::{Tree, document, policies, policies_of};
use crate::value::{Kind, World, worlds};

#[test]
fn a_condition_that_is_not_known_gives_both_arms() {
    let text = r#"
variable "prod" {}
locals {
  trusted = var.prod ? ["111111111111"] : ["222222222222", "333333333333"]
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    A = [for id in local.trusted : "arn:aws:iam::${id}:root"]
    B = var.prod ? "p" : "q"
    C = !var.prod
  })
}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let role = &tree.extract().roles[0];
    let mut found: Vec<_> = worlds(&super::parsed(&role.policy), &World::new())
        .into_iter()
        .map(|(world, value)| {
            (world.values().map(ToString::to_string).collect::<Vec<_>>(), crate::value::to_contract_json(&value))
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let arn = |id: &str| format!("arn:aws:iam::{id}:root");
    assert_eq!(
        found,
        [
            (
                vec!["`var.prod` is false".to_owned()],
                json!({"A": [arn("222222222222"), arn("333333333333")], "B": "q", "C": true})
            ),
            (vec!["`var.prod` is true".to_owned()], json!({"A": [arn("111111111111")], "B": "p", "C": false})),
        ]
    );
}

#[test]
fn filters_on_what_is_the_same_of_all_elements_are_conditions() {
    let text = r#"
variable "on" {}
variable "ids" {}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ A = [for id in var.ids : id if var.on] })
}
resource "aws_iam_role" "s" {
  assume_role_policy = jsonencode({ A = [for id in var.ids : "*" if id == "public"] })
}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    for (role, all) in [(0, json!([{"$unknown": "var.ids[*]"}])), (1, json!(["*"]))] {
        let found = worlds(&super::parsed(&tree.extract().roles[role].policy), &World::new());
        let mut found: Vec<_> = found.into_iter().map(|(_, value)| crate::value::to_contract_json(&value)).collect();
        found.sort_by_key(|value| value["A"].as_array().map(Vec::len));
        assert_eq!(found, [json!({"A": []}), json!({"A": all})], "{role}");
    }
}

#[test]
fn comparisons_of_one_unknown_agree() {
    let text = r#"
variable "env" { type = string }
resource "aws_iam_role" "r" {
  count = var.env == "prod" ? 1 : 0
  assume_role_policy = jsonencode({
    A = var.env == "prod" ? "p" : "q"
    B = var.env != "prod" ? "x" : "y"
    C = { dev = 1, prod = 2 }[var.env]
  })
}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let role = &tree.extract().roles[0];
    assert_eq!(role.address, "aws_iam_role.r[0]");
    let given: World = role.when.iter().map(|a| (a.key.clone(), a.clone())).collect();
    assert_eq!(role.when[0].to_string(), "`var.env == \"prod\"` is true");
    let (_, value) = &worlds(&super::parsed(&role.policy), &given)[0];
    let shown = crate::value::to_contract_json(value);
    assert_eq!((&shown["A"], &shown["B"]), (&json!("p"), &json!("y")));
}

#[test]
fn lists_that_are_not_known_keep_the_shape_of_their_items() {
    let text = r#"
variable "ids" {}
variable "more" {}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    A = [for id in var.ids : "arn:aws:iam::${id}:root"]
    B = concat(["x"], var.more)
    C = var.more[*].arn
    D = [for id in var.ids : id if startswith(id, "1")]
    E = [for id in var.ids : id if alltrue([for m in ["x"] : "${m}-${id}" != "x-1"])]
    F = { for key, id in var.ids : "k" => id if key != "x" }
  })
}
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = concat(var.more, ["111111111111"])
    }
  }
}
resource "aws_iam_role" "s" { assume_role_policy = data.aws_iam_policy_document.d.json }
"#;
    let all = policies(text);
    let r = &all["aws_iam_role.r"];
    assert_eq!(r["A"], json!(["arn:aws:iam::${unknown:var.ids[*]}:root"]));
    assert_eq!(r["B"], json!(["x", {"$unknown": "var.more"}]));
    assert_eq!(r["C"], json!([{"$unknown": "var.more[*].arn"}]));
    for filtered in ["D", "E"] {
        assert_eq!(r[filtered], json!([{"$unknown": "var.ids[*]"}]), "{filtered}");
    }
    assert_eq!(r["F"], json!({"k": {"$unknown": "var.ids[*]"}}));
    let aws = &all["aws_iam_role.s"]["Statement"][0]["Principal"]["AWS"];
    assert_eq!(aws.as_array().map(Vec::len), Some(2), "{aws}");
}

#[test]
fn own_account_is_that_of_the_roles_provider() {
    let text = r#"
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias = "twin"
  region = "cn-north-1"
}
variable "role" {}
provider "aws" {
  alias = "other"
  assume_role { role_arn = var.role }
}
provider "aws" {
  alias = "named"
  assume_role { role_arn = "arn:aws:iam::999999999999:role/${var.role}" }
}
data "aws_caller_identity" "named" { provider = aws.named }
resource "aws_iam_role" "d" {
  provider = aws.named
  assume_role_policy = jsonencode({ A = [data.aws_caller_identity.here.account_id, data.aws_caller_identity.named.account_id] })
}
resource "aws_iam_role" "e" { assume_role_policy = jsonencode({ A = data.aws_caller_identity.named.account_id, B = aws_iam_role.d.arn }) }
data "aws_caller_identity" "here" {}
data "aws_caller_identity" "twin" { provider = aws.twin }
data "aws_caller_identity" "other" { provider = aws.other }
resource "aws_iam_role" "a" {
  assume_role_policy = jsonencode({ A = [for d in [data.aws_caller_identity.here, data.aws_caller_identity.twin, data.aws_caller_identity.other] : d.account_id] })
}
resource "aws_iam_role" "b" {
  provider = aws.other
  assume_role_policy = jsonencode({ A = [data.aws_caller_identity.here.account_id, data.aws_caller_identity.other.account_id] })
}
resource "aws_iam_role" "c" {
  provider = aws.twin
  assume_role_policy = jsonencode({ A = aws_iam_role.b.arn, B = data.aws_region.r.name })
}
data "aws_region" "r" {}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let extraction = tree.extract();
    let shown: Vec<_> = extraction.roles.iter().map(|r| document(&r.policy)).collect();
    let own = "${own-account}";
    let other = |name: &str| format!("${{unknown:data.aws_caller_identity.{name}.account_id}}");
    assert_eq!(shown[0], json!({"A": [own, own, other("other")]}));
    assert_eq!(shown[1], json!({"A": [other("here"), own]}));
    assert_eq!(shown[2]["B"], json!("eu-west-1"));
    assert_eq!(extraction.roles[2].own.partition.as_deref(), Some("aws-cn"));
    assert_eq!(extraction.roles[0].own.region.as_deref(), Some("eu-west-1"));
    assert_eq!(shown[3], json!({"A": [other("here"), own]}));
    assert_eq!(extraction.roles[3].own.account.as_deref(), Some("999999999999"));
    assert_eq!(shown[4]["A"], json!("999999999999"));
    assert!(shown[4]["B"].as_str().unwrap().contains("iam::999999999999:role"), "{}", shown[4]);
}

#[test]
fn modules_that_are_not_on_disk() {
    let text = r#"
module "gone" {
  source            = "terraform-aws-modules/iam/aws//modules/iam-assumable-role"
  trusted_role_arns = ["arn:aws:iam::111111111111:root"]
}
module "plain" {
  source = "git::https://example.com/x.git"
  name   = "x"
}
resource "aws_iam_role" "r" { assume_role_policy = jsonencode({ A = module.gone.arn, B = module.plain.list[0].x }) }
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let extraction = tree.extract();
    assert_eq!(
        document(&extraction.roles[0].policy),
        json!({"A": {"$unknown": "module.gone.arn"}, "B": {"$unknown": "module.plain.list[0].x"}})
    );
    let Kind::Object(_) = super::parsed(&extraction.roles[0].policy).kind else { panic!("no document") };
    let absent: Vec<_> = extraction
        .absent_modules
        .iter()
        .map(|m| (m.address.as_str(), m.source.as_str(), m.trust_input.as_ref().map(|(n, _)| n.as_str())))
        .collect();
    assert_eq!(
        absent,
        [
            ("module.gone", "terraform-aws-modules/iam/aws//modules/iam-assumable-role", Some("trusted_role_arns")),
            ("module.plain", "git::https://example.com/x.git", None),
        ]
    );
}

#[test]
fn modules_that_init_has_installed() {
    let manifest = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"registry.terraform.io/a/b/aws","Version":"1.0.0","Dir":".terraform/modules/m/sub"}]}"#;
    let tree = Tree::new(&[
        ("main.tf", "module \"m\" {\n  source = \"a/b/aws\"\n  id = \"1\"\n}\n"),
        (".terraform/modules/modules.json", manifest),
        (
            ".terraform/modules/m/sub/main.tf",
            "variable \"id\" {}\nresource \"aws_iam_role\" \"r\" {\n  assume_role_policy = jsonencode({ A = var.id })\n}\n",
        ),
    ]);
    let workspace = super::Workspace::new(&tree.files, &["/w/main.tf".into()], super::Options::default());
    let roots = workspace.roots(&|_| true);
    assert_eq!(roots.len(), 1);
    let extraction = workspace.extract(&roots[0]);
    assert_eq!(extraction.roles[0].address, "module.m.aws_iam_role.r");
    assert_eq!(document(&extraction.roles[0].policy), json!({"A": "1"}));
}

#[test]
fn errors_are_said_and_can_be_caught() {
    let text = r#"
locals { object = { a = 1 } }
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ A = local.object.b, B = try(local.object.b, "x"), C = nope.thing.x, D = upper(1, 2) })
}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let shown = policies_of(&tree)["aws_iam_role.r"].clone();
    assert_eq!(shown["B"], json!("x"));
    let role = &tree.extract().roles[0];
    let reason = |key: &str| match super::parsed(&role.policy).get(key).map(|v| v.kind) {
        Some(Kind::Unknown(u)) => u.reason.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(reason("A"), "it cannot be evaluated: this object has no attribute `b`");
    assert_eq!(reason("C"), "nothing declares it");
    assert!(reason("D").contains("`upper` takes"), "{}", reason("D"));
}

#[test]
fn format_strings_may_hold_symbols() {
    let text = r#"
data "aws_partition" "p" {}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    A = formatlist(format("arn:${data.aws_partition.p.partition}:iam::%s:role/%%s", "1"), ["a", "b"])
  })
}
"#;
    let arn = |name: &str| format!("arn:${{partition}}:iam::1:role/{name}");
    assert_eq!(policies(text)["aws_iam_role.r"], json!({"A": [arn("a"), arn("b")]}));
}

#[test]
fn outcomes_that_fail_are_none_unless_something_catches_them() {
    let text = r#"
variable "env" {}
locals {
  accounts = { dev = { id = "1" }, prod = { id = "2", extra = "x" } }
  current  = local.accounts[var.env]
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    A = local.current.extra
    B = try(local.current.extra, "none")
    C = can(local.current.extra)
  })
}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let policy = super::parsed(&tree.extract().roles[0].policy);
    let arms = |key: &str| {
        let value = policy.get(key).expect("an entry");
        let shown = |v: &crate::value::Value| v.as_str().map(|s| s.into_owned()).unwrap_or_default();
        value.arms().map_or_else(
            || vec![shown(&value)],
            |arms| arms.map(|a| format!("{}={}", a.label, shown(&a.value))).collect(),
        )
    };
    assert_eq!(arms("A"), ["x"]);
    assert_eq!(arms("B"), ["dev=none", "prod=x"]);
    assert_eq!(arms("C"), ["dev=false", "prod=true"]);
}

#[test]
fn instances_of_an_unknown_for_each_belong_together() {
    let text = r#"
variable "roles" {}
locals { all = { for k, v in var.roles : k => v.account } }
data "aws_iam_policy_document" "d" {
  for_each = local.all
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${each.value}:root"]
    }
  }
}
resource "aws_iam_role" "r" {
  for_each           = local.all
  assume_role_policy = data.aws_iam_policy_document.d[each.key].json
}
"#;
    let all = policies(text);
    assert_eq!(
        all["aws_iam_role.r[*]"]["Statement"][0]["Principal"]["AWS"],
        json!("arn:aws:iam::${unknown:var.roles[*].account}:root")
    );
}

#[test]
fn names_that_depend_on_a_condition() {
    let text = r#"
variable "strict" {}
variable "on" {}
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = var.strict ? "AWS" : "Service"
      identifiers = ["x"]
    }
    condition {
      test     = var.strict ? "Bool" : "BoolIfExists"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["true"]
    }
  }
}
resource "aws_iam_role" "r" { assume_role_policy = data.aws_iam_policy_document.d.json }
resource "aws_iam_role" "s" {
  assume_role_policy = jsonencode({ (var.strict ? "A" : "B") = [for x in ["p", "q"] : x if var.on && (var.strict || x == "p")] })
}
"#;
    let extraction = Tree::new(&[("main.tf", text)]).extract();
    let shown = |role: usize| -> Vec<String> {
        let policy = super::parsed(&extraction.roles[role].policy);
        let mut all: Vec<String> =
            worlds(&policy, &World::new()).iter().map(|(_, v)| crate::value::to_contract_json(v).to_string()).collect();
        all.sort();
        all.dedup();
        all
    };
    let first = shown(0);
    assert_eq!(first.len(), 2, "{first:?}");
    assert!(first.iter().any(|d| d.contains(r#""Principal":{"AWS":"x"}"#) && d.contains(r#""Bool":{"#)), "{first:?}");
    assert!(first.iter().any(|d| d.contains(r#"{"Service":"x"}"#) && d.contains(r#""BoolIfExists":{"#)), "{first:?}");
    assert_eq!(shown(1), [r#"{"A":["p","q"]}"#, r#"{"A":[]}"#, r#"{"B":["p"]}"#, r#"{"B":[]}"#]);
}

#[test]
fn the_workspace_that_is_selected() {
    let text = r#"
locals { accounts = { dev = "111111111111", prod = "222222222222" } }
resource "aws_iam_role" "r" { assume_role_policy = jsonencode({ A = local.accounts[terraform.workspace] }) }
"#;
    let environment = ("live/.terraform/environment", "prod\n");
    let shown = |tree: Tree| policies_of(&tree).remove("aws_iam_role.r");
    let selected = || Tree::new(&[("live/main.tf", text), environment]);
    assert_eq!(shown(selected()), Some(json!({"A": "222222222222"})));
    let options = super::Options { workspace: Some("dev".to_owned()), ..super::Options::default() };
    assert_eq!(shown(selected().with(options)), Some(json!({"A": "111111111111"})));
    // One tree can hold several root modules, each with its own workspace.
    assert_eq!(
        shown(Tree::new(&[("main.tf", text), environment])),
        Some(json!({"A": {"$unknown": "terraform.workspace"}}))
    );
}

/// What a policy is in each world, without doubles.
pub(super) fn outcomes(text: &str) -> Vec<String> {
    let extraction = Tree::new(&[("main.tf", text)]).extract();
    let mut shown = Vec::new();
    for role in &extraction.roles {
        let given: World = role.when.iter().map(|a| (a.key.clone(), a.clone())).collect();
        let all = worlds(&super::parsed(&role.policy), &given);
        shown.extend(all.iter().map(|(_, v)| crate::value::to_contract_json(v).to_string()));
    }
    shown.sort();
    shown.dedup();
    shown
}

#[test]
fn keys_of_which_only_the_ends_are_known() {
    let text = r#"
locals {
  accounts = { "app-dev" = "1", "app-prod" = "2", "db-dev" = "3" }
  names    = { dev = "D", prod = "P", test = "T" }
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ A = local.accounts["app-${terraform.workspace}"], B = local.names[terraform.workspace] })
}
"#;
    // In a workspace `test` the first lookup fails, and so there is no such policy.
    assert_eq!(outcomes(text), [r#"{"A":"1","B":"D"}"#, r#"{"A":"2","B":"P"}"#]);
    let caught = text.replace(
        "local.accounts[\"app-${terraform.workspace}\"]",
        "try(local.accounts[\"app-${terraform.workspace}\"], \"none\")",
    );
    let shown = outcomes(&caught);
    assert!(shown.contains(&r#"{"A":"none","B":"T"}"#.to_owned()), "{shown:?}");
    let looked_up = r#"
data "aws_region" "here" {}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    A = lookup({ eu-west-1 = "1", us-east-1 = "2" }, data.aws_region.here.name, "0")
    B = data.aws_region.here.name == "eu-west-1" ? "x" : "y"
    C = data.aws_region.here.region == "eu-west-1" ? "x" : "y"
  })
}
"#;
    let shown = outcomes(looked_up);
    assert!(shown.iter().all(|s| s.contains(r#""B":"x","C":"x""#) || s.contains(r#""B":"y","C":"y""#)), "{shown:?}");
    assert!(["0", "1", "2"].iter().all(|a| shown.iter().any(|s| s.contains(&format!("\"A\":\"{a}\"")))), "{shown:?}");
}

#[test]
fn lookups_in_maps_that_are_not_known_name_the_map() {
    let text = r#"
data "aws_ssm_parameter" "ids" { name = "x" }
data "http" "x" { url = "https://example.com" }
locals {
  ids  = merge(jsondecode(data.aws_ssm_parameter.ids.value), { a = "1" })
  arns = { for name, id in local.ids : name => "arn:aws:iam::${id}:root" }
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ A = local.arns["app-${terraform.workspace}"] })
}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let Some(Kind::Unknown(unknown)) = super::parsed(&tree.extract().roles[0].policy).get("A").map(|v| v.kind) else {
        panic!("known")
    };
    assert_eq!(unknown.reason, crate::value::Reason::Elsewhere);
    assert_eq!(unknown.reference, r#"local.arns["app-${terraform.workspace}"]"#);
}

#[test]
fn one_condition_in_many_places_is_one() {
    let text = r#"
variable "env" { type = string }
locals {
  prod    = var.env == "prod"
  test    = var.env == "test"
  staging = var.env == "staging"
  short   = local.prod ? "p" : local.test ? "t" : local.staging ? "s" : "d"
  again   = local.staging ? "s" : local.test ? "t" : local.prod ? "p" : "d"
  both    = local.short == "p" || (local.short == "t" && local.again == "t") || local.again == "s"
}
resource "aws_iam_role" "r" {
  count              = local.both ? 1 : 0
  assume_role_policy = jsonencode({ A = local.short, B = "${local.short}${local.again}${local.short}${local.again}" })
}
"#;
    let shown = outcomes(text);
    assert!(shown.contains(&r#"{"A":"p","B":"pppp"}"#.to_owned()), "{shown:?}");
    assert!(shown.iter().all(|s| !s.contains("unknown")), "{shown:?}");
}

#[test]
fn callers_and_providers_told_by_parts_of_their_arns() {
    let text = r#"
data "aws_caller_identity" "me" {}
data "aws_iam_openid_connect_provider" "gitlab" {
  arn = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:oidc-provider/gitlab.com"
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    A = split(":", data.aws_caller_identity.me.arn)[4]
    B = data.aws_iam_openid_connect_provider.gitlab.url
    C = data.aws_caller_identity.me.arn
  })
}
"#;
    let me = "${unknown:data.aws_caller_identity.me.arn}";
    let c = format!("arn:${{partition}}:{me}::${{own-account}}:{me}");
    assert_eq!(policies(text)["aws_iam_role.r"], json!({"A": "${own-account}", "B": "gitlab.com", "C": c}));
}

#[test]
fn types_of_variables_as_they_may_be_written() {
    let text = r#"
variable "a" {
  type    = "list"
  default = ["x"]
}
variable "b" {
  type    = map(object({ b = optional(set(string), ["y", "x", "y"]), "c" = optional(number) }))
  default = { k = {} }
}
variable "c" {
  type    = tuple([string, any])
  default = [1, true]
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ A = var.a, B = var.b, C = var.c })
}
"#;
    let shown = json!({"A": ["x"], "B": {"k": {"b": ["x", "y"], "c": null}}, "C": ["1", true]});
    assert_eq!(policies(text)["aws_iam_role.r"], shown);
}

#[test]
fn questions_about_one_unknown_are_not_one() {
    let text = r#"
variable "l" { type = list(string) }
variable "n" { type = number }
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    A = contains(var.l, "a") ? 1 : 0
    B = contains(var.l, "b") ? 1 : 0
    C = contains(var.l, "a") ? 1 : 0
  })
}
resource "aws_iam_role" "s" {
  assume_role_policy = jsonencode({
    D = var.n > 3 ? 1 : 0
    E = var.n > 5 ? 1 : 0
    F = startswith(lower(terraform.workspace), "x") ? 1 : 0
    G = startswith(terraform.workspace, "x") ? 1 : 0
  })
}
"#;
    let shown = outcomes(text);
    let of_r: Vec<_> = shown.iter().filter(|s| s.starts_with("{\"A\"")).collect();
    let wanted = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(a, b)| format!("{{\"A\":{a},\"B\":{b},\"C\":{a}}}"));
    assert_eq!(of_r, wanted.iter().collect::<Vec<_>>());
    assert_eq!(shown.len() - of_r.len(), 16, "{shown:?}");
    let extraction = Tree::new(&[("main.tf", text)]).extract();
    let all = worlds(&super::parsed(&extraction.roles[0].policy), &World::new());
    let said: Vec<String> = all[0].0.values().map(ToString::to_string).collect();
    assert!(said.iter().any(|s| s.starts_with("`contains(var.l, \"a\")` is ")), "{said:?}");
}
