use std::{
    borrow::Cow,
    ffi::OsString,
    io,
    path::{Component, Path, PathBuf},
    sync::{Mutex, RwLock},
};

use super::{FileId, Listing, SourceFile, Sources, Told};
use crate::tables::Table;

/// Where files come from: the disk, an editor's buffers, a git tree.
pub trait Provider: Send + Sync {
    /// The bytes of a regular file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// A regular file of any size, to be read piece by piece.
    fn open(&self, path: &Path) -> io::Result<Opened<'_>> {
        let bytes = self.read(path)?;
        Ok(Opened { size: bytes.len() as u64, reader: Box::new(io::Cursor::new(bytes)) })
    }
    /// The entries of a directory, in any order.
    fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>>;
    /// What stands at a path, symbolic links followed; `None` when nothing does.
    fn kind(&self, path: &Path) -> Option<EntryKind>;
    /// The path with symbolic links resolved, as far as it exists.
    fn resolve(&self, path: &Path) -> PathBuf;
    /// An entry of a folder of which it is known how it is reached without symbolic links.
    fn look_in(&self, _real_folder: &Path, path: &Path) -> Look {
        Look { real: self.resolve(path), kind: self.kind(path) }
    }
    /// Whether a folder with all below it is as it stands on disk, so that nobody has to ask about what was seen there.
    fn is_of_disk(&self, _folder: &Path) -> bool {
        false
    }
}

/// What one look at a path shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    /// The path with symbolic links resolved, as far as it exists.
    pub real: PathBuf,
    /// What stands there, symbolic links followed; `None` when nothing does.
    pub kind: Option<EntryKind>,
}

/// A file that was opened.
pub struct Opened<'a> {
    /// How many bytes it had when it was opened; 0 also where the system does not say.
    pub size: u64,
    /// Its bytes, from the first on.
    pub reader: Box<dyn io::Read + 'a>,
}

/// One entry of a directory.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DirEntry {
    /// Its name.
    pub name: String,
    /// What it is, symbolic links followed.
    pub kind: EntryKind,
}

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// Anything else: a pipe, a socket, a device. Never read.
    Other,
}

/// A file that cannot be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It lies outside the root.
    #[error("`{0}` lies outside the root and is not read")]
    OutsideRoot(String),
    /// It is not there.
    #[error("`{0}` does not exist")]
    NotFound(String),
    /// It is larger than the limit.
    #[error("`{0}` has more than {1} bytes")]
    TooLarge(String, u64),
    /// It is neither a file nor a directory, or the wrong one of the two.
    #[error("`{0}` is no regular file")]
    NotAFile(String),
    /// It is no UTF-8.
    #[error("`{0}` is not UTF-8 text (byte {1} is the first that is not)")]
    NotText(String, usize),
    /// The system says no.
    #[error("cannot read `{0}`: {1}")]
    Io(String, String),
}

/// Reads files for frontends: each once, none outside the root.
pub struct Files {
    /// The texts that were read.
    pub sources: Sources,
    provider: Box<dyn Provider>,
    root: PathBuf,
    /// The root as it was named.
    named_root: PathBuf,
    more_roots: Vec<PathBuf>,
    base: PathBuf,
    allow_outside: bool,
    /// By normalized path: these are equal when their bytes are.
    cache: Mutex<Table<OsString, Result<FileId, ReadError>>>,
    /// Folders with their links resolved, by normalized path.
    folders: Mutex<Table<OsString, PathBuf>>,
    /// What a walk has seen of folders within the roots, by normalized path.
    seen: RwLock<Table<OsString, Listing>>,
}

/// So many folders above a path are asked whether anything below them is there.
const MOST_ABOVE: usize = 4;

/// Larger files are refused.
pub const MOST_BYTES: u64 = 256 * 1024 * 1024;

impl Files {
    /// Files under `root`, shown relative to `base` (the current directory). Both are absolute.
    pub fn new(provider: Box<dyn Provider>, root: &Path, base: &Path, allow_outside: bool) -> Self {
        Self {
            sources: Sources::new(),
            root: provider.resolve(&normalized(root)),
            named_root: normalized(root),
            more_roots: Vec::new(),
            provider,
            base: normalized(base),
            allow_outside,
            cache: Mutex::default(),
            folders: Mutex::default(),
            seen: RwLock::default(),
        }
    }

