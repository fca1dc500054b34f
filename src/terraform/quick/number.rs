use hcl_edit::Number;

use super::Parser;
use crate::terraform::{ast::ExprKind, lower};

impl Parser<'_> {
    /// At a digit.
    pub(super) fn number(&mut self, negative: bool) -> Option<ExprKind> {
        let start = self.at;
        self.digits()?;
        let mut float = false;
        if self.peek() == Some(b'.') && self.peek_at(1).is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
            self.digits()?;
            float = true;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
            float = true;
        }
        let digits = self.slice(start, self.at);
        let number = match digits.parse::<u64>() {
            Ok(int) if !float => Number::from(int),
            _ => Number::from_f64(digits.parse().ok()?)?,
        };
        Some(ExprKind::Number(lower::number(&if negative { -number } else { number })))
    }

    fn digits(&mut self) -> Option<()> {
        let len = self.rest().iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += len;
        (len > 0).then_some(())
    }

    /// Takes a number without a leading zero.
    pub(super) fn index(&mut self) -> Option<u64> {
        let start = self.at;
        self.digits()?;
        let digits = self.slice(start, self.at);
        if digits.len() > 1 && digits.starts_with('0') { None } else { digits.parse().ok() }
    }
}
