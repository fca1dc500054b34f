//! What each part of a run costs: parse, evaluate, analyse, report.
//!
//! `cargo bench --bench parts`; one part with `cargo bench --bench parts -- evaluate`

mod memory;

use std::{
    collections::BTreeSet,
    fmt::Write,
    hint::black_box,
    path::{Path, PathBuf},
    time::Duration,
};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use iac_trust_lint::{
    analysis::{Action, Analysis, Caller, Demand, Query, Strings, Zone},
    cloudformation,
    config::{Config, Date, Effective},
    discover::{Document, DocumentKind, FileSet, Selection, Target},
    lint::{Filters, Inputs, Options, Run, lint},
    policy::{Policy, from_json},
    report::{Format, Settings, View},
    source::{FileId, Files},
    syntax::{hcl, json, yaml},
    terraform::{self, Workspace},
    value::Own,
};
use memory::{Memory, ROOT};

/// A root module of three roles, of which one is in a module that it calls; everything comes from elsewhere.
fn module(i: usize) -> [(String, String); 3] {
    let main = format!(
        r#"
locals {{
  prefix   = "${{var.name}}-${{var.environment}}"
  partners = [for n in range(3) : "arn:aws:iam::22222222{i:04}:role/p${{n}}"]
}}

data "aws_iam_policy_document" "partner" {{
  statement {{
    actions = ["sts:AssumeRole"]
    principals {{
      type        = "AWS"
      identifiers = local.partners
    }}
    condition {{
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = ["k3j5h2k9s8-{i:04}"]
    }}
  }}
}}

resource "aws_iam_role" "partner" {{
  name               = "${{local.prefix}}-partner"
  assume_role_policy = data.aws_iam_policy_document.partner.json
}}

resource "aws_iam_role" "deploy" {{
  name = "${{local.prefix}}-deploy"
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = {{ Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }}
      Condition = {{
        StringEquals = {{ "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }}
        StringLike   = {{ "token.actions.githubusercontent.com:sub" = "repo:acme/app-{i:04}:*" }}
      }}
    }}]
  }})
}}

module "worker" {{
  source = "./worker"
  name   = "${{local.prefix}}-worker"
}}
"#
    );
    let variables = r#"
variable "name" {
  description = "Prefix of every name"
  type        = string
  default     = "orders"
}

variable "environment" {
  type    = string
  default = "production"
}
"#;
    let worker = r#"
variable "name" {}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        { "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" }
      ]
    }
  POLICY
}
"#;
    [
        (format!("m{i:04}/main.tf"), main),
        (format!("m{i:04}/variables.tf"), variables.to_owned()),
        (format!("m{i:04}/worker/main.tf"), worker.to_owned()),
    ]
}

fn yaml_template(roles: usize) -> String {
    let mut text = String::from(
        "AWSTemplateFormatVersion: \"2010-09-09\"\nParameters:\n  Partner:\n    Type: String\n    \
         Default: \"222222220000\"\nResources:\n",
    );
    for i in 0..roles {
        let _ = write!(
            text,
            r#"  Role{i}:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "${{AWS::StackName}}-{i}"
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Sub "arn:${{AWS::Partition}}:iam::${{Partner}}:role/deploy"
            Action: sts:AssumeRole
            Condition:
              StringEquals: {{ "sts:ExternalId": k3j5h2k9s8-{i:04} }}
"#
        );
    }
    text
}

fn json_template(roles: usize) -> String {
    let mut text = String::from("{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {\n");
    for i in 0..roles {
        let comma = if i == 0 { "" } else { ",\n" };
        let _ = write!(
            text,
            r#"{comma}  "Role{i}": {{
    "Type": "AWS::IAM::Role",
    "Properties": {{
      "AssumeRolePolicyDocument": {{
        "Version": "2012-10-17",
        "Statement": [{{
          "Effect": "Allow",
          "Principal": {{ "AWS": {{ "Fn::Join": ["", ["arn:aws:iam::22222222{i:04}", ":root"]] }} }},
          "Action": "sts:AssumeRole",
          "Condition": {{ "Bool": {{ "aws:MultiFactorAuthPresent": "true" }} }}
        }}]
      }}
    }}
  }}"#
        );
    }
    text + "\n}}\n"
}

fn modules(n: usize) -> Memory {
    Memory::new((0..n).flat_map(module).collect())
}

fn files(memory: Memory) -> Files {
    Files::new(Box::new(memory), Path::new(ROOT), Path::new(ROOT), false)
}

fn parse(c: &mut Criterion) {
    let hcl_text: String = (0..100).flat_map(module).map(|(_, text)| text).collect();
    let (yaml_text, json_text) = (yaml_template(400), json_template(400));
    assert!(hcl::parse(&hcl_text).errors.is_empty());
    assert!(yaml::parse(&yaml_text, FileId(0)).errors.is_empty());
    assert!(json::parse(&json_text, FileId(0)).errors.is_empty());
    let mut group = c.benchmark_group("parse");
    let size = |text: &str| Throughput::Bytes(text.len() as u64);
    group.throughput(size(&hcl_text)).bench_function("HCL", |b| b.iter(|| hcl::parse(black_box(&hcl_text))));
    group
        .throughput(size(&yaml_text))
        .bench_function("YAML", |b| b.iter(|| yaml::parse(black_box(&yaml_text), FileId(0))));
    group
        .throughput(size(&json_text))
        .bench_function("JSON", |b| b.iter(|| json::parse(black_box(&json_text), FileId(0))));
    group.finish();
}

