use std::{collections::HashMap, sync::Arc};

use super::{
    MOST_DEPTH, MOST_ERRORS, MOST_MERGED, MOST_NODES, Parsed, block,
    events::{Event, Events, Layout, Properties, Style},
    flow, quick,
};
use crate::{
    source::{FileId, Span},
    syntax::tree::{Comment, Node, NodeKind, Pair, Scalar, ScalarStyle, SyntaxError},
};

/// Builds trees of events.
pub(super) struct Builder<'t> {
    text: &'t str,
    /// The text with lines of quoted strings joined.
    joined: &'t str,
    file: FileId,
    out: Parsed,
    frames: Vec<Frame>,
    root: Option<Arc<Node>>,
    anchors: HashMap<usize, Anchor>,
    /// All nodes so far, each alias counted as what it stands for.
    nodes: u64,
    merged: usize,
}

/// A collection that is not closed yet.
struct Frame {
    span: Span,
    layout: Layout,
    mapping: bool,
    properties: Properties,
    items: Vec<Arc<Node>>,
    /// Where its last item ends.
    end: u32,
    weight: u64,
    height: usize,
}

enum Anchor {
    /// The anchor's own collection is not closed yet.
    Open,
    Node(Built),
}

/// A node with the number of nodes in it and its nesting.
#[derive(Clone)]
struct Built {
    node: Arc<Node>,
    weight: u64,
    height: usize,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str, joined: &'t str, file: FileId) -> Self {
        Self {
            text,
            joined,
            file,
            out: Parsed::default(),
            frames: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            nodes: 0,
            merged: 0,
        }
    }

    /// The trees; with `give_up` instead the place in a quoted string where lines must be joined first.
    pub(super) fn run(mut self, give_up: bool) -> Result<Parsed, usize> {
        let mut events = Events::new(self.joined);
        while let Some(next) = events.next() {
            match next {
                Ok((event, span)) => self.take(event, span),
                Err(failure) => {
                    if let Some(at) = failure.too_little.filter(|_| give_up) {
                        return Err(at);
                    }
                    self.out.errors.push(failure.error);
                    self.close_document();
                    match events.next_document() {
                        Ok(true) if self.out.errors.len() < MOST_ERRORS => {}
                        Ok(_) => break,
                        Err(error) => {
                            self.out.errors.push(error);
                            break;
                        }
                    }
                }
            }
        }
        self.close_document();
        Ok(self.out)
    }

    /// The trees, when the text is one that the quick reader takes.
    pub(super) fn run_quickly(mut self) -> Option<Parsed> {
        quick::read(self.text, self.file, &mut self)?;
        self.close_document();
        // Mistakes are found by the other parser.
        self.out.errors.is_empty().then_some(self.out)
    }

    pub(super) fn take(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::DocumentStart => {
                self.close_document();
                self.anchors.clear();
            }
            Event::DocumentEnd => self.close_document(),
            Event::Comment => {
                let comment = self.text.get(span.range()).unwrap_or_default();
                let text = comment.trim_start_matches('#').trim().to_owned();
                self.out.comments.push(Comment { span, text });
            }
            Event::Alias(id) => {
                let built = self.alias(id, span);
                self.put(built, span);
            }
            Event::UnknownAlias => {
                self.error(span, "no anchor with this name stands before it", "define it with `&name`, or use quotes");
                self.put(null(span), span);
            }
            Event::Scalar(text, style, properties) => {
                let anchor = properties.anchor;
                let built = Built { node: Arc::new(self.scalar(&text, style, properties, span)), weight: 1, height: 1 };
                self.nodes += 1;
                self.anchor(anchor, &built);
                self.put(built, span);
            }
            Event::SequenceStart(layout, properties) => self.open(span, layout, false, properties),
            Event::MappingStart(layout, properties) => self.open(span, layout, true, properties),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
        }
    }

    fn error(&mut self, span: Span, message: impl Into<String>, help: &str) {
        if self.out.errors.len() < MOST_ERRORS {
            self.out.errors.push(SyntaxError { message: message.into(), span, help: Some(help.to_owned()) });
        }
    }

    /// An error that more of the same would not explain any better.
    fn limit(&mut self, span: Span, message: String, help: &str) {
        if self.out.errors.iter().all(|e| e.message != message) {
            self.error(span, message, help);
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> Built {
        let built = match self.anchors.get(&id) {
            Some(Anchor::Node(built)) => built.clone(),
            Some(Anchor::Open) | None => {
                self.error(span, "this alias stands inside of what it stands for", "remove it, or move its anchor");
                return null(span);
            }
        };
        if self.nodes.saturating_add(built.weight) > MOST_NODES {
            let message = format!("with its aliases the file has more than {MOST_NODES} nodes");
            self.limit(span, message, "write less by aliases");
            return null(span);
        }
        if self.frames.len() + built.height > MOST_DEPTH {
            let message = format!("with its aliases the file is nested more than {MOST_DEPTH} levels deep");
            self.limit(span, message, "flatten it");
            return null(span);
        }
        self.nodes += built.weight;
        built
    }

    fn anchor(&mut self, id: usize, built: &Built) {
        if id != 0 {
            self.anchors.insert(id, Anchor::Node(built.clone()));
        }
    }

    fn scalar(&self, text: &str, style: Style, properties: Properties, span: Span) -> Node {
        let tag = properties.tag.map(Box::new);
        let key = self.frames.last().is_some_and(|f| f.mapping && f.items.len() % 2 == 0);
        let absent = style == Style::Plain && span.is_empty();
        if style == Style::Plain && !properties.string {
            let null_word = matches!(text, "~" | "null" | "Null" | "NULL");
            if absent || null_word && !key && tag.is_none() {
                return Node { span, tag, kind: NodeKind::Null };
            }
        }
        // An absent node with `!!str` is the empty string.
        let text = if absent { "" } else { text };
        let range = span.range();
        let read = if matches!(style, Style::Single | Style::Double)
            && self.text.get(range.clone()) != self.joined.get(range)
        {
            Some(flow::read(self.text, self.file, span, style))
        } else {
            None
        };
        let text = read.as_ref().map_or(text, |(text, _)| text);
        let map = match style {
            _ if let Some((_, map)) = &read => map.clone(),
            Style::Literal => block::map(self.text, self.file, span, false, text),
            Style::Folded => block::map(self.text, self.file, span, true, text),
            _ => flow::map(self.text, self.file, span, style, text),
        };
        let style = match style {
            Style::Plain if !properties.string => ScalarStyle::Plain,
            Style::Plain | Style::Single | Style::Double => ScalarStyle::Quoted,
            Style::Literal | Style::Folded => ScalarStyle::Block,
        };
        Node { span, tag, kind: NodeKind::Scalar(Scalar { text: text.into(), style, map }) }
    }

    fn open(&mut self, span: Span, layout: Layout, mapping: bool, properties: Properties) {
        if properties.anchor != 0 {
            self.anchors.insert(properties.anchor, Anchor::Open);
        }
        self.nodes += 1;
        self.frames.push(Frame {
            span,
            layout,
            mapping,
            properties,
            items: Vec::new(),
            end: span.end,
            weight: 1,
            height: 0,
        });
    }

    fn close(&mut self, end: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let mut span = frame.span;
        span.end = span.end.max(match frame.layout {
            Layout::Flow => end.end,
            Layout::Block => frame.end,
        });
        let tag = frame.properties.tag.map(Box::new);
        let kind =
            if frame.mapping { NodeKind::Mapping(self.pairs(frame.items)) } else { NodeKind::Sequence(frame.items) };
        let node = Arc::new(Node { span, tag, kind });
        let built = Built { node, weight: frame.weight, height: frame.height + 1 };
        self.anchor(frame.properties.anchor, &built);
        self.put(built, span);
    }

    /// Adds a node that stands, itself or as an alias, at a place.
    fn put(&mut self, built: Built, at: Span) {
        match self.frames.last_mut() {
            None => self.root = Some(built.node),
            Some(frame) => {
                frame.weight = frame.weight.saturating_add(built.weight);
                frame.height = frame.height.max(built.height);
                frame.end = frame.end.max(at.end);
                frame.items.push(built.node);
            }
        }
    }

    /// Keys and values in turn as pairs, merge keys resolved. A key without value, as an error leaves it, is dropped.
    fn pairs(&mut self, items: Vec<Arc<Node>>) -> Vec<Pair> {
        let mut own = Vec::with_capacity(items.len() / 2);
        let mut merged = Vec::new();
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            // What a tag gives is not known here.
            if is_merge_key(&key) && value.tag.is_none() && self.merge(&value, &mut merged) {
                continue;
            }
            own.push(Pair { key, value, merged: false });
        }
        if merged.is_empty() {
            return own;
        }
        merged.append(&mut own);
        merged
    }

    /// Adds what a merge key brings; `false` when it brings nothing that could be merged.
    fn merge(&mut self, value: &Arc<Node>, into: &mut Vec<Pair>) -> bool {
        let sources: Vec<&Arc<Node>> = match &value.kind {
            NodeKind::Mapping(_) => vec![value],
            // Of equal keys in several mappings the first counts.
            NodeKind::Sequence(items) => items.iter().rev().collect(),
            _ => Vec::new(),
        };
        let mut all = Vec::with_capacity(sources.len());
        for source in &sources {
            match &source.kind {
                NodeKind::Mapping(pairs) if source.tag.is_none() => all.push(pairs),
                _ => break,
            }
        }
        if all.len() < sources.len() || !matches!(value.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_)) {
            self.error(
                value.span,
                "`<<` merges a mapping or a list of mappings",
                "give it one, or put `<<` into quotes",
            );
            return false;
        }
        let count: usize = all.iter().map(|pairs| pairs.len()).sum();
        if self.merged.saturating_add(count) > MOST_MERGED {
            let message = format!("merge keys bring more than {MOST_MERGED} pairs into the file");
            self.limit(value.span, message, "merge less");
            return false;
        }
        self.merged += count;
        into.extend(all.into_iter().flatten().map(|p| Pair { merged: true, ..p.clone() }));
        true
    }

    fn close_document(&mut self) {
        while let Some(frame) = self.frames.last() {
            self.close(Span { start: frame.end, end: frame.end });
        }
        self.out.documents.extend(self.root.take());
    }
}

fn is_merge_key(key: &Node) -> bool {
    matches!(&key.kind, NodeKind::Scalar(s) if s.style == ScalarStyle::Plain && &*s.text == "<<") && key.tag.is_none()
}

fn null(span: Span) -> Built {
    Built { node: Arc::new(Node { span, tag: None, kind: NodeKind::Null }), weight: 1, height: 1 }
}
