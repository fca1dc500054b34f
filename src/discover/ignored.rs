//! Ignore files: `.ignore`, `.gitignore` and `.git/info/exclude`, with the precedence that git and ripgrep give them.
//!
//! Most files of a tree are of no interest and most folders match no line of any ignore file. So an ignore file is read
//! when something that it might speak of is asked about, and nothing is asked about a file before its bytes have made
//! it interesting.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use super::pattern::Lines;
use crate::source::{guarded, open};

/// What the ignore files of a walk have in common.
pub(super) struct Ignores {
    /// Nothing outside of these folders is read.
    bounds: Vec<PathBuf>,
    odd: Mutex<BTreeSet<PathBuf>>,
    /// Paths of which nobody knows whether they are left out, each with the message of an internal error.
    broken: Mutex<Vec<(PathBuf, String)>>,
}

/// The ignore files that a folder's entries have to pass: its own and those above it.
#[derive(Clone, Default)]
pub(super) struct Rules(Option<Arc<Folder>>);

struct Folder {
    path: PathBuf,
    above: Rules,
    /// In the order of [`NAMES`].
    files: [State; 3],
}

enum State {
    Absent,
    /// `None` inside when it says nothing.
    There(OnceLock<Option<Lines>>),
}

/// Which ignore files a folder has.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Present([bool; 3]);

impl Present {
    /// Takes note of an entry of the folder.
    pub(super) fn note(&mut self, name: &OsStr) {
        let name = name.as_encoded_bytes();
        if name.first() != Some(&b'.') {
            return;
        }
        for (there, own) in self.0.iter_mut().zip(NAMES) {
            *there |= own.split('/').next().is_some_and(|first| name == first.as_bytes());
        }
    }
}

impl Ignores {
    /// A file that a link leads to is read when it lies in one of the bounds, whose own links are resolved.
    pub(super) fn new(bounds: Vec<PathBuf>) -> Self {
        Self { bounds, odd: Mutex::default(), broken: Mutex::default() }
    }

    /// Ignore files that are not kept to, because they are no plain files, lie outside or are too large.
    pub(super) fn odd(&self) -> Vec<PathBuf> {
        self.odd.lock().unwrap_or_else(|e| e.into_inner()).iter().cloned().collect()
    }

    /// Paths at which keeping to ignore files ended with an internal error, and its message.
    pub(super) fn broken(&self) -> Vec<(PathBuf, String)> {
        std::mem::take(&mut *self.broken.lock().unwrap_or_else(|e| e.into_inner()))
    }

    /// Whether a walk leaves a file or folder out.
    pub(super) fn excludes(&self, rules: &Rules, path: &Path, is_folder: bool) -> bool {
        guarded(|| self.say(rules, path, is_folder)).unwrap_or_else(|cause| {
            self.broken.lock().unwrap_or_else(|e| e.into_inner()).push((path.to_owned(), cause));
            false
        })
    }

    fn say(&self, rules: &Rules, path: &Path, is_folder: bool) -> bool {
        crate::fault::fault("ignores", || path.display().to_string());
        let Some(name) = path.file_name() else { return false };
        let name = name.as_encoded_bytes();
        let mut found: [Option<bool>; 3] = [None; 3];
        let mut next = &rules.0;
        while let Some(folder) = next {
            for ((slot, state), own) in found.iter_mut().zip(&folder.files).zip(NAMES) {
                let State::There(lines) = state else { continue };
                if slot.is_none()
                    && let Some(lines) = lines.get_or_init(|| self.read(&folder.path, own))
                {
                    *slot = lines.excludes(&folder.path, path, name, is_folder);
                }
            }
            if found[0].is_some() {
                break;
            }
            next = &folder.above.0;
        }
        found.into_iter().flatten().next().unwrap_or(false)
    }

    fn read(&self, folder: &Path, name: &str) -> Option<Lines> {
        match read(folder, name, &self.bounds) {
            Ok(text) => Some(Lines::new(&text?)),
            Err(Odd(path)) => {
                self.odd.lock().unwrap_or_else(|e| e.into_inner()).insert(path);
                None
            }
        }
    }
}

impl Rules {
    /// The rules for the folder at which a walk begins. Inside a repository the ignore files above it count too.
    pub(super) fn above(folder: &Path) -> Self {
        let mut rules = Self::default();
        let Some(top) = crate::config::repository(folder) else { return rules };
        let between: Vec<&Path> = folder.ancestors().skip(1).take_while(|a| a.starts_with(top)).collect();
        for folder in between.into_iter().rev() {
            rules = rules.entered(folder, Present([true; 3]));
        }
        rules
    }

    /// The rules within a folder.
    pub(super) fn entered(&self, folder: &Path, present: Present) -> Self {
        if present == Present::default() {
            return self.clone();
        }
        let files = present.0.map(|there| if there { State::There(OnceLock::new()) } else { State::Absent });
        Self(Some(Arc::new(Folder { path: folder.to_owned(), above: self.clone(), files })))
    }
}

/// Where ignore files stand in a folder, the stronger one first.
const NAMES: [&str; 3] = [".ignore", ".gitignore", ".git/info/exclude"];

/// An ignore file that must not be read.
struct Odd(PathBuf);

/// A larger ignore file is no ignore file.
const MOST_BYTES: u64 = 1 << 20;

/// The text of an ignore file; `None` when there is none.
fn read(folder: &Path, name: &str, bounds: &[PathBuf]) -> Result<Option<String>, Odd> {
    use std::io::Read as _;
    let path = folder.join(name);
    let Ok(meta) = std::fs::symlink_metadata(&path) else { return Ok(None) };
    // Opening a pipe waits for whoever writes it.
    let meta = if meta.is_symlink() || name.contains('/') {
        let Ok(real) = path.canonicalize() else { return Ok(None) };
        let own = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        if !bounds.iter().chain([&own]).any(|b| real.starts_with(b)) {
            return Err(Odd(path));
        }
        let Ok(meta) = std::fs::metadata(real) else { return Ok(None) };
        meta
    } else {
        meta
    };
    if !meta.is_file() || meta.len() > MOST_BYTES {
        return if meta.is_dir() { Ok(None) } else { Err(Odd(path)) };
    }
    let Ok(file) = open(&path) else { return Ok(None) };
    // Room for one byte more: a single call of the system reads all, and one more meets the end.
    let mut text = String::with_capacity(usize::try_from(meta.len()).unwrap_or_default() + 1);
    Ok(file.take(MOST_BYTES).read_to_string(&mut text).ok().map(|_| text))
}
