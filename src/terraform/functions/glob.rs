//! The patterns of `fileset`: `*`, `?`, `[…]`, `{a,b}`, and `**` for any number of directories.

use std::path::{Path, PathBuf};

use regex::Regex;

use super::file::leads_up;
use crate::source::{EntryKind, Files};

/// Why there is no result.
pub(super) enum GlobError {
    /// The pattern cannot be read.
    Pattern,
    /// There are too many entries to look at.
    TooMany,
}

/// At most so many directory entries are looked at.
pub(super) const MOST_ENTRIES: usize = 200_000;
/// Directories are followed down to this depth: symbolic links may lead in circles.
const MOST_DEPTH: usize = 64;
/// A pattern's braces make at most so many patterns.
const MOST_PATTERNS: usize = 256;

/// The files under `base` whose path relative to it matches, with `/`.
pub(super) fn files(files: &Files, base: &Path, pattern: &str) -> Result<Vec<String>, GlobError> {
    let mut out = Vec::new();
    let mut left = MOST_ENTRIES;
    for pattern in braces(pattern)? {
        let mut start = if pattern.starts_with('/') { PathBuf::from("/") } else { base.to_owned() };
        let mut prefix = if pattern.starts_with('/') { "/".to_owned() } else { String::new() };
        let mut parts: Vec<&str> = pattern.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
        // Plain names at the front are gone down, not searched for.
        while parts.len() > 1 && parts.first().is_some_and(|p| !p.contains(['*', '?', '[', '\\'])) {
            let part = parts.remove(0);
            start.push(part);
            prefix.push_str(part);
            prefix.push('/');
        }
        if leads_up(Path::new(&prefix)) && files.check(&start).is_err() {
            continue;
        }
        let parts: Result<Vec<Step>, GlobError> = parts.into_iter().map(step).collect();
        walk(&mut Walk { files, left: &mut left, out: &mut out }, &start, &prefix, &parts?, 0)?;
    }
    Ok(out)
}

enum Step {
    /// Any number of directories.
    AnyDepth,
    /// A name.
    Name(Regex),
}

fn step(part: &str) -> Result<Step, GlobError> {
    if part == "**" {
        return Ok(Step::AnyDepth);
    }
    let mut out = String::from("^(?s)");
    let mut chars = part.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' => {
                while chars.next_if_eq(&'*').is_some() {}
                out.push_str(".*");
            }
            '?' => out.push('.'),
            '\\' => out.push_str(&regex::escape(&chars.next().ok_or(GlobError::Pattern)?.to_string())),
            '[' => {
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                let mut any = false;
                loop {
                    match chars.next().ok_or(GlobError::Pattern)? {
                        ']' if any => break,
                        '\\' => out.push_str(&regex::escape(&chars.next().ok_or(GlobError::Pattern)?.to_string())),
                        '-' => out.push('-'),
                        other => out.push_str(&regex::escape(&other.to_string())),
                    }
                    any = true;
                }
                out.push(']');
            }
            other => out.push_str(&regex::escape(&other.to_string())),
        }
    }
    out.push('$');
    Regex::new(&out).map(Step::Name).map_err(|_| GlobError::Pattern)
}

struct Walk<'w> {
    files: &'w Files,
    left: &'w mut usize,
    out: &'w mut Vec<String>,
}

fn walk(w: &mut Walk<'_>, dir: &PathBuf, prefix: &str, steps: &[Step], depth: usize) -> Result<(), GlobError> {
    let Some((step, rest)) = steps.split_first() else { return Ok(()) };
    if depth > MOST_DEPTH {
        return Ok(());
    }
    if matches!(step, Step::AnyDepth) && !rest.is_empty() {
        walk(w, dir, prefix, rest, depth + 1)?;
    }
    let Ok(entries) = w.files.list(dir) else { return Ok(()) };
    for entry in entries {
        *w.left = w.left.checked_sub(1).ok_or(GlobError::TooMany)?;
        let path = dir.join(&entry.name);
        let name = format!("{prefix}{}", entry.name);
        let fits = match step {
            Step::AnyDepth => true,
            Step::Name(regex) => regex.is_match(&entry.name),
        };
        match (entry.kind, step) {
            (EntryKind::File, _) if fits && rest.is_empty() => w.out.push(name),
            (EntryKind::Directory, Step::AnyDepth) => walk(w, &path, &format!("{name}/"), steps, depth + 1)?,
            (EntryKind::Directory, Step::Name(_)) if fits => walk(w, &path, &format!("{name}/"), rest, depth + 1)?,
            _ => {}
        }
    }
    Ok(())
}

/// The patterns that a pattern with braces stands for.
fn braces(pattern: &str) -> Result<Vec<String>, GlobError> {
    let mut todo = vec![pattern.to_owned()];
    let mut done = Vec::new();
    while let Some(pattern) = todo.pop() {
        let Some((before, choices, after)) = first_brace(&pattern)? else {
            done.push(pattern);
            continue;
        };
        for choice in choices {
            todo.push(format!("{before}{choice}{after}"));
            if todo.len() + done.len() > MOST_PATTERNS {
                return Err(GlobError::TooMany);
            }
        }
    }
    Ok(done)
}

type Brace<'p> = (&'p str, Vec<&'p str>, &'p str);

fn first_brace(pattern: &str) -> Result<Option<Brace<'_>>, GlobError> {
    let mut depth = 0_usize;
    let mut escaped = false;
    let (mut open, mut cuts) = (0, Vec::new());
    for (at, c) in pattern.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => {
                if depth == 0 {
                    open = at;
                    cuts = vec![at];
                }
                depth += 1;
            }
            ',' if depth == 1 => cuts.push(at),
            '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    cuts.push(at);
                    let choices = cuts.windows(2).filter_map(|w| match w {
                        [from, to] => pattern.get(from + 1..*to),
                        _ => None,
                    });
                    let (before, after) = (pattern.get(..open).unwrap_or(""), pattern.get(at + 1..).unwrap_or(""));
                    return Ok(Some((before, choices.collect(), after)));
                }
            }
            _ => {}
        }
    }
    if depth > 0 { Err(GlobError::Pattern) } else { Ok(None) }
}
