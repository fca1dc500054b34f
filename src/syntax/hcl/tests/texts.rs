use hcl_edit::{expr::Expression, structure::Structure};
use proptest::prelude::*;

use crate::{
    source::{FileId, MapBuilder, Span},
    syntax::hcl::{
        parse, parse_template,
        text::{Piece, Source, bare_elements, elements},
    },
};

const FILE: FileId = FileId(5);

fn value(text: &str) -> Expression {
    let file = parse(text);
    assert_eq!(file.errors, [], "{text}");
    match file.items.into_iter().next() {
        Some(Structure::Attribute(a)) => a.value,
        other => panic!("{other:?}"),
    }
}

/// The pieces on one line: `<` and `>` around interpolations and directives.
fn shown(text: &str, pieces: &[Piece<'_>]) -> String {
    let piece = |p: &Piece<'_>| match p {
        Piece::Literal { text: t, map, .. } => {
            check_map(text, t, map);
            t.to_string()
        }
        Piece::Interpolation { span, .. } => format!("<{}>", &text[span.range()]),
        Piece::If { then, otherwise, .. } => format!("<if {}|{}>", shown(text, then), shown(text, otherwise)),
        Piece::For { key, value, body, .. } => {
            format!("<for {}{value} {}>", key.map_or_else(String::new, |k| format!("{k},")), shown(text, body))
        }
    };
    pieces.iter().map(piece).collect()
}