/// The roles of all root modules.
fn terraform_roles(memory: Memory) -> usize {
    let paths: Vec<PathBuf> = memory.files.keys().cloned().collect();
    let files = files(memory);
    let workspace = Workspace::new(&files, &paths, terraform::Options::default());
    workspace.roots(&|_| true).iter().map(|root| workspace.extract(root).roles.len()).sum()
}

/// The roles of one template.
fn template_roles(memory: Memory, name: &str) -> usize {
    let files = files(memory);
    let path = Path::new(ROOT).join(name);
    let options = cloudformation::Options::default();
    files.read(&path).map_or(0, |file| cloudformation::extract(&files, file, &path, &options).roles.len())
}

fn evaluate(c: &mut Criterion) {
    let mut group = c.benchmark_group("evaluate");
    let tree = modules(100);
    assert_eq!(terraform_roles(tree.clone()), 300);
    group.bench_function("100 Terraform root modules of 3 roles", |b| {
        b.iter_batched(|| tree.clone(), terraform_roles, BatchSize::PerIteration);
    });
    for (name, text) in [("t.yaml", yaml_template(400)), ("t.json", json_template(400))] {
        let tree = Memory::new(vec![(name.to_owned(), text)]);
        assert_eq!(template_roles(tree.clone(), name), 400);
        group.bench_function(format!("a template of 400 roles, {name}"), |b| {
            b.iter_batched(|| tree.clone(), |tree| template_roles(tree, name), BatchSize::PerIteration);
        });
    }
    group.finish();
}

const POLICIES: [(&str, &str); 4] = [
    ("a service", r#"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}"#),
    (
        "a partner with ExternalId",
        r#"{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"sts:AssumeRole",
            "Condition":{"StringEquals":{"sts:ExternalId":"k3j5h2k9s8"}}}"#,
    ),
    (
        "repositories of GitHub",
        r#"{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
            "Principal":{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},
            "Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},
                         "StringLike":{"token.actions.githubusercontent.com:sub":["repo:acme/a:*","repo:acme/b:*"]}}}"#,
    ),
    (
        "an organization without some",
        r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole",
            "Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}},
           {"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole",
            "Condition":{"StringNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/deploy-*","arn:aws:iam::*:role/ops"]}}}"#,
    ),
];

/// Questions such as rules ask; how many answers were "it may be".
fn questions(policy: &Policy) -> usize {
    let own = Own { account: Some("111111111111".to_owned()), partition: Some("aws".to_owned()), region: None };
    let analysis = Analysis::new(policy, Zone::default(), &own, "2026-11-21");
    let stranger = Caller::Aws { account: Strings::Unnamed, organization: Demand::Free, resource: Strings::Any };
    let mut found = usize::from(analysis.ask(&Query::new(stranger, Action::AssumeRole)).may_be());
    for grant in analysis.grants() {
        let Some(account) = &grant.account else { continue };
        let query = Query::new(Caller::account(account.clone()), Action::AssumeRole)
            .through(grant.statement, grant.principal)
            .demand("sts:ExternalId", Demand::Unguarded);
        found += usize::from(analysis.ask(&query).may_be());
    }
    found
}

fn analyse(c: &mut Criterion) {
    let mut group = c.benchmark_group("analyse");
    for (name, statements) in POLICIES {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let policy = from_json(&text, FileId(0));
        assert!(policy.problems.is_empty(), "{name}");
        group.bench_function(format!("decode {name}"), |b| b.iter(|| from_json(black_box(&text), FileId(0))));
        group.bench_function(format!("ask about {name}"), |b| b.iter(|| questions(black_box(&policy))));
    }
    group.finish();
}

/// A whole run over files in memory.
fn run(n: usize) -> (Files, Run) {
    let mut memory = modules(n);
    let template = Path::new(ROOT).join("t.yaml");
    memory.files.insert(template.clone(), yaml_template(n));
    let terraform_files: Vec<PathBuf> =
        memory.files.keys().filter(|p| p.extension().is_some_and(|e| e == "tf")).cloned().collect();
    let roots: BTreeSet<PathBuf> = (0..n).map(|i| Path::new(ROOT).join(format!("m{i:04}"))).collect();
    let folder = PathBuf::from(ROOT);
    let files = files(memory);
    let set = FileSet {
        terraform_roots: roots.into_iter().collect(),
        terraform_files,
        documents: vec![Document { path: template, kind: DocumentKind::Template, bytes: 0 }],
        selection: Selection::new(&[Target::Folder(folder.clone())]),
        ..FileSet::default()
    };
    let now = "2026-11-21".parse().unwrap_or_else(|_| Date::today());
    let options = Options {
        config: Effective { config: Config::default(), folder, now },
        config_path: None,
        inputs: Inputs::default(),
        filters: Filters::default(),
        keep_worlds: false,
        jobs: 2,
    };
    let run = lint(&files, set, &options);
    (files, run)
}

fn report(c: &mut Criterion) {
    let (files, run) = run(100);
    assert_eq!(run.outcome.summary.roles, 400);
    assert!(run.outcome.findings.len() >= 100);
    let settings = Settings::default();
    let view = View { outcome: &run.outcome, files: &files, settings: &settings };
    let mut group = c.benchmark_group("report");
    for format in Format::ALL {
        let mut out = Vec::new();
        assert!(format.write(&mut out, &view).is_ok() && !out.is_empty(), "{}", format.name());
        group.throughput(Throughput::Bytes(out.len() as u64)).bench_function(format.name(), |b| {
            b.iter(|| {
                out.clear();
                format.write(black_box(&mut out), &view)
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = parts;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = parse, evaluate, analyse, report
}
criterion_main!(parts);
