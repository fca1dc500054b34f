use crate::{
    tables::Set,
    terraform::ast::{Access, Call, Expr, ExprKind, Piece},
    value::{Number, Part, Text},
};

/// The keys of an object that are no words or plain strings, to see that no two of them are equal.
#[derive(Default)]
pub(super) struct Keys(Vec<String>);

impl Keys {
    /// Takes the next key, with its text; `None` when it is too rare to be compared.
    pub fn add(&mut self, key: &Expr, text: &str) -> Option<()> {
        // Equal heredocs may have different texts.
        if text.contains("<<") {
            return None;
        }
        if word(key).is_none() {
            let mut shape = String::new();
            write(key, &mut shape);
            self.0.push(shape);
        }
        Some(())
    }

    /// Whether each key stands there once. Keys that only may be equal count as equal.
    pub fn are_different(&self, items: &[(Expr, Expr)]) -> bool {
        different(items, |(key, _)| word(key)) && different(&self.0, |key| Some(key))
    }
}

/// The text of a key that is known and one piece.
fn word(key: &Expr) -> Option<&str> {
    match &key.kind {
        ExprKind::String(text) => match text.parts() {
            [Part::Known { text, .. }] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn different<'k, T>(items: &'k [T], key: impl Fn(&'k T) -> Option<&'k str>) -> bool {
    if items.len() <= 8 {
        let earlier = |i: usize, wanted: &str| items.iter().take(i).any(|item| key(item) == Some(wanted));
        return !items.iter().enumerate().any(|(i, item)| key(item).is_some_and(|wanted| earlier(i, wanted)));
    }
    let mut seen = Set::with_capacity_and_hasher(items.len(), Default::default());
    items.iter().filter_map(key).all(|key| seen.insert(key))
}

/// Writes what an expression is, without its places: equal expressions have equal texts.
fn write(expr: &Expr, out: &mut String) {
    match &expr.kind {
        ExprKind::Null => out.push_str("null"),
        ExprKind::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        ExprKind::Number(n) => number(*n, out),
        ExprKind::String(text) => string(text, out),
        ExprKind::Template(all) => {
            out.push('"');
            pieces(all, out);
        }
        ExprKind::Tuple(items) => list('[', items, out),
        ExprKind::Object(items) => {
            out.push('{');
            for (key, value) in items {
                write(key, out);
                out.push('=');
                write(value, out);
                out.push(',');
            }
        }
        ExprKind::For(f) => {
            out.push_str("for ");
            list('(', f.key.iter().chain([&f.collection, &f.value]).chain(&f.condition), out);
        }
        ExprKind::Conditional(all) => list('?', &**all, out),
        ExprKind::Call(call) => {
            let Call { name, args, .. } = &**call;
            out.push_str(name);
            list('(', args, out);
        }
        ExprKind::Unary(operator, operand) => {
            out.push_str(&format!("{operator:?} "));
            write(operand, out);
        }
        ExprKind::Binary(operator, operands) => {
            write(&operands.0, out);
            out.push_str(&format!(" {operator:?} "));
            write(&operands.1, out);
        }
        ExprKind::Name(name) => out.push_str(name),
        ExprKind::Traversal(of, steps) => {
            write(of, out);
            for step in steps {
                access(step, out);
            }
        }
        ExprKind::Parenthesis(inner) => list('(', [&**inner], out),
        ExprKind::Broken(_) | ExprKind::Later(_) => {}
    }
}

fn list<'e>(bracket: char, items: impl IntoIterator<Item = &'e Expr>, out: &mut String) {
    out.push(bracket);
    for item in items {
        write(item, out);
        out.push(',');
    }
}

fn access(step: &Access, out: &mut String) {
    match step {
        Access::Attribute(name) => {
            out.push('.');
            out.push_str(name);
        }
        Access::Index(index) => list('[', [&**index], out),
        Access::LegacyIndex(index, _) => out.push_str(&format!(".{index}")),
        Access::AttributeSplat => out.push_str(".*"),
        Access::FullSplat => out.push_str("[*]"),
    }
}

fn number(number: Number, out: &mut String) {
    let float = match number {
        Number::Int(int) => int.get() as f64,
        Number::Float(float) => float,
    };
    // The two zeros are equal.
    out.push_str(&format!("{:?}", float + 0.0));
}

fn string(text: &Text, out: &mut String) {
    out.push('"');
    text.parts().iter().for_each(|part| known(part, out));
}

fn known(part: &Part, out: &mut String) {
    if let Part::Known { text, .. } = part {
        out.push_str(text);
    }
}

fn pieces(all: &[Piece], out: &mut String) {
    for piece in all {
        match piece {
            Piece::Literal(part) => known(part, out),
            Piece::Interpolation(expr) => {
                out.push_str("${");
                write(expr, out);
            }
            Piece::If { .. } | Piece::For { .. } => {}
        }
    }
}
