use hcl_edit::{
    Span as _,
    expr::Expression,
    structure::{Body, Structure},
    visit::{self, Visit},
};
use proptest::prelude::*;

use crate::syntax::hcl::{HclFile, parse, parse_expression};

fn names(file: &HclFile) -> Vec<String> {
    let name = |s: &Structure| match s {
        Structure::Attribute(a) => a.key.to_string(),
        Structure::Block(b) => b.labels.iter().fold(b.ident.to_string(), |n, l| n + "." + l.as_str()),
    };
    file.items.iter().map(name).collect()
}

#[track_caller]
fn good(text: &str) -> HclFile {
    let file = parse(text);
    assert_eq!(file.errors, [], "{text}");
    file
}

#[track_caller]
fn wrong(text: &str, items: &[&str], errors: &[(&str, &str)]) {
    let file = parse(text);
    let found: Vec<_> = file.errors.iter().map(|e| (&text[e.span.range()], &*e.message)).collect();
    assert_eq!(found.len(), errors.len(), "{text}: {found:?}");
    for ((at, message), (place, words)) in found.iter().zip(errors) {
        assert_eq!(at, place, "{text}: {found:?}");
        assert!(message.contains(words), "{text}: {found:?}");
    }
    assert_eq!(names(&file), items, "{text}: {found:?}");
}

/// The text under each expression, and that each has a place.
struct Places<'t> {
    text: &'t str,
    found: Vec<String>,
}

impl Visit for Places<'_> {
    fn visit_expr(&mut self, node: &Expression) {
        let span = node.span().expect("every expression has a span");
        self.found.push(self.text[span].to_owned());
        visit::visit_expr(self, node);
    }
}

fn places(text: &str) -> Vec<String> {
    let file = good(text);
    let mut places = Places { text, found: Vec::new() };
    file.items.iter().for_each(|s| places.visit_structure(s));
    places.found
}

#[test]
fn every_expression_has_its_place() {
    let text = "é = \"ü\"\nr \"a\" {\n  x = foo(1, [\"${v.x}\"], { k = a.b[0] })\n  y = <<-EOT\n    a ${c}\n  EOT\n}\n";
    let expected = [
        "\"ü\"",
        "foo(1, [\"${v.x}\"], { k = a.b[0] })",
        "1",
        "[\"${v.x}\"]",
        "\"${v.x}\"",
        "v.x",
        "v",
        "{ k = a.b[0] }",
        "a.b[0]",
        "a",
        "0",
        "<<-EOT\n    a ${c}\n  EOT",
        "c",
    ];
    assert_eq!(places(text), expected);
}

#[test]
fn comments_are_outside_of_strings() {
    let text = "# one\na = \"# no ${ b /* two */ } // no\" // three\r\nc = <<EOT\n# no\n${ d } // no\nEOT\n/* four\n   lines */\n";
    let file = good(text);
    let found: Vec<_> = file.comments.iter().map(|c| (&text[c.span.range()], &*c.text)).collect();
    let expected =
        [("# one", "one"), ("/* two */", "two"), ("// three", "three"), ("/* four\n   lines */", "four\n   lines")];
    assert_eq!(found, expected);
}

#[test]
fn what_terraform_takes_is_taken() {
    good("\u{feff}a = 1\n");
    good("a = { for\r\n k, v in b : k => v }\r\n");
    let text =
        "a = {\n  for k, v in b : k => # why\n  length(v) > 1 ?\n  { x = 1\n  y = 2 } :\n  null\n  if v\n}\nb = 1\n";
    assert_eq!(names(&good(text)), ["a", "b"]);
    assert!(places(text).contains(&"{ x = 1\n  y = 2 }".to_owned()));
    let text = "a = { k = 1, \"k\" = 2, l = {\n m = 3\n m = 4\n} }\n";
    assert!(places(text).ends_with(&["4".to_owned()]));
    assert!(!places(text).contains(&"3".to_owned()));
    assert!(!places(text).contains(&"1".to_owned()));
    good("a = <<EOT\n  EOT > file\nEOT more\n${b}\n EOT\nc = 1\n");
    good("a = \"%{ if x ||\n y }b%{ endif }\"\n");
    good("a = [for x in y :\n x\n if x]\nb = { (c) = 1\n \"${d}\" = 2 }\n");
}

#[test]
fn one_broken_block_hides_only_itself() {
    wrong("a \"x\" {\n  b = \n}\nc {}\n", &["c"], &[("", "value is expected")]);
    wrong(
        "resource \"a\" \"b\" {\n  c = [1, 2\n}\n\nresource \"d\" \"e\" {\n}\n",
        &["resource.d.e"],
        &[("[", "never closed")],
    );
    wrong(
        "resource \"a\" \"b\" {\n  c = \"x\n}\n\nresource \"d\" \"e\" {\n  f = <<EOT\n}\nEOT\n}\n",
        &["resource.d.e"],
        &[("\"x", "not closed")],
    );
    wrong(
        "resource \"a\" \"b\" {\n  c {\n}\nresource \"d\" \"e\" {\n}\nlocals {\n  x = <<EOT\n}\noutput \"z\" {}\n",
        &["resource.d.e", "output.z"],
        &[("{", "never closed"), ("<<EOT", "heredoc is never closed")],
    );
    wrong("a = 1\na = 2\nb = 3\n", &["a", "b"], &[("a", "stands twice")]);
    wrong("a {}\n}\nb {}\n", &["a", "b"], &[("}", "")]);
    wrong("a = \"\\d\"\nb = 1\n", &["b"], &[("\\d", "escape")]);
    wrong("a = \"x\ny\"\nb = 1\n", &["a", "b"], &[("\"x", "not closed")]);
    wrong("a = 1 b = 2\nc = 1\n", &["c"], &[("b", "end of the line")]);
}

