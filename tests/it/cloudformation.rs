//! Trust policies of templates: equal to those that independent judges recorded.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use iac_trust_lint::{
    cloudformation::{Options, extract},
    source::{Disk, Files},
    syntax::json::parse_text,
    value::{Extraction, Kind, Part, Role, Value, World, to_contract_json, worlds},
};
use serde_json::{Map, Value as Json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cloudformation")
}

/// What a template of the shipped ones holds, with these parameters given.
fn read(template: &str, parameters: &Map<String, Json>) -> Extraction {
    let folder = folder();
    let files = Files::new(Box::new(Disk), &folder, &folder, false);
    let path = Path::new(template);
    let file = files.read(path).unwrap();
    let given = parameters.iter().map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned())).collect();
    extract(&files, file, path, &Options { parameters: given, ..Options::default() })
}

/// The policies that a role has, each with the outcomes of conditions that it assumes.
fn policies(role: &Role) -> Vec<(BTreeSet<String>, Json)> {
    let given: World = role.when.iter().map(|a| (a.key.clone(), a.clone())).collect();
    let resolved = worlds(&role.policy, &given).into_iter();
    resolved
        .map(|(world, value)| (world.values().map(ToString::to_string).collect(), to_contract_json(&parsed(value))))
        .collect()
}

fn parsed(value: Value) -> Value {
    match &value.kind {
        Kind::String(text) if text.parts().iter().any(|p| !matches!(p, Part::Hole(..))) => {
            let read = parse_text(text);
            assert!(read.errors.is_empty(), "{:?}", read.errors);
            read.value.unwrap()
        }
        _ => value,
    }
}

/// Where the judges deployed to.
const PLACE: [(&str, &str); 4] = [
    ("${own-account}", "123456789012"),
    ("${partition}", "aws"),
    ("${region}", "us-east-1"),
    ("${dns-suffix}", "amazonaws.com"),
];

/// The same JSON deployed to the judges' place, with lists in one order and scalars as text.
fn normal(json: &Json) -> Json {
    match json {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.iter().map(normal).collect();
            items.sort_by_key(ToString::to_string);
            Json::Array(items)
        }
        Json::Object(map) => Json::Object(
            map.iter().map(|(k, v)| (placed(k), normal(v))).collect::<BTreeMap<_, _>>().into_iter().collect(),
        ),
        Json::String(text) => Json::String(placed(text)),
        Json::Bool(b) => Json::String(b.to_string()),
        Json::Number(n) => Json::String(n.to_string()),
        Json::Null => Json::Null,
    }
}

fn placed(text: &str) -> String {
    PLACE.iter().fold(text.to_owned(), |t, (symbol, value)| t.replace(symbol, value))
}

fn lines(name: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whether a role has the policy that a line says.
fn check(line: &Json) -> Result<(), String> {
    let template = line["template"].as_str().unwrap();
    let address = line["role"].as_str().unwrap();
    let out = read(template, line["parameters"].as_object().unwrap());
    let role = out.roles.iter().find(|r| r.address == address);
    let role = role.ok_or_else(|| format!("{template} {address}: no such role"))?;
    let expected = normal(&line["policy"]);
    let found = policies(role);
    let assumed: Option<BTreeSet<String>> =
        line.get("assume").map(|a| a.as_array().unwrap().iter().map(|s| s.as_str().unwrap().to_owned()).collect());
    let fits = found
        .iter()
        .any(|(assumes, policy)| assumed.as_ref().is_none_or(|a| a == assumes) && normal(policy) == expected);
    if fits { Ok(()) } else { Err(format!("{template} {address}\n  expected {expected}\n  found    {found:?}")) }
}

fn check_all(name: &str, least: usize) {
    let lines = lines(name);
    assert!(lines.len() >= least, "{name} has only {} lines", lines.len());
    let wrong: Vec<String> = lines.iter().filter_map(|l| check(l).err()).collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), lines.len(), wrong.join("\n"));
}

#[test]
fn policies_equal_the_recorded_ones() {
    check_all("recorded.jsonl", 60);
}

