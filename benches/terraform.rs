//! What the evaluation of Terraform costs: linear in what is read, and for a large tree little more than parsing the
//! modules that hold roles.
//!
//! `cargo bench --bench terraform`

mod memory;

use std::{
    fmt::Write,
    hint::black_box,
    path::{Path, PathBuf},
};

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use iac_trust_lint::{
    source::Files,
    syntax::hcl,
    terraform::{Options, Workspace},
};
use memory::{Memory, ROOT};

/// Evaluates all root modules of a tree; the number of roles.
fn roles(memory: Memory) -> usize {
    let paths: Vec<PathBuf> = memory.files.keys().cloned().collect();
    let files = Files::new(Box::new(memory), Path::new(ROOT), Path::new(ROOT), false);
    let workspace = Workspace::new(&files, &paths, Options::default());
    workspace.roots(&|_| true).iter().map(|root| workspace.extract(root).roles.len()).sum()
}

const ROLE: &str = "resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = jsonencode({ A = local.last })\n}\n";

fn chain_of_locals(n: usize) -> Vec<(String, String)> {
    let mut text = String::from("locals {\n  l0 = \"x\"\n");
    for i in 1..n {
        let _ = writeln!(text, "  l{i} = local.l{}", i - 1);
    }
    let _ = writeln!(text, "  last = local.l{}\n}}\n{ROLE}", n - 1);
    vec![("main.tf".to_owned(), text)]
}

fn instances(n: usize) -> Vec<(String, String)> {
    let text = format!(
        "locals {{ all = {{ for p in setproduct(range(100), range({})) : \"k${{p[0]}}-${{p[1]}}\" => p }} }}\n\
         resource \"aws_iam_role\" \"r\" {{\n  for_each = local.all\n  assume_role_policy = \
         jsonencode({{ A = each.key, B = local.all[each.key][1], C = aws_iam_policy.p[each.key].name }})\n}}\n\
         resource \"aws_iam_policy\" \"p\" {{\n  for_each = local.all\n  name = each.key\n}}\n",
        n / 100
    );
    vec![("main.tf".to_owned(), text)]
}

fn calls(n: usize) -> Vec<(String, String)> {
    let mut text = String::new();
    for i in 0..n {
        let _ = writeln!(text, "module \"m{i}\" {{\n  source = \"./m\"\n  id = \"{i}\"\n}}");
    }
    let module = format!("variable \"id\" {{}}\nlocals {{ last = var.id }}\n{ROLE}");
    vec![("main.tf".to_owned(), text), ("m/main.tf".to_owned(), module)]
}

const DOCUMENT: &str = r#"
data "aws_caller_identity" "current" {}
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root", "arn:aws:iam::111122223333:root"]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
  }
}
resource "aws_iam_role" "r" {
  assume_role_policy = data.aws_iam_policy_document.d.json
}
variable "external_id" { default = "a1b2c3" }
"#;

const OTHER: &str = r#"
variable "name" { type = string }
resource "aws_s3_bucket" "b" {
  bucket = "${var.name}-logs"
  tags   = { Name = var.name, Team = "x" }
}
resource "aws_security_group" "g" {
  name = var.name
  dynamic "ingress" {
    for_each = [80, 443]
    content {
      from_port = ingress.value
      to_port   = ingress.value
      protocol  = "tcp"
    }
  }
}
"#;

/// 1,000 folders of five files; every fifth of the first 2,000 files' folders holds a role: 400 roles.
fn large_tree() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in 0..1000 {
        for file in 0..4 {
            files.push((format!("f{folder}/x{file}.tf"), OTHER.to_owned()));
        }
        let last = if folder < 400 { DOCUMENT } else { OTHER };
        files.push((format!("f{folder}/y.tf"), last.to_owned()));
    }
    files
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("terraform");
    group.sample_size(10);
    type Make = fn(usize) -> Vec<(String, String)>;
    let sizes: [(&str, Make, [usize; 2]); 3] = [
        ("locals", chain_of_locals, [2_000, 4_000]),
        ("instances", instances, [5_000, 10_000]),
        ("calls", calls, [250, 500]),
    ];
    for (name, make, sizes) in sizes {
        for n in sizes {
            let memory = Memory::new(make(n));
            group.bench_function(BenchmarkId::new(name, n), |b| {
                b.iter_batched(|| memory.clone(), |m| black_box(roles(m)), BatchSize::PerIteration);
            });
        }
    }
    let tree = large_tree();
    let memory = Memory::new(tree.clone());
    assert_eq!(roles(memory.clone()), 400);
    group.bench_function("5,000 files with 400 roles", |b| {
        b.iter_batched(|| memory.clone(), |m| black_box(roles(m)), BatchSize::PerIteration);
    });
    let texts: Vec<&String> = tree
        .iter()
        .filter(|(name, _)| name.split_once('/').and_then(|(f, _)| f[1..].parse().ok()).is_some_and(|f: u32| f < 400))
        .map(|(_, text)| text)
        .collect();
    group.bench_function("parsing the modules that hold them", |b| {
        b.iter(|| texts.iter().map(|t| hcl::parse(t).items.len()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
