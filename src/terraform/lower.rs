use std::{ops::Range, sync::Arc};

use hcl_edit::{
    Span as _,
    expr::{self as hcl, Expression},
    structure as hcls,
    template::{self as hclt, Element},
};

use super::{
    ast::{Access, Attribute, Binary, Block, Body, Call, Expr, ExprKind, ForExpr, HclBody, Piece, Unary},
    literal::{Escapes, Ground, Literal},
};
use crate::value::{Number, Text};

/// Turns hcl-edit's tree into our own: decoded literals with maps, indentation and strip markers applied.
pub(super) struct Lower<'s> {
    ground: Ground<'s>,
}

fn range(span: Option<Range<usize>>) -> Range<usize> {
    span.unwrap_or(0..0)
}

impl<'s> Lower<'s> {
    pub fn new(ground: Ground<'s>) -> Self {
        Self { ground }
    }

    pub fn body(&self, body: &hcls::Body) -> HclBody {
        let mut out = HclBody::default();
        for structure in body {
            self.structure(structure, &mut out);
        }
        out
    }

    pub fn structure(&self, structure: &hcls::Structure, out: &mut HclBody) {
        match structure {
            hcls::Structure::Attribute(a) => out.attributes.push(Arc::new(Attribute {
                name: a.key.as_str().into(),
                name_at: self.ground.at(range(a.key.span())),
                value: self.expr(&a.value),
            })),
            hcls::Structure::Block(b) => out.blocks.push(Arc::new(self.block(b))),
        }
    }

    fn block(&self, block: &hcls::Block) -> Block {
        let header_end = block.labels.last().map_or(block.ident.span(), |l| l.span());
        let start = range(block.ident.span()).start;
        Block {
            kind: block.ident.as_str().into(),
            labels: block.labels.iter().map(|l| l.as_str().into()).collect(),
            header: self.ground.at(start..range(header_end).end.max(start)),
            at: self.ground.at(range(block.span())),
            body: Body::Hcl(self.body(&block.body)),
        }
    }

    pub fn expr(&self, e: &Expression) -> Expr {
        let at = range(e.span());
        let kind = match e {
            Expression::Null(_) => ExprKind::Null,
            Expression::Bool(b) => ExprKind::Bool(*b.value()),
            Expression::Number(n) => ExprKind::Number(number(n.value())),
            Expression::String(_) => ExprKind::String(self.ground.string(at.clone())),
            Expression::Array(a) => ExprKind::Tuple(a.iter().map(|e| self.expr(e)).collect()),
            Expression::Object(o) => {
                ExprKind::Object(o.iter().map(|(k, v)| (self.key(k), self.expr(v.expr()))).collect())
            }
            Expression::StringTemplate(t) => self.template_expr(t.iter(), Escapes::Quoted, None),
            Expression::HeredocTemplate(h) => {
                let opening = self.ground.text.get(at.clone()).unwrap_or("");
                let dedent = opening.starts_with("<<-");
                self.template_expr(h.template.iter(), Escapes::Template, Some(dedent))
            }
            Expression::Parenthesis(p) => ExprKind::Parenthesis(Box::new(self.expr(p.inner()))),
            Expression::Variable(name) => ExprKind::Name(name.as_str().into()),
            Expression::Conditional(c) => ExprKind::Conditional(Box::new([
                self.expr(&c.cond_expr),
                self.expr(&c.true_expr),
                self.expr(&c.false_expr),
            ])),
            Expression::FuncCall(c) => ExprKind::Call(Box::new(self.call(c))),
            Expression::Traversal(t) => {
                let steps = t.operators.iter().map(|o| self.access(o.value(), range(o.span())));
                ExprKind::Traversal(Box::new(self.expr(&t.expr)), steps.collect())
            }
            Expression::UnaryOp(u) => ExprKind::Unary(unary(*u.operator.value()), Box::new(self.expr(&u.expr))),
            Expression::BinaryOp(b) => ExprKind::Binary(
                binary(*b.operator.value()),
                Box::new((self.expr(&b.lhs_expr), self.expr(&b.rhs_expr))),
            ),
            Expression::ForExpr(f) => ExprKind::For(Box::new(ForExpr {
                key_name: f.intro.key_var.as_ref().map(|k| k.as_str().into()),
                value_name: f.intro.value_var.as_str().into(),
                collection: self.expr(&f.intro.collection_expr),
                key: f.key_expr.as_ref().map(|e| self.expr(e)),
                value: self.expr(&f.value_expr),
                condition: f.cond.as_ref().map(|c| self.expr(&c.expr)),
                grouping: f.grouping,
            })),
        };
        Expr { at: self.ground.at(at), kind }
    }

