use hcl_edit::{
    expr::{self as hcl, Expression},
    structure as hcls,
};

use super::ast::{
    Access, Attribute, Binary, Block, Body, Call, Expr, ExprKind, ForExpr, HclBody, Labels, Piece, Unary,
};
use crate::{
    source::{Location, Span},
    syntax::hcl::{
        span_of,
        text::{self, Source},
    },
    value::{Number, Part, Text},
};

/// Turns hcl-edit's tree into our own: decoded literals with maps, indentation and strip markers applied.
pub(super) struct Lower<'s> {
    source: Source<'s>,
    /// Stands in where the text has no place of its own.
    whole: Location,
}

impl<'s> Lower<'s> {
    /// For trees that were parsed from the text of `source`, which as a whole stands at `whole`.
    pub fn new(source: Source<'s>, whole: Location) -> Self {
        Self { source, whole }
    }

    fn at(&self, span: Span) -> Location {
        self.source.locate(span).unwrap_or(self.whole)
    }

    fn place(&self, node: &impl hcl_edit::Span) -> Location {
        self.at(span_of(node))
    }

    pub fn body(&self, items: &[hcls::Structure]) -> HclBody {
        let (attributes, blocks) = self.parts(items.iter());
        HclBody { attributes: attributes.into(), blocks: blocks.into() }
    }

    /// The attributes of a body, and its blocks.
    pub fn parts<'i>(&self, items: impl Iterator<Item = &'i hcls::Structure>) -> (Vec<Attribute>, Vec<Block>) {
        let (mut attributes, mut blocks) = (Vec::new(), Vec::new());
        for structure in items {
            match structure {
                hcls::Structure::Attribute(a) => {
                    attributes.push(Attribute::new(a.key.as_str().into(), self.place(&a.key), self.expr(&a.value)));
                }
                hcls::Structure::Block(b) => blocks.push(self.block(b)),
            }
        }
        (attributes, blocks)
    }

    fn block(&self, block: &hcls::Block) -> Block {
        let start = span_of(&block.ident);
        let header = block.labels.last().map_or(start, |l| start.cover(span_of(l)));
        let (attributes, blocks) = self.parts(block.body.iter());
        Block {
            kind: block.ident.as_str().into(),
            labels: Labels::Read(block.labels.iter().map(|l| l.as_str().into()).collect()),
            header: self.at(header),
            at: self.place(block),
            body: Body::Hcl(HclBody { attributes: attributes.into(), blocks: blocks.into() }),
        }
    }

    pub fn expr(&self, e: &Expression) -> Expr {
        let at = self.place(e);
        let kind = match e {
            Expression::Null(_) => ExprKind::Null,
            Expression::Bool(b) => ExprKind::Bool(*b.value()),
            Expression::Number(n) => ExprKind::Number(number(n.value())),
            Expression::String(_) | Expression::StringTemplate(_) | Expression::HeredocTemplate(_) => {
                self.string_expr(e, at)
            }
            Expression::Array(a) => ExprKind::Tuple(a.iter().map(|e| self.expr(e)).collect()),
            Expression::Object(o) => {
                ExprKind::Object(o.iter().map(|(k, v)| (self.key(k), self.expr(v.expr()))).collect())
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
                let steps = t.operators.iter().map(|o| self.access(o.value(), self.place(o)));
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
        Expr { at, kind }
    }

    fn key(&self, key: &hcl::ObjectKey) -> Expr {
        match key {
            hcl::ObjectKey::Ident(name) => Expr::word(name.as_str().into(), self.place(name)),
            // A bare word is the key itself; in parentheses it is a reference.
            hcl::ObjectKey::Expression(Expression::Variable(name)) => {
                Expr::word(name.as_str().into(), self.place(name))
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

    fn access(&self, operator: &hcl::TraversalOperator, at: Location) -> Access {
        match operator {
            hcl::TraversalOperator::AttrSplat(_) => Access::AttributeSplat,
            hcl::TraversalOperator::FullSplat(_) => Access::FullSplat,
            hcl::TraversalOperator::GetAttr(name) => Access::Attribute(name.as_str().into()),
            hcl::TraversalOperator::Index(e) => Access::Index(Box::new(self.expr(e))),
            hcl::TraversalOperator::LegacyIndex(i) => Access::LegacyIndex(*i.value(), at),
        }
    }

    /// A string, template or heredoc.
    fn string_expr(&self, e: &Expression, at: Location) -> ExprKind {
        let pieces = text::elements(&self.source, e).unwrap_or_default();
        let quoted = matches!(e, Expression::StringTemplate(_));
        match (&*pieces, e) {
            // A string without templates is one value; its place is the string with its quotes.
            ([text::Piece::Literal { text, map, .. }], Expression::String(_)) => {
                let part = Part::Known { text: text.clone(), origin: at.into(), map: Some(map.clone()) };
                ExprKind::String(Text::one(part))
            }
            ([text::Piece::Interpolation { expr, .. }], _) if quoted => {
                ExprKind::Parenthesis(Box::new(self.expr(expr)))
            }
            _ => {
                let lowered = self.pieces(&pieces);
                match &*lowered {
                    [] => ExprKind::String(Text::new(Vec::new())),
                    [Piece::Literal(part)] => ExprKind::String(Text::one(part.clone())),
                    _ => ExprKind::Template(lowered),
                }
            }
        }
    }

    /// The pieces of a template that is a text of its own.
    pub fn bare(&self, template: &hcl_edit::template::Template) -> Vec<Piece> {
        self.pieces(&text::bare_elements(&self.source, template))
    }

    fn pieces(&self, pieces: &[text::Piece<'_>]) -> Vec<Piece> {
        let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                text::Piece::Literal { text, .. } if text.is_empty() => {}
                text::Piece::Literal { text, map, span } => {
                    let whole = Span::new(0, text.len());
                    let at = map.locate(whole).unwrap_or_else(|| self.at(*span));
                    out.push(Piece::Literal(Part::Known {
                        text: text.clone(),
                        origin: at.into(),
                        map: Some(map.clone()),
                    }));
                }
                text::Piece::Interpolation { expr, .. } => out.push(Piece::Interpolation(self.expr(expr))),
                text::Piece::If { cond, then, otherwise, .. } => out.push(Piece::If {
                    condition: self.expr(cond),
                    then: self.pieces(then),
                    otherwise: self.pieces(otherwise),
                }),
                text::Piece::For { key, value, collection, body, .. } => out.push(Piece::For {
                    key_name: key.map(Into::into),
                    value_name: (*value).into(),
                    collection: self.expr(collection),
                    body: self.pieces(body),
                }),
            }
        }
        out
    }
}

pub(super) fn number(n: &hcl_edit::Number) -> Number {
    match (n.as_i64(), n.as_u64(), n.as_f64()) {
        (Some(i), ..) => Number::int(i),
        (None, Some(u), _) => Number::int(u),
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
