//! Scalars and trees as values, nothing evaluated.

use super::tree::{Node, NodeKind, Scalar, ScalarStyle};
use crate::{
    source::{FileId, Location},
    value::{Entry, Kind, ListKind, Number, ObjectKind, Part, Reason, Text, Unknown, Value},
};

/// What a plain scalar means when it is no string: `true`, `false`, and numbers whose text can be had back from their
/// value. Account ids (12 digits) and numbers that are written in another way stay the text that was typed.
pub fn typed(scalar: &Scalar) -> Option<Kind> {
    if scalar.style != ScalarStyle::Plain {
        return None;
    }
    match &*scalar.text {
        "true" => return Some(Kind::Bool(true)),
        "false" => return Some(Kind::Bool(false)),
        _ => {}
    }
    let text = &*scalar.text;
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') || text.len() == 12 || text.len() > 30 {
        return None;
    }
    let number = match text.parse::<i128>() {
        Ok(int) => Number::int(int),
        Err(_) => Number::Float(text.parse().ok()?),
    };
    (number.to_string() == text).then_some(Kind::Number(number))
}

/// The name of the function that a node calls in CloudFormation.
fn call(node: &Node) -> Option<String> {
    if let Some((tag, _)) = node.tag.as_deref() {
        return Some(format!("!{tag}"));
    }
    let NodeKind::Mapping(pairs) = &node.kind else { return None };
    let [pair] = pairs.as_slice() else { return None };
    let key = pair.key.as_str()?;
    (key == "Ref" || key.starts_with("Fn::")).then(|| key.to_owned())
}

/// A tree as a value; what only a template could evaluate is unknown. Trees are as deep as their parsers allow, and so
/// is this.
pub fn value(node: &Node, file: FileId) -> Value {
    let at = Location::new(file, node.span);
    if let Some(name) = call(node) {
        let why = Reason::Unsupported(format!("`{name}` outside of a template"));
        return Value::unknown(Unknown::new(name, why, at), at);
    }
    match &node.kind {
        NodeKind::Null => Value::new(Kind::Null, at),
        NodeKind::Scalar(scalar) => match typed(scalar) {
            Some(kind) => Value::new(kind, at),
            None => Value::new(Kind::String(text(node, scalar, file)), at),
        },
        NodeKind::Sequence(items) => Value::list(ListKind::List, items.iter().map(|i| value(i, file)).collect(), at),
        NodeKind::Mapping(pairs) => {
            let entries = pairs.iter().filter_map(|p| {
                let NodeKind::Scalar(scalar) = &p.key.kind else { return None };
                Some(Entry {
                    key: text(&p.key, scalar, file),
                    key_origin: Location::new(file, p.key.span).into(),
                    value: value(&p.value, file),
                })
            });
            Value::object(ObjectKind::Object, entries.collect(), at)
        }
    }
}

/// A scalar as text, each byte of which is mapped to the file.
pub(crate) fn text(node: &Node, scalar: &Scalar, file: FileId) -> Text {
    let origin = Location::new(file, node.span).into();
    Text::one(Part::Known { text: scalar.text.clone(), origin, map: Some(scalar.map.clone()) })
}
