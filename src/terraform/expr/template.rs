use std::{borrow::Cow, sync::Arc};

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
        if !values.iter().any(|piece| matches!(piece, Made::Value(v) if matches!(v.kind, Kind::Choice(_)))) {
            return self.joined(values.into_iter(), at);
        }
        let values: Vec<Value> = values.into_iter().map(Made::into_value).collect();
        self.lift(&values, at, &mut |values| self.join(values, at))
    }

    fn pieces<'p>(&self, pieces: &'p [Piece], at: Location, scope: &Scope<'_>, out: &mut Vec<Made<'p>>) {
        for piece in pieces {
            let value = match piece {
                Piece::Literal(part) => {
                    out.push(Made::Literal(part));
                    continue;
                }
                Piece::Interpolation(e) => self.eval(e, scope),
                Piece::If { condition, then, otherwise } => {
                    let truth = self.truth_of(condition, scope);
                    self.branch(&truth, at, &mut || self.template(then, at, scope), &mut || {
                        self.template(otherwise, at, scope)
                    })
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
                            let (key, value) = (key.into(), value.into());
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
                    self.lift(&[collection_value], at, &mut repeat)
                }
            };
            out.push(Made::Value(Cow::Owned(value)));
        }
    }

    /// The texts of the values, one after the other.
    pub fn join(&self, values: &[Value], at: Location) -> Value {
        self.joined(values.iter().map(|value| Made::Value(Cow::Borrowed(value))), at)
    }

    fn joined<'p>(&self, pieces: impl ExactSizeIterator<Item = Made<'p>>, at: Location) -> Value {
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Made::Literal(part) => parts.push(part.clone()),
                Made::Value(value) => {
                    if let Err(failed) = self.add(&value, &mut parts) {
                        return failed;
                    }
                }
            }
        }
        Value::new(Kind::String(Text::new(merge_literals(parts))), at)
    }

    /// Adds the text of a value.
    fn add(&self, value: &Value, parts: &mut Vec<Part>) -> Result<(), Value> {
        match &value.kind {
            Kind::String(text) => parts.extend_from_slice(text.parts()),
            Kind::Bool(_) | Kind::Number(_) => {
                let text = value.as_str().unwrap_or_default().into_owned();
                parts.push(Part::Known { text: text.into(), origin: value.origin.clone(), map: None });
            }
            Kind::Unknown(u) if self.is_error(u) => return Err(value.clone()),
            Kind::Unknown(u) => parts.push(Part::Hole(u.clone(), value.origin.clone())),
            Kind::Null => return Err(self.error("a template cannot include null", value.origin.at)),
            Kind::List(..) | Kind::Object(_) | Kind::Choice(_) => {
                let message = "a template can include only strings, numbers and booleans";
                return Err(self.error(message, value.origin.at));
            }
        }
        Ok(())
    }
}

/// What a piece of a template is.
enum Made<'p> {
    Literal(&'p Part),
    Value(Cow<'p, Value>),
}

impl Made<'_> {
    fn into_value(self) -> Value {
        match self {
            Self::Literal(part) => Value::new(Kind::String(Text::one(part.clone())), part.origin().clone()),
            Self::Value(value) => value.into_owned(),
        }
    }
}

/// Joins the pieces of text that were computed (they have no map and one origin).
fn merge_literals(mut parts: Vec<Part>) -> Vec<Part> {
    parts.dedup_by(|part, before| match (before, part) {
        (Part::Known { text: before, origin: a, map: None }, Part::Known { text, origin: b, map: None }) if a == b => {
            *before = Arc::from(format!("{before}{text}"));
            true
        }
        _ => false,
    });
    parts
}
