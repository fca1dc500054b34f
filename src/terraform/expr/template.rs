use std::sync::Arc;

use super::super::{
    ast::Piece,
    evaluator::Evaluator,
    scope::{Frame, Scope},
};
use crate::{
    source::Location,
    value::{Kind, Part, StepKind, Text, Value},
};

impl Evaluator<'_> {
    /// The text that a template makes.
    pub fn template(&self, pieces: &[Piece], at: Location, scope: &Scope<'_>) -> Value {
        let mut values = Vec::with_capacity(pieces.len());
        self.pieces(pieces, at, scope, &mut values);
        let mut join = |values: &[Value]| self.join(values, at);
        self.lift(&values, at, &mut join)
    }

    fn pieces(&self, pieces: &[Piece], at: Location, scope: &Scope<'_>, out: &mut Vec<Value>) {
        for piece in pieces {
            match piece {
                Piece::Literal(part) => {
                    let origin = part.origin().clone();
                    out.push(Value::new(Kind::String(Text::one(part.clone())), origin));
                }
                Piece::Interpolation(e) => out.push(self.eval(e, scope)),
                Piece::If { condition, then, otherwise } => {
                    let truth = self.truth(&self.eval(condition, scope), condition.at);
                    out.push(self.branch(&truth, at, &mut || self.template(then, at, scope), &mut || {
                        self.template(otherwise, at, scope)
                    }));
                }
                Piece::For { key_name, value_name, collection, body } => {
                    let collection_value = self.eval(collection, scope);
                    let mut repeat = |values: &[Value]| {
                        let Some(collection_value) = values.first() else { return self.error("no collection", at) };
                        let items = match self.iterate(collection_value, collection.at) {
                            Ok(items) => items,
                            Err(failed) => return failed,
                        };
                        let mut made = Vec::new();
                        for (key, value) in items {
                            let frame =
                                Frame { name: value_name, value, step: StepKind::Iteration, outer: scope.names };
                            let key_frame;
                            let inner = match key_name {
                                Some(name) => {
                                    key_frame =
                                        Frame { name, value: key, step: StepKind::Iteration, outer: Some(&frame) };
                                    scope.with(&key_frame)
                                }
                                None => scope.with(&frame),
                            };
                            made.push(self.template(body, at, &inner));
                        }
                        self.lift(&made, at, &mut |values| self.join(values, at))
                    };
                    out.push(self.lift(&[collection_value], at, &mut repeat));
                }
            }
        }
    }

    /// The texts of the values, one after the other.
    pub fn join(&self, values: &[Value], at: Location) -> Value {
        let mut parts = Vec::new();
        for value in values {
            match &value.kind {
                Kind::String(text) => parts.extend(text.parts().iter().cloned()),
                Kind::Bool(_) | Kind::Number(_) => {
                    let text = value.as_str().unwrap_or_default().into_owned();
                    parts.push(Part::Known { text: text.into(), origin: value.origin.clone(), map: None });
                }
                Kind::Unknown(u) if self.is_error(u) => return value.clone(),
                Kind::Unknown(u) => parts.push(Part::Hole(u.clone(), value.origin.clone())),
                Kind::Null => return self.error("a template cannot include null", value.origin.at),
                Kind::List(..) | Kind::Object(_) | Kind::Choice(_) => {
                    return self.error("a template can include only strings, numbers and booleans", value.origin.at);
                }
            }
        }
        Value::new(Kind::String(Text::new(merge_literals(parts))), at)
    }
}

/// Joins the pieces of text that were computed (they have no map and one origin).
fn merge_literals(parts: Vec<Part>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        if let (Some(Part::Known { text: before, origin: a, map: None }), Part::Known { text, origin: b, map: None }) =
            (out.last_mut(), &part)
            && a == b
        {
            *before = Arc::from(format!("{before}{text}"));
            continue;
        }
        out.push(part);
    }
    out
}
