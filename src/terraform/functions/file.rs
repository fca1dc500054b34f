//! Functions of files and paths. Relative paths start at the root module's directory; nothing outside the root is read.

use std::{path::Path, sync::Arc};

use super::{
    MOST_TEXT,
    call::{Call, Outcome, Stop, argument, check_text},
    glob,
    hash::{hex, md5, sha1, sha256, sha512},
    table::{Function, STRING},
    texts::{Segment, flat, hole, segments, whole},
};
use crate::{
    source::{EntryKind, FileId, Location, ReadError, Span, TextMap},
    value::{Kind, ListKind, Origin, Reason, StepKind, Text, Unknown, Value, encode_base64},
};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abspath", &[STRING], abspath),
    Function::new("basename", &[STRING], basename),
    Function::new("dirname", &[STRING], dirname),
    Function::new("file", &[STRING], file),
    Function::new("filebase64", &[STRING], |c| digest(c, encode_base64)),
    Function::new("filebase64sha256", &[STRING], |c| digest(c, |b| encode_base64(&sha256(b)))),
    Function::new("filebase64sha512", &[STRING], |c| digest(c, |b| encode_base64(&sha512(b)))),
    Function::new("fileexists", &[STRING], fileexists),
    Function::new("filemd5", &[STRING], |c| digest(c, |b| hex(&md5(b)))),
    Function::new("fileset", &[STRING, STRING], fileset),
    Function::new("filesha1", &[STRING], |c| digest(c, |b| hex(&sha1(b)))),
    Function::new("filesha256", &[STRING], |c| digest(c, |b| hex(&sha256(b)))),
    Function::new("filesha512", &[STRING], |c| digest(c, |b| hex(&sha512(b)))),
    Function::new("pathexpand", &[STRING], pathexpand),
];

/// A file that cannot be read as the end of a call. Outside the root nothing is known, not even that it is not there.
pub(super) fn unreadable(c: &Call<'_>, index: usize, path: &str, error: ReadError) -> Stop {
    match error {
        ReadError::OutsideRoot(shown) => {
            Stop::Unknown(Arc::new(Unknown::new(format!("file({path})"), Reason::OutsideRoot(shown), c.cx.at)))
        }
        ReadError::TooLarge(_, most) => Stop::Limit(format!("more than {most} bytes")),
        other => Stop::Argument(index, other.to_string()),
    }
}

fn file(c: &Call<'_>) -> Outcome {
    let path = c.str(0)?;
    if path.starts_with('~') {
        return home(c, &path);
    }
    let id = c.cx.files.read(&c.cx.root_dir.join(&*path)).map_err(|e| unreadable(c, 0, &path, e))?;
    let text = file_text(c, id)?;
    Ok(Value::new(Kind::String(text.clone()), text.origin().unwrap_or_else(|| c.cx.at.into())))
}

/// The text of a file, each byte leading into it.
fn file_text(c: &Call<'_>, id: FileId) -> Result<Text, Stop> {
    let source = c.cx.files.get(id);
    let text = source.text();
    if text.len() > MOST_TEXT {
        return Err(Stop::Limit(format!("more than {MOST_TEXT} bytes")));
    }
    let span = Span::new(0, text.len());
    let origin = Origin::from(Location::new(id, span)).entered(c.cx.at, StepKind::File);
    Ok(Text::mapped(text, origin, TextMap::verbatim(id, span)))
}

fn home(c: &Call<'_>, path: &str) -> Outcome {
    let why = Reason::Unsupported("a path in a home directory".to_owned());
    Ok(Value::unknown(Unknown::new(path, why, c.cx.at), c.from(0)))
}

fn digest(c: &Call<'_>, of: fn(&[u8]) -> String) -> Outcome {
    let path = c.str(0)?;
    if path.starts_with('~') {
        return home(c, &path);
    }
    let full = c.cx.files.absolute(&c.cx.root_dir.join(&*path));
    match c.cx.files.read(&full) {
        Ok(id) => c.made(of(c.cx.files.get(id).text().as_bytes()), 0),
        Err(ReadError::NotText(shown, _)) => match c.cx.files.provider().read(&full) {
            Ok(bytes) => {
                check_text(bytes.len())?;
                c.made(of(&bytes), 0)
            }
            Err(e) => argument(0, format!("cannot read `{shown}`: {e}")),
        },
        Err(error) => Err(unreadable(c, 0, &path, error)),
    }
}