    /// The same with one more root, for runs over paths that have different ones.
    #[must_use]
    pub fn with_root(mut self, root: &Path) -> Self {
        self.more_roots.push(self.provider.resolve(&normalized(root)));
        self
    }

    /// The root: nothing outside it is read unless that was allowed.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folders within which files are read, links resolved: the top of the file system when all may be.
    pub fn bounds(&self) -> Vec<PathBuf> {
        let all = || self.root.ancestors().last().map(Path::to_owned);
        match all().filter(|_| self.allow_outside) {
            Some(top) => vec![top],
            None => std::iter::once(&self.root).chain(&self.more_roots).cloned().collect(),
        }
    }

    /// The provider itself, for walking.
    pub fn provider(&self) -> &dyn Provider {
        &*self.provider
    }

    /// A path made absolute against the base, without `.` and `..`.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        self.made_absolute(path).into_owned()
    }

    /// The same; most paths are so already.
    fn made_absolute<'p>(&self, path: &'p Path) -> Cow<'p, Path> {
        match path.to_str() {
            _ if is_normal(path) => path.into(),
            Some(text) if is_normal_below(text) => self.base.join(text).into(),
            _ => normalized(&self.base.join(path)).into(),
        }
    }

    /// A path as reports show it: relative to the base, with `/`.
    pub fn show(&self, path: &Path) -> String {
        if let Some(text) = self.below_base(path).filter(|_| is_normal(path)) {
            return text.to_owned();
        }
        relative(&self.base, &self.absolute(path))
    }

    /// What is left of a normalized path after the base, for most paths, for which that is what is shown.
    fn below_base<'p>(&self, path: &'p Path) -> Option<&'p str> {
        let (text, base) = (path.to_str()?, self.base.to_str()?);
        let rest = text.strip_prefix(base)?.strip_prefix('/')?;
        (std::path::MAIN_SEPARATOR == '/' && !rest.is_empty()).then_some(rest)
    }

    /// Whether a path may be read.
    pub fn check(&self, path: &Path) -> Result<PathBuf, ReadError> {
        if self.allow_outside { Ok(self.absolute(path)) } else { Ok(self.looked_at(path)?.0) }
    }

    /// A path that may be read, and what stands there.
    fn looked_at(&self, path: &Path) -> Result<(PathBuf, Option<EntryKind>), ReadError> {
        let path = self.absolute(path);
        if self.allow_outside {
            let kind = self.provider.kind(&path);
            return Ok((path, kind));
        }
        if let Some(kind) = self.told(&path) {
            return Ok((path, kind));
        }
        let Look { real, kind } = match path.parent().filter(|_| path.file_name().is_some()) {
            Some(folder) => self.provider.look_in(&self.folder(folder), &path),
            None => Look { real: self.provider.resolve(&path), kind: self.provider.kind(&path) },
        };
        if std::iter::once(&self.root).chain(&self.more_roots).any(|root| real.starts_with(root)) {
            Ok((path, kind))
        } else {
            Err(ReadError::OutsideRoot(self.show(&path)))
        }
    }

    /// A folder with its links resolved, once. Below the root each is one step from the one that it stands in.
    fn folder(&self, folder: &Path) -> PathBuf {
        if let Some(known) = self.folders.lock().unwrap_or_else(|e| e.into_inner()).get(folder.as_os_str()) {
            return known.clone();
        }
        let real = match folder.parent() {
            Some(outer) if outer.starts_with(&self.named_root) => {
                self.provider.look_in(&self.folder(outer), folder).real
            }
            _ => self.provider.resolve(folder),
        };
        self.folders.lock().unwrap_or_else(|e| e.into_inner()).insert(folder.into(), real.clone());
        real
    }

    /// Takes what a walk has seen of a folder. It came there from a folder that may be read, and followed no link on
    /// the way.
    pub(crate) fn take_listing(&self, folder: PathBuf, listing: Listing) {
        if !self.allow_outside && listing.is_small() && self.provider.is_of_disk(&folder) {
            self.seen.write().unwrap_or_else(|e| e.into_inner()).insert(folder.into(), listing);
        }
    }

    /// What a walk has seen at a path, which may be read then; `None` when somebody has to look.
    fn told(&self, path: &Path) -> Option<Option<EntryKind>> {
        let seen = self.seen.read().unwrap_or_else(|e| e.into_inner());
        if seen.contains_key(path.as_os_str()) {
            return Some(Some(EntryKind::Directory));
        }
        let mut below = path;
        for above in path.ancestors().skip(1).take(if seen.is_empty() { 0 } else { MOST_ABOVE }) {
            let Some(listing) = seen.get(above.as_os_str()) else {
                below = above;
                continue;
            };
            return match listing.tell(below.file_name()?.as_encoded_bytes()) {
                Told::There(kind) if below == path => Some(Some(kind)),
                Told::Absent => Some(None),
                Told::There(_) | Told::Unclear => None,
            };
        }
        None
    }

    /// The entries of a directory that a walk has seen.
    fn seen_entries(&self, path: &Path) -> Option<Vec<DirEntry>> {
        let seen = self.seen.read().unwrap_or_else(|e| e.into_inner());
        let entries = seen.get(path.as_os_str())?.entries().filter_map(|(name, kind)| {
            let name = std::str::from_utf8(name).ok()?.to_owned();
            let kind = kind.or_else(|| self.provider.kind(&path.join(&name))).unwrap_or(EntryKind::Other);
            Some(DirEntry { name, kind })
        });
        Some(entries.collect())
    }

    /// What stands at a path that may be read.
    pub(crate) fn look(&self, path: &Path) -> Result<Option<EntryKind>, ReadError> {
        Ok(self.looked_at(path)?.1)
    }

    /// What stands at a path; `None` also for what lies outside the root.
    pub fn kind(&self, path: &Path) -> Option<EntryKind> {
        self.looked_at(path).ok()?.1
    }

    /// The entries of a directory, sorted by name.
    pub fn list(&self, path: &Path) -> Result<Vec<DirEntry>, ReadError> {
        let path = self.check(path)?;
        let mut entries = match self.seen_entries(&path) {
            Some(entries) => entries,
            None => self.provider.list(&path).map_err(|e| self.io_error(&path, &e))?,
        };
        entries.sort();
        Ok(entries)
    }

    /// Reads a text file; the second call for a path reads nothing.
    pub fn read(&self, path: &Path) -> Result<FileId, ReadError> {
        let path = self.made_absolute(path);
        if let Some(known) = self.cache.lock().unwrap_or_else(|e| e.into_inner()).get(path.as_os_str()) {
            return known.clone();
        }
        let result = self.read_uncached(&path);
        self.remembered(path.into_owned(), result)
    }

    /// What became of a path: the first result counts.
    fn remembered(&self, path: PathBuf, result: Result<FileId, ReadError>) -> Result<FileId, ReadError> {
        self.cache.lock().unwrap_or_else(|e| e.into_inner()).entry(path.into()).or_insert(result).clone()
    }

    /// Makes room for so many more files.
    pub fn reserve(&self, count: usize) {
        self.cache.lock().unwrap_or_else(|e| e.into_inner()).reserve(count);
        self.sources.reserve(count);
    }

    /// Takes a text that was read already (standard input, a walk) as that of a path.
    pub fn insert(&self, path: &Path, bytes: Vec<u8>) -> Result<FileId, ReadError> {
        let path = self.absolute(path);
        let result = self.add(&path, bytes);
        self.remembered(path, result)
    }

    /// The same of what is known to be UTF-8. The path is absolute and normalized.
    pub(crate) fn insert_text(&self, path: &Path, text: String) -> Result<FileId, ReadError> {
        let result = match self.below_base(path) {
            Some(shown) => self.add_shown(shown, text),
            None => self.add_text(path, text),
        };
        self.remembered(path.to_owned(), result)
    }

    /// The file with that id.
    pub fn get(&self, id: FileId) -> std::sync::Arc<SourceFile> {
        self.sources.get(id)
    }

    fn read_uncached(&self, path: &Path) -> Result<FileId, ReadError> {
        let (checked, kind) = self.looked_at(path)?;
        match kind {
            None => return Err(ReadError::NotFound(self.show(path))),
            Some(EntryKind::File) => {}
            Some(_) => return Err(ReadError::NotAFile(self.show(path))),
        }
        let bytes = self.provider.read(&checked).map_err(|e| self.io_error(path, &e))?;
        self.add(path, bytes)
    }

    fn add(&self, path: &Path, bytes: Vec<u8>) -> Result<FileId, ReadError> {
        if bytes.len() as u64 > MOST_BYTES {
            return Err(ReadError::TooLarge(self.show(path), MOST_BYTES));
        }
        let text =
            String::from_utf8(bytes).map_err(|e| ReadError::NotText(self.show(path), e.utf8_error().valid_up_to()))?;
        self.add_text(path, text)
    }

    fn add_text(&self, path: &Path, text: String) -> Result<FileId, ReadError> {
        self.add_shown(&self.show(path), text)
    }

    fn add_shown(&self, shown: &str, text: String) -> Result<FileId, ReadError> {
        if text.len() as u64 > MOST_BYTES {
            return Err(ReadError::TooLarge(shown.to_owned(), MOST_BYTES));
        }
        self.sources.add(shown, text).map_err(|e| ReadError::Io(shown.to_owned(), e.to_string()))
    }

    fn io_error(&self, path: &Path, error: &io::Error) -> ReadError {
        let shown = self.show(path);
        match error.kind() {
            io::ErrorKind::NotFound => ReadError::NotFound(shown),
            io::ErrorKind::FileTooLarge => ReadError::TooLarge(shown, MOST_BYTES),
            _ => ReadError::Io(shown, error.to_string()),
        }
    }
}

