//! What is still known of a result where an argument is not.

use std::sync::Arc;

use super::{Caller, here};
use crate::{
    source::{FileId, Location, Span},
    value::{Arm, Choice, Entry, Kind, ListKind, ObjectKind, Part, Reason, Subject, Symbol, Text, Unknown, Value},
};

fn unknown(name: &str) -> Value {
    Value::unknown(Unknown::new(name, Reason::VariableNotSet(name.to_owned()), here()), here())
}

fn string(text: &str) -> Value {
    Value::string(text, here())
}

/// A text of parts: `$x` is a hole for `x`, `@` the own account, anything else is itself.
fn text(parts: &[&str]) -> Value {
    let parts = parts.iter().map(|p| match p.strip_prefix('$') {
        Some(name) => {
            let why = Reason::VariableNotSet(name.to_owned());
            Part::Hole(Arc::new(Unknown::new(name, why, here())), here().into())
        }
        None if *p == "@" => Part::Symbol(Symbol::OwnAccount, here().into()),
        None => Part::Known { text: (*p).into(), origin: here().into(), map: None },
    });
    Value::new(Kind::String(Text::new(parts.collect())), here())
}

fn tuple(items: Vec<Value>) -> Value {
    Value::list(ListKind::Tuple, items, here())
}

fn object(entries: Vec<(&str, Value)>) -> Value {
    let entries = entries.into_iter().map(|(key, value)| Entry {
        key: Text::known(key, here()),
        key_origin: here().into(),
        value,
    });
    Value::object(ObjectKind::Object, entries.collect(), here())
}

fn choice(subject: &str, yes: Value, no: Value) -> Value {
    let subject = Subject { key: subject.into(), text: subject.into(), at: here(), reason: Reason::OnlyAws };
    let arms = vec![Arm { label: "true".into(), value: yes }, Arm { label: "false".into(), value: no }];
    Value::new(Kind::Choice(Arc::new(Choice { subject: Arc::new(subject), arms })), here())
}

