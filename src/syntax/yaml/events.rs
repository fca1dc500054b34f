//! The one file that knows the YAML parser.

use std::{borrow::Cow, sync::Arc};

use granit_parser as granit;
use granit_parser::ErrorKind;

use crate::{source::Span, syntax::tree::SyntaxError};

/// What the parser meets, in order.
pub(super) enum Event<'t> {
    DocumentStart,
    DocumentEnd,
    /// `*name` for the node with that anchor.
    Alias(usize),
    /// `*name` without an anchor of that name before it.
    UnknownAlias,
    Comment,
    Scalar(Cow<'t, str>, Style, Properties),
    SequenceStart(Layout, Properties),
    SequenceEnd,
    MappingStart(Layout, Properties),
    MappingEnd,
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// Whether a collection is written by indentation or in brackets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Layout {
    Block,
    Flow,
}

/// What may stand before a node.
#[derive(Default)]
pub(super) struct Properties {
    /// Number of the anchor, 0 without one.
    pub anchor: usize,
    /// An application tag without its `!`, and where it stands.
    pub tag: Option<(Arc<str>, Span)>,
    /// Whether there is a tag that makes a scalar a string whatever it looks like (`!!str`, `!`).
    pub string: bool,
}

/// Why reading cannot go on.
pub(super) struct Failure {
    pub error: SyntaxError,
    /// Where text stands in a line of a quoted string that is indented too little, when it is that.
    pub too_little: Option<usize>,
}

pub(super) struct Events<'t> {
    text: &'t str,
    parser: granit::Parser<'t, granit::StrInput<'t>>,
}

impl<'t> Events<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let options = granit::options! {
            emit_unresolved_aliases: true,
            max_buffered_comment_events: usize::MAX,
        };
        Self { text, parser: granit::Parser::new_from_str_with_options(text, options) }
    }

    /// The next event with its span; `None` at the end of the text.
    pub(super) fn next(&mut self) -> Option<Result<(Event<'t>, Span), Failure>> {
        loop {
            let (event, span) = match self.parser.next_event()? {
                Ok(event) => event,
                Err(error) => {
                    let little =
                        matches!(error.kind(), ErrorKind::InvalidQuotedScalarIndent | ErrorKind::TabInIndentation);
                    let at = error.marker().byte_offset().filter(|_| little);
                    return Some(Err(Failure { error: self.error(&error), too_little: at }));
                }
            };
            let at = self.span(&span);
            let event = match event {
                granit::Event::StreamEnd => return None,
                granit::Event::DocumentStart(..) => Event::DocumentStart,
                granit::Event::DocumentEnd => Event::DocumentEnd,
                granit::Event::Alias(id) => Event::Alias(id),
                granit::Event::UnresolvedAlias(_) => Event::UnknownAlias,
                granit::Event::Comment(..) => Event::Comment,
                granit::Event::Scalar(text, style, anchor, tag) => {
                    let style = match style {
                        granit::ScalarStyle::Plain => Style::Plain,
                        granit::ScalarStyle::SingleQuoted => Style::Single,
                        granit::ScalarStyle::DoubleQuoted => Style::Double,
                        granit::ScalarStyle::Literal => Style::Literal,
                        granit::ScalarStyle::Folded => Style::Folded,
                    };
                    Event::Scalar(text, style, self.properties(anchor, tag, &span))
                }
                granit::Event::SequenceStart(style, anchor, tag) => {
                    Event::SequenceStart(layout(style), self.properties(anchor, tag, &span))
                }
                granit::Event::SequenceEnd => Event::SequenceEnd,
                granit::Event::MappingStart(style, anchor, tag) => {
                    Event::MappingStart(layout(style), self.properties(anchor, tag, &span))
                }
                granit::Event::MappingEnd => Event::MappingEnd,
                _ => continue,
            };
            return Some(Ok((event, at)));
        }
    }

    /// After an error: goes to the next document. Whether there is one.
    pub(super) fn next_document(&mut self) -> Result<bool, SyntaxError> {
        self.parser.proceed_next_document().map_err(|e| self.error(&e))
    }

    fn span(&self, span: &granit::Span) -> Span {
        let range = span.byte_range().unwrap_or_default();
        Span::new(range.start.min(self.text.len()), range.end.min(self.text.len()))
    }

    fn properties(&self, anchor: usize, tag: Option<Cow<'t, granit::Tag>>, span: &granit::Span) -> Properties {
        let Some(tag) = tag else { return Properties { anchor, ..Properties::default() } };
        let name = format!("{}{}", tag.handle(), tag.suffix());
        let name = name.trim_start_matches('!');
        let core = tag.is_yaml_core_schema();
        let string = tag.is_yaml_core_schema_tag("str") || name.is_empty();
        let at = span.tag_span().map_or_else(Span::default, |s| self.span(&s));
        let tag = (!core && !name.is_empty()).then(|| (name.into(), at));
        Properties { anchor, tag, string }
    }

    fn error(&self, error: &granit::ScanError) -> SyntaxError {
        let mut at = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
        if is_tab(error.kind()) {
            let before = self.text.get(..at).unwrap_or_default();
            let line = before.rfind('\n').map_or(0, |i| i + 1);
            at = before.get(line..).and_then(|l| l.find('\t')).map_or(at, |i| line + i);
        }
        let len = self.text.get(at..).and_then(|t| t.chars().next()).filter(|c| !matches!(c, '\n' | '\r'));
        let span = Span::new(at, at + len.map_or(0, char::len_utf8));
        let (message, help) = explain(error.kind());
        SyntaxError { message, span, help: help.map(str::to_owned) }
    }
}