    fn key(&self, key: &hcl::ObjectKey) -> Expr {
        match key {
            hcl::ObjectKey::Ident(name) => {
                let at = range(name.span());
                Expr { at: self.ground.at(at.clone()), kind: ExprKind::String(self.ground.string(at)) }
            }
            // A bare word is the key itself; in parentheses it is a reference.
            hcl::ObjectKey::Expression(Expression::Variable(name)) => {
                let at = range(name.span());
                Expr { at: self.ground.at(at.clone()), kind: ExprKind::String(self.ground.string(at)) }
            }
            hcl::ObjectKey::Expression(e) => self.expr(e),
        }
    }

    fn call(&self, call: &hcl::FuncCall) -> Call {
        let mut name = String::new();
        for part in &call.name.namespace {
            name.push_str(part.as_str());
            name.push_str("::");
        }
        name.push_str(call.name.name.as_str());
        // The `core` namespace holds the built-in functions.
        let name = name.strip_prefix("core::").unwrap_or(&name).into();
        Call { name, args: call.args.iter().map(|e| self.expr(e)).collect(), expand_final: call.args.expand_final() }
    }

    fn access(&self, operator: &hcl::TraversalOperator, at: Range<usize>) -> Access {
        let at = self.ground.at(at);
        match operator {
            hcl::TraversalOperator::AttrSplat(_) => Access::AttributeSplat,
            hcl::TraversalOperator::FullSplat(_) => Access::FullSplat,
            hcl::TraversalOperator::GetAttr(name) => Access::Attribute(name.as_str().into()),
            hcl::TraversalOperator::Index(e) => Access::Index(self.expr(e)),
            hcl::TraversalOperator::LegacyIndex(i) => Access::LegacyIndex(*i.value(), at),
        }
    }

    fn template_expr<'e>(
        &self,
        elements: impl Iterator<Item = &'e Element>,
        escapes: Escapes,
        heredoc: Option<bool>,
    ) -> ExprKind {
        let mut pieces = self.template(elements, escapes, heredoc);
        match &mut *pieces {
            [] => ExprKind::String(Text::new(Vec::new())),
            [Piece::Literal(part)] => ExprKind::String(Text::new(vec![part.clone()])),
            [Piece::Interpolation(_)] if escapes == Escapes::Quoted => match pieces.pop() {
                Some(Piece::Interpolation(e)) => ExprKind::Parenthesis(Box::new(e)),
                _ => ExprKind::Null,
            },
            _ => ExprKind::Template(pieces),
        }
    }

    /// The pieces of a template. `heredoc` says that it is one, and whether its indentation is removed.
    pub fn template<'e>(
        &self,
        elements: impl Iterator<Item = &'e Element>,
        escapes: Escapes,
        heredoc: Option<bool>,
    ) -> Vec<Piece> {
        let mut flat = Vec::new();
        self.flatten(elements, escapes, heredoc.is_some(), &mut flat);
        if heredoc == Some(true) {
            dedent(&mut flat);
        }
        strip(&mut flat);
        let mut tokens = flat.into_iter().peekable();
        self.assemble(&mut tokens)
    }

    fn flatten<'e>(
        &self,
        elements: impl Iterator<Item = &'e Element>,
        escapes: Escapes,
        by_line: bool,
        out: &mut Vec<Token<'e>>,
    ) {
        for element in elements {
            match element {
                Element::Literal(lit) => {
                    let at = range(lit.span());
                    let mut start = at.start;
                    if by_line {
                        let raw = self.ground.text.get(at.clone()).unwrap_or("");
                        for line in raw.split_inclusive('\n') {
                            out.push(Token::Literal(self.ground.literal(start..start + line.len(), escapes)));
                            start += line.len();
                        }
                    } else {
                        out.push(Token::Literal(self.ground.literal(at, escapes)));
                    }
                }
                Element::Interpolation(i) => out.push(Token::Interpolation(&i.expr, i.strip)),
                Element::Directive(d) => match &**d {
                    hclt::Directive::If(d) => {
                        out.push(Token::If(&d.if_expr.cond_expr, d.if_expr.strip));
                        self.flatten(d.if_expr.template.iter(), escapes, by_line, out);
                        if let Some(e) = &d.else_expr {
                            out.push(Token::Else(e.strip));
                            self.flatten(e.template.iter(), escapes, by_line, out);
                        }
                        out.push(Token::End(d.endif_expr.strip));
                    }
                    hclt::Directive::For(d) => {
                        out.push(Token::For(&d.for_expr, d.for_expr.strip));
                        self.flatten(d.for_expr.template.iter(), escapes, by_line, out);
                        out.push(Token::End(d.endfor_expr.strip));
                    }
                },
            }
        }
    }

    fn assemble<'e>(&self, tokens: &mut std::iter::Peekable<std::vec::IntoIter<Token<'e>>>) -> Vec<Piece> {
        let mut out = Vec::new();
        while let Some(token) = tokens.next_if(|t| !matches!(t, Token::Else(_) | Token::End(_))) {
            match token {
                Token::Literal(mut literal) => {
                    while let Some(Token::Literal(more)) = tokens.next_if(|t| matches!(t, Token::Literal(_))) {
                        literal.append(more);
                    }
                    if !literal.is_empty() {
                        out.push(Piece::Literal(self.ground.finish(&literal, 0..0)));
                    }
                }
                Token::Interpolation(e, _) => out.push(Piece::Interpolation(self.expr(e))),
                Token::If(e, _) => {
                    let then = self.assemble(tokens);
                    let mut otherwise = Vec::new();
                    if tokens.next_if(|t| matches!(t, Token::Else(_))).is_some() {
                        otherwise = self.assemble(tokens);
                    }
                    tokens.next();
                    out.push(Piece::If { condition: self.expr(e), then, otherwise });
                }
                Token::For(f, _) => {
                    let body = self.assemble(tokens);
                    tokens.next();
                    out.push(Piece::For {
                        key_name: f.key_var.as_ref().map(|k| k.as_str().into()),
                        value_name: f.value_var.as_str().into(),
                        collection: self.expr(&f.collection_expr),
                        body,
                    });
                }
                Token::Else(_) | Token::End(_) => {}
            }
        }
        out
    }
}

