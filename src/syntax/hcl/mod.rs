//! HCL with spans, comments and error recovery, and the texts of its strings.

mod mend;
mod message;
pub mod outline;
mod recover;
pub(crate) mod runs;
mod scan;
#[cfg(test)]
mod tests;
pub mod text;

use hcl_edit::{expr::Expression, structure::Structure};

use super::tree::{Comment, SyntaxError};
use crate::source::Span;

/// Of a file with more mistakes only so many are told; what is sound is read all the same.
pub const MOST_ERRORS: usize = 20;

/// A file of Terraform.
#[derive(Clone, Debug, Default)]
pub struct HclFile {
    /// Attributes and blocks in the order of the file. Their spans are byte offsets into the text that was given.
    pub items: Vec<Structure>,
    /// Comments, in the order of the text.
    pub comments: Vec<Comment>,
    /// What is wrong, in the order of the text. A broken block or attribute is not in `items`, all others are.
    pub errors: Vec<SyntaxError>,
}

/// Parses a file.
///
/// Where an object has two equal keys the earlier item is left out. The texts of strings that hcl-edit gives may differ
/// from the file where it had to be mended; `text::elements` reads them from the file itself.
pub fn parse(text: &str) -> HclFile {
    crate::fault::fault("hcl", || text.to_owned());
    let mut comments = scan::Comments::default();
    let unclosed = scan::scan(text, &mut comments);
    let comments = comments.0.into_iter().map(|span| comment(text, span)).collect();
    let (items, mut errors) = recover::items(text, &unclosed);
    if errors.is_empty() {
        // The parser takes strings over several lines, Terraform does not.
        errors.extend(unclosed.iter().find(|u| u.what == scan::What::String).map(message::unclosed));
    }
    HclFile { items, comments, errors }
}

/// Parses one expression, as it stands in a value of `.tf.json` or on the command line.
pub fn parse_expression(text: &str) -> Result<Expression, SyntaxError> {
    crate::fault::fault("hcl", || text.to_owned());
    let first = match hcl_edit::parser::parse_expr(text) {
        Ok(expr) => return Ok(expr),
        Err(error) => error,
    };
    let second = mend::mended(text).map(|mended| hcl_edit::parser::parse_expr(&mended));
    match second {
        Some(Ok(expr)) => Ok(expr),
        Some(Err(error)) => Err(message::explain(text, 0, &error, &[])),
        None => Err(message::explain(text, 0, &first, &[])),
    }
}

/// Parses a template without quotes: a template file, or a string of `.tf.json`.
pub fn parse_template(text: &str) -> Result<hcl_edit::template::Template, SyntaxError> {
    hcl_edit::parser::parse_template(text).map_err(|error| message::explain(text, 0, &error, &[]))
}

/// Where something stands that hcl-edit parsed; an empty span for the few things that have none.
pub fn span_of(node: &impl hcl_edit::Span) -> Span {
    node.span().map_or_else(Span::default, |s| Span::new(s.start, s.end))
}

fn comment(text: &str, span: Span) -> Comment {
    let whole = text.get(span.range()).unwrap_or_default();
    let inner = match whole.strip_prefix("/*") {
        Some(inner) => inner.strip_suffix("*/").unwrap_or(inner),
        None => whole.trim_start_matches(['#', '/']),
    };
    Comment { span, text: inner.trim().to_owned() }
}
