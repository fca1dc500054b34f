use std::{sync::Arc, vec::Drain};

use super::{
    machine::{Build, Hole, Mistake},
    scan::{Piece, PieceKind, PlainKind},
};
use crate::{
    source::{FileId, MapBuilder, Span, TextMap},
    syntax::tree::{Node, NodeKind, Pair, Scalar, ScalarStyle},
};

/// Builds the tree of a file.
pub(super) struct TreeBuilder<'t> {
    text: &'t str,
    file: FileId,
}

impl<'t> TreeBuilder<'t> {
    pub(super) fn new(text: &'t str, file: FileId) -> Self {
        Self { text, file }
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn scalar(&self, token: Span, inner: Span, style: ScalarStyle) -> Arc<Node> {
        let map = TextMap::verbatim(self.file, inner);
        node(token, NodeKind::Scalar(Scalar { text: self.slice(inner).into(), style, map }))
    }
}

fn node(span: Span, kind: NodeKind) -> Arc<Node> {
    Arc::new(Node { span, tag: None, kind })
}

impl Build for TreeBuilder<'_> {
    type Value = Arc<Node>;
    type Key = Arc<Node>;

    fn string(&mut self, token: Span, pieces: &[Piece]) -> Arc<Node> {
        match pieces {
            [] => {
                let empty = Span { start: token.start + 1, end: token.start + 1 };
                self.scalar(token, empty, ScalarStyle::Quoted)
            }
            [Piece { span, kind: PieceKind::Verbatim }] => self.scalar(token, *span, ScalarStyle::Quoted),
            _ => {
                let mut text = String::with_capacity(token.len());
                let mut map = MapBuilder::new(self.file);
                for piece in pieces {
                    match piece.kind {
                        PieceKind::Verbatim => {
                            text.push_str(self.slice(piece.span));
                            map.verbatim(piece.span.len(), piece.span.start as usize);
                        }
                        PieceKind::Escape(c) => {
                            text.push(c);
                            map.collapsed(c.len_utf8(), piece.span);
                        }
                        PieceKind::Hole => {}
                    }
                }
                let map = map.finish();
                node(token, NodeKind::Scalar(Scalar { text: text.into(), style: ScalarStyle::Quoted, map }))
            }
        }
    }

    fn key(&mut self, token: Span, pieces: &[Piece]) -> Arc<Node> {
        self.string(token, pieces)
    }

    fn plain(&mut self, token: Span, kind: PlainKind) -> Arc<Node> {
        match kind {
            PlainKind::Null => node(token, NodeKind::Null),
            PlainKind::Bool(_) | PlainKind::Number | PlainKind::Word => self.scalar(token, token, ScalarStyle::Plain),
        }
    }

    fn list(&mut self, token: Span, items: Drain<'_, Arc<Node>>) -> Arc<Node> {
        node(token, NodeKind::Sequence(items.collect()))
    }

    fn object(&mut self, token: Span, entries: Drain<'_, (Arc<Node>, Arc<Node>)>) -> Arc<Node> {
        let pairs = entries.map(|(key, value)| Pair { key, value, merged: false }).collect();
        node(token, NodeKind::Mapping(pairs))
    }

    fn hole(&self, _: usize) -> Option<Hole> {
        None
    }

    fn hole_value(&mut self, offset: usize, _: bool) -> Arc<Node> {
        node(Span::new(offset, offset), NodeKind::Null)
    }

    fn hole_key(&mut self, offset: usize) -> Arc<Node> {
        node(Span::new(offset, offset), NodeKind::Null)
    }

    fn complaint(&mut self) -> Option<Mistake> {
        None
    }
}