fn fileexists(c: &Call<'_>) -> Outcome {
    let path = c.str(0)?;
    if path.starts_with('~') {
        return home(c, &path);
    }
    let full = c.cx.root_dir.join(&*path);
    c.cx.files.check(&full).map_err(|e| unreadable(c, 0, &path, e))?;
    match c.cx.files.kind(&full) {
        None => c.bool(false, 0),
        Some(EntryKind::File) => c.bool(true, 0),
        Some(EntryKind::Directory | EntryKind::Other) => argument(0, format!("`{path}` is no regular file")),
    }
}

fn fileset(c: &Call<'_>) -> Outcome {
    let (path, pattern) = (c.str(0)?, c.str(1)?);
    if path.starts_with('~') {
        return home(c, &path);
    }
    c.cx.files.check(&c.cx.root_dir.join(&*path)).map_err(|e| unreadable(c, 0, &path, e))?;
    // Path and pattern are one pattern, and what it finds is shown relative to the path.
    let from = cleaned(&path);
    match glob::files(c.cx.files, c.cx.root_dir, &cleaned(&format!("{path}/{pattern}"))) {
        Ok(found) => {
            let mut found: Vec<String> = found.iter().map(|name| relative(&from, name)).collect();
            found.sort();
            found.dedup();
            let origin = c.from(1);
            let items = found.into_iter().map(|name| Value::string(name, origin.clone()));
            c.list(ListKind::Set, items.collect())
        }
        Err(glob::GlobError::Pattern) => argument(1, format!("`{pattern}` is no glob pattern")),
        Err(glob::GlobError::TooMany) => Err(Stop::Limit(format!("more than {} files to look at", glob::MOST_ENTRIES))),
    }
}

fn abspath(c: &Call<'_>) -> Outcome {
    let path = c.str(0)?;
    let full = c.cx.files.absolute(&c.cx.root_dir.join(&*path));
    c.made(full.to_string_lossy(), 0)
}

fn pathexpand(c: &Call<'_>) -> Outcome {
    let path = c.str(0)?;
    if path.starts_with('~') { home(c, &path) } else { c.arg(0).cloned() }
}

/// A path without `.`, `..` and double slashes, as far as its text allows.
fn cleaned(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

fn basename(c: &Call<'_>) -> Outcome {
    let text = flat(c.text(0)?)?;
    if let Some(run) = whole(&text) {
        let trimmed = run.text.trim_end_matches('/');
        if trimmed.is_empty() {
            return c.made(if run.text.is_empty() { "." } else { "/" }, 0);
        }
        let start = trimmed.rfind('/').map_or(0, |i| i + 1);
        return Ok(Value::new(Kind::String(run.piece(start..trimmed.len())), c.arg(0)?.origin.clone()));
    }
    match segments(&text).last() {
        // The last slash is known, and so is what follows it.
        Some(Segment::Known(run)) if run.text.trim_end_matches('/').contains('/') => {
            let trimmed = run.text.trim_end_matches('/');
            let start = trimmed.rfind('/').map_or(0, |i| i + 1);
            Ok(Value::new(Kind::String(run.piece(start..trimmed.len())), c.arg(0)?.origin.clone()))
        }
        _ => {
            let open = text.first_open().map(hole);
            Ok(Value::new(Kind::String(Text::new(open.into_iter().collect())), c.arg(0)?.origin.clone()))
        }
    }
}

fn dirname(c: &Call<'_>) -> Outcome {
    let path = c.str(0)?;
    let dir = match path.rfind('/') {
        Some(0) => "/",
        Some(i) => path.get(..i).unwrap_or_default(),
        None => "",
    };
    c.made(cleaned(dir), 0)
}

/// A cleaned path as seen from another.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|p| !p.is_empty() && *p != ".").map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    up.chain(to.into_iter().skip(shared)).collect::<Vec<_>>().join("/")
}

/// Whether a path leads upwards out of where it starts.
pub(super) fn leads_up(path: &Path) -> bool {
    path.components().any(|p| matches!(p, std::path::Component::ParentDir))
}
