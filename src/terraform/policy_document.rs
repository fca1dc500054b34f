//! `data.aws_iam_policy_document` as its provider renders it.

use std::sync::Arc;

use super::{
    ast::{Block, Body},
    evaluator::Evaluator,
    resource::ResourceRef,
    scope::Scope,
};
use crate::{
    source::Location,
    syntax::json::parse_text,
    value::{Entry, Kind, ListKind, ObjectKind, Origin, Part, Text, Value},
};

/// The version that a document has when none is set.
const VERSION: &str = "2012-10-17";

impl Evaluator<'_> {
    /// The document that a data source describes.
    pub fn policy_document(&self, r: &ResourceRef<'_>) -> Value {
        let scope = r.scope();
        let body = &r.block.body;
        let at = r.block.header;
        let argument = |name: &str| body.attribute(name).map(|a| self.eval(&a.value, &scope));
        let sources = self.documents(&["source_policy_documents"], &["source_json"], body, at, &scope);
        let overrides = self.documents(&["override_policy_documents"], &["override_json"], body, at, &scope);
        let statements = self.nested(body, "statement", at, &scope, &mut |b, s| self.statement(b, s));
        let version = argument("version").map(|v| self.or_text(&v, VERSION, at));
        let id = argument("policy_id").filter(|v| !is_empty(v));
        self.lift(&[sources, statements, overrides], at, &mut |parts| {
            let [sources, statements, overrides] = parts else { return self.error("no document", at) };
            let mut merged = Merged { version: None, id: None, statements: Vec::new() };
            for source in sources.items().into_iter().flatten() {
                merged.add(&source);
            }
            let own_version = version.clone().unwrap_or_else(|| Value::string(VERSION, at));
            merged.adopt(Some(own_version), id.clone());
            for statement in statements.items().into_iter().flatten() {
                merged.statement(statement);
            }
            for document in overrides.items().into_iter().flatten() {
                merged.add(&document);
            }
            merged.finish(at)
        })
    }

    /// The documents that are merged into this one, parsed: a list, or a choice of lists.
    fn documents(&self, lists: &[&str], singles: &[&str], body: &Body, at: Location, scope: &Scope<'_>) -> Value {
        let mut segments = Vec::new();
        for name in singles {
            if let Some(a) = body.attribute(name) {
                let text = self.eval(&a.value, scope);
                segments.push(self.lift(&[text], at, &mut |t| Value::list(ListKind::Tuple, t.to_vec(), a.value.at)));
            }
        }
        for name in lists {
            if let Some(a) = body.attribute(name) {
                segments.push(self.eval(&a.value, scope));
            }
        }
        let texts = self.joined_lists(&segments, at);
        self.lift(&[texts], at, &mut |texts| {
            let Some(texts) = texts.first() else { return self.error("no document", at) };
            let items: Vec<Value> = texts.items().into_iter().flatten().collect();
            self.lift(&items, at, &mut |items| {
                let parsed = items.iter().filter(|t| !is_empty(t)).map(|t| self.parsed(t));
                Value::list(ListKind::Tuple, parsed.collect(), at)
            })
        })
    }

    /// The value of a JSON text.
    fn parsed(&self, text: &Value) -> Value {
        match &text.kind {
            Kind::String(t) => match t.parts() {
                [Part::Json(value, _)] => Value::clone(value),
                _ => {
                    let parsed = parse_text(t);
                    match (parsed.value, parsed.errors.first()) {
                        (Some(value), None) => value,
                        (_, Some(e)) => self.error(format!("the document is no JSON: {e}"), text.origin.at),
                        (None, None) => self.error("the document is no JSON", text.origin.at),
                    }
                }
            },
            _ => text.clone(),
        }
    }

    fn statement(&self, block: &Block, scope: &Scope<'_>) -> Value {
        let body = &block.body;
        let mut entries = Vec::new();
        let argument = |name: &str| {
            let a = body.attribute(name)?;
            let value = self.eval(&a.value, scope);
            if matches!(value.kind, Kind::Null) { None } else { Some((a.name_at, value)) }
        };
        let entry =
            |key: &str, at: Location, value: Value| Entry { key: Text::known(key, at), key_origin: at.into(), value };
        if let Some((at, sid)) = argument("sid").filter(|(_, v)| !is_empty(v)) {
            entries.push(entry("Sid", at, sid));
        }
        match argument("effect") {
            Some((at, effect)) => entries.push(entry("Effect", at, self.or_text(&effect, "Allow", block.header))),
            None => entries.push(entry("Effect", block.header, Value::string("Allow", block.header))),
        }
        for (name, key, variables) in [
            ("actions", "Action", false),
            ("not_actions", "NotAction", false),
            ("resources", "Resource", true),
            ("not_resources", "NotResource", true),
        ] {
            if let Some((at, value)) = argument(name)
                && let Some(list) = self.string_set(&value, variables)
            {
                let absent = |v: &Value| matches!(&v.kind, Kind::List(_, items) if items.is_empty());
                let list = self.lift(&[list], at, &mut |values| match values.first() {
                    Some(list) if !absent(list) => list.clone(),
                    _ => Value::new(Kind::Null, at),
                });
                entries.push(entry(key, at, list));
            }
        }
        for (name, key) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
            if !body.repeated(name).is_empty() {
                let all = self.nested(body, name, block.at, scope, &mut |b, s| self.argument_object(b, s));
                let made = self.lift_items(&all, block.at, &mut |all| self.principals(all, block.at));
                if !matches!(made.kind, Kind::Null) {
                    entries.push(entry(key, block.header, made));
                }
            }
        }
        if !body.repeated("condition").is_empty() {
            let all = self.nested(body, "condition", block.at, scope, &mut |b, s| self.argument_object(b, s));
            let made = self.lift_items(&all, block.at, &mut |all| self.conditions(all, block.at));
            if !matches!(made.kind, Kind::Null) {
                entries.push(entry("Condition", block.header, made));
            }
        }
        self.without_absent(entries, block.at)
    }

    /// A value, or the text for it where it is null.
    fn or_text(&self, value: &Value, text: &str, at: Location) -> Value {
        self.lift(std::slice::from_ref(value), at, &mut |values| match values.first() {
            Some(value) if !matches!(value.kind, Kind::Null) => value.clone(),
            _ => Value::string(text, at),
        })
    }

    /// A statement of elements of which some may be absent for some outcomes of a condition: then it is a choice.
    fn without_absent(&self, entries: Vec<Entry>, at: Location) -> Value {
        let may_be_absent = |v: &Value| match &v.kind {
            Kind::Choice(_) => absent_inside(v, 0),
            other => matches!(other, Kind::Null),
        };
        if !entries.iter().any(|e| may_be_absent(&e.value)) {
            return Value::object(ObjectKind::Object, entries, at);
        }
        let (open, fixed): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|e| may_be_absent(&e.value));
        let values: Vec<Value> = open.iter().map(|e| e.value.clone()).collect();
        self.lift(&values, at, &mut |values| {
            let mut entries = fixed.clone();
            for (entry, value) in open.iter().zip(values) {
                if !matches!(value.kind, Kind::Null) {
                    entries.push(Entry { value: value.clone(), ..entry.clone() });
                }
            }
            Value::object(ObjectKind::Object, entries, at)
        })
    }

    /// Applies a function to a list for every outcome of the list and of its items.
    fn lift_items(&self, list: &Value, at: Location, apply: &mut dyn FnMut(&Value) -> Value) -> Value {
        if let Kind::List(_, items) = &list.kind
            && list.origin.is_direct()
            && !items.iter().any(|item| matches!(item.kind, Kind::Choice(_)))
        {
            return apply(&Value::new(Kind::List(ListKind::Tuple, items.clone()), at));
        }
        self.lift(std::slice::from_ref(list), at, &mut |list| {
            let items: Vec<Value> = list.iter().flat_map(|l| l.items().into_iter().flatten()).collect();
            self.lift(&items, at, &mut |items| apply(&Value::list(ListKind::Tuple, items.to_vec(), at)))
        })
    }

    /// The arguments of a block as an object; a choice of objects where one that names something is a choice.
    fn argument_object(&self, block: &Block, scope: &Scope<'_>) -> Value {
        let (names, others): (Vec<_>, Vec<_>) = block
            .body
            .attributes()
            .into_iter()
            .map(|a| (a.shared_name(), a.name_at, self.eval(&a.value, scope)))
            .partition(|(name, ..)| matches!(&**name, "type" | "test" | "variable"));
        let entry = |name: &Arc<str>, at: Location, value: &Value| Entry {
            key: Text::known(name.clone(), at),
            key_origin: at.into(),
            value: value.clone(),
        };
        let values: Vec<Value> = names.iter().map(|(.., value)| value.clone()).collect();
        self.lift(&values, block.at, &mut |values| {
            let named = names.iter().zip(values).map(|((name, at, _), value)| entry(name, *at, value));
            let rest = others.iter().map(|(name, at, value)| entry(name, *at, value));
            Value::object(ObjectKind::Object, named.chain(rest).collect(), block.at)
        })
    }

    /// A set of strings as the provider writes it: sorted, one alone without a list; `None` when it is empty.
    fn string_set(&self, value: &Value, variables: bool) -> Option<Value> {
        if matches!(&value.kind, Kind::List(_, items) if items.is_empty()) {
            return None;
        }
        Some(self.lift(std::slice::from_ref(value), value.origin.at, &mut |values| {
            let Some(value) = values.first() else { return self.error("no values", value.origin.at) };
            match &value.kind {
                Kind::List(..) => {
                    let items: Vec<Value> =
                        value.items().into_iter().flatten().map(|v| as_text(v, variables)).collect();
                    let mut items = super::convert::distinct(items);
                    items.sort_by_cached_key(|v| std::cmp::Reverse(sort_key(v)));
                    one_or_list(items, &value.origin)
                }
                _ => value.clone(),
            }
        }))
    }

    /// `Principal` from its blocks.
    fn principals(&self, blocks: &Value, at: Location) -> Value {
        let mut groups: Vec<(Text, Origin, Vec<Value>)> = Vec::new();
        let mut count = 0;
        for block in blocks.items().into_iter().flatten() {
            let (Some(kind), Some(identifiers)) = (block.get("type"), block.get("identifiers")) else {
                if let Kind::Unknown(u) = &block.kind {
                    let key = Text::one(Part::Hole(u.clone(), block.origin.clone()));
                    groups.push((key, block.origin.clone(), vec![block.clone()]));
                }
                continue;
            };
            count += 1;
            let Some(key) = self.key_text(&kind) else { continue };
            let known = key.as_known().map(|k| k.into_owned());
            let empty = || Value::list(ListKind::List, Vec::new(), identifiers.origin.clone());
            let set = self.string_set(&identifiers, true).unwrap_or_else(empty);
            match groups.iter_mut().find(|(k, ..)| known.is_some() && k.as_known().as_deref() == known.as_deref()) {
                Some((.., values)) => values.push(set),
                None => groups.push((key, kind.origin, vec![set])),
            }
        }
        if let [(key, _, values)] = &*groups
            && count == 1
            && let [only] = &**values
            && key.is("*")
            && only.as_str().as_deref() == Some("*")
        {
            return only.clone();
        }
        if groups.is_empty() {
            return Value::new(Kind::Null, at);
        }
        let entries = groups.into_iter().map(|(key, key_origin, values)| {
            let value = self.appended(values, at);
            Entry { key, key_origin, value }
        });
        Value::object(ObjectKind::Object, entries.collect(), at)
    }

    /// Several values, each one or a list, as one list; one alone as it is.
    fn appended(&self, mut values: Vec<Value>, at: Location) -> Value {
        if values.len() == 1
            && let Some(only) = values.pop()
        {
            return only;
        }
        self.joined_lists(&values, at)
    }

    /// `Condition` from its blocks.
    fn conditions(&self, blocks: &Value, at: Location) -> Value {
        let mut tests: Vec<(Text, Origin, Vec<Variable>)> = Vec::new();
        for block in blocks.items().into_iter().flatten() {
            let (Some(test), Some(variable), Some(values)) =
                (block.get("test"), block.get("variable"), block.get("values"))
            else {
                if let Kind::Unknown(u) = &block.kind {
                    let key = Text::one(Part::Hole(u.clone(), block.origin.clone()));
                    let name = Variable { key: key.clone(), origin: block.origin.clone(), values: vec![block.clone()] };
                    tests.push((key, block.origin.clone(), vec![name]));
                }
                continue;
            };
            let (Some(test_key), Some(variable_key)) = (self.key_text(&test), self.key_text(&variable)) else {
                continue;
            };
            let values = self.lift(&[values], at, &mut |values| match values.first() {
                Some(list) if matches!(list.kind, Kind::List(..)) => {
                    let items = list.items().into_iter().flatten().map(|v| as_text(v, true)).collect();
                    one_or_list(items, &list.origin)
                }
                Some(other) => other.clone(),
                None => self.error("no values", at),
            });
            let equal = |a: &Text, b: &Text| a.as_known().is_some_and(|k| Some(k) == b.as_known());
            let position = tests.iter().position(|(t, ..)| equal(t, &test_key));
            let variables = match position.and_then(|i| tests.get_mut(i)) {
                Some((.., variables)) => variables,
                None => {
                    tests.push((test_key, test.origin, Vec::new()));
                    match tests.last_mut() {
                        Some((.., variables)) => variables,
                        None => continue,
                    }
                }
            };
            match variables.iter_mut().find(|v| equal(&v.key, &variable_key)) {
                Some(known) => known.values.push(values),
                None => variables.push(Variable { key: variable_key, origin: variable.origin, values: vec![values] }),
            }
        }
        if tests.is_empty() {
            return Value::new(Kind::Null, at);
        }
        let entries = tests.into_iter().map(|(key, key_origin, variables)| {
            let inner = variables.into_iter().map(|v| {
                let value = self.appended(v.values, at);
                Entry { key: v.key, key_origin: v.origin, value }
            });
            let value = Value::object(ObjectKind::Object, inner.collect(), key_origin.clone());
            Entry { key, key_origin, value }
        });
        Value::object(ObjectKind::Object, entries.collect(), at)
    }

    /// The JSON text of a document, kept as the value.
    pub fn json_text(&self, document: Value, at: Location) -> Value {
        self.lift(&[document], at, &mut |values| match values.first() {
            Some(v) if matches!(v.kind, Kind::Unknown(_)) => v.clone(),
            Some(v) => {
                let part = Part::Json(Arc::new(v.clone()), at.into());
                Value::new(Kind::String(Text::one(part)), at)
            }
            None => self.error("no document", at),
        })
    }
}