/// Whether a relative path can be put behind a folder as it is.
fn is_normal_below(text: &str) -> bool {
    std::path::MAIN_SEPARATOR == '/'
        && !matches!(text.as_bytes().first(), None | Some(b'/' | b'.'))
        && has_plain_parts(text.as_bytes())
}

/// Whether a path is absolute and, for certain, as [`normalized`] gives it.
fn is_normal(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    std::path::MAIN_SEPARATOR == '/' && bytes.first() == Some(&b'/') && has_plain_parts(bytes)
}

/// Whether after each separator a name follows that begins with no dot. All bytes are looked at in any case: several at
/// a time are then.
fn has_plain_parts(path: &[u8]) -> bool {
    let after = path.get(1..).unwrap_or_default();
    let odd = |byte: &u8, next: &u8| (*byte == b'/') & ((*next == b'/') | (*next == b'.'));
    let is_odd = path.iter().zip(after).fold(false, |found, (byte, next)| found | odd(byte, next));
    !is_odd && path.last() != Some(&b'/')
}

/// A path as seen from a folder, with `/`: `.`, `modules/a`, `../b`. Both are absolute.
pub(crate) fn relative(from: &Path, to: &Path) -> String {
    let mut up = 0;
    let mut base = from;
    let rest = loop {
        match (to.strip_prefix(base), base.parent()) {
            (Ok(rest), _) => break rest,
            (Err(_), Some(parent)) => {
                base = parent;
                up += 1;
            }
            (Err(_), None) => return to.to_string_lossy().into_owned(),
        }
    };
    let parts = std::iter::repeat_n("..".to_owned(), up)
        .chain(rest.components().map(|c| c.as_os_str().to_string_lossy().into_owned()));
    let path = parts.collect::<Vec<_>>().join("/");
    if path.is_empty() { ".".to_owned() } else { path }
}

/// The path without `.` and, as far as the text allows, without `..`.
pub fn normalized(path: &Path) -> PathBuf {
    match path.to_str() {
        Some(text) if std::path::MAIN_SEPARATOR == '/' && text.starts_with('/') => normalized_text(text),
        _ => normalized_parts(path),
    }
}

/// The same of an absolute path, all of whose separators are `/`.
fn normalized_text(text: &str) -> PathBuf {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    for part in text.as_bytes().split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => out.truncate(memchr::memrchr(b'/', &out).unwrap_or_default()),
            name => {
                out.push(b'/');
                out.extend_from_slice(name);
            }
        }
    }
    match String::from_utf8(out) {
        Ok(text) if !text.is_empty() => text.into(),
        _ => "/".into(),
    }
}

/// The same of any path.
pub(super) fn normalized_parts(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::RootDir)) => {}
            other => out.push(other),
        }
    }
    out
}