fn is_tab(kind: &ErrorKind) -> bool {
    use ErrorKind as E;
    matches!(
        kind,
        E::TabNotAllowed
            | E::TabInBlockIndentation
            | E::TabInIndentation
            | E::TabAtBlockScalarStart
            | E::TabInPlainScalar
    )
}

fn layout(style: granit::StructureStyle) -> Layout {
    match style {
        granit::StructureStyle::Block => Layout::Block,
        granit::StructureStyle::Flow => Layout::Flow,
    }
}

/// The mistakes that people make, in their words; the parser's own words for the others.
fn explain(kind: &ErrorKind) -> (String, Option<&'static str>) {
    use ErrorKind as E;
    let (message, help) = match kind {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabAtBlockScalarStart => {
            ("a tab is used as indentation", "YAML indents with spaces alone; replace the tab by spaces")
        }
        E::TabInPlainScalar => ("a tab stands where YAML allows none", "replace the tab by spaces"),
        E::ExpectedBlockMappingKey | E::InvalidIndentation => {
            ("this line's indentation fits no list or mapping above it", "align it with its neighbours")
        }
        E::ExpectedBlockSequenceEntry => {
            ("a list item is expected here", "begin it with `- `, or correct the indentation")
        }
        E::SimpleKeyExpected | E::InvalidSimpleKey => {
            ("this key has no `:` after it", "write `key: value`, on one line, with a space after the colon")
        }
        E::MappingValueNotAllowed => (
            "a `key: value` pair cannot stand here",
            "put a value that has `: ` in it into quotes, or correct the indentation",
        ),
        E::MappingKeyNotAllowed => ("a key cannot stand here", "correct the indentation"),
        E::BlockSequenceEntryNotAllowed => {
            ("a list item cannot stand here", "put the list on the lines below the key, or correct the indentation")
        }
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => {
            ("the quoted string is never closed", "close it with the quotation mark that opened it")
        }
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => (
            "text follows the closing quotation mark",
            "put all of the value into the quotes, and double or escape quotes in it",
        ),
        E::InvalidQuotedScalarIndent => (
            "a line of this quoted string is indented too little",
            "close the string before it, or indent it more than its key",
        ),
        E::UnknownQuotedScalarEscape => {
            ("this is no escape sequence of YAML", "write `\\\\` for a backslash, or use single quotes")
        }
        E::InvalidQuotedScalarHexEscape => {
            ("hexadecimal digits are missing in this escape sequence", "write `\\xXX` or `\\uXXXX`")
        }
        E::UnexpectedEofFlowSequence | E::ExpectedFlowSequenceSeparator => {
            ("`,` or `]` is expected in this list", "separate items by `,` and close the list with `]`")
        }
        E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping | E::ExpectedFlowMappingSeparator => {
            ("`,` or `}` is expected in this mapping", "separate pairs by `,` and close the mapping with `}`")
        }
        E::MismatchedFlowCollectionEnd { open, close } => {
            let message = format!("`{open}` is closed by `{close}`");
            return (message, Some("close each bracket with its counterpart"));
        }
        E::UnclosedFlowCollection { open } => {
            return (format!("this `{open}` is never closed"), Some("close it, or put the value into quotes"));
        }
        E::MisplacedFlowCollectionEnd => ("this bracket closes nothing", "remove it, or put the value into quotes"),
        E::RecursionLimitExceeded => {
            ("lists and mappings are nested more than 255 levels deep", "flatten the document")
        }
        E::InvalidBlockScalarHeader => {
            ("text follows the `|` or `>` on its line", "begin the text on the next line, indented")
        }
        E::InvalidBlockScalarIndent => {
            ("a blank line of this block has more spaces than its first line of text", "remove the spaces")
        }
        E::UnexpectedCharacter { character: c @ ('@' | '`' | '%') } => {
            return (format!("a plain value cannot begin with `{c}`"), Some("put the value into quotes"));
        }
        E::UndeclaredTagHandle => ("nothing declares this tag's prefix", "a tag has one `!`, as in `!Sub`"),
        E::MissingAnchorOrAliasName => {
            ("a name is expected after `&` or `*`", "put a value that begins with `*` or `&` into quotes")
        }
        E::CommentNotSeparated => {
            ("a `#` follows a value without a space", "put a space before a comment, or quotes around the value")
        }
        E::CommentInterceptedScalar => {
            ("a comment stands between the lines of one value", "remove it, or put the value into quotes")
        }
        E::ExpectedDocumentStart => {
            ("more text follows the end of the document", "correct the indentation, or begin a document with `---`")
        }
        E::BomInsideDocument => ("a byte order mark stands inside the document", "remove it"),
        E::UnsupportedYamlMajorVersion => {
            ("this version of YAML is not known", "write `%YAML 1.2`, or remove the line")
        }
        other => {
            let words = other.to_string();
            let words = words.split_once(", ").filter(|(w, _)| w.starts_with("while ")).map_or(&*words, |(_, w)| w);
            return (words.trim_end_matches('.').to_owned(), None);
        }
    };
    (message.to_owned(), Some(help))
}