#[test]
fn places_hold_after_recovery() {
    let text = "é = [\nb \"x\" {\n  c = \"é\"\n  c = 1\n}\nresource \"d\" \"e\" {\n  f = var.g\n}\n";
    let file = parse(text);
    let mut places = Places { text, found: Vec::new() };
    file.items.iter().for_each(|s| places.visit_structure(s));
    assert_eq!(places.found, ["var.g", "var"]);
    let Structure::Block(block) = &file.items[0] else { panic!() };
    assert_eq!(&text[block.span().unwrap()], "resource \"d\" \"e\" {\n  f = var.g\n}");
}

#[test]
fn nesting_is_limited() {
    assert!(!parse(&"a = [".repeat(200_000)).errors.is_empty());
    assert!(!parse(&format!("a = {}", "\"${".repeat(200_000))).errors.is_empty());
    for open in ["a {\n", "a = [", "a = {b = ", "a = (", "a = \"${", "a = !", "a = f(", "<<A\n${", "a = { for "] {
        assert!(!parse(&open.repeat(5_000)).errors.is_empty(), "{open}");
        let text = format!("a = {}", open.trim_start_matches("a = ").repeat(5_000));
        assert!(!parse(&text).errors.is_empty(), "{open}");
    }
    assert!(!parse(&format!("a = {}{}", "(".repeat(100_000), "}".repeat(100_000))).errors.is_empty());
    assert!(!parse(&format!("a = {}\nA\n", "<<A\n${".repeat(50_000))).errors.is_empty());
    let text = format!("a = {}1{}\nb = 2\n", "[".repeat(100), "]".repeat(100));
    wrong(&text, &["b"], &[("[", "64 levels")]);
    let text = format!("a = {}\nb = 2\n", vec!["1"; 300].join(" + "));
    wrong(&text, &["b"], &[("+", "128 operators")]);
}

#[test]
fn expressions_are_parsed_alone() {
    assert!(parse_expression("{ for k in a : k =>\n k }").is_ok());
    assert_eq!(parse_expression("a +").unwrap_err().span.start, 1);
}

const SAMPLE: &str = r#"
# comment
resource "aws_iam_role" "a" {
  name = "x-${var.name}"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", "Principal" : { AWS = "arn:aws:iam::${local.id}:root" } }]
  })
  tags = { for k, v in var.tags : k => upper(v) if v != "" }
}
locals {
  doc = <<-EOT
    { "a": "%{ if x ~} b $${c} %{ endif }" }
  EOT
}
"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutations_are_read_to_an_end(
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..3_u8, "[\\[\\](){}<=:,\"\\\\$%~#/*a\r\n -]{1,3}|<<A\n|é"), 1..4)
    ) {
        let mut text = SAMPLE.to_owned();
        for (at, what, new) in edits {
            let at = (0..=at.index(text.len() + 1)).rev().find(|i| text.is_char_boundary(*i)).unwrap();
            match what {
                0 => text.insert_str(at, &new),
                1 => text.truncate(at),
                _ => {
                    let len = text[at..].chars().next().map_or(0, char::len_utf8);
                    text.drain(at..at + len);
                }
            }
        }
        let file = parse(&text);
        if text.parse::<Body>().is_ok() {
            prop_assert!(file.errors.iter().all(|e| e.message.contains("not closed on its line")));
        }
        for e in &file.errors {
            prop_assert!(text.get(e.span.range()).is_some(), "{:?} {:?}", text, e);
        }
        for c in &file.comments {
            prop_assert!(text[c.span.range()].starts_with(['#', '/']));
        }
        let mut places = Places { text: &text, found: Vec::new() };
        file.items.iter().for_each(|s| places.visit_structure(s));
    }

    #[test]
    fn a_broken_block_leaves_its_neighbours(at in any::<prop::sample::Index>(), new in "[\\[\\](){}\"=,]") {
        let broken = r#"resource "a" "broken" { x = [{ y = "z${f(1)}" }] }"#;
        let mut middle = broken.to_owned();
        middle.insert_str(at.index(broken.len()), &new);
        let text = format!("resource \"a\" \"before\" {{\n  b = 1\n}}\n{middle}\nresource \"a\" \"after\" {{\n  b = 1\n}}\n");
        let found = names(&parse(&text));
        prop_assert!(found.contains(&"resource.a.before".to_owned()), "{} {:?}", text, found);
        prop_assert!(found.contains(&"resource.a.after".to_owned()), "{} {:?}", text, found);
    }
}
