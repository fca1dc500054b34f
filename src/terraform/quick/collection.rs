use std::sync::Arc;

use super::{Parser, duplicate::Keys};
use crate::{
    syntax::hcl::runs,
    terraform::ast::{Expr, ExprKind, ForExpr},
};

impl<'t> Parser<'t> {
    /// At the `[`.
    pub(super) fn tuple(&mut self) -> Option<ExprKind> {
        self.at += 1;
        self.trivia()?;
        if self.at_for() {
            return self.for_tuple();
        }
        let mut items = Vec::new();
        while !self.eat(b']') {
            items.push(self.nested(true)?);
            self.trivia()?;
            if !self.eat(b',') {
                self.expect(b']')?;
                break;
            }
            self.trivia()?;
        }
        Some(ExprKind::Tuple(items))
    }

    /// At the `{`.
    pub(super) fn object(&mut self, newlines: &mut bool) -> Option<ExprKind> {
        self.at += 1;
        self.trivia()?;
        if self.at_for() {
            *newlines = true;
            return self.for_object();
        }
        let mut items = Vec::new();
        let mut keys = Keys::default();
        while !self.eat(b'}') {
            let key = match self.plain_key() {
                Some(word) => word,
                None => self.key(&mut keys)?,
            };
            self.space()?;
            if !self.eat(b'=') {
                self.expect(b':')?;
            }
            self.space()?;
            let value = self.nested(false)?;
            items.push((key, value));
            self.space()?;
            match self.peek()? {
                b'}' => {}
                b',' => self.at += 1,
                b'#' | b'/' => {
                    if self.peek() == Some(b'/') && self.peek_at(1) != Some(b'/') {
                        return None;
                    }
                    self.line_comment()?;
                    self.line_break()?;
                }
                _ => self.line_break()?,
            }
            self.trivia()?;
        }
        keys.are_different(&items).then_some(ExprKind::Object(items))
    }

    /// A word that stands for itself, as most keys are; nothing is taken where it may be more than that.
    fn plain_key(&mut self) -> Option<Expr> {
        let start = self.at;
        let word = self.word()?;
        let end = self.at;
        self.at = runs::spaces(self.bytes, self.at);
        let next = self.peek().filter(|next| matches!(next, b'=' | b':') && self.peek_at(1) != Some(*next));
        if next.is_none() || matches!(word, "null" | "true" | "false") {
            self.at = start;
            return None;
        }
        Some(Expr::word(word.into(), self.place(start, end)))
    }

    fn key(&mut self, keys: &mut Keys) -> Option<Expr> {
        let start = self.at;
        let key = self.nested(false)?;
        let key = match key.kind {
            // A bare word is the key itself; in parentheses it is a reference.
            ExprKind::Name(name) => Expr::word(name.into(), key.at),
            _ => key,
        };
        keys.add(&key, self.slice(start, self.at))?;
        Some(key)
    }

    fn at_for(&self) -> bool {
        matches!(self.rest(), [b'f', b'o', b'r', b' ' | b'\t' | b'#' | b'/' | b'\n', ..])
    }

    fn for_tuple(&mut self) -> Option<ExprKind> {
        let (key_name, value_name, collection) = self.for_intro()?;
        let value = self.nested(true)?;
        self.trivia()?;
        let condition = self.for_condition()?;
        self.expect(b']')?;
        let grouping = false;
        Some(ExprKind::For(Box::new(ForExpr {
            key_name,
            value_name,
            collection,
            key: None,
            value,
            condition,
            grouping,
        })))
    }

    fn for_object(&mut self) -> Option<ExprKind> {
        let (key_name, value_name, collection) = self.for_intro()?;
        let key = Some(self.nested(false)?);
        self.trivia()?;
        if !self.eat_all(b"=>") {
            return None;
        }
        self.trivia()?;
        let value = self.nested(false)?;
        self.trivia()?;
        let grouping = self.eat_all(b"...");
        self.trivia()?;
        let condition = self.for_condition()?;
        self.expect(b'}')?;
        Some(ExprKind::For(Box::new(ForExpr { key_name, value_name, collection, key, value, condition, grouping })))
    }

    /// From `for` to what follows the colon.
    fn for_intro(&mut self) -> Option<(Option<Arc<str>>, Arc<str>, Expr)> {
        self.keyword(b"for")?;
        self.trivia()?;
        let first = self.word()?;
        self.trivia()?;
        let mut second = None;
        if self.eat(b',') {
            self.trivia()?;
            second = Some(self.word()?);
            self.trivia()?;
        }
        self.keyword(b"in")?;
        self.trivia()?;
        let collection = self.nested(false)?;
        self.trivia()?;
        self.expect(b':')?;
        self.trivia()?;
        let (key, value) = match second {
            Some(second) => (Some(first.into()), second),
            None => (None, first),
        };
        Some((key, value.into(), collection))
    }

    /// The condition, when there is one, and what is blank after it.
    fn for_condition(&mut self) -> Option<Option<Expr>> {
        if self.peek() != Some(b'i') {
            return Some(None);
        }
        self.keyword(b"if")?;
        self.trivia()?;
        let condition = self.nested(true)?;
        self.trivia()?;
        Some(Some(condition))
    }
}
