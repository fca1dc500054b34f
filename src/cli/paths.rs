use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{Fail, args::InputArgs};
use crate::source::{normalized, read_bounded, read_named};

/// The path arguments of a run.
pub(super) struct Paths {
    /// Paths as given; the current directory when none is.
    pub arguments: Vec<PathBuf>,
    /// Files that stand in no folder: what standard input holds, by absolute path.
    pub given: BTreeMap<PathBuf, Vec<u8>>,
}

/// Puts together the paths of the command line, of `--files-from` and of standard input.
pub(super) fn collect(args: &InputArgs, base: &Path) -> Result<Paths, Fail> {
    let dash = Path::new("-");
    let mut arguments: Vec<PathBuf> = args.paths.iter().filter(|p| *p != dash).cloned().collect();
    let mut given = BTreeMap::new();
    let reads_stdin = args.paths.iter().any(|p| p == dash);
    if args.stdin_filename.is_some() && !reads_stdin {
        return Err(Fail::Usage("`--stdin-filename` names what `-` reads: add `-` to the paths".to_owned()));
    }
    if reads_stdin {
        let Some(name) = &args.stdin_filename else {
            return Err(Fail::Usage("`-` needs `--stdin-filename`, which says what kind of file it is".to_owned()));
        };
        if args.files_from.as_deref() == Some(dash) {
            return Err(Fail::Usage("`-` and `--files-from -` both read standard input".to_owned()));
        }
        let path = normalized(&base.join(name));
        given.insert(path.clone(), standard_input()?);
        arguments.push(path);
    }
    match args.files_from.as_deref() {
        None if arguments.is_empty() => arguments.push(PathBuf::from(".")),
        None => {}
        Some(list) => {
            let bytes = if list == dash {
                standard_input()?
            } else {
                read_named(list).map_err(|e| Fail::Usage(format!("cannot read the list `{}`: {e}", list.display())))?
            };
            arguments.extend(lines(&bytes));
        }
    }
    Ok(Paths { arguments, given })
}

fn standard_input() -> Result<Vec<u8>, Fail> {
    read_bounded(std::io::stdin().lock()).map_err(|e| Fail::Usage(format!("cannot read standard input: {e}")))
}

/// One path a line, or between zero bytes when there are any.
fn lines(bytes: &[u8]) -> Vec<PathBuf> {
    let separator = if bytes.contains(&0) { 0 } else { b'\n' };
    let parts = bytes.split(|b| *b == separator).map(|l| l.strip_suffix(b"\r").unwrap_or(l));
    parts.filter(|l| !l.trim_ascii().is_empty()).map(path_of).collect()
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