#[test]
fn policies_equal_those_by_hand() {
    check_all("by-hand.jsonl", 40);
}

/// Where parameters are given, or have defaults, there is one world, and it is the recorded one.
#[test]
fn a_decided_template_has_one_world() {
    for line in lines("recorded.jsonl") {
        let template = line["template"].as_str().unwrap();
        if template == "find-in-map-by-region.yaml" {
            continue;
        }
        let out = read(template, line["parameters"].as_object().unwrap());
        for role in &out.roles {
            assert_eq!(policies(role).len(), 1, "{template} {}", role.address);
        }
    }
}

#[test]
fn every_template_has_exactly_the_recorded_roles() {
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in lines("recorded.jsonl").iter().chain(&lines("by-hand.jsonl")) {
        let roles = expected.entry(line["template"].as_str().unwrap().to_owned()).or_default();
        roles.insert(line["role"].as_str().unwrap().to_owned());
    }
    assert!(expected.len() >= 70);
    for (template, roles) in &expected {
        let out = read(template, &Map::new());
        let found: BTreeSet<String> = out.roles.iter().map(|r| r.address.clone()).collect();
        assert_eq!(&found, roles, "{template}");
    }
}

#[test]
fn each_allowed_value_is_judged() {
    let out = read("allowed-values.yaml", &Map::new());
    let found: Vec<BTreeSet<String>> = policies(&out.roles[0]).into_iter().map(|(assumes, _)| assumes).collect();
    assert_eq!(found.len(), 3);
    assert!(found.contains(&["`Account` is 444455556666".to_owned()].into()));
}

#[test]
fn conditions_of_one_parameter_agree() {
    let out = read("consistent-conditions.yaml", &Map::new());
    for (assumes, policy) in policies(&out.roles[0]) {
        let who = policy["Statement"][0]["Principal"]["AWS"].as_array().unwrap();
        assert_eq!(who.len(), 1, "{assumes:?}: {who:?}");
    }
    let out = read("named-condition.yaml", &Map::new());
    let found: BTreeSet<String> = policies(&out.roles[0]).into_iter().flat_map(|(assumes, _)| assumes).collect();
    assert_eq!(found, ["`IsProd` is false".to_owned(), "`IsProd` is true".to_owned()].into());
}

#[test]
fn what_is_unknown_says_why() {
    for (template, reference, why) in [
        ("parameter-without-default.yaml", "Trusted", "the parameter has no default and no value is given"),
        ("import-value.yaml", "!ImportValue shared-audit-role", "it is kept outside this configuration"),
        ("ssm-parameter.yaml", "Trusted", "it is kept outside this configuration"),
        ("undeclared-name.yaml", "!Ref Nobody", "nothing declares it"),
    ] {
        let out = read(template, &Map::new());
        let mut found = Vec::new();
        unknowns(&out.roles[0].policy, &mut found);
        assert_eq!(found, [(reference.to_owned(), why.to_owned())], "{template}");
    }
}

fn unknowns(value: &Value, out: &mut Vec<(String, String)>) {
    match &value.kind {
        Kind::Unknown(u) => out.push((u.reference.clone(), u.reason.to_string())),
        Kind::String(text) => out.extend(text.first_hole().map(|u| (u.reference.clone(), u.reason.to_string()))),
        Kind::List(..) => value.items().unwrap().for_each(|v| unknowns(&v, out)),
        Kind::Object(_) => value.entries().unwrap().for_each(|e| unknowns(&e.value, out)),
        _ => {}
    }
}

#[test]
fn metadata_names_and_quiets() {
    let out = read("cdk.template.json", &Map::new());
    assert_eq!(out.roles[0].display.as_deref(), Some("SecurityStack/AuditRole"));
    let out = read("suppressed.yaml", &Map::new());
    let [first, second] = out.roles[0].suppressions.as_slice() else { panic!() };
    assert_eq!(
        (first.rules.as_slice(), first.reason.as_deref(), first.until.as_deref()),
        (["untrusted-account".to_owned()].as_slice(), Some("SEC-1204"), Some("2027-03-31"))
    );
    assert_eq!(
        (second.rules.as_slice(), &second.reason),
        (["missing-mfa-or-external-id".to_owned()].as_slice(), &None)
    );
}

