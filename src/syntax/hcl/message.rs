use super::scan::{Unclosed, What};
use crate::{source::Span, syntax::tree::SyntaxError};

/// Says what is wrong. The parser read from the offset `base` on; `unclosed` is what is never closed in what it read.
pub(super) fn explain(text: &str, base: usize, error: &hcl_edit::parser::Error, unclosed: &[Unclosed]) -> SyntaxError {
    let at = (base + error.location().offset()).min(text.len());
    // What is open where the parser stops is the cause. It may also stop at the name of the attribute whose value is
    // not closed.
    let line = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |i| at + i);
    let open = |u: &&Unclosed| u.span.start as usize <= at;
    let ahead = |u: &&Unclosed| u.span.start as usize <= line && !matches!(u.what, What::Bracket(_));
    let cause = unclosed.iter().find(|u| !open(u) && ahead(u)).or_else(|| unclosed.iter().rev().find(open));
    if let Some(cause) = cause {
        return self::unclosed(cause);
    }
    let at = (0..=at).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let token = token(text.get(at..).unwrap_or_default());
    let mut span = Span::new(at, at + token.len());
    if let Some(backslash) = text.get(..at).and_then(|t| t.rfind('\\'))
        && is_escape(error.message())
        && at - backslash <= 10
    {
        span = Span::new(backslash, at.max(backslash + 1));
    }
    let (message, help) = words(error.message(), token);
    SyntaxError { message, span, help: help.map(str::to_owned) }
}

/// Says what is never closed.
pub(super) fn unclosed(cause: &Unclosed) -> SyntaxError {
    let (message, help) = match cause.what {
        What::String => ("the string is not closed on its line", "close it with `\"`, or use a heredoc"),
        What::Heredoc => ("the heredoc is never closed", "end it with its delimiter, alone on a line"),
        What::Template => {
            ("this template sequence is never closed", "close it with `}`, or write `$${` for the text `${`")
        }
        What::Comment => ("the comment is never closed", "close it with `*/`"),
        What::Bracket(b'(') => ("this `(` is never closed", "close it with `)`"),
        What::Bracket(b'[') => ("this `[` is never closed", "close it with `]`"),
        What::Bracket(_) => ("this `{` is never closed", "close it with `}`"),
    };
    SyntaxError { message: message.to_owned(), span: cause.span, help: Some(help.to_owned()) }
}

/// The word or character that a text begins with; nothing at a line break.
fn token(rest: &str) -> &str {
    let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
    let len = match rest.chars().next() {
        None | Some('\n' | '\r') => 0,
        Some(c) => word.clamp(c.len_utf8(), 60.max(c.len_utf8())),
    };
    let len = (0..=len).rev().find(|i| rest.is_char_boundary(*i)).unwrap_or(0);
    rest.get(..len).unwrap_or_default()
}

fn is_escape(message: &str) -> bool {
    message.contains("escape sequence") || message.contains("hex code")
}

fn words(message: &str, token: &str) -> (String, Option<&'static str>) {
    if message.contains("redefined object key") {
        return (format!("the key `{token}` stands twice in this object"), Some("remove one of the two"));
    }
    if message.contains("redefined attribute") {
        return (format!("the attribute `{token}` stands twice"), Some("remove one of the two"));
    }
    if message.contains("at most 64 nested levels") {
        return (
            "expressions and blocks are nested more than 64 levels deep".to_owned(),
            Some("move parts into locals"),
        );
    }
    if message.contains("at most 128 chained") {
        return ("more than 128 operators are chained in one expression".to_owned(), Some("move parts into locals"));
    }
    if is_escape(message) {
        return (
            "this is no escape sequence of HCL".to_owned(),
            Some(
                "write `\\\\` for a backslash; HCL knows `\\n`, `\\r`, `\\t`, `\\\"`, `\\\\`, `\\uXXXX` and `\\UXXXXXXXX`",
            ),
        );
    }
    let found = if token.is_empty() { "the line ends here".to_owned() } else { format!("`{token}` stands here") };
    if message.starts_with("invalid expression") {
        return (format!("a value is expected, {found}"), None);
    }
    if message.starts_with("invalid block body") {
        return (format!("an attribute, a block or `}}` is expected, {found}"), None);
    }
    if message.starts_with("invalid structure") {
        return (format!("`=`, `{{` or a block label is expected, {found}"), None);
    }
    if message.starts_with("invalid object item") {
        return (format!("`,`, `}}` or a new line is expected after this object item, {found}"), None);
    }
    if message.starts_with("invalid object value assignment") {
        return (format!("`=` or `:` is expected after the key, {found}"), None);
    }
    match message.split_once("expected ") {
        Some((before, _)) if before.ends_with("un") => (format!("this cannot be read as HCL, {found}"), None),
        Some((_, expected)) if expected.contains("newline") => (
            format!("the end of the line is expected, {found}"),
            Some("begin each attribute and block on its own line"),
        ),
        Some((_, expected)) => (format!("{expected} is expected, {found}"), None),
        None => (format!("this cannot be read as HCL, {found}"), None),
    }
}
