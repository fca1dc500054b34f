//! A part of a value is what it is in the whole value, whoever has asked for what before.

use std::sync::LazyLock;

use proptest::prelude::*;
use regex::Regex;

use super::{Tree, document, parsed};
use crate::value::{
    Assumption, Kind, Part, Reason, Role, Text, Unknown, Value, World, given, to_contract_json, worlds,
};

/// What is referred to: a local of that number, or what a module gives on of it.
#[derive(Clone, Debug)]
enum Base {
    Local(usize),
    Output(usize),
    Module(usize),
}

/// An expression; those of a local refer to locals of larger numbers.
#[derive(Clone, Debug)]
enum Expr {
    Plain(&'static str),
    Reference(Base, Vec<&'static str>),
    Object(Vec<(&'static str, Expr)>),
    Tuple(Box<Expr>),
    Merge(Vec<Expr>),
    Lookup(Box<Expr>, &'static str, Box<Expr>),
    Conditional(&'static str, Box<Expr>, Box<Expr>),
    Try(Box<Expr>, Box<Expr>),
    Loop(Box<Expr>),
}

const LOCALS: usize = 5;
const PLAIN: [&str; 6] = ["\"x\"", "7", "true", "null", "var.unknown", "\"${var.unknown}-y\""];
const CONDITIONS: [&str; 4] = ["true", "false", "var.flag", "var.unknown == \"p\""];
const STEPS: [&str; 6] = [".a", ".b", "[\"a\"]", "[\"c\"]", "[var.unknown]", "[*]"];

impl Expr {
    /// As HCL, in a local of number `at`.
    fn write(&self, at: usize, out: &mut String) {
        let pair = |left: &Self, right: &Self, out: &mut String| {
            left.write(at, out);
            out.push_str(", ");
            right.write(at, out);
        };
        match self {
            Self::Plain(text) => out.push_str(text),
            Self::Reference(base, steps) => {
                let number = |offset: &usize| (at + 1 + offset).min(LOCALS);
                let (name, rest) = match base {
                    Base::Local(offset) => (format!("local.l{}", number(offset)), ""),
                    Base::Output(offset) => (format!("module.m{}", number(offset)), ".out"),
                    Base::Module(offset) => (format!("module.m{}", number(offset)), ""),
                };
                out.push_str(&name);
                out.push_str(rest);
                out.extend(steps.iter().copied());
            }
            Self::Object(items) => {
                out.push_str("{ ");
                for (key, value) in items {
                    out.push_str(key);
                    out.push_str(" = ");
                    value.write(at, out);
                    out.push_str(", ");
                }
                out.push('}');
            }
            Self::Tuple(item) => {
                out.push('[');
                item.write(at, out);
                out.push(']');
            }
            Self::Merge(items) => {
                out.push_str("merge(");
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { ", " });
                    item.write(at, out);
                }
                out.push(')');
            }
            Self::Lookup(map, key, default) => {
                out.push_str("lookup(");
                map.write(at, out);
                out.push_str(&format!(", \"{key}\", "));
                default.write(at, out);
                out.push(')');
            }
            Self::Conditional(condition, then, otherwise) => {
                out.push_str(&format!("({condition} ? "));
                then.write(at, out);
                out.push_str(" : ");
                otherwise.write(at, out);
                out.push(')');
            }
            Self::Try(first, second) => {
                out.push_str("try(");
                pair(first, second, out);
                out.push(')');
            }
            Self::Loop(collection) => {
                out.push_str("{ for k, v in ");
                collection.write(at, out);
                out.push_str(" : k => v }");
            }
        }
    }
}

fn expr() -> impl Strategy<Value = Expr> {
    let key = prop::sample::select(vec!["a", "b", "c"]);
    let base = prop_oneof![
        4 => (0..3_usize).prop_map(Base::Local),
        1 => (0..3_usize).prop_map(Base::Output),
        1 => (0..3_usize).prop_map(Base::Module),
    ];
    let steps = prop::collection::vec(prop::sample::select(STEPS.to_vec()), 0..3);
    let leaf = prop_oneof![
        1 => prop::sample::select(PLAIN.to_vec()).prop_map(Expr::Plain),
        2 => (base, steps).prop_map(|(base, steps)| Expr::Reference(base, steps)),
    ];
    leaf.prop_recursive(3, 16, 3, move |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            6 => prop::collection::vec((key.clone(), inner.clone()), 0..4).prop_map(Expr::Object),
            1 => boxed.clone().prop_map(Expr::Tuple),
            3 => prop::collection::vec(inner, 1..3).prop_map(Expr::Merge),
            3 => (boxed.clone(), key.clone(), boxed.clone()).prop_map(|(m, k, d)| Expr::Lookup(m, k, d)),
            2 => (prop::sample::select(CONDITIONS.to_vec()), boxed.clone(), boxed.clone())
                .prop_map(|(c, t, o)| Expr::Conditional(c, t, o)),
            1 => (boxed.clone(), boxed.clone()).prop_map(|(a, b)| Expr::Try(a, b)),
            1 => boxed.prop_map(Expr::Loop),
        ]
    })
}

/// A configuration with these locals, and a role for each thing that is asked for.
fn configuration(locals: &[Expr], asked: &[Expr]) -> String {
    let mut out = "variable \"unknown\" {}\nvariable \"flag\" {}\nlocals {\n".to_owned();
    for (i, value) in locals.iter().enumerate() {
        out.push_str(&format!("  l{i} = "));
        value.write(i, &mut out);
        out.push('\n');
    }
    out.push_str(&format!("  l{} = {{ a = {{ a = \"end\", b = 1 }}, b = var.unknown }}\n}}\n", locals.len()));
    for i in 0..=locals.len() {
        out.push_str(&format!("module \"m{i}\" {{\n  source = \"./m\"\n  given = local.l{i}\n}}\n"));
    }
    for (i, e) in asked.iter().enumerate() {
        out.push_str(&format!("resource \"aws_iam_role\" \"r{i}\" {{\n  assume_role_policy = jsonencode({{ Asked = "));
        e.write(0, &mut out);
        out.push_str(" })\n}\n");
    }
    out
}

const MODULE: &str = "variable \"given\" {}\noutput \"out\" {\n  value = var.given\n}\noutput \"a\" {\n  value = var.given.a\n}\n\
     resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = jsonencode({ Asked = var.given.b })\n}\n";

/// The expression by which something unknown is called. It is the one that was evaluated first.
static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"\$\{unknown:[^}]*\}|\{"\$unknown":"[^"]*"\}"#).expect("a pattern"));

/// Whether an expression fails that a value is made of. Terraform would stop there, and how often the same failure is
/// counted is not told.
fn fails(value: &Value) -> bool {
    let is_error = |u: &Unknown| matches!(u.reason, Reason::Error(_));
    let in_text = |text: &Text| text.parts().iter().any(|p| matches!(p, Part::Hole(u, _) if is_error(u)));
    match &value.kind {
        Kind::Unknown(u) => is_error(u),
        Kind::String(text) => in_text(text),
        Kind::List(_, items) => items.iter().any(fails),
        Kind::Object(o) => o.entries().iter().any(|e| in_text(&e.key) || fails(&e.value)),
        Kind::Choice(_) | Kind::Null | Kind::Bool(_) | Kind::Number(_) => false,
    }
}

/// What the policy of a role is, in each world.
fn meaning(role: &Role) -> Vec<String> {
    let given: World = given(&role.when);
    let all = worlds(&role.policy, &given).into_iter().map(|(world, policy)| {
        let assumed: Vec<String> = world.values().map(Assumption::to_string).collect();
        if fails(&parsed(&policy)) {
            return format!("{} fails when {assumed:?}", role.address);
        }
        let policy = to_contract_json(&parsed(&policy)).to_string().replace("\\\"", "'");
        let unnamed = NAME.replace_all(&policy, "unknown");
        format!("{} when {assumed:?}: {unnamed}", role.address)
    });
    all.collect()
}

fn meanings(text: &str, whole: bool) -> Vec<String> {
    let tree = Tree::new(&[("main.tf", text), ("m/main.tf", MODULE)]);
    let tree = if whole { tree.whole() } else { tree };
    let extraction = tree.extract();
    assert!(extraction.problems.is_empty(), "{:?}\n{text}", extraction.problems);
    let mut all: Vec<String> = extraction.roles.iter().flat_map(meaning).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_part_is_what_it_is_in_the_whole(
        locals in prop::collection::vec(expr(), LOCALS..=LOCALS),
        asked in prop::collection::vec(expr(), 1..5),
    ) {
        let text = configuration(&locals, &asked);
        prop_assert_eq!(meanings(&text, false), meanings(&text, true), "{}", text);
    }
}

#[test]
fn what_nobody_asks_for_is_not_evaluated() {
    let tree = Tree::new(&[(
        "main.tf",
        r#"
locals {
  settings = {
    trusted = "111111111111"
    other   = file("not there")
    more    = { for i in range(3000) : i => range(3000) }
  }
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ AWS = lookup(local.settings, "trusted", "none"), X = local.settings.trusted })
}
"#,
    )]);
    let roles = tree.extract().roles;
    assert_eq!(document(&roles[0].policy), serde_json::json!({ "AWS": "111111111111", "X": "111111111111" }));
}
