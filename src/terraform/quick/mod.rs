//! Reads the value of an attribute, or a template file, straight into our tree.
//!
//! What it reads comes out exactly as from hcl-edit and [`Lower`](super::lower::Lower). It gives up on anything that is
//! wrong, rare or deeply nested, which those two then read, and explain.

mod collection;
mod cursor;
mod duplicate;
mod heredoc;
mod number;
mod string;
mod term;
#[cfg(test)]
mod tests;

use super::ast::{Binary, Expr, ExprKind, Piece};
use crate::{
    source::{FileId, Location, Span},
    syntax::hcl::text::Source,
};

/// Levels of expressions within expressions; hcl-edit takes 64, counted alike.
const MOST_DEPTH: usize = 48;

/// Operators one upon the other; hcl-edit takes 128, counted alike.
const MOST_OPERATORS: usize = 100;

/// The value of `name = value`, a text that begins at an offset of the file; `None` when it is not plain enough, or
/// wrong.
pub(super) fn attribute(text: &str, file: FileId, offset: usize) -> Option<Expr> {
    crate::fault::fault("hcl", || text.to_owned());
    let mut parser = Parser::new(text, file, offset);
    parser.word()?;
    parser.space()?;
    parser.expect(b'=')?;
    parser.space()?;
    let value = parser.expression(&mut false)?;
    (parser.at == text.len()).then_some(value)
}

/// The pieces of a template file; `None` when it is not plain enough, or wrong.
pub(super) fn template(text: &str, file: FileId) -> Option<Vec<Piece>> {
    crate::fault::fault("hcl", || text.to_owned());
    (!text.starts_with('\u{feff}')).then(|| Parser::new(text, file, 0).bare())?
}

/// Reads one attribute from left to right, without ever going back over more than white space and comments.
struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    file: FileId,
    /// Where the text begins in the file.
    offset: usize,
    depth: usize,
    operators: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, file: FileId, offset: usize) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, file, offset, depth: 0, operators: 0 }
    }

    fn source(&self) -> Source<'t> {
        Source::part(self.text, self.file, self.offset)
    }

    /// The place of what stands between two offsets of the text.
    fn place(&self, start: usize, end: usize) -> Location {
        Location::new(self.file, Span::new(start + self.offset, end + self.offset))
    }

    /// An expression within another. Where `newlines` is set line breaks mean nothing in it.
    fn nested(&mut self, newlines: bool) -> Option<Expr> {
        self.deeper(|p| p.expression(&mut { newlines }))
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= MOST_DEPTH {
            return None;
        }
        self.depth += 1;
        let operators = std::mem::take(&mut self.operators);
        let parsed = parse(self)?;
        self.depth -= 1;
        self.operators = self.operators.max(operators);
        Some(parsed)
    }

    /// Operands with their operators, and the conditional that they are the condition of.
    ///
    /// Once a call or a tuple has stood in it, hcl-edit lets line breaks mean nothing in the rest of an expression, and
    /// sets `newlines`.
    fn expression(&mut self, newlines: &mut bool) -> Option<Expr> {
        let start = self.at;
        let mut expr = self.term(newlines)?;
        if self.at_end(*newlines) {
            return Some(expr);
        }
        loop {
            let end = self.at;
            self.blank(*newlines)?;
            if self.peek() == Some(b'?') {
                self.at += 1;
                return self.conditional(expr, start, *newlines);
            }
            let operator = self.operator();
            if operator.is_none() {
                // hcl-edit takes any of these for an operator, on the next line as well.
                let begins = matches!(self.peek(), Some(b'!' | b'&' | b'|'));
                self.at = end;
                return (!begins).then_some(expr);
            }
            self.at = end;
            expr = self.operations(expr, *newlines)?;
        }
    }

    /// After the `?`.
    fn conditional(&mut self, condition: Expr, start: usize, newlines: bool) -> Option<Expr> {
        self.blank(newlines)?;
        let then = self.nested(newlines)?;
        self.blank(newlines)?;
        self.expect(b':')?;
        self.blank(newlines)?;
        let otherwise = self.nested(newlines)?;
        let kind = ExprKind::Conditional(Box::new([condition, then, otherwise]));
        Some(Expr { at: self.place(start, self.at), kind })
    }

    /// The operators after an operand, and their operands.
    fn operations(&mut self, first: Expr, newlines: bool) -> Option<Expr> {
        let mut operands = vec![first];
        let mut pending: Vec<Binary> = Vec::new();
        let mut count = 0;
        loop {
            let end = self.at;
            self.blank(newlines)?;
            let Some(operator) = self.operator() else {
                self.at = end;
                break;
            };
            self.blank(newlines)?;
            let operand = self.term(&mut { newlines })?;
            count += 1;
            if self.operators + count > MOST_OPERATORS {
                return None;
            }
            while pending.last().is_some_and(|before| precedence(*before) >= precedence(operator)) {
                join(&mut operands, pending.pop()?)?;
            }
            pending.push(operator);
            operands.push(operand);
        }
        while let Some(operator) = pending.pop() {
            join(&mut operands, operator)?;
        }
        self.operators += count;
        operands.pop()
    }

    /// Takes a binary operator.
    fn operator(&mut self) -> Option<Binary> {
        let (operator, len) = match (self.peek()?, self.peek_at(1)) {
            (b'=', Some(b'=')) => (Binary::Equal, 2),
            (b'!', Some(b'=')) => (Binary::NotEqual, 2),
            (b'<', Some(b'=')) => (Binary::LessOrEqual, 2),
            (b'<', _) => (Binary::Less, 1),
            (b'>', Some(b'=')) => (Binary::GreaterOrEqual, 2),
            (b'>', _) => (Binary::Greater, 1),
            (b'+', _) => (Binary::Plus, 1),
            (b'-', _) => (Binary::Minus, 1),
            (b'*', _) => (Binary::Multiply, 1),
            (b'/', Some(b'/' | b'*')) => return None,
            (b'/', _) => (Binary::Divide, 1),
            (b'%', _) => (Binary::Modulo, 1),
            (b'&', Some(b'&')) => (Binary::And, 2),
            (b'|', Some(b'|')) => (Binary::Or, 2),
            _ => return None,
        };
        self.at += len;
        Some(operator)
    }
}

/// Makes one operand of the last two.
fn join(operands: &mut Vec<Expr>, operator: Binary) -> Option<()> {
    let right = operands.pop()?;
    let left = operands.pop()?;
    let at = Location::new(left.at.file, left.at.span.cover(right.at.span));
    operands.push(Expr { at, kind: ExprKind::Binary(operator, Box::new((left, right))) });
    Some(())
}

fn precedence(operator: Binary) -> u8 {
    match operator {
        Binary::Multiply | Binary::Divide | Binary::Modulo => 6,
        Binary::Plus | Binary::Minus => 5,
        Binary::LessOrEqual | Binary::GreaterOrEqual | Binary::Less | Binary::Greater => 4,
        Binary::Equal | Binary::NotEqual => 3,
        Binary::And => 2,
        Binary::Or => 1,
    }
}