#[test]
fn identity_policies_are_read() {
    let out = read("identity-policies.yaml", &Map::new());
    let found: Vec<(&str, &str)> =
        out.identity_policies.iter().map(|p| (p.address.as_str(), p.kind.as_str())).collect();
    assert_eq!(
        found,
        [
            ("Reader", "AWS::IAM::User"),
            ("Managed", "AWS::IAM::ManagedPolicy"),
            ("Attached", "AWS::IAM::Policy"),
            ("Worker", "AWS::Serverless::Function")
        ]
    );
}

#[test]
fn stacks_that_are_not_here_are_named() {
    let out = read("nested/parent.yaml", &Map::new());
    let [absent] = out.absent_modules.as_slice() else { panic!() };
    assert_eq!((absent.address.as_str(), absent.source.as_str()), ("Far", "https://s3.amazonaws.com/bucket/far.yaml"));
    let out = read("absent-parts.yaml", &Map::new());
    let sources: BTreeSet<&str> = out.absent_modules.iter().map(|m| m.source.as_str()).collect();
    assert_eq!(sources, ["AWS::Include s3://bucket/roles.yaml", "Acme::Security::Landing::MODULE"].into());
    let out = read("nested/itself.yaml", &Map::new());
    assert_eq!(out.problems.len(), 1);
    assert!(out.problems[0].message.contains("it contains itself"), "{}", out.problems[0].message);
}

#[test]
fn parent_and_child_ask_one_question() {
    let parent = "Parameters:\n  Env: {Type: String}\nConditions:\n  IsProd: !Equals [!Ref Env, prod]\nResources:\n\
        \x20 Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: child.yaml\n      Parameters:\n\
        \x20       Stage: !Ref Env\n        Account: !If [IsProd, '333333333333', '444444444444']\n";
    let child = "Parameters:\n  Stage: {Type: String}\n  Account: {Type: String}\nConditions:\n\
        \x20 Prod: !Equals [!Ref Stage, prod]\nResources:\n  C:\n    Type: AWS::IAM::Role\n    Properties:\n\
        \x20     AssumeRolePolicyDocument:\n        Statement:\n        - Effect: Allow\n          Action: sts:AssumeRole\n\
        \x20         Principal: {AWS: [!Ref Account, !If [Prod, '555555555555', '666666666666']]}\n";
    let tree = crate::kit::Tree::new().file("parent.yaml", parent).file("child.yaml", child);
    let out = tree.run(&["--format", "compact", "--select", "untrusted-account"]).stdout;
    for (account, when) in
        [("333333333333", "true"), ("555555555555", "true"), ("444444444444", "false"), ("666666666666", "false")]
    {
        let line = out.lines().find(|l| l.contains(account)).unwrap_or_default();
        assert!(line.ends_with(&format!("when `IsProd` is {when}")), "{line}");
    }
    // Allowed for some value of what is unknown, not for all.
    let found = tree.json(&["--select", "untrusted-account"]);
    assert!(found["findings"].as_array().unwrap().iter().all(|f| f["certainty"] == "possible"), "{found}");
}

#[test]
fn all_roles_that_sam_makes_of_one_resource_are_listed() {
    let template = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n\
        \x20     Runtime: python3.12\n      Handler: a.b\n      AutoPublishAlias: live\n      DeploymentPreference: {Enabled: true, Type: AllAtOnce}\n\
        \x20 M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: a.json\n      Events:\n\
        \x20       Hook: {Type: Api, Properties: {Path: /x, Method: post}}\n";
    let out = crate::kit::Tree::new().file("t.yaml", template).run(&["roles", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let mut found: Vec<&str> =
        json["roles"].as_array().unwrap().iter().map(|r| r["address"].as_str().unwrap()).collect();
    found.sort_unstable();
    assert_eq!(found, ["CodeDeployServiceRole", "FRole", "MHookRole", "MRole"]);
}
