//! Terraform's JSON syntax: the same bodies and expressions, with templates in strings.

use std::sync::Arc;

use super::{
    ast::{Attribute, Block, Body, Expr, ExprKind, JsonBody, Labels, Piece, Word},
    lower::Lower,
    member::Member,
};
use crate::{
    source::{FileId, Location},
    syntax::{
        hcl::{self, text::Source},
        tree::{Node, NodeKind, Scalar, ScalarStyle},
    },
    value::{Number, Part, Text},
};

/// The body that a JSON object is. An array of objects is all of them together.
pub(super) fn body(file: FileId, node: &Node) -> Body {
    let mut properties = Vec::new();
    for object in objects(node) {
        if let NodeKind::Mapping(pairs) = &object.kind {
            for pair in pairs {
                if let Some(name) = pair.key.as_str()
                    && name != "//"
                {
                    properties.push((name.into(), Location::new(file, pair.key.span), pair.value.clone()));
                }
            }
        }
    }
    Body::Json(JsonBody { file, properties })
}

fn objects(node: &Node) -> Vec<&Node> {
    match &node.kind {
        NodeKind::Mapping(_) => vec![node],
        NodeKind::Sequence(items) => items.iter().map(|i| &**i).collect(),
        _ => Vec::new(),
    }
}

/// The blocks of a kind in a JSON body: `{"kind": {"label": {…}}}`, arrays of bodies allowed at every level.
pub(super) fn blocks(body: &JsonBody, kind: &str, labels: usize) -> Vec<Member<Block>> {
    let mut out = Vec::new();
    for (name, at, node) in body.properties.iter().filter(|(n, ..)| &**n == kind) {
        collect(body.file, name, *at, node, labels, &mut Vec::new(), &mut out);
    }
    out
}

fn collect(
    file: FileId,
    kind: &Arc<str>,
    header: Location,
    node: &Node,
    labels: usize,
    path: &mut Vec<Arc<str>>,
    out: &mut Vec<Member<Block>>,
) {
    for object in objects(node) {
        let NodeKind::Mapping(pairs) = &object.kind else { continue };
        if path.len() == labels {
            let at = Location::new(file, header.span.cover(object.span));
            out.push(Member::from(Block {
                kind: Word::Other(kind.clone()),
                labels: Labels::Read(path.clone()),
                header,
                at,
                body: self::body(file, object),
            }));
            continue;
        }
        for pair in pairs {
            if let Some(label) = pair.key.as_str()
                && label != "//"
            {
                path.push(label.into());
                collect(file, kind, Location::new(file, pair.key.span), &pair.value, labels, path, out);
                path.pop();
            }
        }
    }
}

/// An argument from its property.
pub(super) fn attribute(file: FileId, name: &Arc<str>, name_at: Location, node: &Node) -> Attribute {
    Attribute::new(name.clone(), name_at, expr(file, node))
}

/// The expression that a JSON value is: its strings are templates.
pub(super) fn expr(file: FileId, node: &Node) -> Expr {
    let at = Location::new(file, node.span);
    let kind = match &node.kind {
        NodeKind::Null => ExprKind::Null,
        NodeKind::Scalar(s) if s.style == ScalarStyle::Plain => plain(s),
        NodeKind::Scalar(s) => return template(s, at),
        NodeKind::Sequence(items) => ExprKind::Tuple(items.iter().map(|i| expr(file, i)).collect()),
        NodeKind::Mapping(pairs) => ExprKind::Object(
            pairs
                .iter()
                .filter(|p| p.key.as_str() != Some("//"))
                .map(|p| (expr(file, &p.key), expr(file, &p.value)))
                .collect(),
        ),
    };
    Expr { at, kind }
}

fn plain(s: &Scalar) -> ExprKind {
    match &*s.text {
        "null" => ExprKind::Null,
        "true" => ExprKind::Bool(true),
        "false" => ExprKind::Bool(false),
        n => match n.parse::<i128>() {
            Ok(i) => ExprKind::Number(Number::int(i)),
            Err(_) => ExprKind::Number(Number::Float(n.parse().unwrap_or(0.0))),
        },
    }
}

fn literal(s: &Scalar, at: Location) -> Text {
    Text::one(Part::Known { text: s.text.clone(), origin: at.into(), map: Some(s.map.clone()) })
}

fn template(s: &Scalar, at: Location) -> Expr {
    if !s.text.contains("${") && !s.text.contains("%{") {
        return Expr { at, kind: ExprKind::String(literal(s, at)) };
    }
    let kind = match template_pieces(Source::decoded(&s.text, &s.map), at) {
        Ok(mut pieces) => match &mut *pieces {
            [] => ExprKind::String(literal(s, at)),
            [Piece::Literal(part)] => ExprKind::String(Text::one(part.clone())),
            [Piece::Interpolation(_)] => match pieces.pop() {
                Some(Piece::Interpolation(e)) => ExprKind::Parenthesis(Box::new(e)),
                _ => ExprKind::Null,
            },
            _ => ExprKind::Template(pieces),
        },
        Err(message) => ExprKind::Broken(message),
    };
    Expr { at, kind }
}

/// The pieces of a template that is a whole text of its own.
pub(super) fn template_pieces(source: Source<'_>, whole: Location) -> Result<Vec<Piece>, String> {
    match hcl::parse_template(source.text()) {
        Ok(template) => Ok(Lower::new(source, whole).bare(&template)),
        Err(e) => Err(e.message),
    }
}

/// The expression that a text of its own is, as JSON strings hold type constraints.
pub(super) fn expression(source: Source<'_>, whole: Location) -> Option<Expr> {
    let expr = hcl::parse_expression(source.text()).ok()?;
    Some(Lower::new(source, whole).expr(&expr))
}
