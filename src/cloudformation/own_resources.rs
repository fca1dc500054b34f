//! What `Ref` and `Fn::GetAtt` give for resources of the template itself.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use super::{
    eval::Evaluator,
    section::Entry,
    text::{piece, string, text_of},
};
use crate::{
    source::Location,
    value::{Kind, Part, Reason, StepKind, Symbol, Text, Unknown, Value},
};

/// What names and ids that CloudFormation makes up are written with.
pub(super) const MADE_UP_NAME: &str = r"[\w+=,.@-]+";

const TABLE: &str = include_str!("resources.tsv");

/// By type and attribute: the name property and the pattern.
type Patterns = HashMap<(&'static str, &'static str), (&'static str, &'static str)>;

/// The name property and the pattern of an attribute of a type.
fn pattern(kind: &str, attribute: &str) -> Option<(&'static str, &'static str)> {
    static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
        let fields = TABLE.lines().map(|line| line.split('\t'));
        fields.filter_map(|mut f| Some(((f.next()?, f.next()?), (f.next()?, f.next()?)))).collect()
    });
    PATTERNS.get(&(kind, attribute)).copied()
}

impl Evaluator<'_> {
    /// `Ref` of a resource.
    pub(super) fn resource_ref(&self, entry: &Entry, at: Location) -> Value {
        self.known_attribute(entry, "Ref", at)
            .unwrap_or_else(|| Value::unknown(Unknown::new(format!("!Ref {}", entry.id), Reason::AfterApply, at), at))
    }

    /// `Fn::GetAtt` of a resource.
    pub(super) fn resource_attribute(&self, entry: &Entry, attribute: &str, at: Location) -> Value {
        if let Some(output) = attribute.strip_prefix("Outputs.") {
            return self.stack_output(entry, output, at);
        }
        self.known_attribute(entry, attribute, at).unwrap_or_else(|| {
            let reference = format!("!GetAtt {}.{attribute}", entry.id);
            Value::unknown(Unknown::new(reference, Reason::AfterApply, at), at)
        })
    }

    fn known_attribute(&self, entry: &Entry, attribute: &str, at: Location) -> Option<Value> {
        let kind = resource_type(entry)?;
        let (name_property, pattern) = pattern(kind, attribute)?;
        let memo = (entry.id.clone(), pattern);
        let known = self.memo.resource_names.borrow().get(&memo).cloned();
        let value = match known {
            Some(Some(value)) => value,
            Some(None) => Value::unknown(Unknown::new(format!("!Ref {}", entry.id), Reason::Cycle, at), at),
            None => {
                self.memo.resource_names.borrow_mut().insert(memo.clone(), None);
                let value = self.pattern_value(entry, name_property, pattern);
                self.memo.resource_names.borrow_mut().insert(memo, Some(value.clone()));
                value
            }
        };
        Some(value.entered(at, StepKind::Property))
    }

    fn pattern_value(&self, entry: &Entry, name_property: &str, pattern: &'static str) -> Value {
        let at = entry.at;
        let made_up = || {
            let mut unknown = Unknown::new(format!("!Ref {}", entry.id), Reason::AfterApply, at);
            unknown.pattern = Some(MADE_UP_NAME.to_owned());
            Value::unknown(unknown, at)
        };
        let given = if name_property == "-" { None } else { self.resource_property(entry, name_property) };
        let name = given.filter(|v| !matches!(v.kind, Kind::Null)).unwrap_or_else(made_up);
        let path = pattern.contains("{path}").then(|| self.resource_property(entry, "Path")).flatten();
        let path = path.filter(|v| !matches!(v.kind, Kind::Null)).unwrap_or_else(|| Value::string("/", at));
        let issuer = pattern.contains("{issuer}").then(|| self.resource_property(entry, "Url")).flatten();
        let issuer = issuer.unwrap_or_else(made_up);
        let lifted = super::lift::lift(vec![name, path, issuer], at, &mut |values| {
            let mut parts = Vec::new();
            for (i, word) in pattern.split('{').enumerate() {
                let (variable, literal) = if i == 0 { ("", word) } else { word.split_once('}').unwrap_or((word, "")) };
                let symbol = |s| vec![Part::Symbol(s, at.into())];
                parts.extend(match variable {
                    "P" => symbol(Symbol::Partition),
                    "A" => symbol(Symbol::OwnAccount),
                    "R" => symbol(Symbol::Region),
                    "D" => symbol(Symbol::DnsSuffix),
                    "name" => values.first().map(parts_of).unwrap_or_default(),
                    "path" => values.get(1).map(parts_of).unwrap_or_default(),
                    "issuer" => values.get(2).map(|v| without_scheme(parts_of(v))).unwrap_or_default(),
                    _ => Vec::new(),
                });
                if !literal.is_empty() {
                    parts.push(Part::Known { text: literal.into(), origin: at.into(), map: None });
                }
            }
            match parts.as_slice() {
                [Part::Hole(..)] => string(parts, at),
                _ => Value::new(Kind::String(Text::new(parts)), at),
            }
        });
        lifted.unwrap_or_else(|| Value::unknown(super::lift::too_many(&format!("!Ref {}", entry.id), at), at))
    }
}

fn parts_of(value: &Value) -> Vec<Part> {
    match text_of(value) {
        Ok(text) => text.parts().to_vec(),
        Err(why) => {
            let unknown = Unknown::new("the name", Reason::Error(why), value.origin.at);
            vec![Part::Hole(Arc::new(unknown), value.origin.clone())]
        }
    }
}

fn without_scheme(mut parts: Vec<Part>) -> Vec<Part> {
    const SCHEME: &str = "https://";
    if let Some(first @ Part::Known { .. }) = parts.first()
        && let Part::Known { text, .. } = first
        && text.starts_with(SCHEME)
    {
        match piece(first, SCHEME.len(), text.len()) {
            Some(rest) => {
                if let Some(first) = parts.first_mut() {
                    *first = rest;
                }
            }
            None => drop(parts.remove(0)),
        }
    }
    parts
}

/// The `Type` of a resource.
pub(super) fn resource_type(entry: &Entry) -> Option<&str> {
    entry.node.get("Type")?.as_str()
}
