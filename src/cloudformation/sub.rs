//! `Fn::Sub`.

use std::collections::HashMap;

use super::{
    eval::Evaluator,
    function::Func,
    scope::Scope,
    text::{piece, string, text_of, with_dynamic_references},
};
use crate::{
    source::{Location, Span},
    syntax::tree::{Node, NodeKind},
    value::{Kind, Part, StepKind, Text, Value},
};

/// A stretch of the string, or the value of a variable in it.
enum Segment {
    Part(Part),
    Variable(usize, Location),
}

impl Evaluator<'_> {
    pub(super) fn sub(&self, arg: &Node, at: Location, scope: &Scope) -> Value {
        let (source, variables) = match &arg.kind {
            NodeKind::Sequence(items) => match items.as_slice() {
                [source, variables] => (source.as_ref(), Some(variables)),
                [source] => (source.as_ref(), None),
                _ => return self.error(Func::Sub, arg, at, "it needs a string, or a list of a string and variables"),
            },
            _ => (arg, None),
        };
        let mut local = HashMap::new();
        if let Some(variables) = variables
            && let NodeKind::Mapping(pairs) = &variables.kind
        {
            for pair in pairs {
                if let Some(name) = pair.key.as_str() {
                    local.insert(name, self.eval(&pair.value, scope));
                }
            }
        }
        let source = self.template_text(source, scope);
        self.lifted(Func::Sub, arg, at, vec![source], &mut |source| {
            let Some(source) = source.first() else { return Value::new(Kind::Null, at) };
            if let Kind::Unknown(u) = &source.kind {
                return self.derived(Func::Sub, arg, at, u);
            }
            match text_of(source) {
                Ok(text) => self.substitute(&text, &local, arg, at, scope),
                Err(why) => self.error(Func::Sub, arg, at, &why),
            }
        })
    }

    /// The string with `${Name}` in it: as written, so that names inside of dynamic references are still there.
    fn template_text(&self, node: &Node, scope: &Scope) -> Value {
        match &node.kind {
            NodeKind::Scalar(scalar) if node.tag.is_none() => {
                let text = self.with_loops(scope.text(node.span, scalar), scope);
                let at = scope.at(node.span);
                if scope.has_variables() {
                    self.with_variables(text, at, scope)
                } else {
                    Value::new(Kind::String(text), at)
                }
            }
            _ => self.eval(node, scope),
        }
    }

    fn substitute(
        &self,
        source: &Text,
        local: &HashMap<&str, Value>,
        arg: &Node,
        at: Location,
        scope: &Scope,
    ) -> Value {
        let mut segments = Vec::new();
        let mut values = Vec::new();
        for part in source.parts() {
            let Part::Known { text, .. } = part else {
                segments.push(Segment::Part(part.clone()));
                continue;
            };
            let mut from = 0;
            let mut seek = 0;
            while let Some(open) = text.get(seek..).and_then(|r| r.find("${")).map(|i| seek + i) {
                let Some(close) = text.get(open..).and_then(|r| r.find('}')).map(|i| open + i) else { break };
                let name = text.get(open + 2..close).unwrap_or_default();
                if let Some(literal) = name.strip_prefix('!') {
                    segments.extend(piece(part, from, open + 2).map(Segment::Part));
                    from = close - literal.len();
                    seek = close + 1;
                    continue;
                }
                let name = name.trim();
                if name.is_empty() {
                    seek = close + 1;
                    continue;
                }
                segments.extend(piece(part, from, open).map(Segment::Part));
                let place = part.origin_of(Span::new(open, close + 1)).source();
                segments.push(Segment::Variable(values.len(), place));
                values.push(match local.get(name) {
                    Some(value) => value.clone().entered(place, StepKind::Value),
                    None => self.named(name, place, scope),
                });
                from = close + 1;
                seek = from;
            }
            segments.extend(piece(part, from, text.len()).map(Segment::Part));
        }
        self.lifted(Func::Sub, arg, at, values, &mut |values| {
            let mut parts = Vec::new();
            for segment in &segments {
                match segment {
                    Segment::Part(part) => parts.push(part.clone()),
                    Segment::Variable(i, place) => {
                        let Some(value) = values.get(*i) else { continue };
                        match text_of(value) {
                            Ok(text) => parts.extend(text.parts().iter().cloned()),
                            Err(why) => return self.error(Func::Sub, arg, *place, &why).entered(at, StepKind::Value),
                        }
                    }
                }
            }
            let text = with_dynamic_references(Text::new(parts));
            match text.parts() {
                [Part::Hole(..)] | [] => string(text.parts().to_vec(), at),
                _ => Value::new(Kind::String(text), at),
            }
        })
    }

    /// What `${Name}` or `${Name.Attribute}` stands for.
    fn named(&self, name: &str, at: Location, scope: &Scope) -> Value {
        match name.split_once('.') {
            Some((resource, attribute)) if scope.variable(name).is_none() => self.attribute(resource, attribute, at),
            _ => self.reference(name, at, scope),
        }
    }
}
