use proptest::prelude::*;

use crate::{
    source::{FileId, Span},
    syntax::{Node, NodeKind, ScalarStyle, yaml::parse},
};

const FILE: FileId = FileId(3);

fn scalars(node: &Node, out: &mut Vec<Node>) {
    match &node.kind {
        NodeKind::Null => {}
        NodeKind::Scalar(_) => out.push(node.clone()),
        NodeKind::Sequence(items) => items.iter().for_each(|n| scalars(n, out)),
        NodeKind::Mapping(pairs) => pairs.iter().for_each(|p| {
            scalars(&p.key, out);
            scalars(&p.value, out);
        }),
    }
}

/// Each decoded character must come from file text that can make it: itself, an escape, or a line break. Returns how
/// many scalars were checked.
fn check(text: &str) -> usize {
    let parsed = parse(text, FILE);
    assert_eq!(parsed.errors, [], "{text:?}");
    let mut all = Vec::new();
    parsed.documents.iter().for_each(|n| scalars(n, &mut all));
    for node in &all {
        let NodeKind::Scalar(s) = &node.kind else { continue };
        assert_eq!(s.map.len(), s.text.len(), "{text:?}");
        let mut last = 0;
        for (i, c) in s.text.char_indices() {
            let at = s.map.locate(Span::new(i, i + c.len_utf8())).unwrap().span;
            assert!(at.start >= last, "{text:?}: {c:?} of {:?} stands before its neighbour", s.text);
            last = at.end;
            let typed = &text[at.range()];
            let fits = typed.chars().eq([c])
                || s.style == ScalarStyle::Quoted && typed == "''" && c == '\''
                || s.style == ScalarStyle::Quoted && typed.starts_with('\\')
                || c == '\n' && matches!(typed, "\r\n" | "\r" | "")
                || c == ' ' && typed.contains(['\n', '\r']) && typed.trim().is_empty();
            assert!(fits, "{text:?}: {c:?} of {:?} comes from {typed:?}", s.text);
        }
    }
    all.len()
}

#[test]
fn each_style_is_mapped() {
    let text = "a: plain text\nb: plain\n  folded  \n\n\n  twice\nc: 'it''s\n  so'\nd: \"x\\ty \\\n    z\\u00e9\\ud83d\\ude00\n\n  w\"\n\
                e: |\n  one\n   two\n\n  é\nf: >-\n  a\n  b\n\n    more\n   x\n  c\n\n\ng: |2+\n\n    x\n   y\n\nh: >+\n  x\n\ni: |\n\n  \n  q\nj: end";
    assert_eq!(check(text), 20);
    assert_eq!(check(&text.replace('\n', "\r\n")), 20);
}

#[test]
fn places_are_exact() {
    let text = "a: >\n  one\n  two\n\n  three\n";
    let root = parse(text, FILE).documents[0].clone();
    let NodeKind::Scalar(s) = &root.get("a").unwrap().kind else { panic!() };
    assert_eq!(&*s.text, "one two\nthree\n");
    let place = |from, to| s.map.locate(Span::new(from, to)).unwrap().span;
    assert_eq!(place(4, 7), Span::new(13, 16));
    assert_eq!(place(3, 4), Span::new(10, 11));
    assert_eq!(place(7, 8), Span::new(17, 18));
    assert_eq!(place(8, 13), Span::new(20, 25));
}

/// A block scalar with random lines.
fn block() -> impl Strategy<Value = String> {
    let line = prop_oneof![2 => Just(String::new()), 3 => "[a-cé#:'\"-][a-c é#:'\"-]{0,5}", 1 => " {1,3}[a-c][a-c ]{0,4}", 1 => " {0,3}"];
    ("[|>]", "[+-]?", 1..4_usize, prop::collection::vec(line, 1..7), any::<bool>(), any::<bool>()).prop_map(
        |(style, chomping, indent, lines, crlf, open)| {
            let mut text = format!("k:\n- {style}{chomping}\n");
            // The first line with text decides on the indentation, and no line before it may have more.
            let first = lines.iter().position(|l| !l.trim().is_empty()).unwrap_or(0);
            for (i, line) in lines.iter().enumerate() {
                let line = if i <= first { line.trim() } else { line };
                if !line.is_empty() {
                    text += &" ".repeat(indent);
                }
                text += line;
                text += "\n";
            }
            if open {
                text.pop();
            } else {
                text += "- end\n";
            }
            if crlf { text.replace('\n', "\r\n") } else { text }
        },
    )
}

fn quoted() -> impl Strategy<Value = String> {
    let double = prop::collection::vec(
        prop::sample::select(vec![
            "a",
            "é",
            " ",
            "  ",
            "\n ",
            "\n\n  ",
            "\\n",
            "\\t",
            "\\\"",
            "\\\\",
            "\\x41",
            "\\u00e9",
            "\\ud83d\\ude00",
            "\\U0001f600",
            "\\\n ",
            "\\ ",
            "'",
            "\t",
        ]),
        0..12,
    );
    let single = prop::collection::vec(
        prop::sample::select(vec!["a", "é", " ", "\n ", " \n\n  ", "''", "\\", "\"", "#"]),
        0..12,
    );
    let plain = prop::collection::vec(
        prop::sample::select(vec!["a", "é", " b", "\n c", " \n\n  d", "'", "\\", "\"", "-"]),
        0..12,
    );
    prop_oneof![
        double.prop_map(|p| format!("\"{}\"", p.concat())),
        single.prop_map(|p| format!("'{}'", p.concat())),
        plain.prop_map(|p| format!("x{}", p.concat())),
    ]
    .prop_map(|s| format!("k: {s}\nl: 1\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn block_scalars_are_mapped(text in block()) {
        check(&text);
    }

    #[test]
    fn flow_scalars_are_mapped(text in quoted(), crlf: bool) {
        check(&if crlf { text.replace('\n', "\r\n") } else { text });
    }

    #[test]
    fn any_text_is_read_to_an_end(text in "[\\[\\]{}:,\"'\\\\#*&!|>%@a\u{feff}é\u{0}\t\r\n -]{0,60}") {
        let parsed = parse(&text, FILE);
        for e in &parsed.errors {
            prop_assert!(text.get(e.span.range()).is_some());
        }
    }
}
