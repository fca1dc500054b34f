//! The intrinsic functions over values.

use std::sync::Arc;

use super::{
    eval::Evaluator,
    function::{Func, describe},
    own_resources::MADE_UP_NAME,
    scope::Scope,
    text::{piece, string, text_of},
};
use crate::{
    source::Location,
    syntax::tree::{Node, NodeKind},
    value::{Kind, ListKind, Number, Origin, Part, Reason, StepKind, Text, Unknown, Value, encode_base64},
};

impl Evaluator<'_> {
    /// Calls a function. `arg` is its argument, `at` the whole call.
    pub(super) fn call(&self, func: Func, arg: &Node, at: Location, scope: &Scope) -> Value {
        match func {
            Func::Ref => self.ref_(arg, at, scope),
            Func::GetAtt => self.get_att(arg, at, scope),
            Func::Sub => self.sub(arg, at, scope),
            Func::If => self.if_(arg, at, scope),
            Func::FindInMap => self.find_in_map(arg, at, scope),
            Func::ImportValue => Value::unknown(Unknown::new(describe(func, arg), Reason::Elsewhere, at), at),
            Func::Transform => match self.include(arg, scope) {
                Ok((node, scope)) => self.eval(&node, &scope).entered(at, StepKind::File),
                Err(unknown) => Value::unknown(unknown, at),
            },
            Func::And | Func::Or | Func::Not | Func::Equals | Func::Condition => {
                self.condition_call(func, arg, at, scope, None)
            }
            Func::Join
            | Func::Split
            | Func::Select
            | Func::Base64
            | Func::Cidr
            | Func::GetAzs
            | Func::Length
            | Func::ToJsonString => self.pure(func, arg, at, scope),
        }
    }

    fn pure(&self, func: Func, arg: &Node, at: Location, scope: &Scope) -> Value {
        let args = match func {
            Func::Join | Func::Split | Func::Select | Func::Cidr => match self.args(arg, scope) {
                Some(args) => args,
                None => return self.error(func, arg, at, "it needs a list of arguments"),
            },
            _ => vec![self.eval(arg, scope)],
        };
        if func == Func::ToJsonString {
            let whole = args.into_iter().next().unwrap_or_else(|| Value::new(Kind::Null, at));
            return string(vec![Part::Json(Arc::new(whole), at.into())], at);
        }
        let args = if func == Func::Join { spread(args) } else { args };
        self.lifted(func, arg, at, args, &mut |args| {
            let result = match func {
                Func::Join => join(args, at),
                Func::Split => split(args, at),
                Func::Select => select(args),
                Func::Base64 => base64(args, at),
                Func::Length => length(args, at),
                Func::Cidr => super::cidr::cidr(args, at),
                _ => Err(Failure::Needs(Unknown::new(describe(func, arg), Reason::OnlyAws, at))),
            };
            match result {
                Ok(value) => value,
                Err(Failure::Needs(unknown)) => self.derived(func, arg, at, &unknown),
                Err(Failure::Error(why)) => self.error(func, arg, at, &why),
            }
        })
    }
}

/// Why a function has no value.
pub(super) enum Failure {
    /// It depends on something unknown.
    Needs(Unknown),
    /// It fails.
    Error(String),
}

/// `Fn::Join` with the items of its list as arguments of their own, so that choices among them are seen.
fn spread(args: Vec<Value>) -> Vec<Value> {
    match args.as_slice() {
        [delimiter, list] if matches!(list.kind, Kind::List(..)) => {
            let items = list.items().into_iter().flatten();
            std::iter::once(delimiter.clone()).chain(items).collect()
        }
        _ => args,
    }
}

fn join(args: &[Value], at: Location) -> Result<Value, Failure> {
    let [delimiter, items @ ..] = args else {
        return Err(Failure::Error("it needs a delimiter and a list".into()));
    };
    let delimiter = text_of(delimiter).map_err(Failure::Error)?;
    let mut parts = Vec::new();
    let mut first = true;
    // A choice among lists comes here as one list.
    let mut todo: Vec<Value> = items.iter().rev().cloned().collect();
    while let Some(item) = todo.pop() {
        if let Some(inner) = item.items() {
            let inner: Vec<Value> = inner.collect();
            todo.extend(inner.into_iter().rev());
            continue;
        }
        if matches!(item.kind, Kind::Null) {
            continue;
        }
        if matches!(item.kind, Kind::Choice(_)) {
            let u = Unknown::new(
                "Fn::Join",
                Reason::Unsupported("a choice inside of a list inside of a choice".into()),
                at,
            );
            return Err(Failure::Needs(u));
        }
        if !first {
            parts.extend(delimiter.parts().iter().cloned());
        }
        first = false;
        parts.extend(text_of(&item).map_err(Failure::Error)?.parts().iter().cloned());
    }
    let text = super::text::with_dynamic_references(Text::new(parts));
    Ok(string(text.parts().to_vec(), at))
}

