use std::sync::Arc;

use super::{eval::Evaluator, scope::Scope, text};
use crate::{
    syntax::tree::{Node, NodeKind},
    value::{Kind, Part, Reason, StepKind, Text, Unknown, Value},
};

/// More iterations than this of one loop are not made.
const MOST_ITERATIONS: usize = 2_000;

/// Loops nested deeper than this are not expanded; CloudFormation allows less.
const MOST_NESTING: usize = 8;

impl Evaluator<'_> {
    /// Calls `body` for each iteration of `Fn::ForEach`. A loop over something unknown has one iteration with an
    /// unknown variable.
    pub(super) fn for_each(&self, key: &Node, loop_: &Node, scope: &Scope, body: &mut dyn FnMut(&Node, &Scope)) {
        let NodeKind::Sequence(items) = &loop_.kind else { return };
        let [name, collection, content] = items.as_slice() else { return };
        let Some(name) = name.as_str() else { return };
        if scope.nesting() >= MOST_NESTING {
            return;
        }
        let collection = self.eval(collection, scope);
        let at = scope.at(key.span);
        for value in self.iterations(&collection, name, at) {
            if self.spend(at).is_some() {
                return;
            }
            body(content, &scope.with(name, value));
        }
    }

    fn iterations(&self, collection: &Value, name: &str, at: crate::source::Location) -> Vec<Value> {
        let mut out = Vec::new();
        match &collection.kind {
            Kind::List(..) => {
                for item in collection.items().into_iter().flatten().take(MOST_ITERATIONS) {
                    match &item.kind {
                        Kind::List(..) => out.extend(self.iterations(&item, name, at)),
                        _ => out.push(item),
                    }
                }
                out.truncate(MOST_ITERATIONS);
            }
            Kind::Unknown(u) => out.push(Value::new(Kind::Unknown(u.clone()), collection.origin.clone())),
            Kind::Choice(c) => {
                let u = Unknown::new(&*c.subject.text, Reason::Unsupported("a loop over several lists".into()), at);
                out.push(Value::unknown(u, at));
            }
            Kind::String(_) | Kind::Number(_) | Kind::Bool(_) => out.push(collection.clone()),
            Kind::Null | Kind::Object(_) => {
                let why = Reason::Error("the collection of a loop must be a list".into());
                out.push(Value::unknown(Unknown::new(name, why, at), at));
            }
        }
        out
    }
}

/// The text with `${Name}` and `&{Name}` replaced where `Name` is a loop variable; `&{Name}` drops what is no letter or
/// digit.
pub(super) fn substituted(text: &Text, scope: &Scope) -> Text {
    let mut out = Vec::new();
    for part in text.parts() {
        let Part::Known { text: known, .. } = part else {
            out.push(part.clone());
            continue;
        };
        let mut from = 0;
        let mut seek = 0;
        while let Some(open) = known.get(seek..).and_then(|r| r.find('{')).map(|i| seek + i) {
            seek = open + 1;
            let Some(sign) = open.checked_sub(1).and_then(|i| known.as_bytes().get(i)).copied() else { continue };
            let Some(close) = known.get(open..).and_then(|r| r.find('}')).map(|i| open + i) else { break };
            let name = known.get(open + 1..close).unwrap_or_default();
            if !matches!(sign, b'$' | b'&') {
                continue;
            }
            let Some(value) = scope.variable(name) else { continue };
            let Ok(value) = text::text_of(value) else { continue };
            let at = part.origin_of(crate::source::Span::new(open - 1, close + 1)).source();
            out.extend(text::piece(part, from, open - 1));
            let value = value.entered(at, StepKind::Value);
            out.extend(value.parts().iter().map(|p| if sign == b'&' { alphanumeric(p) } else { p.clone() }));
            from = close + 1;
            seek = from;
        }
        match from {
            0 => out.push(part.clone()),
            _ => out.extend(text::piece(part, from, known.len())),
        }
    }
    Text::new(out)
}

fn alphanumeric(part: &Part) -> Part {
    match part {
        Part::Known { text, origin, .. } if !text.chars().all(|c| c.is_ascii_alphanumeric()) => {
            let text: Arc<str> = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().into();
            Part::Known { text, origin: origin.clone(), map: None }
        }
        other => other.clone(),
    }
}

/// A logical id after substitution: `*` stands for what is not known.
pub(super) fn name(text: &Text) -> String {
    text.parts()
        .iter()
        .map(|p| match p {
            Part::Known { text, .. } => &**text,
            _ => "*",
        })
        .collect()
}
