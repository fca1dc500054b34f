//! `yamlencode` and `yamldecode`.

use super::{
    call::{Call, Outcome, Stop, all_known, argument, check_text, known},
    table::{ANY, Function, STRING},
    texts::{Run, flat, made, whole},
};
use crate::{
    source::{FileId, Span},
    syntax::{NodeKind, Pair, Scalar, ScalarStyle, tree::Node, yaml::parse},
    terraform::{
        convert::{number, settled},
        unify::MOST_DEPTH,
    },
    value::{Entry, Kind, ListKind, Number, ObjectKind, Origin, Text, Value},
};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("yamldecode", &[STRING], yamldecode),
    Function::new("yamlencode", &[ANY.null().deep()], yamlencode),
];

fn yamlencode(c: &Call<'_>) -> Outcome {
    let value = c.arg(0)?;
    all_known(value)?;
    let mut out = String::new();
    write(value, 0, false, &mut out)?;
    if matches!(value.kind, Kind::Null | Kind::Bool(_) | Kind::Number(_)) {
        out.push_str("...\n");
    }
    c.made(out, 0)
}

/// Writes a value at that indentation; `inline` when something stands before it on the line.
fn write(value: &Value, indent: usize, inline: bool, out: &mut String) -> Result<(), Stop> {
    if indent > MOST_DEPTH * 2 {
        return Err(Stop::Limit(format!("more than {MOST_DEPTH} levels")));
    }
    check_text(out.len())?;
    let space = |out: &mut String| {
        if inline {
            out.push(' ');
        }
    };
    match &value.kind {
        Kind::Null => {
            space(out);
            out.push_str("null\n");
        }
        Kind::Bool(b) => {
            space(out);
            out.push_str(if *b { "true\n" } else { "false\n" });
        }
        Kind::Number(n) => {
            space(out);
            out.push_str(&n.to_string());
            out.push('\n');
        }
        Kind::String(text) => {
            space(out);
            scalar(&known(text)?, indent, out);
            out.push('\n');
        }
        Kind::List(_, items) if items.is_empty() => {
            space(out);
            out.push_str("[]\n");
        }
        Kind::Object(o) if o.entries().is_empty() => {
            space(out);
            out.push_str("{}\n");
        }
        Kind::List(_, items) => {
            if inline {
                out.push('\n');
            }
            for item in items.iter() {
                out.push_str(&" ".repeat(indent));
                out.push('-');
                nested(item, indent, out)?;
            }
        }
        Kind::Object(object) => {
            if inline {
                out.push('\n');
            }
            for entry in settled(object) {
                out.push_str(&" ".repeat(indent));
                scalar(&known(&entry.key)?, indent, out);
                out.push(':');
                match &entry.value.kind {
                    // Lists stand as far to the left as their key.
                    Kind::List(_, items) if !items.is_empty() => write(&entry.value, indent, true, out)?,
                    _ => write(&entry.value, indent + 2, true, out)?,
                }
            }
        }
        Kind::Unknown(u) => return Err(Stop::Unknown(u.clone())),
        Kind::Choice(c) => return Err(Stop::Unknown(std::sync::Arc::new(c.subject.unknown()))),
    }
    Ok(())
}

/// Writes an item behind its dash: collections begin on the same line.
fn nested(item: &Value, indent: usize, out: &mut String) -> Result<(), Stop> {
    let compact = match &item.kind {
        Kind::List(_, items) => !items.is_empty(),
        Kind::Object(o) => !o.entries().is_empty(),
        _ => false,
    };
    if !compact {
        return write(item, indent + 2, true, out);
    }
    let mut inner = String::new();
    write(item, indent + 2, false, &mut inner)?;
    out.push(' ');
    out.push_str(inner.trim_start_matches(' '));
    Ok(())
}

/// Writes a string: always quoted, or as a block when it has several lines.
fn scalar(text: &str, indent: usize, out: &mut String) {
    let lines = text.trim_end_matches('\n').contains('\n') || (text.ends_with('\n') && text.len() > 1);
    let printable = text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control());
    if lines && printable && !text.starts_with([' ', '\n']) {
        let end = text.len() - text.trim_end_matches('\n').len();
        out.push_str(match end {
            0 => "|-",
            1 => "|",
            _ => "|+",
        });
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(&" ".repeat(indent.max(2)));
                out.push_str(line);
            }
        }
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            '\u{85}' => out.push_str("\\N"),
            '\u{a0}' => out.push_str("\\_"),
            c if c.is_control() => out.push_str(&format!("\\x{:02X}", u32::from(c))),
            c if u32::from(c) > 0xffff => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn yamldecode(c: &Call<'_>) -> Outcome {
    let text = flat(c.text(0)?)?;
    let Some(run) = whole(&text) else { return known(&text).and_then(|_| argument(0, "the text is not known")) };
    let parsed = parse(&run.text, FileId(u32::MAX));
    if let Some(error) = parsed.errors.first() {
        return argument(0, error.message.clone());
    }
    let origin = &c.arg(0)?.origin;
    match parsed.documents.as_slice() {
        [] => argument(0, "the text is empty"),
        [one] => Reader { run: &run, origin }.value(one, 0),
        _ => argument(0, "the text holds more than one document"),
    }
}