struct Variable {
    key: Text,
    origin: Origin,
    values: Vec<Value>,
}

/// A document while others are merged into it.
struct Merged {
    version: Option<Value>,
    id: Option<Value>,
    statements: Vec<Value>,
}

impl Merged {
    fn add(&mut self, document: &Value) {
        if matches!(document.kind, Kind::Unknown(_)) {
            self.statement(document.clone());
            return;
        }
        self.adopt(document.get("Version"), document.get("Id").filter(|v| !is_empty(v)));
        match document.get("Statement") {
            Some(list) if matches!(list.kind, Kind::List(..)) => {
                for statement in list.items().into_iter().flatten() {
                    self.statement(rewritten(statement));
                }
            }
            Some(one) => self.statement(rewritten(one)),
            None => {}
        }
    }

    fn adopt(&mut self, version: Option<Value>, id: Option<Value>) {
        if id.is_some() {
            self.id = id;
        }
        let newer = match (&self.version, &version) {
            (Some(old), Some(new)) => old.as_str().unwrap_or_default() < new.as_str().unwrap_or_default(),
            (None, new) => new.is_some(),
            (Some(_), None) => false,
        };
        if newer {
            self.version = version;
        }
    }

    /// Adds a statement; one with the same `Sid` is replaced.
    fn statement(&mut self, statement: Value) {
        let sid = |v: &Value| v.get("Sid").and_then(|s| s.as_str().map(|s| s.into_owned())).filter(|s| !s.is_empty());
        if let Kind::Unknown(u) = &statement.kind {
            let many = crate::value::Unknown::clone(u).many();
            self.statements.push(Value::unknown(many, statement.origin.clone()));
            return;
        }
        let wanted = sid(&statement);
        match self.statements.iter_mut().find(|s| wanted.is_some() && sid(s) == wanted) {
            Some(old) => *old = statement,
            None => self.statements.push(statement),
        }
    }

