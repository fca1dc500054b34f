use std::sync::Arc;

use crate::{
    source::FileId,
    syntax::{Node, NodeKind, ScalarStyle, yaml::parse},
};

const FILE: FileId = FileId(3);

/// The tree on one line: plain scalars bare, others quoted, tags before, merged keys with `<`.
fn shown(node: &Node) -> String {
    let tag = node.tag.as_deref().map_or_else(String::new, |(t, _)| format!("!{t} "));
    let body = match &node.kind {
        NodeKind::Null => "null".to_owned(),
        NodeKind::Scalar(s) if s.style == ScalarStyle::Plain => s.text.to_string(),
        NodeKind::Scalar(s) => format!("{:?}", s.text),
        NodeKind::Sequence(items) => format!("[{}]", items.iter().map(|n| shown(n)).collect::<Vec<_>>().join(", ")),
        NodeKind::Mapping(pairs) => {
            let pair = |p: &crate::syntax::Pair| {
                format!("{}{}: {}", if p.merged { "<" } else { "" }, shown(&p.key), shown(&p.value))
            };
            format!("{{{}}}", pairs.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    };
    tag + &body
}

fn documents(text: &str) -> Vec<String> {
    parse(text, FILE).documents.iter().map(|n| shown(n)).collect()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let parsed = parse(text, FILE);
    assert_eq!(parsed.errors, [], "{text}");
    assert_eq!(parsed.documents.iter().map(|n| shown(n)).collect::<Vec<_>>(), [expected], "{text}");
}

#[track_caller]
fn wrong(text: &str, place: &str, words: &str, expected: &[&str]) {
    let parsed = parse(text, FILE);
    let found: Vec<_> = parsed.errors.iter().map(|e| (&text[e.span.range()], &*e.message)).collect();
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    assert_eq!(found[0].0, place, "{text}: {found:?}");
    assert!(found[0].1.contains(words), "{text}: {found:?}");
    assert_eq!(documents(text), expected, "{text}");
}

#[test]
fn scalars_keep_what_was_typed() {
    check(
        "a: 2012-10-17\nb: 012345678901\nc: \"1\"\nd: yes\ne: 1_000\n",
        r#"{a: 2012-10-17, b: 012345678901, c: "1", d: yes, e: 1_000}"#,
    );
    check("a:\nb: ~\nc: null\nd: ''\nNull: 1\n", r#"{a: null, b: null, c: null, d: "", Null: 1}"#);
    check("a: !!str 12\nb: ! x\nc: !!int 3\nd: !!str\n", r#"{a: "12", b: "x", c: 3, d: ""}"#);
    check("\u{feff}a: 1\r\nb: |\r\n  x\r\n  y\r\n", r#"{a: 1, b: "x\ny\n"}"#);
}

#[test]
fn tags_have_their_own_span() {
    let text = "a: !Sub \"${b}\"\nb: !If [x, !Ref y, !GetAtt z.Arn]\nc: !Foo\n  d: 1\ne: !Ref\n";
    check(text, r#"{a: !Sub "${b}", b: !If [x, !Ref y, !GetAtt z.Arn], c: !Foo {d: 1}, e: !Ref null}"#);
    let root = parse(text, FILE).documents[0].clone();
    let (tag, at) = *root.get("a").unwrap().tag.clone().unwrap();
    assert_eq!((&*tag, &text[at.range()]), ("Sub", "!Sub"));
    assert_eq!(&text[root.get("a").unwrap().span.range()], "\"${b}\"");
    assert_eq!(&text[root.get("b").unwrap().span.range()], "[x, !Ref y, !GetAtt z.Arn]");
    assert_eq!(&text[root.get("c").unwrap().span.range()], "d: 1");
}

#[test]
fn collections_end_with_their_last_item() {
    let text = "a:\n  - 1\n  - b: 2\n    c: &x 3\n\n# end\nd:\n  e: *x\n\n";
    let root = parse(text, FILE).documents[0].clone();
    assert_eq!(&text[root.get("a").unwrap().span.range()], "- 1\n  - b: 2\n    c: &x 3");
    assert_eq!(&text[root.get("d").unwrap().span.range()], "e: *x");
    assert_eq!(&text[root.span.range()], text.trim_end());
}

#[test]
fn duplicate_keys_are_kept() {
    check("a: 1\na: 2\n", "{a: 1, a: 2}");
    assert_eq!(parse("a: 1\na: 2\n", FILE).documents[0].get("a").unwrap().as_str(), Some("2"));
}

#[test]
fn merge_keys_are_merged() {
    check("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n", "{x: {a: 1, b: 2}, y: {<a: 1, <b: 2, b: 3}}");
    check(
        "- &x {a: 1}\n- &y {a: 2, b: 2}\n- {c: 3, <<: [*x, *y]}\n",
        "[{a: 1}, {a: 2, b: 2}, {<a: 2, <b: 2, <a: 1, c: 3}]",
    );
    check("- &x {<<: {a: 1}, b: 2}\n- <<: *x\n", "[{<a: 1, b: 2}, {<a: 1, <b: 2}]");
    check("\"<<\": {a: 1}\n", r#"{"<<": {a: 1}}"#);
    check("a: {<<: !Include x}\n", "{a: {<<: !Include x}}");
    wrong("a: {<<: 1}\n", "1", "merges a mapping", &["{a: {<<: 1}}"]);
}

#[test]
fn aliases_share_their_node() {
    let parsed = parse("a: &x {b: 1}\nc: *x\n", FILE);
    assert!(Arc::ptr_eq(parsed.documents[0].get("a").unwrap(), parsed.documents[0].get("c").unwrap()));
    wrong("a: &x\n  b: *x\n", "*x", "inside of what it stands for", &["{a: {b: null}}"]);
    wrong("a: *x\nb: 1\n", "*x", "no anchor", &["{a: null, b: 1}"]);
    wrong("a: &x 1\n---\nb: *x\n", "*x", "no anchor", &["{a: 1}", "{b: null}"]);
}

#[test]
fn bombs_cost_nothing() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..40 {
        let item = format!("*a{}", i - 1);
        text += &format!("a{i}: &a{i} [{}]\n", [&*item; 10].join(", "));
    }
    let parsed = parse(&text, FILE);
    assert!(parsed.errors[0].message.contains("1000000 nodes"));

    let mut text = "m0: &m0 {a: 1, b: 2}\n".to_owned();
    for i in 1..40 {
        text += &format!("m{i}: &m{i} {{<<: [*m{0}, *m{0}, *m{0}]}}\n", i - 1);
    }
    assert!(!parse(&text, FILE).errors.is_empty());

    let mut text = "a0: &a0 x\n".to_owned();
    for i in 1..2000 {
        text += &format!("a{i}: &a{i} [*a{}]\n", i - 1);
    }
    assert!(parse(&text, FILE).errors[0].message.contains("512 levels"));
}

#[test]
fn nesting_is_limited() {
    for open in ["[", "{a: ", "- ", "? ", "&a [", "!a [", "\"a\": {"] {
        let parsed = parse(&open.repeat(200_000), FILE);
        assert!(!parsed.errors.is_empty(), "{open}");
    }
    let deep: String = (0..2000).map(|i| " ".repeat(i) + "a:\n").collect();
    assert!(parse(&deep, FILE).errors[0].message.contains("nested"));
}

#[test]
fn what_stands_before_an_error_is_kept() {
    let text = "a: 1\nb:\n  c: [1, 2\nd: 3\n---\ne: 4\n---\nf: {\n---\ng: 5\n";
    let parsed = parse(text, FILE);
    assert_eq!(documents(text), ["{a: 1, b: {c: [1]}}", "{e: 4}", "{f: {}}", "{g: 5}"]);
    assert_eq!(parsed.errors.len(), 2);
}

#[test]
fn mistakes_are_told() {
    wrong("a:\n\tb: 1\n", "\t", "a tab is used as indentation", &["{}"]);
    wrong("a: \"x\nb: 1\n", "\"", "never closed", &["{}"]);
    wrong("a: \"x", "\"", "never closed", &["{}"]);
    wrong("a: b: c\n", ":", "cannot stand here", &["{a: b}"]);
    wrong("a: @x\n", "@", "cannot begin with", &["{}"]);
}

#[test]
fn quoted_lines_may_be_indented_too_little() {
    check(
        "a:\n  b: \"x\n  y \\\n z\\n\n\n\tw\"\n  c: 'it''s\n\n  so\n'\n",
        r#"{a: {b: "x y z\n\nw", c: "it's\nso "}}"#,
    );
    let text = "a:\n  b: 'x\n  \"y\" z'\nc: 1\n";
    check(text, r#"{a: {b: "x \"y\" z"}, c: 1}"#);
    let root = parse(text, FILE).documents[0].clone();
    let NodeKind::Scalar(s) = &root.get("a").unwrap().get("b").unwrap().kind else { panic!() };
    let place = s.map.locate(crate::source::Span::new(3, 4)).unwrap().span;
    assert_eq!(&text[place.range()], "y");
    let many: String = (0..200).map(|i| format!("k{i}:\n  b: 'x\n  y'\n")).collect();
    assert!(parse(&many, FILE).errors.is_empty());
    // Joining lines costs a reading of the text each: of what the quick reader does not take only so many are joined.
    assert!(!parse(&format!("{many}z: &anchor 1\n"), FILE).errors.is_empty());
}

#[test]
fn comments_have_spans() {
    let text = "# one\na: 1 # two\nb: |\n  # text\n#three\nc: 'x # y'\n";
    let comments = parse(text, FILE).comments;
    let found: Vec<_> = comments.iter().map(|c| (&text[c.span.range()], &*c.text)).collect();
    assert_eq!(found, [("# one", "one"), ("# two", "two"), ("#three", "three")]);
    let many = "# line\n".repeat(5000) + "a: 1\n";
    assert_eq!(parse(&many, FILE).comments.len(), 5000);
    assert_eq!(parse(&many, FILE).errors, []);
}
