//! Percent-encoded text, which is how IAM's own interface gives policy documents.

use crate::source::{FileId, MapBuilder, Span, TextMap};

/// Whether a text is percent-encoded JSON.
pub(super) fn is_encoded(text: &str) -> bool {
    let start = text.trim_start();
    start.get(..3).is_some_and(|s| s.eq_ignore_ascii_case("%7b"))
}

/// The decoded text and its map; `source` maps the encoded text. Wrong escapes stay as they are.
pub(super) fn decoded(text: &str, source: &TextMap) -> (String, TextMap) {
    let bytes = text.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut spans: Vec<(usize, Span)> = Vec::new();
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        let hex = bytes.get(i + 1..i + 3).and_then(|h| std::str::from_utf8(h).ok());
        let escape = if byte == b'%' { hex.and_then(|h| u8::from_str_radix(h, 16).ok()) } else { None };
        let (decoded, len) = match escape {
            Some(b) => (b, 3),
            None if byte == b'+' => (b' ', 1),
            None => (byte, 1),
        };
        out.push(decoded);
        spans.push((1, Span::new(i, i + len)));
        i += len;
    }
    // What is no UTF-8 after decoding is text that nobody meant to be decoded.
    let Ok(decoded) = String::from_utf8(out) else { return (text.to_owned(), source.clone()) };
    let file = source.file().unwrap_or(FileId(u32::MAX));
    let mut map = MapBuilder::new(file);
    for (len, span) in spans {
        match source.locate(span) {
            Some(at) if span.len() == 1 && at.span.len() == 1 => map.verbatim(len, at.span.start as usize),
            Some(at) => map.collapsed(len, at.span),
            None => map.collapsed(len, span),
        }
    }
    (decoded, map.finish())
}