struct Reader<'r> {
    run: &'r Run<'r>,
    origin: &'r Origin,
}

impl Reader<'_> {
    fn origin(&self, span: Span) -> Origin {
        self.run.piece(span.range()).origin().unwrap_or_else(|| self.origin.clone())
    }

    fn value(&self, node: &Node, depth: usize) -> Outcome {
        if depth > MOST_DEPTH {
            return Err(Stop::Limit(format!("more than {MOST_DEPTH} levels")));
        }
        if let Some((tag, _)) = node.tag.as_deref() {
            return argument(0, format!("the tag `!{tag}` is not supported"));
        }
        let origin = self.origin(node.span);
        match &node.kind {
            NodeKind::Null => Ok(Value::new(Kind::Null, origin)),
            NodeKind::Scalar(scalar) if scalar.style == ScalarStyle::Plain && is_special(&scalar.text) => {
                argument(0, "numbers that are infinite or none cannot be used")
            }
            NodeKind::Scalar(scalar) => Ok(match plain(scalar) {
                Some(kind) => Value::new(kind, origin),
                None => Value::new(Kind::String(self.text(node, scalar)), origin),
            }),
            NodeKind::Sequence(items) => {
                let items: Result<Vec<Value>, Stop> = items.iter().map(|n| self.value(n, depth + 1)).collect();
                Ok(Value::list(ListKind::Tuple, items?, origin))
            }
            NodeKind::Mapping(pairs) => {
                let mut entries = Vec::with_capacity(pairs.len());
                for Pair { key, value, .. } in pairs {
                    let (key_text, key_origin) = match &key.kind {
                        NodeKind::Scalar(scalar) => (self.text(key, scalar), self.origin(key.span)),
                        NodeKind::Null => return argument(0, "a key is null"),
                        NodeKind::Sequence(_) | NodeKind::Mapping(_) => return argument(0, "a key is no string"),
                    };
                    entries.push(Entry { key: key_text, key_origin, value: self.value(value, depth + 1)? });
                }
                Ok(Value::object(ObjectKind::Object, entries, origin))
            }
        }
    }

    /// The text of a scalar: cut from the source when it stands there as it is.
    fn text(&self, node: &Node, scalar: &Scalar) -> Text {
        let span = match scalar.style {
            ScalarStyle::Quoted => Span::new(node.span.start as usize + 1, (node.span.end as usize).saturating_sub(1)),
            ScalarStyle::Plain | ScalarStyle::Block => node.span,
        };
        if scalar.style == ScalarStyle::Plain && is_date(&scalar.text) {
            // What looks like a date becomes a time, the `Version` of a policy too.
            return Text::one(made(format!("{}T00:00:00Z", scalar.text), self.origin(node.span)));
        }
        if self.run.text.get(span.range()) == Some(&*scalar.text) && !scalar.text.is_empty() {
            return self.run.piece(span.range());
        }
        Text::one(made(scalar.text.clone(), self.origin(node.span)))
    }
}

fn is_special(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(text, ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF")
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
}

/// What a plain scalar means when it is no string, by the rules of Terraform's YAML parser.
fn plain(scalar: &Scalar) -> Option<Kind> {
    if scalar.style != ScalarStyle::Plain {
        return None;
    }
    match &*scalar.text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Kind::Null),
        "true" | "True" | "TRUE" | "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            return Some(Kind::Bool(true));
        }
        "false" | "False" | "FALSE" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            return Some(Kind::Bool(false));
        }
        _ => {}
    }
    numeric(&scalar.text).map(Kind::Number)
}

fn numeric(text: &str) -> Option<Number> {
    let (negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let radix =
        |prefix: &str, radix: u32| digits.strip_prefix(prefix).and_then(|d| i128::from_str_radix(d, radix).ok());
    // Zeros in front make no octal number: `0123` is 123.
    let int = radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| digits.parse().ok());
    if let Some(int) = int {
        return Some(Number::int(if negative { -int } else { int }));
    }
    if !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-')) {
        return None;
    }
    let value = digits.parse::<f64>().ok().filter(|x| x.is_finite())?;
    Some(number(if negative { -value } else { value }))
}
