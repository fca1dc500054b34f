use crate::{
    source::{FileId, Span},
    syntax::{Node, NodeKind, ScalarStyle, SyntaxError, json::parse},
};
use proptest::prelude::*;
use serde_json::Value as Json;

const FILE: FileId = FileId(7);

/// The tree as `serde_json` would have it; the last of two equal keys wins.
fn plain(node: &Node) -> Json {
    match &node.kind {
        NodeKind::Null => Json::Null,
        NodeKind::Scalar(s) if s.style == ScalarStyle::Plain => {
            serde_json::from_str(&s.text).unwrap_or_else(|_| Json::String(s.text.to_string()))
        }
        NodeKind::Scalar(s) => Json::String(s.text.to_string()),
        NodeKind::Sequence(items) => items.iter().map(|n| plain(n)).collect(),
        NodeKind::Mapping(pairs) => {
            let entries = pairs.iter().map(|p| (p.key.as_str().unwrap().to_owned(), plain(&p.value)));
            Json::Object(entries.collect())
        }
    }
}

fn errors(text: &str) -> Vec<(String, String)> {
    let shown = |e: &SyntaxError| (text[e.span.range()].to_owned(), e.message.clone());
    parse(text, FILE).errors.iter().map(shown).collect()
}

fn root(text: &str) -> String {
    parse(text, FILE).root.map_or_else(|| "nothing".to_owned(), |n| plain(&n).to_string())
}

#[track_caller]
fn check(text: &str, tree: &str, wrong: &[(&str, &str)]) {
    assert_eq!(root(text), tree, "{text}");
    let found = errors(text);
    assert_eq!(found.len(), wrong.len(), "{text}: {found:?}");
    for ((at, message), (place, words)) in found.iter().zip(wrong) {
        assert_eq!(at, place, "{text}: {message}");
        assert!(message.contains(words), "{text}: {message}");
    }
}

#[test]
fn values_have_spans() {
    let text = "\u{feff}{\r\n  \"a\\n\": [1.50, true, null, \"x\"],\r\n  \"a\\n\": {}\r\n}\r\n";
    let parsed = parse(text, FILE);
    assert_eq!(parsed.errors, []);
    let root = parsed.root.unwrap();
    let NodeKind::Mapping(pairs) = &root.kind else { panic!() };
    assert_eq!(pairs.len(), 2);
    assert_eq!(&text[root.span.range()], text.trim_start_matches('\u{feff}').trim_end());
    assert_eq!(&text[pairs[0].key.span.range()], "\"a\\n\"");
    assert_eq!(&text[pairs[0].value.span.range()], "[1.50, true, null, \"x\"]");
    let NodeKind::Sequence(items) = &pairs[0].value.kind else { panic!() };
    let shown: Vec<_> = items.iter().map(|n| &text[n.span.range()]).collect();
    assert_eq!(shown, ["1.50", "true", "null", "\"x\""]);
    assert_eq!(items[0].as_str(), Some("1.50"));
}