/// Each decoded character must come from the file text that makes it.
fn check_map(text: &str, decoded: &str, map: &crate::source::TextMap) {
    assert_eq!(map.len(), decoded.len());
    let mut last = 0;
    for (i, c) in decoded.char_indices() {
        let at = map.locate(Span::new(i, i + c.len_utf8())).unwrap();
        assert!(at.file == FILE && at.span.start >= last, "{text:?} {c:?}");
        let typed = &text[at.span.range()];
        last = if typed == "$${" || typed == "%%{" { at.span.start } else { at.span.end };
        let fits = typed.chars().eq([c])
            || typed.starts_with('\\') && value(&format!("a = \"{typed}\"")).as_str() == Some(&*c.to_string())
            || typed == "$${" && (c == '$' || c == '{')
            || typed == "%%{" && (c == '%' || c == '{');
        assert!(fits, "{text:?}: {c:?} comes from {typed:?}");
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let expr = value(text);
    let pieces = elements(&Source::file(text, FILE), &expr).unwrap();
    assert_eq!(shown(text, &pieces), expected, "{text}");
}

#[test]
fn quoted_strings() {
    check(r#"a = """#, "");
    check(r#"a = "plain é""#, "plain é");
    check(r#"a = "x\n\t\"\\\u00e9\U0001F600 $${y} %%{z} $ % $$ 5%""#, "x\n\t\"\\é😀 ${y} %{z} $ % $$ 5%");
    check(r#"a = "x${b}y\nz""#, "x<${b}>y\nz");
    check(r#"a = "a$$${b}""#, "a$${b}");
    check(r#"a = "x ${~ b ~} \n y""#, "x<${~ b ~}>y");
    check(r#"a = "%{ if b }\t\u0041%{ else } c ${d}%{ endif }e""#, "<if \tA| c <${d}>>e");
    check(r#"a = "%{ for k, v in m ~} x %{~ endfor } ""#, "<for k,v x> ");
}

#[test]
fn heredocs() {
    check("a = <<EOT\n  x $${y}\n \\n \"z\"\n${b}\nEOT\n", "  x ${y}\n \\n \"z\"\n<${b}>\n");
    check("a = <<EOT\r\nx\r\n  EOT\r\n", "x\r\n");
    check("a = <<EOT\nEOT\n", "");
    check("a = <<EOT\n\nEOT\n", "\n");
    check("a = <<EOT\n EOTX\n  EOT y\n  EOT\n", " EOTX\n  EOT y\n");
}

// Terraform 1.11.4 gives the same results for the strings of these tests.
#[test]
fn indentation_is_removed() {
    check("a = <<-EOT\n  $x\n    ${b}\n  EOT\n", "$x\n  <${b}>\n");
    check("a = <<-EOT\n    x\n      y\n\n   \n    z\n  EOT\n", "x\n  y\n\n   \nz\n");
    check("a = <<-EOT\n\tx\n\t\ty\n  EOT\n", "x\n\ty\n");
    check("a = <<-EOT\r\n  x\r\n    y\r\n\r\n  EOT\r\n", "x\r\n  y\r\n\r\n");
    // An interpolation at the beginning of a line has no indentation; one after white space has that.
    check("a = <<-EOT\n  x\n${b}\n  EOT\n", "  x\n<${b}>\n");
    check("a = <<-EOT\n    x\n  ${b} y\n   z\n  EOT\n", "  x\n<${b}> y\n z\n");
    check("a = <<-EOT\n  x ${b}\n    y\n  EOT\n", "x <${b}>\n  y\n");
    // Lines inside of directives count and are moved too.
    check("a = <<-EOT\n  %{ if b }\n    x\n  %{ else }\n   y\n  %{ endif }\n  EOT\n", "<if \n  x\n|\n y\n>\n");
}

#[test]
fn strip_markers_reach_to_the_line_break() {
    check("a = <<EOT\n%{ for x in y ~}\n  s ${x}\n%{ endfor ~}\nend\nEOT\n", "<for x   s <${x}>\n>end\n");
    check("a = <<EOT\nx\n  %{~ if b ~}\n  y\n  %{~ endif }\nEOT\n", "x\n<if   y\n|>\n");
    check("a = <<EOT\nx  \n\n${~ b ~}\n\n  y\nEOT\n", "x  \n<${~ b ~}>\n  y\n");
    // A line whose break is stripped does not begin the next one, whose indentation then stays.
    check("a = <<-EOT\n  %{ if b ~}\n  x\n  %{ endif ~}\n  EOT\n", "<if   x\n|>");
    check("a = <<-EOT\n    x\n  ${~ b }\n  EOT\n", "    x\n<${~ b }>\n");
}

#[test]
fn template_files() {
    let text = "{\"a\": \"${b}\\n\"}\n%{ if c ~}\n  d\n%{ endif ~}\n";
    let template = parse_template(text).unwrap();
    let pieces = bare_elements(&Source::file(text, FILE), &template);
    assert_eq!(shown(text, &pieces), "{\"a\": \"<${b}>\\n\"}\n<if   d\n|>");
}

#[test]
fn decoded_texts_point_through() {
    // The file has `x\n${b}\ty` inside quotes at 10.
    let mut map = MapBuilder::new(FILE);
    map.verbatim(1, 10);
    map.collapsed(1, Span::new(11, 13));
    map.verbatim(4, 13);
    map.collapsed(1, Span::new(17, 19));
    map.verbatim(1, 19);
    let map = map.finish();
    let template = parse_template("x\n${b}\ty").unwrap();
    let source = Source::decoded("x\n${b}\ty", &map);
    let pieces = bare_elements(&source, &template);
    let Piece::Literal { map, .. } = &pieces[2] else { panic!() };
    assert_eq!(map.locate(Span::new(0, 1)).unwrap().span, Span::new(17, 19));
    assert_eq!(map.locate(Span::new(1, 2)).unwrap().span, Span::new(19, 20));
    let Piece::Interpolation { span, .. } = &pieces[1] else { panic!() };
    assert_eq!(source.locate(*span).unwrap().span, Span::new(13, 17));
}

/// What hcl-edit decoded, interpolations as here.
fn theirs(text: &str, expr: &Expression) -> String {
    let template = match expr {
        Expression::String(s) => return s.to_string(),
        Expression::StringTemplate(t) => &**t,
        Expression::HeredocTemplate(h) => &h.template,
        other => panic!("{other:?}"),
    };
    let element = |e: &hcl_edit::template::Element| match e {
        hcl_edit::template::Element::Literal(l) => l.to_string(),
        other => format!("<{}>", &text[hcl_edit::Span::span(other).unwrap()]),
    };
    template.iter().map(element).collect()
}

fn pieces(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(of), 0..14).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quoted_texts_are_those_of_hcl_edit(
        inner in pieces(&["a", "é", " ", "\\n", "\\t", "\\\"", "\\\\", "\\u00e9", "\\U0001F600", "$${", "%%{", "${b}", "$", "%", "{", "}", "😀"])
    ) {
        // A `$` that ends up before a brace would begin a sequence.
        prop_assume!(!inner.replace("$${", "").replace("${b}", "").contains("${") && !inner.replace("%%{", "").contains("%{"));
        let text = format!("k = \"{inner}\"\n");
        let file = parse(&text);
        prop_assume!(file.errors.is_empty());
        let expr = value(&text);
        prop_assert_eq!(shown(&text, &elements(&Source::file(&text, FILE), &expr).unwrap()), theirs(&text, &expr));
    }

    #[test]
    fn heredoc_texts_are_those_of_hcl_edit(
        inner in pieces(&["a", "é", "  ", "\n", "\n", "\r\n", "\\n", "\"", "$${", "%%{", "${b}", "#"]), flush: bool
    ) {
        let text = format!("k = <<{}EOT\n{inner}\nEOT\n", if flush { "-" } else { "" });
        let file = parse(&text);
        prop_assume!(file.errors.is_empty());
        let expr = value(&text);
        let ours = shown(&text, &elements(&Source::file(&text, FILE), &expr).unwrap());
        if flush {
            // hcl-edit loses text of some lines here, so the rule is applied to the lines themselves.
            let lines: Vec<_> = inner.split_inclusive('\n').collect();
            let blank = |l: &&str| l.ends_with('\n') && l.trim().is_empty();
            let indent = |l: &&str| l.len() - l.trim_start().len();
            let last = lines.last().is_some_and(|l| !l.ends_with('\n') && l.trim().is_empty());
            prop_assume!(!last);
            let least = lines.iter().filter(|l| !blank(l)).map(indent).min().unwrap_or(0);
            let moved = |l: &&str| if blank(l) { (*l).to_owned() } else { l[least..].to_owned() };
            let whole = lines.iter().map(moved).collect::<String>() + "\n";
            let whole = whole.replace("$${", "\u{1}").replace("${b}", "<${b}>").replace('\u{1}', "${").replace("%%{", "%{");
            prop_assert_eq!(ours, whole);
        } else {
            prop_assert_eq!(ours, theirs(&text, &expr));
        }
    }
}
