//! Variables of the Serverless Framework: `${self:custom.name}`, `${opt:stage, 'dev'}`, `${file(./x.yml):key}`.

use std::sync::Arc;

use super::{
    body::Body,
    eval::Evaluator,
    load,
    scope::Scope,
    text::{piece, string, text_of, with_dynamic_references},
};
use crate::{
    source::{Location, ReadError, Span},
    syntax::tree::{Node, NodeKind},
    value::{Kind, Part, Reason, StepKind, Symbol, Text, Unknown, Value},
};

/// Variables in variables in variables: no deeper than this.
const MOST_NESTED: u32 = 16;

impl Evaluator<'_> {
    /// A scalar of a Serverless Framework file with its variables replaced.
    pub(super) fn with_variables(&self, text: Text, at: Location, scope: &Scope) -> Value {
        let mut args = Vec::new();
        let mut shape: Vec<Result<Part, usize>> = Vec::new();
        for part in text.parts() {
            let Part::Known { text: known, .. } = part else {
                shape.push(Ok(part.clone()));
                continue;
            };
            let mut from = 0;
            while let Some((open, close)) = next_variable(known, from) {
                shape.extend(piece(part, from, open).map(Ok));
                let place = part.origin_of(Span::new(open, close + 1)).source();
                let inner = known.get(open + 2..close).unwrap_or_default();
                shape.push(Err(args.len()));
                args.push(self.variable(inner, place, scope));
                from = close + 1;
            }
            if from == 0 {
                shape.push(Ok(part.clone()));
            } else {
                shape.extend(piece(part, from, known.len()).map(Ok));
            }
        }
        if let ([Err(_)], [whole]) = (shape.as_slice(), args.as_slice()) {
            return whole.clone();
        }
        let lifted = super::lift::lift(args, at, &mut |values| {
            let mut parts = Vec::new();
            for stretch in &shape {
                match stretch {
                    Ok(part) => parts.push(part.clone()),
                    Err(i) => match values.get(*i).map(text_of) {
                        Some(Ok(text)) => parts.extend(text.parts().iter().cloned()),
                        _ => return unknown("the variable", Reason::Error("it is no string".into()), at),
                    },
                }
            }
            string(with_dynamic_references(Text::new(parts)).parts().to_vec(), at)
        });
        lifted.unwrap_or_else(|| unknown("the variables", Reason::Limit("too many combinations".into()), at))
    }

    /// The tree that a scalar stands for when it is one variable and nothing else.
    pub(super) fn node_of_variable(&self, node: &Node, scope: &Scope) -> Option<(Arc<Node>, Scope)> {
        if !scope.has_variables() || node.tag.is_some() {
            return None;
        }
        let text = node.as_str()?.trim();
        let (open, close) = next_variable(text, 0)?;
        if open != 0 || close + 1 != text.len() {
            return None;
        }
        let mut sources = split_fallbacks(text.get(2..close)?).into_iter();
        sources.find_map(|source| self.tree(source, scope))
    }

    fn variable(&self, inner: &str, at: Location, scope: &Scope) -> Value {
        let reference = || format!("${{{inner}}}");
        if self.memo.variable_depth.get() >= MOST_NESTED || self.spend(at).is_some() {
            return unknown(&reference(), Reason::Cycle, at);
        }
        self.memo.variable_depth.set(self.memo.variable_depth.get() + 1);
        let mut last = None;
        for source in split_fallbacks(inner) {
            let value = self.source(source, at, scope);
            let open = matches!(value.kind, Kind::Unknown(_) | Kind::Null);
            last = Some(value);
            if !open || (self.given.no_defaults && !source.starts_with("self:")) {
                break;
            }
        }
        self.memo.variable_depth.set(self.memo.variable_depth.get() - 1);
        last.unwrap_or_else(|| unknown(&reference(), Reason::Undeclared, at))
    }

    /// One alternative of a variable.
    fn source(&self, source: &str, at: Location, scope: &Scope) -> Value {
        let quoted = |q: char| source.strip_prefix(q).and_then(|s| s.strip_suffix(q));
        if let Some(literal) = quoted('\'').or_else(|| quoted('"')) {
            return Value::string(literal, at);
        }
        if source.contains("${") {
            let text = Text::known(source, at);
            let address = self.with_variables(text, at, scope);
            return match address.as_str() {
                Some(address) if *address != *source => {
                    if has_source(&address) {
                        self.source(&address, at, scope)
                    } else {
                        address_value(address.into_owned(), at)
                    }
                }
                _ => address,
            };
        }
        if let Some((node, scope)) = self.tree(source, scope) {
            return self.eval(&node, &scope).entered(at, StepKind::Value);
        }
        let (kind, address) = source.split_once(':').unwrap_or((source, ""));
        let symbol = match (kind, address) {
            ("aws", "accountId") => Some(Symbol::OwnAccount),
            ("aws", "region") | ("self", "provider.region") => Some(Symbol::Region),
            ("sls", "stage") | ("self", "provider.stage") => return self.stage(at, scope),
            _ => None,
        };
        if let Some(symbol) = symbol {
            return string(vec![Part::Symbol(symbol, at.into())], at);
        }
        let reason = match kind {
            "self" => Reason::Undeclared,
            _ if kind.starts_with("file(") => self.file_problem(kind, scope),
            _ => Reason::Elsewhere,
        };
        unknown(&format!("${{{source}}}"), reason, at)
    }

    fn stage(&self, at: Location, scope: &Scope) -> Value {
        match self.tree("self:provider.stage", scope) {
            Some((node, scope)) => self.eval(&node, &scope).entered(at, StepKind::Value),
            None => Value::string("dev", at),
        }
    }

    /// The tree at an address in this configuration or in another file.
    fn tree(&self, source: &str, scope: &Scope) -> Option<(Arc<Node>, Scope)> {
        if let Some(address) = source.strip_prefix("self:") {
            let (root, scope) = self.memo.configuration.get()?;
            return self.descend(root.clone(), address, scope.clone());
        }
        let rest = source.strip_prefix("file(")?;
        let (path, rest) = rest.split_once(')')?;
        let path = path.trim().trim_matches(['\'', '"']);
        let full = scope.path().parent().unwrap_or(scope.path()).join(path.strip_prefix("~/").unwrap_or(path));
        let extension = full.extension()?.to_str()?.to_ascii_lowercase();
        if !matches!(extension.as_str(), "yml" | "yaml" | "json") {
            return None;
        }
        if !self.may_include() {
            return None;
        }
        let file = self.files.read(&full).ok()?;
        self.note_file(file);
        let root = load::load(self.files, file, &full).documents.into_iter().next()?;
        self.descend(root, rest.trim_start_matches(':'), scope.moved(Body::File(file), &full))
    }

    fn descend(&self, root: Arc<Node>, address: &str, scope: Scope) -> Option<(Arc<Node>, Scope)> {
        let (mut node, mut scope) = (root, scope);
        for name in address.split('.').filter(|a| !a.is_empty()) {
            if self.memo.variable_depth.get() < MOST_NESTED {
                self.memo.variable_depth.set(self.memo.variable_depth.get() + 1);
                let through = self.node_of_variable(&node, &scope);
                self.memo.variable_depth.set(self.memo.variable_depth.get() - 1);
                (node, scope) = through.unwrap_or((node, scope));
            }
            let next = match &node.kind {
                NodeKind::Sequence(items) => items.get(name.parse::<usize>().ok()?)?.clone(),
                _ => node.get(name)?.clone(),
            };
            node = next;
        }
        Some((node, scope))
    }

    fn file_problem(&self, kind: &str, scope: &Scope) -> Reason {
        let path = kind.trim_start_matches("file(").trim_end_matches(')');
        let full = scope.path().parent().unwrap_or(scope.path()).join(path);
        match self.files.read(&full) {
            Err(ReadError::OutsideRoot(p)) => Reason::OutsideRoot(p),
            Err(e) => Reason::Unreadable(e.to_string()),
            Ok(_) => Reason::Unsupported(format!("`{path}`")),
        }
    }
}

