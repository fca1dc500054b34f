//! Prints the roles of root modules with their policies as JSON, for `scripts/compare-terraform-plans.py`:
//! `terraform_roles TREE DIR [NAME=VALUE]...`.

#![allow(clippy::unwrap_used, reason = "a tool of the developers; what goes wrong is seen at once")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use iac_trust_lint::{
    source::{Disk, Files, normalized},
    syntax::json::parse_text,
    terraform::{Options, Workspace},
    value::{Kind, Part, Role, Text, Unknown, Value, to_contract_json},
};
use serde_json::{Value as Json, json};

fn configuration_files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() && ![".git", ".terraform"].contains(&name.as_str()) {
            configuration_files(&path, out);
        } else if [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|end| name.ends_with(end)) {
            out.push(path);
        }
    }
}

/// A policy that is written as text is what the text says.
fn policy(role: &Role) -> Value {
    let policy = role.settled_policy();
    match &policy.kind {
        Kind::String(text) => parse_text(text).value.unwrap_or(policy),
        _ => policy,
    }
}

fn reasons_in_text(text: &Text, out: &mut Vec<Json>) {
    for part in text.parts() {
        match part {
            Part::Hole(unknown, _) => out.push(reason(unknown)),
            Part::Json(value, _) => reasons(value, out),
            Part::Known { .. } | Part::Symbol(..) => {}
        }
    }
}

fn reasons(value: &Value, out: &mut Vec<Json>) {
    match &value.kind {
        Kind::Unknown(unknown) => out.push(reason(unknown)),
        Kind::String(text) => reasons_in_text(text, out),
        Kind::List(_, items) => items.iter().for_each(|v| reasons(v, out)),
        Kind::Object(object) => object.entries().iter().for_each(|e| {
            reasons_in_text(&e.key, out);
            reasons(&e.value, out);
        }),
        Kind::Choice(choice) => out.push(json!({"expression": *choice.subject.text, "reason": "several candidates"})),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
    }
}

fn reason(unknown: &Unknown) -> Json {
    json!({"expression": unknown.reference, "reason": unknown.reason.to_string()})
}

fn main() {
    let mut args = std::env::args().skip(1);
    let tree = fs::canonicalize(args.next().unwrap()).unwrap();
    let dir = normalized(&tree.join(args.next().unwrap()));
    let vars = args.filter_map(|a| a.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned()))).collect();
    let mut paths = Vec::new();
    configuration_files(&tree, &mut paths);
    let files = Files::new(Box::new(Disk), &tree, &tree, false);
    let workspace = Workspace::new(&files, &paths, Options { vars, ..Options::default() });
    let extraction = workspace.extract(&dir);
    for problem in &extraction.problems {
        eprintln!("{}: {}", problem.file, problem.message);
    }
    let roles = extraction.roles.iter().map(|role| {
        let policy = policy(role);
        let mut why = Vec::new();
        reasons(&policy, &mut why);
        json!({"address": role.address, "document": to_contract_json(&policy), "policy": {"reasons": why}})
    });
    println!("{}", json!({"roles": roles.collect::<Vec<_>>()}));
}