#[test]
fn mistakes_are_told_and_reading_goes_on() {
    check("", "nothing", &[("", "empty")]);
    check(" \n", "nothing", &[("", "empty")]);
    check("[1,2,]", "[1,2]", &[("]", "comma before")]);
    check(r#"{"a":1,}"#, r#"{"a":1}"#, &[("}", "comma before")]);
    check(r#"{"a":1 "b":2}"#, r#"{"a":1,"b":2}"#, &[("\"", "comma is missing")]);
    check(r#"["a" "b"]"#, r#"["a","b"]"#, &[("\"", "comma is missing")]);
    check("[1] 2", "[1]", &[("2", "more text")]);
    check(r#"{"a" 1}"#, r#"{"a":1}"#, &[("1", "colon is missing")]);
    check(r#"{"a" = 1}"#, r#"{"a":1}"#, &[("=", "`:` is expected")]);
    check(r#"{a: 1, "b": "c" d: 2}"#, r#"{"a":1,"b":"c","d":2}"#, &[("a", "double"), ("d", "comma"), ("d", "double")]);
    check("{\"a\": \"x,\n\"b\": 1}", r#"{"a":"x,","b":1}"#, &[("\"x,", "not closed")]);
    check("[1, // one\n2]", "[1,2]", &[("// one", "no comments")]);
    check("{\"a\": [1, {\"b\": 2", r#"{"a":[1,{"b":2}]}"#, &[("{", "never closed")]);
    check(
        r#"["a	b", "\d", "\ud800"]"#,
        "[\"a\\tb\",\"\\\\d\",\"\u{fffd}\"]",
        &[("\t", "tab"), ("\\", "no escape"), ("\\ud800", "surrogate")],
    );
    check(r#"{"a": [${x:y}], "b": 1}"#, r#"{"a":["${x:y}"],"b":1}"#, &[("${x:y}", "placeholders")]);
    check(r#"{"a": }"#, "{}", &[("}", "value is missing")]);
    check(r#"{"x": {"a": [1}, "b": 2}"#, r#"{"x":{"a":[1]},"b":2}"#, &[("}", "still open")]);
    check("{\u{a0}\"a\": 1}", r#"{"a":1}"#, &[("\u{a0}", "U+00A0")]);
}

#[test]
fn deep_nesting_is_an_error() {
    for open in ["[", "{\"a\":"] {
        let parsed = parse(&open.repeat(200_000), FILE);
        assert_eq!(parsed.errors.len(), 1);
        assert!(parsed.errors[0].message.contains("512"));
    }
    assert_eq!(parse(&("[".repeat(512) + &"]".repeat(512)), FILE).errors, []);
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1e9..1e9_f64).prop_map(Json::from),
        "\\PC*".prop_map(Json::from),
        "[\\x00-\\x20\"\\\\/é😀]{0,8}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::vec(("[a-c\\n]{0,3}", inner), 0..6).prop_map(|e| Json::Object(e.into_iter().collect())),
        ]
    })
}

fn written(value: &Json, pretty: bool, ascii: bool) -> String {
    let text = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) }.unwrap();
    if !ascii {
        return text;
    }
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|u| out += &format!("\\u{u:04x}"));
        }
    }
    out
}

/// Each decoded character must come from the place in the file that makes it.
fn check_maps(text: &str, node: &Node) {
    match &node.kind {
        NodeKind::Null => assert_eq!(&text[node.span.range()], "null"),
        NodeKind::Scalar(s) => {
            assert_eq!(s.map.len(), s.text.len());
            let quoted = s.style == ScalarStyle::Quoted;
            let mut next = node.span.start + u32::from(quoted);
            for (i, c) in s.text.char_indices() {
                let at = s.map.locate(Span::new(i, i + c.len_utf8())).unwrap();
                assert_eq!((at.file, at.span.start), (FILE, next));
                let typed = &text[at.span.range()];
                let made: String = serde_json::from_str(&format!("\"{typed}\"")).unwrap();
                assert_eq!(made, c.to_string());
                next = at.span.end;
            }
            assert_eq!(next + u32::from(quoted), node.span.end);
        }
        NodeKind::Sequence(items) => items.iter().for_each(|n| check_maps(text, n)),
        NodeKind::Mapping(pairs) => pairs.iter().for_each(|p| {
            check_maps(text, &p.key);
            check_maps(text, &p.value);
        }),
    }
}

const SAMPLE: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "\u0041\ud83d\ude00"]}, "Action": "sts:AssumeRole", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": true}, "NumericLessThan": {"a": -1.5e+3}}, "x": null}]}"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_serde_json(value in json(), pretty: bool, ascii: bool) {
        let text = written(&value, pretty, ascii);
        let parsed = parse(&text, FILE);
        prop_assert_eq!(&parsed.errors, &[]);
        let root = parsed.root.unwrap();
        prop_assert_eq!(plain(&root), value);
        check_maps(&text, &root);
    }

    #[test]
    fn accepts_what_serde_json_accepts(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, "[\\[\\]{}:,\"\\\\0-9eE.+tfnu \\n\\t-]"), 1..4)
    ) {
        let mut text = SAMPLE.to_owned();
        for (at, what, new) in edits {
            if text.is_empty() {
                break;
            }
            let at = at.index(text.len());
            match what {
                0 => text.replace_range(at..=at, &new),
                1 => text.insert_str(at, &new),
                2 => text.replace_range(at..=at, ""),
                _ => text.truncate(at + 1),
            }
        }
        let theirs = serde_json::from_str::<Json>(&text);
        let ours = parse(&text, FILE);
        let too_large = theirs.as_ref().err().is_some_and(|e| e.to_string().contains("out of range"));
        prop_assert!(too_large || theirs.is_ok() == ours.errors.is_empty(), "{}: {:?} {:?}", text, theirs.err(), ours.errors);
        if let Ok(theirs) = theirs {
            prop_assert_eq!(plain(&ours.root.unwrap()), theirs);
        }
    }

    #[test]
    fn any_text_is_read_to_an_end(text in "[\\[\\]{}:,\"\\\\/#*'=a\u{a0}“é\u{0}\\n -]{0,60}") {
        let parsed = parse(&text, FILE);
        for e in &parsed.errors {
            prop_assert!(text.get(e.span.range()).is_some());
        }
    }
}
