use super::{Parser, cursor::is_word_start};
use crate::terraform::ast::{Access, Call, Expr, ExprKind, Unary};

impl Parser<'_> {
    /// An operand with the traversal after it.
    pub(super) fn term(&mut self, newlines: &mut bool) -> Option<Expr> {
        let start = self.at;
        let kind = match self.peek()? {
            b'"' => self.quoted()?,
            b'[' => {
                *newlines = true;
                self.tuple()?
            }
            b'{' => self.object(newlines)?,
            b'(' => self.parenthesis()?,
            b'<' => self.heredoc()?,
            b'-' => self.minus(*newlines)?,
            b'!' => {
                self.at += 1;
                self.unary(Unary::Not, *newlines)?
            }
            b if b.is_ascii_digit() => self.number(false)?,
            b if is_word_start(b) => self.name_or_call(newlines)?,
            _ => return None,
        };
        let end = self.at;
        let expr = Expr { at: self.place(start, end), kind };
        if self.at_end(*newlines) {
            return Some(expr);
        }
        let mut steps = Vec::new();
        loop {
            let end = self.at;
            self.blank(*newlines)?;
            let step = match self.peek() {
                Some(b'.') if self.peek_at(1) != Some(b'.') => self.step()?,
                Some(b'[') => self.index_step()?,
                _ => {
                    self.at = end;
                    break;
                }
            };
            if steps.is_empty() {
                // Most often it is one alone.
                steps.reserve_exact(if matches!(self.peek(), Some(b'.' | b'[')) { 4 } else { 1 });
            }
            steps.push(step);
        }
        if steps.is_empty() {
            return Some(expr);
        }
        Some(Expr { at: self.place(start, self.at), kind: ExprKind::Traversal(Box::new(expr), steps) })
    }

    /// At the `.` of a traversal.
    fn step(&mut self) -> Option<Access> {
        let start = self.at;
        self.at += 1;
        self.trivia()?;
        if self.eat(b'*') {
            return Some(Access::AttributeSplat);
        }
        if self.peek()?.is_ascii_digit() {
            let index = self.index()?;
            return Some(Access::LegacyIndex(index, self.place(start, self.at)));
        }
        Some(Access::Attribute(self.word()?.into()))
    }

    /// At the `[` of a traversal.
    fn index_step(&mut self) -> Option<Access> {
        self.at += 1;
        self.trivia()?;
        let access = if self.eat(b'*') { Access::FullSplat } else { Access::Index(Box::new(self.nested(true)?)) };
        self.trivia()?;
        self.expect(b']')?;
        Some(access)
    }

    fn parenthesis(&mut self) -> Option<ExprKind> {
        self.at += 1;
        self.trivia()?;
        let inner = self.nested(true)?;
        self.trivia()?;
        self.expect(b')')?;
        Some(ExprKind::Parenthesis(Box::new(inner)))
    }

    fn minus(&mut self, newlines: bool) -> Option<ExprKind> {
        self.at += 1;
        let after = self.at;
        self.space()?;
        if self.peek()?.is_ascii_digit() {
            return self.number(true);
        }
        self.at = after;
        self.unary(Unary::Negate, newlines)
    }

    /// After the operator.
    fn unary(&mut self, operator: Unary, newlines: bool) -> Option<ExprKind> {
        self.space()?;
        let operand = self.deeper(|p| p.term(&mut { newlines }))?;
        Some(ExprKind::Unary(operator, Box::new(operand)))
    }

    fn name_or_call(&mut self, newlines: &mut bool) -> Option<ExprKind> {
        let word = self.word()?;
        let end = self.at;
        self.blank(*newlines)?;
        match (self.peek(), self.peek_at(1)) {
            (Some(b'('), _) => self.call(word.into(), newlines),
            (Some(b':'), Some(b':')) => {
                let mut name = word.to_owned();
                while self.eat_all(b"::") {
                    self.blank(*newlines)?;
                    name.push_str("::");
                    name.push_str(self.word()?);
                    self.blank(*newlines)?;
                }
                // The `core` namespace holds the built-in functions.
                let name = name.strip_prefix("core::").unwrap_or(&name).into();
                self.call(name, newlines)
            }
            _ => {
                self.at = end;
                Some(match word {
                    "null" => ExprKind::Null,
                    "true" => ExprKind::Bool(true),
                    "false" => ExprKind::Bool(false),
                    name => ExprKind::Name(name.into()),
                })
            }
        }
    }

    fn call(&mut self, name: std::sync::Arc<str>, newlines: &mut bool) -> Option<ExprKind> {
        self.expect(b'(')?;
        *newlines = true;
        let mut call = Call { name, args: Vec::new(), expand_final: false };
        loop {
            self.trivia()?;
            if self.eat(b')') {
                break;
            }
            call.args.push(self.nested(true)?);
            self.trivia()?;
            if self.eat(b',') {
                continue;
            }
            if self.eat_all(b"...") {
                call.expand_final = true;
                self.trivia()?;
            }
            self.expect(b')')?;
            break;
        }
        Some(ExprKind::Call(Box::new(call)))
    }
}