fn unknown(reference: &str, reason: Reason, at: Location) -> Value {
    Value::unknown(Unknown::new(reference, reason, at), at)
}

fn address_value(text: String, at: Location) -> Value {
    Value::string(text, at)
}

/// Whether a text begins like the address of a variable.
fn has_source(text: &str) -> bool {
    let name = text.split([':', '(']).next().unwrap_or_default();
    name.len() < text.len()
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && !text.starts_with("AWS::")
}

/// The next variable from an offset: where `${` and its `}` stand.
fn next_variable(text: &str, mut from: usize) -> Option<(usize, usize)> {
    loop {
        let open = from + text.get(from..)?.find("${")?;
        from = open + 2;
        if !has_source(text.get(from..)?) {
            continue;
        }
        let mut depth = 1;
        let mut bytes = text.bytes().enumerate().skip(from);
        let close = bytes.find_map(|(i, b)| {
            match b {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(i)
        })?;
        return Some((open, close));
    }
}

/// The alternatives of a variable: what stands between commas outside of quotes, parentheses and inner variables.
fn split_fallbacks(inner: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut depth, mut quote, mut from) = (0_usize, None, 0);
    for (i, c) in inner.char_indices() {
        match (quote, c) {
            (Some(q), c) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '{' | '(') => depth += 1,
            (None, '}' | ')') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                out.extend(inner.get(from..i));
                from = i + 1;
            }
            _ => {}
        }
    }
    out.extend(inner.get(from..));
    out.into_iter().map(str::trim).filter(|s| !s.is_empty()).collect()
}