/// Splits a text; what comes after the first hole is not known, because the hole may hold the delimiter.
fn split(args: &[Value], at: Location) -> Result<Value, Failure> {
    let [delimiter, source] = args else {
        return Err(Failure::Error("it needs a delimiter and a string".into()));
    };
    let Some(delimiter) = delimiter.as_str().filter(|d| !d.is_empty()) else {
        return Err(match &delimiter.kind {
            Kind::Unknown(u) => Failure::Needs((**u).clone()),
            _ => Failure::Error("the delimiter must be a string".into()),
        });
    };
    if let Kind::Unknown(u) = &source.kind {
        return Err(Failure::Needs((**u).clone()));
    }
    let text = text_of(source).map_err(Failure::Error)?;
    Ok(Value::list(ListKind::List, split_text(&text, &delimiter, &source.origin), at))
}

pub(super) fn split_text(text: &Text, delimiter: &str, origin: &Origin) -> Vec<Value> {
    let mut items = Vec::new();
    let mut current: Vec<Part> = Vec::new();
    for part in text.parts() {
        match part {
            Part::Known { text, .. } => {
                let mut from = 0;
                for (i, _) in text.match_indices(delimiter) {
                    current.extend(piece(part, from, i));
                    items.push(item(std::mem::take(&mut current), origin));
                    from = i + delimiter.len();
                }
                current.extend(piece(part, from, text.len()));
            }
            Part::Symbol(symbol, _) if !may_contain(*symbol, delimiter) => current.push(part.clone()),
            Part::Hole(u, _) if u.pattern.as_deref() == Some(MADE_UP_NAME) && delimiter.contains(['/', ':']) => {
                current.push(part.clone());
            }
            Part::Symbol(..) | Part::Hole(..) | Part::Json(..) => {
                let u = match part {
                    Part::Hole(u, _) => (**u).clone().many(),
                    _ => Unknown::new("Fn::Split", Reason::Unsupported("splitting this text".into()), origin.at).many(),
                };
                items.push(Value::unknown(u, part.origin().clone()));
                return items;
            }
        }
    }
    items.push(item(current, origin));
    items
}

fn item(parts: Vec<Part>, origin: &Origin) -> Value {
    let own = Text::new(parts.clone()).origin();
    string(parts, own.unwrap_or_else(|| origin.clone()))
}

fn may_contain(symbol: crate::value::Symbol, delimiter: &str) -> bool {
    use crate::value::Symbol;
    let belongs = |c: char| match symbol {
        Symbol::OwnAccount | Symbol::AwsServiceAccount => c.is_ascii_digit(),
        Symbol::Partition | Symbol::Region | Symbol::OwnOrganization => {
            c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
        }
        Symbol::DnsSuffix => c.is_ascii_lowercase() || c == '.',
    };
    delimiter.chars().all(belongs)
}

fn select(args: &[Value]) -> Result<Value, Failure> {
    let [index, list] = args else {
        return Err(Failure::Error("it needs an index and a list".into()));
    };
    if let Kind::Unknown(u) = &index.kind {
        return Err(Failure::Needs((**u).clone()));
    }
    let Some(i) = index.as_str().and_then(|s| s.trim().parse::<usize>().ok()) else {
        return Err(Failure::Error("the index must be a whole number".into()));
    };
    let Some(items) = list.items() else {
        return Err(match &list.kind {
            Kind::Unknown(u) => Failure::Needs((**u).clone()),
            _ => Failure::Error("it needs a list".into()),
        });
    };
    for (position, item) in items.enumerate() {
        match &item.kind {
            Kind::Unknown(u) if u.many => return Err(Failure::Needs((**u).clone())),
            _ if position == i => return Ok(item),
            _ => {}
        }
    }
    Err(Failure::Error(format!("the list has no item {i}")))
}

fn length(args: &[Value], at: Location) -> Result<Value, Failure> {
    let Some(list) = args.first() else { return Err(Failure::Error("it needs a list".into())) };
    if let Kind::Unknown(u) = &list.kind {
        return Err(Failure::Needs((**u).clone()));
    }
    let items = list.items().ok_or_else(|| Failure::Error("it needs a list".into()))?;
    let mut count = 0_i128;
    for item in items {
        match &item.kind {
            Kind::Unknown(u) if u.many => return Err(Failure::Needs((**u).clone())),
            _ => count += 1,
        }
    }
    Ok(Value::new(Kind::Number(Number::int(count)), at))
}

fn base64(args: &[Value], at: Location) -> Result<Value, Failure> {
    let Some(value) = args.first() else { return Err(Failure::Error("it needs a string".into())) };
    let text = text_of(value).map_err(Failure::Error)?;
    match text.as_known() {
        Some(known) => {
            let encoded = encode_base64(known.as_bytes());
            Ok(Value::string(encoded, at))
        }
        None => {
            let unknown = text.first_hole().map(|u| (**u).clone());
            Err(Failure::Needs(unknown.unwrap_or_else(|| Unknown::new("Fn::Base64", Reason::OnlyAws, at))))
        }
    }
}

/// The nodes of a list argument.
pub(super) fn list_of(node: &Node) -> &[Arc<Node>] {
    match &node.kind {
        NodeKind::Sequence(items) => items,
        _ => &[],
    }
}
