use std::sync::Arc;

use crate::{
    source::{FileId, Location, MapBuilder, Span, TextMap},
    syntax::json::parse_text,
    value::{Kind, Origin, Part, Reason, StepKind, Symbol, Text, Unknown, Value},
};

const FILE: FileId = FileId(1);

fn at(start: usize, end: usize) -> Location {
    Location::new(FILE, Span::new(start, end))
}

/// A text as a heredoc would give it: `${name}` is a hole, `${own}` the own account, `${json}` an encoded object.
fn text(source: &str) -> Text {
    let mut parts = Vec::new();
    let mut rest = 0;
    let known = |parts: &mut Vec<Part>, from: usize, to: usize| {
        if from < to {
            let map = TextMap::verbatim(FILE, Span::new(from, to));
            parts.push(Part::Known { text: source[from..to].into(), origin: at(from, to).into(), map: Some(map) });
        }
    };
    while let Some(open) = source[rest..].find("${").map(|i| i + rest) {
        known(&mut parts, rest, open);
        let close = source[open..].find('}').unwrap() + open + 1;
        let origin = Origin::from(at(open, close));
        parts.push(match &source[open + 2..close - 1] {
            "own" => Part::Symbol(Symbol::OwnAccount, origin),
            "json" => {
                Part::Json(Arc::new(parse_text(&Text::known(r#"{"k": "v"}"#, at(900, 910))).value.unwrap()), origin)
            }
            "number" => Part::Json(Arc::new(parse_text(&Text::known("5", at(900, 901))).value.unwrap()), origin),
            name => Part::Hole(Arc::new(Unknown::new(name, Reason::Undeclared, at(open, close))), origin),
        });
        rest = close;
    }
    known(&mut parts, rest, source.len());
    Text::new(parts)
}

fn shown(value: &Value) -> String {
    match &value.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(b) => b.to_string(),
        Kind::Number(n) => n.to_string(),
        Kind::String(t) => format!("\"{}\"", t.display()),
        Kind::List(_, items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
        Kind::Object(o) => {
            let entry = |e: &crate::value::Entry| format!("{}={}", e.key.display(), shown(&e.value));
            format!("{{{}}}", o.entries().iter().map(entry).collect::<Vec<_>>().join(" "))
        }
        Kind::Unknown(u) => format!("<{}{}>", u.reference, if u.many { "…" } else { "" }),
        Kind::Choice(_) => "?".to_owned(),
    }
}

#[track_caller]
fn check(source: &str, expected: &str) {
    let parsed = parse_text(&text(source));
    assert_eq!(parsed.errors, [], "{source}");
    assert_eq!(parsed.value.map(|v| shown(&v)).as_deref(), Some(expected), "{source}");
}

#[test]
fn holes_keep_what_is_known() {
    check(r#"{"AWS": "arn:aws:iam::${x}:root"}"#, r#"{AWS="arn:aws:iam::${unknown:x}:root"}"#);
    check(r#"{"AWS": "${own}"}"#, r#"{AWS="${own-account}"}"#);
    check(r#"{"AWS": ${x}}"#, "{AWS=<x>}");
    check(r#"{"AWS": ${x}, "b": 1}"#, "{AWS=<x> b=1}");
    check(r#"{"a": ${json}}"#, r#"{a={k="v"}}"#);
    check("${json}", r#"{k="v"}"#);
    check(" ${json}\n", r#"{k="v"}"#);
    check("${x}", "<x>");
    check("${x}${y}", "<x>");
    check("${x} {\"a\": 1} ${y}", "{a=1}");
    check("[${x}]", "[<x…>]");
    check(r#"["a", ${x}]"#, r#"["a" <x…>]"#);
    check(r#"["a" ${x} "b"]"#, r#"["a" <x…> "b"]"#);
    check(r#"["a", ${x}, "b"]"#, r#"["a" <x…> "b"]"#);
    check(r#"{"a": 1, ${x}}"#, "{a=1 ${unknown:x}=<x…>}");
    check(r#"{"a": 1 ${x} "b": 2}"#, "{a=1 ${unknown:x}=<x…> b=2}");
    check(r#"{${x}: 1, "${y}": 2}"#, "{${unknown:x}=1 ${unknown:y}=2}");
    check(r#"{"a" ${x}}"#, "{a=<x>}");
    check(r#"{"a": 12${x}, "b": ${x}34}"#, "{a=<x> b=<x> ${unknown:x}=<x…>}");
    check(r#"{"a": "${number}", "b": ${number}}"#, r#"{a="5" b=5}"#);
}

#[test]
fn a_hole_makes_later_mistakes_uncertain() {
    check(r#"${x} "a": [1]}"#, "<x>");
    check(r#"{"a": ${x}, "b": [1, 2 3], "c": 1}"#, "{a=<x> b=[1 2 <x…>] ${unknown:x}=<x…>}");
    check(r#"{"a": [${x}"#, "{a=[<x…> <x…>] ${unknown:x}=<x…>}");
    check(r#"{"a": ${x}, "b" ] "#, "{a=<x> b=<x>}");
}

#[test]
fn mistakes_before_a_hole_are_certain() {
    let parsed = parse_text(&text(r#"{"a": 1,, "b": ${x}}"#));
    assert_eq!(parsed.errors.len(), 1);
    assert_eq!(parsed.errors[0].origin, at(8, 9).into());
    assert_eq!(shown(&parsed.value.unwrap()), "{a=1 b=<x>}");
}

#[test]
fn json_between_quotes_is_a_mistake() {
    let parsed = parse_text(&text(r#"{"a": "${json}"}"#));
    assert_eq!(parsed.errors.len(), 1);
    assert!(parsed.errors[0].help.as_deref().unwrap().contains("remove the quotation marks"));
    assert_eq!(parsed.errors[0].origin, at(7, 14).into());
}

#[test]
fn strings_point_into_the_text() {
    let source = r#"{"key": "ab\n${x}cd"}"#;
    let parsed = parse_text(&text(source)).value.unwrap();
    assert_eq!(parsed.origin, at(0, source.len()).into());
    let entry = parsed.entries().unwrap().next().unwrap();
    assert_eq!(entry.key_origin, at(1, 6).into());
    assert_eq!(entry.value.origin, at(8, 20).into());
    let Kind::String(t) = &entry.value.kind else { panic!() };
    let parts = t.parts();
    assert_eq!(parts.len(), 3);
    assert_eq!(parts[0].origin(), &at(9, 13).into());
    assert_eq!(parts[0].origin_of(Span::new(1, 2)), at(10, 11).into());
    assert_eq!(parts[0].origin_of(Span::new(2, 3)), at(11, 13).into());
    assert_eq!(parts[1].origin(), &at(13, 17).into());
    assert_eq!(parts[2].origin_of(Span::new(1, 2)), at(18, 19).into());
}

#[test]
fn maps_are_composed() {
    // The file has `\"a\\n\"` inside a quoted string; the text of that string is `"a\n"`, its JSON an `a` and a line
    // break.
    let mut map = MapBuilder::new(FILE);
    map.collapsed(1, Span::new(10, 12));
    map.verbatim(1, 12);
    map.collapsed(1, Span::new(13, 15));
    map.verbatim(1, 15);
    map.collapsed(1, Span::new(16, 18));
    let whole = Text::mapped(r#""a\n""#, at(9, 19), map.finish()).entered(at(500, 510), StepKind::Local);
    let value = parse_text(&whole).value.unwrap();
    assert_eq!(value.as_str().as_deref(), Some("a\n"));
    assert_eq!((value.origin.at, value.origin.source()), (at(500, 510), at(10, 18)));
    let Kind::String(t) = &value.kind else { panic!() };
    let place = |from, to| t.parts()[0].origin_of(Span::new(from, to)).source();
    assert_eq!((place(0, 1), place(1, 2)), (at(12, 13), at(13, 16)));
}

#[test]
fn a_value_that_was_passed_keeps_its_way() {
    let inner = parse_text(&Text::known(r#"{"k": "v"}"#, at(100, 110))).value.unwrap();
    let part = Part::Json(Arc::new(inner), at(90, 120).into());
    let value = parse_text(&Text::new(vec![part]).entered(at(5, 9), StepKind::Local)).value.unwrap();
    assert_eq!((value.origin.at, value.origin.source()), (at(5, 9), at(100, 110)));
    assert_eq!(value.get("k").unwrap().origin.at, at(5, 9));
}