    fn finish(self, at: Location) -> Value {
        let entry = |key: &str, value: Value| Entry { key: Text::known(key, at), key_origin: at.into(), value };
        let mut entries = Vec::new();
        entries.extend(self.version.map(|v| entry("Version", v)));
        entries.extend(self.id.map(|v| entry("Id", v)));
        if !self.statements.is_empty() {
            entries.push(entry("Statement", Value::list(ListKind::List, self.statements, at)));
        }
        Value::object(ObjectKind::Object, entries, at)
    }
}

fn is_empty(value: &Value) -> bool {
    match &value.kind {
        Kind::Null => true,
        Kind::String(t) => t.as_known().is_some_and(|t| t.is_empty()),
        _ => false,
    }
}

/// Numbers and booleans as strings; `&{` as `${` where the provider puts it in.
fn as_text(value: Value, variables: bool) -> Value {
    match &value.kind {
        Kind::Bool(_) | Kind::Number(_) => {
            let text = value.as_str().unwrap_or_default().into_owned();
            Value::string(text, value.origin.clone())
        }
        Kind::String(text)
            if variables
                && text.parts().iter().any(|p| matches!(p, Part::Known { text, .. } if text.contains("&{"))) =>
        {
            let parts = text.parts().iter().map(|p| match p {
                // Both are two bytes long, so the map stays right.
                Part::Known { text, origin, map } => {
                    Part::Known { text: text.replace("&{", "${").into(), origin: origin.clone(), map: map.clone() }
                }
                other => other.clone(),
            });
            Value::new(Kind::String(Text::new(parts.collect())), value.origin.clone())
        }
        _ => value,
    }
}

