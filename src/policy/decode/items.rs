//! Values of an element as one list, whether it is written as a scalar, a list or lists of lists.

use std::sync::Arc;

use super::Decoder;
use crate::{
    policy::{Literal, ProblemKind},
    value::{Kind, Origin, Part, Reason, Step, Text, Unknown, Value},
};

/// One value of an element.
pub(super) enum Item {
    /// A string; numbers and booleans as text.
    Literal(Literal),
    /// Not known; the flag says that it stands for any number of values.
    Unknown(Arc<Unknown>, Origin, bool),
    /// An object, which no such element may have.
    Object(Value),
}

/// Lists deeper than this are not looked into.
const MOST_DEPTH: usize = 8;

impl Decoder {
    /// The values under an element, in order. `null` is left out, as if it were not there.
    pub(super) fn items(&mut self, value: &Value, element: &str) -> Vec<Item> {
        let mut out = Vec::new();
        self.collect_items(value, element, 0, &mut out);
        out
    }

    fn collect_items(&mut self, value: &Value, element: &str, depth: usize, out: &mut Vec<Item>) {
        match &value.kind {
            Kind::Null => {}
            Kind::Object(_) => out.push(Item::Object(value.clone())),
            Kind::Unknown(u) => out.push(Item::Unknown(u.clone(), value.origin.clone(), depth == 0 || u.many)),
            Kind::Choice(c) => {
                let why = Reason::Limit("a choice that was not resolved".to_owned());
                let unknown = Unknown::new(&*c.subject.text, why, c.subject.at);
                out.push(Item::Unknown(Arc::new(unknown), value.origin.clone(), true));
            }
            Kind::List(..) if depth >= MOST_DEPTH => {
                let why = Reason::Limit(format!("lists nested deeper than {MOST_DEPTH}"));
                let unknown = Arc::new(Unknown::new(element, why, value.origin.at));
                out.push(Item::Unknown(unknown, value.origin.clone(), true));
            }
            Kind::List(..) => {
                if depth == 1 {
                    let message = format!("`{element}` holds a list inside a list");
                    self.problem_with_help(ProblemKind::Element, &value.origin, message, "flatten it into one list");
                }
                for item in value.items().into_iter().flatten() {
                    self.collect_items(&item, element, depth + 1, out);
                }
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => out.extend(literal(value).map(Item::Literal)),
        }
    }
}

/// A scalar as a string of the policy.
pub(super) fn literal(value: &Value) -> Option<Literal> {
    let text = match &value.kind {
        Kind::String(text) => text.clone(),
        _ => Text::known(value.as_str()?.into_owned(), value.origin.clone()),
    };
    let origin = way(&value.origin, &text);
    Some(Literal { text, origin })
}

/// A string of the policy that is not known.
pub(super) fn open(unknown: &Arc<Unknown>, origin: &Origin) -> Literal {
    Literal { text: Text::one(Part::Hole(unknown.clone(), origin.clone())), origin: origin.clone() }
}

/// The origin of a string, with the ways of its parts when it was put together where it stands: what a person would
/// edit to change `"arn:aws:iam::${var.id}:root"` is often the variable.
fn way(origin: &Origin, text: &Text) -> Origin {
    if !origin.is_direct() {
        return origin.clone();
    }
    let steps: Vec<Step> = text.parts().iter().flat_map(|p| p.origin().steps()).collect();
    Origin::through(origin.at, &steps)
}
