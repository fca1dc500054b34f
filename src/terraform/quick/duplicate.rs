use std::collections::HashSet;

use crate::{
    terraform::ast::{Access, Call, Expr, ExprKind, Piece},
    value::{Number, Part, Text},
};

/// The keys of an object, to see that no two of them are equal.
#[derive(Default)]
pub(super) struct Keys {
    words: Vec<std::sync::Arc<str>>,
    others: Vec<String>,
}

impl Keys {
    /// Takes the next key, with its text; `None` when it is too rare to be compared.
    pub fn add(&mut self, key: &Expr, text: &str) -> Option<()> {
        // Equal heredocs may have different texts.
        if text.contains("<<") {
            return None;
        }
        if let ExprKind::String(value) = &key.kind
            && let [Part::Known { text, .. }] = value.parts()
        {
            self.words.push(text.clone());
            return Some(());
        }
        let mut shape = String::new();
        write(key, &mut shape);
        self.others.push(shape);
        Some(())
    }

    /// Whether each key stands there once. Keys that only may be equal count as equal.
    pub fn are_different(&self) -> bool {
        different(&self.words) && different(&self.others)
    }
}

fn different<T: AsRef<str>>(keys: &[T]) -> bool {
    if keys.len() <= 8 {
        let earlier = |(i, key): (usize, &T)| keys.iter().take(i).any(|k| k.as_ref() == key.as_ref());
        return !keys.iter().enumerate().any(earlier);
    }
    let mut seen = HashSet::with_capacity(keys.len());
    keys.iter().all(|k| seen.insert(k.as_ref()))
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
        Access::Index(index) => list('[', [index], out),
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
