//! Parsing a file whole, and what to do when that fails.

use hcl_edit::structure::{Body, Structure};

use super::{
    MOST_ERRORS, mend, message,
    scan::{Statements, Unclosed, scan},
};
use crate::{source::Span, syntax::tree::SyntaxError};

/// The blocks that stand at the top of files, so that the next one is found after a block that is never closed.
const BLOCKS: [&str; 16] = [
    "resource",
    "data",
    "variable",
    "output",
    "module",
    "provider",
    "terraform",
    "locals",
    "moved",
    "import",
    "check",
    "removed",
    "ephemeral",
    "action",
    "list",
    "include",
];

/// The sound items of a file, and what is wrong with the others.
pub(super) fn items(text: &str, unclosed: &[Unclosed]) -> (Vec<Structure>, Vec<SyntaxError>) {
    if let Ok(body) = hcl_edit::parser::parse_body(text) {
        return (items_of(body), Vec::new());
    }
    let mended = mend::mended(text);
    if let Some(mended) = &mended
        && let Ok(body) = hcl_edit::parser::parse_body(mended)
    {
        return (items_of(body), Vec::new());
    }
    let text = mended.as_deref().unwrap_or(text);
    let mut broken = Broken { text, unclosed, spans: Vec::new(), errors: Vec::new() };
    for span in statements(text, Span::new(0, text.len())) {
        broken.check(span);
    }
    broken.parse_rest()
}

fn items_of(body: Body) -> Vec<Structure> {
    body.into_iter().collect()
}

/// The statements in a stretch of the text.
fn statements(text: &str, within: Span) -> Vec<Span> {
    let mut sink = Statements::default();
    scan(text.get(within.range()).unwrap_or_default(), &mut sink);
    sink.spans.into_iter().map(|s| s.shift(within.start as usize)).collect()
}

struct Broken<'t> {
    text: &'t str,
    unclosed: &'t [Unclosed],
    spans: Vec<Span>,
    errors: Vec<SyntaxError>,
}

impl Broken<'_> {
    /// Notes a statement that cannot be parsed. One that holds the beginnings of others is split there.
    fn check(&mut self, span: Span) {
        let Err(error) = self.parse(span) else { return };
        let parts = self.split(span);
        if parts.len() < 2 {
            return self.note(span, &error);
        }
        for part in parts.into_iter().flat_map(|part| statements(self.text, part)) {
            if let Err(error) = self.parse(part) {
                self.note(part, &error);
            }
        }
    }

    fn parse(&self, span: Span) -> Result<Body, hcl_edit::parser::Error> {
        hcl_edit::parser::parse_body(self.text.get(span.range()).unwrap_or_default())
    }

    fn note(&mut self, span: Span, error: &hcl_edit::parser::Error) {
        self.spans.push(span);
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(message::explain(self.text, span.start as usize, error, self.within(span)));
        }
    }

    fn within(&self, span: Span) -> &[Unclosed] {
        let from = self.unclosed.partition_point(|u| u.span.start < span.start);
        let to = self.unclosed.partition_point(|u| u.span.start < span.end);
        self.unclosed.get(from..to).unwrap_or_default()
    }

    /// The stretch cut before each line that looks like the beginning of a block.
    fn split(&self, span: Span) -> Vec<Span> {
        let text = self.text.get(span.range()).unwrap_or_default();
        let mut out = Vec::new();
        let mut start = 0;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if at > 0 && begins_block(line) {
                out.push(Span::new(start, at));
                start = at;
            }
            at += line.len();
        }
        out.push(Span::new(start, at));
        out.into_iter().map(|s| s.shift(span.start as usize)).collect()
    }

    /// Parses the text without what is broken.
    fn parse_rest(mut self) -> (Vec<Structure>, Vec<SyntaxError>) {
        loop {
            let rest = mend::without(self.text, &self.spans);
            match hcl_edit::parser::parse_body(&rest) {
                Ok(body) => {
                    self.errors.sort_by_key(|e| e.span);
                    return (items_of(body), self.errors);
                }
                Err(error) => {
                    // Each statement is sound alone, and together they are not: an attribute that stands twice.
                    let at = u32::try_from(error.location().offset()).unwrap_or(u32::MAX);
                    let all = statements(&rest, Span::new(0, rest.len()));
                    let Some(span) = all.into_iter().rev().find(|s| s.start <= at) else {
                        self.errors.push(message::explain(self.text, 0, &error, &[]));
                        return (Vec::new(), self.errors);
                    };
                    self.errors.push(message::explain(self.text, 0, &error, &[]));
                    self.spans.push(span);
                    if self.errors.len() >= MOST_ERRORS {
                        return (Vec::new(), self.errors);
                    }
                }
            }
        }
    }
}

/// Whether a line is the header of a block of Terraform, at the beginning of the line.
fn begins_block(line: &str) -> bool {
    let Some(rest) = BLOCKS.iter().find_map(|name| line.strip_prefix(name)) else { return false };
    let labels = rest.trim_start();
    rest.len() != labels.len() && labels.starts_with(['"', '{']) || rest.starts_with('{')
}