enum Token<'e> {
    Literal(Literal),
    Interpolation(&'e Expression, hclt::Strip),
    If(&'e Expression, hclt::Strip),
    Else(hclt::Strip),
    For(&'e hclt::ForTemplateExpr, hclt::Strip),
    End(hclt::Strip),
}

impl Token<'_> {
    fn strip(&self) -> hclt::Strip {
        match self {
            Self::Literal(_) => hclt::Strip::None,
            Self::Interpolation(_, s) | Self::If(_, s) | Self::Else(s) | Self::For(_, s) | Self::End(s) => *s,
        }
    }
}

/// Removes the indentation that all lines of a heredoc share, as `<<-` asks for.
fn dedent(tokens: &mut [Token<'_>]) {
    let mut least = usize::MAX;
    let mut begins_line = true;
    let mut starts = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        if begins_line {
            match token {
                Token::Literal(l) => {
                    if let Some(indent) = l.indent() {
                        least = least.min(indent);
                        starts.push(i);
                    }
                }
                _ => least = 0,
            }
        }
        begins_line = matches!(token, Token::Literal(l) if l.ends_line());
    }
    for i in starts {
        if let Some(Token::Literal(l)) = tokens.get_mut(i) {
            l.dedent(least);
        }
    }
}

/// Removes white space beside `~`.
fn strip(tokens: &mut [Token<'_>]) {
    let mut trim_next = false;
    for i in 0..tokens.len() {
        let strip = tokens.get(i).map_or(hclt::Strip::None, Token::strip);
        if strip.strip_start()
            && let Some(Token::Literal(l)) = i.checked_sub(1).and_then(|i| tokens.get_mut(i))
        {
            l.trim_end();
        }
        if let Some(Token::Literal(l)) = tokens.get_mut(i)
            && trim_next
        {
            l.trim_start();
        }
        trim_next = strip.strip_end();
    }
}

fn number(n: &hcl_edit::Number) -> Number {
    match (n.as_i64(), n.as_u64(), n.as_f64()) {
        (Some(i), ..) => Number::Int(i.into()),
        (None, Some(u), _) => Number::Int(u.into()),
        (None, None, f) => Number::Float(f.unwrap_or(0.0)),
    }
}

fn unary(op: hcl::UnaryOperator) -> Unary {
    match op {
        hcl::UnaryOperator::Neg => Unary::Negate,
        hcl::UnaryOperator::Not => Unary::Not,
    }
}

fn binary(op: hcl::BinaryOperator) -> Binary {
    use hcl::BinaryOperator as B;
    match op {
        B::Eq => Binary::Equal,
        B::NotEq => Binary::NotEqual,
        B::LessEq => Binary::LessOrEqual,
        B::GreaterEq => Binary::GreaterOrEqual,
        B::Less => Binary::Less,
        B::Greater => Binary::Greater,
        B::Plus => Binary::Plus,
        B::Minus => Binary::Minus,
        B::Mul => Binary::Multiply,
        B::Div => Binary::Divide,
        B::Mod => Binary::Modulo,
        B::And => Binary::And,
        B::Or => Binary::Or,
    }
}
