//! What can still be read of a YAML template that does not parse as a whole.

use std::ops::Range;

use crate::{
    source::FileId,
    syntax::{tree::SyntaxError, yaml},
};

/// Smaller files than this are not worth the search; larger ones than that are refused.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The text with the blocks blanked that do not parse by themselves: top-level sections, and in `Resources` each
/// resource. Offsets stay. `None` when nothing is gained.
pub(super) fn without_broken_blocks(text: &str, file: FileId) -> Option<String> {
    if text.len() > MOST_BYTES {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut blanked = false;
    for block in blocks(text) {
        let own = text.get(block.clone())?;
        let broken = yaml::parse(own, file).errors.iter().any(|e| !e.message.contains("anchor"));
        if broken {
            blanked = true;
            for byte in bytes.get_mut(block)? {
                if !matches!(byte, b'\n' | b'\r') {
                    *byte = b' ';
                }
            }
        }
    }
    if !blanked {
        return None;
    }
    String::from_utf8(bytes).ok()
}

/// What the parser says of a quoted string with a line that does not stand to the right of its key. CloudFormation
/// takes such strings; many templates have JSON in them that ends with `}'` under the key.
const LESS_INDENTED: &str = "indented too little";

/// More bytes than this are not parsed again in search of such lines.
const MOST_PARSED: usize = 64 * 1024 * 1024;

/// The text with each such line joined to the one before it, which is what folding makes of a line break in quotes.
/// Offsets stay. `None` when that does not mend the text.
pub(super) fn with_joined_lines(text: &str, file: FileId, first: &SyntaxError) -> Option<yaml::Parsed> {
    let mut bytes = text.as_bytes().to_vec();
    let mut error = first.clone();
    let mut parsed = 0_usize;
    while error.message.contains(LESS_INDENTED) && parsed < MOST_PARSED {
        let before = bytes.get(..error.span.start as usize)?;
        let newline = memchr::memrchr(b'\n', before)?;
        *bytes.get_mut(newline)? = b' ';
        if let Some(byte) = newline.checked_sub(1).and_then(|i| bytes.get_mut(i))
            && *byte == b'\r'
        {
            *byte = b' ';
        }
        let text = String::from_utf8(bytes).ok()?;
        parsed = parsed.saturating_add(text.len());
        let again = yaml::parse(&text, file);
        match again.errors.first() {
            None => return Some(again),
            Some(next) => error = next.clone(),
        }
        bytes = text.into_bytes();
    }
    None
}

/// The blocks: top-level sections but `Resources`, and what stands directly in `Resources`.
fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut in_resources = false;
    let mut inner: Option<usize> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let blank = content.trim().is_empty() || content.starts_with('#');
        let key = !blank && !content.starts_with(['-', '}', ']']);
        if key && indent == 0 {
            in_resources = content.trim_end().trim_matches(['"', '\'', ':']).trim_end() == "Resources";
            inner = None;
            if !in_resources {
                out.push(start..offset);
                continue;
            }
            // The key itself belongs to no block.
            continue;
        }
        if in_resources && key {
            let level = *inner.get_or_insert(indent);
            if indent <= level {
                out.push(start..offset);
                continue;
            }
        }
        if let Some(last) = out.last_mut()
            && last.end == start
        {
            last.end = offset;
        }
    }
    out
}