fn sort_key(value: &Value) -> String {
    match &value.kind {
        Kind::String(t) => t.display(),
        _ => String::new(),
    }
}

fn one_or_list(mut items: Vec<Value>, origin: &Origin) -> Value {
    let many = |v: &Value| matches!(&v.kind, Kind::Unknown(u) if u.many);
    if items.len() == 1
        && !items.iter().any(many)
        && let Some(only) = items.pop()
    {
        return only;
    }
    Value::list(ListKind::List, items, origin.clone())
}

fn absent_inside(value: &Value, depth: usize) -> bool {
    match &value.kind {
        Kind::Null => true,
        Kind::Choice(c) if depth < 16 => c.arms.iter().any(|a| absent_inside(&a.value, depth + 1)),
        _ => false,
    }
}

/// A statement of another document as the provider writes it again: of condition values one alone is no list.
fn rewritten(statement: Value) -> Value {
    let Some(condition) = statement.get("Condition") else { return statement };
    let Kind::Object(tests) = &condition.kind else { return statement };
    let tests = tests.entries().iter().map(|test| {
        let Kind::Object(variables) = &test.value.kind else { return test.clone() };
        let variables = variables.entries().iter().map(|variable| {
            let value = match &variable.value.kind {
                Kind::List(_, items) if items.len() == 1 => {
                    let items: Vec<Value> = variable.value.items().into_iter().flatten().collect();
                    one_or_list(items, &variable.value.origin)
                }
                _ => as_text(variable.value.clone(), false),
            };
            Entry { value, ..variable.clone() }
        });
        let value = Value::object(ObjectKind::Object, variables.collect(), test.value.origin.clone());
        Entry { value, ..test.clone() }
    });
    let condition = Value::object(ObjectKind::Object, tests.collect(), condition.origin);
    let entries = statement
        .entries()
        .into_iter()
        .flatten()
        .map(|e| if e.key.is("Condition") { Entry { value: condition.clone(), ..e } } else { e });
    Value::object(ObjectKind::Object, entries.collect(), statement.origin.clone())
}
