use crate::syntax::tree::{Node, NodeKind, ScalarStyle};

/// An intrinsic function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Func {
    Ref,
    GetAtt,
    Sub,
    Join,
    Split,
    Select,
    If,
    FindInMap,
    Base64,
    Cidr,
    GetAzs,
    ImportValue,
    Transform,
    Length,
    ToJsonString,
    And,
    Or,
    Not,
    Equals,
    Condition,
}

const NAMES: [(&str, Func); 20] = [
    ("Ref", Func::Ref),
    ("GetAtt", Func::GetAtt),
    ("Sub", Func::Sub),
    ("Join", Func::Join),
    ("Split", Func::Split),
    ("Select", Func::Select),
    ("If", Func::If),
    ("FindInMap", Func::FindInMap),
    ("Base64", Func::Base64),
    ("Cidr", Func::Cidr),
    ("GetAZs", Func::GetAzs),
    ("ImportValue", Func::ImportValue),
    ("Transform", Func::Transform),
    ("Length", Func::Length),
    ("ToJsonString", Func::ToJsonString),
    ("And", Func::And),
    ("Or", Func::Or),
    ("Not", Func::Not),
    ("Equals", Func::Equals),
    ("Condition", Func::Condition),
];

/// A node as a function call.
pub(super) enum Call<'n> {
    /// A known function with its argument. The argument's own tag is to be ignored when `tagged`.
    Known(Func, &'n Node, bool),
    /// Something that looks like a function and is none that is known here; carries its name.
    Other(String),
}

impl Func {
    fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(n, _)| *n == name).map(|(_, f)| *f)
    }

    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, f)| *f == self).map_or("", |(n, _)| n)
    }
}

/// What a node calls; `None` when it is plain data.
pub(super) fn call_of(node: &Node) -> Option<Call<'_>> {
    if let Some((tag, _)) = node.tag.as_deref() {
        return Some(match Func::named(tag) {
            Some(f) => Call::Known(f, node, true),
            None => Call::Other(format!("!{tag}")),
        });
    }
    let NodeKind::Mapping(pairs) = &node.kind else { return None };
    let [pair] = pairs.as_slice() else { return None };
    let key = pair.key.as_str()?;
    if key == "Ref" {
        return Some(Call::Known(Func::Ref, &pair.value, false));
    }
    let name = key.strip_prefix("Fn::")?;
    if name.starts_with("ForEach::") {
        return None;
    }
    Some(match Func::named(name) {
        // `Fn::Ref` and `Fn::Condition` do not exist.
        Some(Func::Ref | Func::Condition) | None => Call::Other(key.to_owned()),
        Some(f) => Call::Known(f, &pair.value, false),
    })
}

/// Whether a node stands for the value of something else, so that `AWS::NoValue` can come out of it.
pub(super) fn is_call(node: &Node) -> bool {
    call_of(node).is_some()
}

const LONGEST_DESCRIPTION: usize = 100;

/// An expression on one line in the short form, for messages.
pub(super) fn describe(func: Func, arg: &Node) -> String {
    let mut out = format!("!{} ", func.name());
    write_kind(arg, &mut out, 0);
    if out.len() > LONGEST_DESCRIPTION {
        let mut end = LONGEST_DESCRIPTION;
        while !out.is_char_boundary(end) {
            end -= 1;
        }
        out.truncate(end);
        out.push('…');
    }
    out
}

fn write_node(node: &Node, out: &mut String, depth: usize) {
    if out.len() > LONGEST_DESCRIPTION || depth > 8 {
        return;
    }
    if let Some((tag, _)) = node.tag.as_deref() {
        out.push('!');
        out.push_str(tag);
        out.push(' ');
        return write_kind(node, out, depth);
    }
    match call_of(node) {
        Some(Call::Known(f, arg, _)) => {
            out.push('!');
            out.push_str(f.name());
            out.push(' ');
            write_node(arg, out, depth + 1);
        }
        _ => write_kind(node, out, depth),
    }
}

fn write_kind(node: &Node, out: &mut String, depth: usize) {
    match &node.kind {
        NodeKind::Null => out.push_str("null"),
        NodeKind::Scalar(s) if s.style == ScalarStyle::Plain || is_word(&s.text) => out.push_str(&s.text),
        NodeKind::Scalar(s) => {
            out.push('"');
            out.push_str(&s.text);
            out.push('"');
        }
        NodeKind::Sequence(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate().take(10) {
                if i > 0 {
                    out.push_str(", ");
                }
                write_node(item, out, depth + 1);
            }
            out.push(']');
        }
        NodeKind::Mapping(pairs) => {
            out.push('(');
            for (i, pair) in pairs.iter().enumerate().take(10) {
                if i > 0 {
                    out.push_str(", ");
                }
                write_kind(&pair.key, out, depth + 1);
                out.push_str(": ");
                write_node(&pair.value, out, depth + 1);
            }
            out.push(')');
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/@".contains(c))
}
