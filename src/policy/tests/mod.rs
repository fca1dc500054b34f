//! Tests of decoding: each problem has a policy that has it and one that has not.

mod forms;
mod problems;
mod unknowns;

use super::{Policy, PolicyKind, ProblemKind, Who, decode, from_json};
use crate::{
    source::{FileId, Location, Span},
    value::{Kind, Part, Reason, Symbol, Text, Unknown, Value},
};
use std::sync::Arc;

fn policy(text: &str) -> Policy {
    from_json(text, FileId(0))
}

/// A policy with one statement: `{"Effect": "Allow", "Principal": …, "Action": "sts:AssumeRole"}` and more entries.
fn trusting(principal: &str, more: &str) -> Policy {
    policy(&document(principal, more))
}

fn document(principal: &str, more: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"{more}}}]}}"#
    )
}

fn who(principal: &str) -> Who {
    let policy = trusting(principal, "");
    assert!(policy.problems.is_empty(), "{:?}", policy.problems);
    only(&policy)
}

fn only(policy: &Policy) -> Who {
    match &policy.statements[0].principals {
        super::Principals::Only(all) => {
            assert_eq!(all.len(), 1);
            all[0].who.clone()
        }
        other => panic!("{other:?}"),
    }
}

/// The problems of a policy: kind and the text that each points at.
fn found(text: &str) -> Vec<(ProblemKind, String)> {
    let policy = policy(text);
    policy.problems.iter().map(|p| (p.kind, text[p.origin.at.span.range()].to_owned())).collect()
}

fn nowhere() -> Location {
    Location::new(FileId(0), Span::default())
}

fn known(text: &str) -> Part {
    Part::Known { text: Arc::from(text), origin: nowhere().into(), map: None }
}

fn hole(name: &str) -> Part {
    Part::Hole(Arc::new(unset(name)), nowhere().into())
}

fn unset(name: &str) -> Unknown {
    Unknown::new(format!("var.{name}"), Reason::VariableNotSet(name.to_owned()), nowhere())
}

fn symbol(symbol: Symbol) -> Part {
    Part::Symbol(symbol, nowhere().into())
}

/// A policy from a JSON text with parts that are not known.
fn open(parts: Vec<Part>) -> Policy {
    decode(&Value::new(Kind::String(Text::new(parts)), nowhere()), PolicyKind::Trust)
}

/// The same with the statement's principal under `AWS` made of parts.
fn open_principal(key: &str, parts: Vec<Part>) -> Policy {
    let mut all = vec![known(&format!(r#"{{"Statement":{{"Effect":"Allow","Principal":{{"{key}":""#))];
    all.extend(parts);
    all.push(known(r#""},"Action":"sts:AssumeRole"}}"#));
    open(all)
}
