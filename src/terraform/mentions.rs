//! Which names an expression uses.

use super::ast::{Access, Expr, ExprKind, Piece};

impl Expr {
    /// Whether a name that `wanted` accepts occurs in it, as a name of its own or as the beginning of a reference.
    /// Names that a `for` inside gives to its elements count too.
    pub fn mentions(&self, wanted: &dyn Fn(&str) -> bool) -> bool {
        let mut todo = vec![self];
        while let Some(expr) = todo.pop() {
            match &expr.now().kind {
                ExprKind::Name(name) if wanted(name) => return true,
                ExprKind::Null
                | ExprKind::Bool(_)
                | ExprKind::Number(_)
                | ExprKind::String(_)
                | ExprKind::Name(_)
                | ExprKind::Broken(_)
                | ExprKind::Later(_) => {}
                ExprKind::Template(pieces) => pieces_of(pieces, &mut todo),
                ExprKind::Tuple(items) => todo.extend(items),
                ExprKind::Object(entries) => todo.extend(entries.iter().flat_map(|(k, v)| [k, v])),
                ExprKind::For(f) => {
                    todo.extend([&f.collection, &f.value].into_iter().chain(&f.key).chain(&f.condition));
                }
                ExprKind::Conditional(parts) => todo.extend(parts.iter()),
                ExprKind::Call(call) => todo.extend(&call.args),
                ExprKind::Unary(_, inner) | ExprKind::Parenthesis(inner) => todo.push(inner),
                ExprKind::Binary(_, both) => todo.extend([&both.0, &both.1]),
                ExprKind::Traversal(root, steps) => {
                    todo.push(root);
                    todo.extend(steps.iter().filter_map(|step| match step {
                        Access::Index(index) => Some(&**index),
                        _ => None,
                    }));
                }
            }
        }
        false
    }
}

fn pieces_of<'e>(pieces: &'e [Piece], todo: &mut Vec<&'e Expr>) {
    let mut left = vec![pieces];
    while let Some(pieces) = left.pop() {
        for piece in pieces {
            match piece {
                Piece::Literal(_) => {}
                Piece::Interpolation(expr) => todo.push(expr),
                Piece::If { condition, then, otherwise } => {
                    todo.push(condition);
                    left.extend([&then[..], &otherwise[..]]);
                }
                Piece::For { collection, body, .. } => {
                    todo.push(collection);
                    left.push(body);
                }
            }
        }
    }
}