/// The value in short: unknown ones in angle brackets, with `*` when they stand for any number.
pub(super) fn show(value: &Value) -> String {
    match &value.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(b) => b.to_string(),
        Kind::Number(n) => n.to_string(),
        Kind::String(text) => format!("'{}'", text.display()),
        Kind::List(_, items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Kind::Object(o) => {
            let entries = o.entries().iter().map(|e| format!("{}: {}", e.key.display(), show(&e.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Kind::Unknown(u) => format!("<{}{}>", u.reference, if u.many { "*" } else { "" }),
        Kind::Choice(c) => {
            let arms = c.arms.iter().map(|a| format!("{}={}: {}", c.subject.key, a.label, show(&a.value)));
            format!("({})", arms.collect::<Vec<_>>().join(" | "))
        }
    }
}

fn result(name: &str, args: &[Value]) -> String {
    match Caller::new().call(name, args) {
        Ok(value) => show(&value),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn texts_keep_what_is_known() {
    let arn = || text(&["arn:aws:iam::", "$x", ":root"]);
    for (name, args, wanted) in [
        ("format", vec![string("arn:aws:iam::%s:root"), unknown("x")], "'arn:aws:iam::${unknown:x}:root'"),
        ("format", vec![string("%5s|%d"), unknown("x"), unknown("y")], "'${unknown:x}|${unknown:y}'"),
        ("join", vec![string(","), tuple(vec![string("a"), unknown("x"), string("b")])], "'a,${unknown:x},b'"),
        // What may be half of a match at the edge of a hole, the hole takes in.
        ("replace", vec![text(&["https://a.", "$x", "/id"]), string("https://"), string("")], "'a.${unknown:x}id'"),
        ("replace", vec![text(&["https://a.", "$x"]), string("/^https:\\/\\//"), string("")], "'a.${unknown:x}'"),
        (
            "replace",
            vec![text(&["https://", "@", ".x/", "@", "s://"]), string("https://"), string("")],
            "'${own-account}.x/${own-account}s://'",
        ),
        ("replace", vec![text(&["1", "@", "2"]), string("1112"), string("")], "'${unknown:own-account}'"),
        ("replace", vec![text(&["a:", "@", ":b"]), string(":"), string("-")], "'a-${own-account}-b'"),
        ("replace", vec![text(&["xhttps:", "$x"]), string("https://"), string("")], "'x${unknown:x}'"),
        ("replace", vec![text(&["a", "$x"]), string("/[a-z]+/"), string("")], "'${unknown:x}'"),
        ("lower", vec![text(&["ARN:", "$x", "@"])], "'arn:${unknown:x}${own-account}'"),
        ("trimprefix", vec![text(&["https://", "$x"]), string("https://")], "'${unknown:x}'"),
        ("trimprefix", vec![text(&["$x", "/y"]), string("https://")], "'${unknown:x}/y'"),
        ("trimsuffix", vec![text(&["$x", "/"]), string("/")], "'${unknown:x}'"),
        ("trimspace", vec![text(&[" a ", "$x", "  "])], "'a${unknown:x}'"),
        ("startswith", vec![arn(), string("arn:aws:")], "true"),
        ("startswith", vec![arn(), string("arn:aws-cn:")], "false"),
        ("startswith", vec![arn(), string("arn:aws:iam::1")], "<x>"),
        ("endswith", vec![arn(), string(":root")], "true"),
        ("strcontains", vec![arn(), string(":iam:")], "true"),
        ("strcontains", vec![arn(), string("role")], "<x>"),
        ("substr", vec![arn(), string("0"), string("7")], "'arn:aws'"),
        ("basename", vec![text(&["$x", "/a/b.json"])], "'b.json'"),
        ("split", vec![string(":"), text(&["a:", "@", ":b"])], "['a', '${own-account}', 'b']"),
        ("split", vec![string(","), text(&["a,b", "$x", "c,d"])], "['a', <x*>, 'd']"),
        ("urlencode", vec![text(&["a b", "$x"])], "'a+b${unknown:x}'"),
        ("sha256", vec![arn()], "<x>"),
        (
            "provider::aws::arn_parse",
            vec![text(&["arn:aws:iam::", "@", ":role/x:", "$y"])],
            "{partition: 'aws', service: 'iam', region: '', account_id: '${own-account}', resource: 'role/x:${unknown:y}'}",
        ),
        ("provider::aws::arn_parse", vec![arn()], "<x>"),
        ("provider::aws::arn_build", ["aws", "iam", "", "1", "role/x"].map(string).to_vec(), "'arn:aws:iam::1:role/x'"),
        (
            "provider::aws::trim_iam_role_path",
            vec![text(&["arn:aws:iam::", "@", ":role/with/path/name"])],
            "'arn:aws:iam::${own-account}:role/name'",
        ),
        (
            "provider::aws::trim_iam_role_path",
            vec![string("arn:aws:iam::1:user/x")],
            "error: argument 1 of `provider::aws::trim_iam_role_path`: the ARN is not that of a role",
        ),
        ("upper", vec![unknown("x")], "<x>"),
    ] {
        assert_eq!(result(name, &args), wanted, "{name}({})", args.iter().map(show).collect::<Vec<_>>().join(", "));
    }
}

#[test]
fn collections_keep_what_is_known() {
    let many = || Caller::new().call("concat", &[unknown("x")]).expect("a list");
    for (name, args, wanted) in [
        ("concat", vec![tuple(vec![string("a")]), unknown("x")], "['a', <x*>]"),
        ("flatten", vec![tuple(vec![tuple(vec![string("a")]), unknown("x"), string("b")])], "['a', <x*>, 'b']"),
        (
            "merge",
            vec![object(vec![("a", string("1"))]), unknown("x"), object(vec![("b", string("2"))])],
            "{a: <x>, b: '2', ${unknown:x}: <x*>}",
        ),
        ("toset", vec![tuple(vec![string("b"), unknown("x"), string("a"), string("b")])], "['a', 'b', <x>]"),
        ("setunion", vec![tuple(vec![string("a")]), unknown("x")], "['a', <x*>]"),
        (
            "setintersection",
            vec![tuple(vec![string("a"), string("b")]), tuple(vec![string("a"), unknown("x")])],
            "['a', <value*>, <x*>]",
        ),
        ("setsubtract", vec![tuple(vec![string("a"), string("b")]), tuple(vec![string("a")])], "['b']"),
        ("distinct", vec![tuple(vec![string("a"), unknown("x"), string("a")])], "['a', <x*>]"),
        (
            "compact",
            vec![tuple(vec![string("a"), string(""), unknown("x"), text(&["b", "$y"])])],
            "['a', <x*>, 'b${unknown:y}']",
        ),
        ("contains", vec![tuple(vec![unknown("x"), string("a")]), string("a")], "true"),
        ("contains", vec![tuple(vec![unknown("x"), string("a")]), string("b")], "<x>"),
        ("length", vec![tuple(vec![unknown("x"), string("a")])], "2"),
        ("length", vec![many()], "<x>"),
        ("element", vec![tuple(vec![string("a"), unknown("x")]), string("0")], "'a'"),
        ("one", vec![tuple(vec![unknown("x")])], "<x>"),
        ("keys", vec![object(vec![("b", unknown("x")), ("a", string("1"))])], "['a', 'b']"),
        ("values", vec![object(vec![("b", unknown("x")), ("a", string("1"))])], "['1', <x>]"),
        (
            "zipmap",
            vec![tuple(vec![string("a"), unknown("x")]), tuple(vec![string("1"), string("2")])],
            "{a: <x>, ${unknown:x}: '2'}",
        ),
        ("lookup", vec![object(vec![("a", string("1"))]), string("b"), unknown("x")], "<x>"),
        ("coalesce", vec![text(&["a", "$x"]), string("b")], "'a${unknown:x}'"),
        ("coalesce", vec![unknown("x"), string("b")], "<x>"),
        ("alltrue", vec![tuple(vec![Value::bool(false, here()), unknown("x")])], "false"),
        ("formatlist", vec![string("arn:%s"), unknown("x")], "[<x*>]"),
        ("formatlist", vec![string("arn:%s"), tuple(vec![string("a"), unknown("x")])], "['arn:a', 'arn:${unknown:x}']"),
        ("tolist", vec![unknown("x")], "<x>"),
        ("sort", vec![tuple(vec![string("b"), unknown("x"), string("a")])], "[<x*>, 'a', 'b']"),
        ("timestamp", vec![], "<timestamp()>"),
        ("provider::time::rfc3339_parse", vec![string("x")], "<provider::time::rfc3339_parse()>"),
    ] {
        assert_eq!(result(name, &args), wanted, "{name}({})", args.iter().map(show).collect::<Vec<_>>().join(", "));
    }
}

#[test]
fn a_list_made_of_an_unknown_one_says_what_its_items_look_like() {
    let value = Caller::new().call("formatlist", &[string("arn:aws:iam::%s:root"), unknown("x")]).expect("a list");
    let Some(Kind::Unknown(item)) = value.item(0).map(|v| v.kind) else { panic!("no unknown item") };
    assert!(item.many);
    assert_eq!(item.pattern.as_deref(), Some("arn:aws:iam::(?s:.*):root"));
}

#[test]
fn choices_are_computed_arm_by_arm() {
    let either = || choice("c", string("A"), string("B"));
    let lists = choice("c", tuple(vec![string("x")]), tuple(vec![]));
    for (name, args, wanted) in [
        ("lower", vec![either()], "(c=true: 'a' | c=false: 'b')"),
        ("format", vec![string("%s%s"), either(), either()], "(c=true: 'AA' | c=false: 'BB')"),
        ("concat", vec![lists.clone(), tuple(vec![string("y")])], "(c=true: ['x', 'y'] | c=false: ['y'])"),
        ("flatten", vec![tuple(vec![lists, string("y")])], "(c=true: ['x', 'y'] | c=false: ['y'])"),
        (
            "join",
            vec![string("-"), tuple(vec![either(), choice("d", string("1"), string("2"))])],
            "(c=true: (d=true: 'A-1' | d=false: 'A-2') | c=false: (d=true: 'B-1' | d=false: 'B-2'))",
        ),
        ("tonumber", vec![choice("c", string("1"), string("x"))], "(c=true: 1 | c=false: <tonumber()>)"),
        ("jsonencode", vec![object(vec![("a", either())])], "'${unknown:jsonencode(…)}'"),
    ] {
        assert_eq!(result(name, &args), wanted, "{name}");
    }
    assert!(result("tonumber", &[choice("c", string("y"), string("x"))]).starts_with("error"));
}

#[test]
fn json_comes_back_as_it_was() {
    let caller = Caller::new();
    let value = object(vec![("a", unknown("x")), ("b", text(&["arn:", "$y"]))]);
    let encoded = caller.call("jsonencode", &[value]).expect("a text");
    let decoded = caller.call("jsondecode", std::slice::from_ref(&encoded)).expect("a value");
    assert_eq!(show(&decoded), "{a: <x>, b: 'arn:${unknown:y}'}");
    let replaced = caller.call("replace", &[encoded, string("arn"), string("ARN")]).expect("a text");
    assert_eq!(show(&replaced), "'{\"a\":${unknown:x},\"b\":\"ARN:${unknown:y}\"}'");
    let decoded = caller.call("jsondecode", &[replaced]).expect("a value");
    assert_eq!(show(&decoded), "{a: <x>, b: 'ARN:${unknown:y}'}");
}

#[test]
fn pieces_of_a_text_lead_to_their_place() {
    let file = FileId(7);
    let span = Span::new(100, 107);
    let map = crate::source::TextMap::verbatim(file, span);
    let place = Location::new(file, span);
    let whole = Value::new(Kind::String(Text::mapped("aa,bb,c", place, map)), place);
    let reference = Location::new(FileId(8), Span::new(0, 7));
    let arg = whole.entered(reference, crate::value::StepKind::VariableDefault);
    let items = Caller::new().call("split", &[string(","), arg]).expect("a list");
    let second = items.item(1).expect("a second item");
    assert_eq!(second.as_str().as_deref(), Some("bb"));
    assert_eq!(second.origin.at, reference);
    assert_eq!(second.origin.source(), Location::new(file, Span::new(103, 105)));
}

#[test]
fn results_have_limits() {
    let wide = result("format", &[string("%99999999d"), string("1")]);
    assert!(wide.contains("width above"), "{wide}");
    let long = string(&"x".repeat(20_000));
    let list = tuple(vec![long; 1_000]);
    let joined = result("join", &[string(""), list]);
    assert!(joined.contains("16777216 bytes"), "{joined}");
    let hundred = tuple((0..101).map(|i| string(&i.to_string())).collect());
    let rows = result("setproduct", &[hundred.clone(), hundred.clone(), hundred]);
    assert!(rows.contains("1000000 elements"), "{rows}");
    let nested = "(".repeat(200);
    assert!(result("regex", &[string(&nested), string("a")]).starts_with("error"));
    assert!(result("regex", &[string("((a{1000}){1000}){1000}"), string("a")]).starts_with("error"));
}

#[test]
fn a_file_outside_the_root_is_unknown() {
    assert_eq!(result("file", &[string("../../../../etc/passwd")]), "<file(../../../../etc/passwd)>");
    assert_eq!(result("fileexists", &[string("/etc/passwd")]), "<file(/etc/passwd)>");
}
