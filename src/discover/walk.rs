use std::{
    cell::RefCell,
    io,
    io::Read,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::{
    DocumentKind, FileKind,
    ignored::Ignores,
    kind_of,
    search::{self, SKIPPED, TerraformHints},
};
use crate::source::{EntryKind, Files, MOST_BYTES, guarded, open};

thread_local! {
    /// Most files are read, searched and dropped: they share one buffer.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What is said of a pipe.
const NOT_A_FILE: &str = "it is a pipe, a socket or a device";

/// What is said of a link that leads out of the root.
const OUTSIDE: &str = "it lies outside the root";

/// What is said of an ignore file that is not read.
const NOT_KEPT_TO: &str = "it is no plain file of at most 1 MB within the root, and is not kept to";

/// A larger buffer is not kept.
const LARGE_BUFFER: usize = 4 << 20;

/// What a walk found, in no order.
pub(super) enum Seen {
    /// A Terraform file; its bytes when they may be needed again.
    Terraform(PathBuf, TerraformHints, Option<Vec<u8>>),
    /// A unit of Terragrunt.
    Terragrunt(PathBuf, Vec<u8>),
    /// A document worth parsing.
    Document(PathBuf, DocumentKind, Vec<u8>),
    /// A file with an inline suppression.
    Noted(PathBuf),
    /// A file or folder that should be read and cannot be, and why.
    Problem(PathBuf, String),
    /// A file whose search ended with an internal error.
    Broken(PathBuf, String),
}

/// Which documents a walk opens.
#[derive(Clone, Copy)]
pub(super) enum Documents<'a> {
    /// All that may hold a role.
    All,
    /// Templates with nested stacks that name one of these files.
    CallersOf(&'a [String]),
}

/// How to walk.
pub(super) struct Walk<'a> {
    pub files: &'a Files,
    /// Which documents are wanted besides Terraform files.
    pub documents: Documents<'a>,
    /// Folders that are not entered.
    pub except: &'a [PathBuf],
    /// Threads; 0 lets the walker choose.
    pub jobs: usize,
}

impl Walk<'_> {
    /// Walks folders in parallel, keeping to their ignore files.
    pub(super) fn run(&self, folders: &[PathBuf]) -> Vec<Seen> {
        let Some((first, rest)) = folders.split_first() else { return Vec::new() };
        let mut builder = WalkBuilder::new(first);
        for folder in rest {
            builder.add(folder);
        }
        let except = self.except.to_vec();
        let ignores = Arc::new(Ignores::new(folders, self.files.bounds()));
        let of_folders = ignores.clone();
        let enters = move |e: &DirEntry| {
            let is_folder = e.file_type().is_some_and(|t| t.is_dir());
            let skipped = || SKIPPED.iter().any(|s| e.file_name() == *s) || of_folders.excludes(e.path(), true);
            !(is_folder && skipped() || except.iter().any(|p| p == e.path()))
        };
        builder.standard_filters(false).threads(self.jobs).filter_entry(move |e| e.depth() == 0 || enters(e));
        let (sender, receiver) = channel();
        builder.build_parallel().run(|| {
            let sender = sender.clone();
            let out = Out { sender, ignores: Some(ignores.clone()) };
            Box::new(move |entry| {
                self.visit(entry, &out);
                WalkState::Continue
            })
        });
        drop(sender);
        let mut seen: Vec<Seen> = receiver.into_iter().collect();
        seen.extend(ignores.broken().into_iter().map(|(path, cause)| Seen::Broken(path, cause)));
        seen.extend(ignores.odd().into_iter().map(|path| Seen::Problem(path, NOT_KEPT_TO.to_owned())));
        seen
    }

    fn visit(&self, entry: Result<DirEntry, ignore::Error>, out: &Out) {
        match entry {
            Ok(entry) => {
                let Some(kind) = entry.file_type() else { return };
                if kind.is_dir() {
                    return;
                }
                if kind.is_symlink() {
                    self.link(entry.into_path(), out);
                } else if kind.is_file() {
                    self.file(entry.into_path(), out);
                } else if matches!(kind_of(entry.path()), FileKind::Terraform | FileKind::TerraformJson) {
                    out.send(Seen::Problem(entry.into_path(), NOT_A_FILE.to_owned()));
                }
            }
            Err(error) => {
                if let Some((path, why)) = trouble(&error, None) {
                    out.send(Seen::Problem(path, why));
                }
            }
        }
    }

    /// A link to a Terraform file belongs to the module that it stands in, as long as it does not lead out of the root.
    /// What other links lead to is met where it stands.
    fn link(&self, path: PathBuf, out: &Out) {
        if !matches!(kind_of(&path), FileKind::Terraform | FileKind::TerraformJson) {
            return;
        }
        match self.files.check(&path) {
            Ok(_) => match self.files.kind(&path) {
                Some(EntryKind::File) => self.file(path, out),
                Some(EntryKind::Other) => out.send(Seen::Problem(path, NOT_A_FILE.to_owned())),
                Some(EntryKind::Directory) | None => {}
            },
            Err(_) => out.send(Seen::Problem(path, OUTSIDE.to_owned())),
        }
    }

    fn file(&self, path: PathBuf, out: &Out) {
        let kind = kind_of(&path);
        let wanted = match kind {
            FileKind::Terraform | FileKind::TerraformJson | FileKind::Terragrunt => true,
            FileKind::Document => !matches!(self.documents, Documents::CallersOf([])),
            FileKind::Variables | FileKind::Other => false,
        };
        if wanted {
            self.read(path, kind, out);
        }
    }

    /// Sorts one file by its bytes.
    fn examine(&self, path: PathBuf, kind: FileKind, bytes: &[u8], out: &Out) {
        if search::has_suppression(bytes) {
            out.send(Seen::Noted(path.clone()));
        }
        match kind {
            FileKind::Terraform | FileKind::TerraformJson => {
                let hints = search::terraform(bytes, kind == FileKind::TerraformJson);
                let keep = hints.roles || hints.other_calls || !hints.local_calls.is_empty();
                out.send(Seen::Terraform(path, hints, keep.then(|| bytes.to_vec())));
            }
            FileKind::Terragrunt => out.send(Seen::Terragrunt(path, bytes.to_vec())),
            _ => {
                let wanted = match self.documents {
                    Documents::All => true,
                    Documents::CallersOf(names) => search::nests(bytes, names),
                };
                if let Some(document) = search::document(bytes).filter(|_| wanted) {
                    out.send(Seen::Document(path, document, bytes.to_vec()));
                }
            }
        }
    }

    fn read(&self, path: PathBuf, kind: FileKind, out: &Out) {
        if let Err(cause) = guarded(|| self.read_and_examine(path.clone(), kind, out)) {
            out.send(Seen::Broken(path, cause));
        }
    }

    fn read_and_examine(&self, path: PathBuf, kind: FileKind, out: &Out) {
        if path.to_str().is_none() && kind != FileKind::Document {
            out.send(Seen::Problem(path, "its name is not UTF-8".to_owned()));
            return;
        }
        crate::fault::fault("walk", || path.display().to_string());
        BUFFER.with_borrow_mut(|buffer| self.read_with(buffer, path, kind, out));
    }

    fn read_with(&self, buffer: &mut Vec<u8>, path: PathBuf, kind: FileKind, out: &Out) {
        match self.files.provider().read_into(&path, buffer) {
            Ok(()) => {
                self.examine(path, kind, buffer, out);
                if buffer.capacity() > LARGE_BUFFER {
                    *buffer = Vec::new();
                }
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => {
                let wanted = || matches!(self.documents, Documents::All) && large_file_is_wanted(&path);
                if kind != FileKind::Document || wanted() {
                    out.send(Seen::Problem(path, format!("it has more than {MOST_BYTES} bytes")));
                }
            }
            Err(e) => out.send(Seen::Problem(path, cause(&e))),
        }
    }
}

/// Where what was seen goes.
struct Out {
    sender: Sender<Seen>,
    /// The ignore files that it has to pass.
    ignores: Option<Arc<Ignores>>,
}

impl Out {
    fn send(&self, seen: Seen) {
        let (Seen::Terraform(path, ..)
        | Seen::Terragrunt(path, _)
        | Seen::Document(path, ..)
        | Seen::Noted(path)
        | Seen::Problem(path, _)
        | Seen::Broken(path, _)) = &seen;
        if !self.ignores.as_ref().is_some_and(|i| i.excludes(path, false)) {
            // The receiver lives until the walk is over.
            let _ = self.sender.send(seen);
        }
    }
}

/// The path and cause of a walk's error; `None` for what is no trouble.
fn trouble(error: &ignore::Error, path: Option<&Path>) -> Option<(PathBuf, String)> {
    match error {
        ignore::Error::WithPath { path, err } => trouble(err, Some(path)),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => trouble(err, path),
        ignore::Error::Io(e) if e.kind() == io::ErrorKind::NotFound => None,
        ignore::Error::Io(e) => Some((path?.to_owned(), cause(e))),
        _ => None,
    }
}

/// The cause of an error in words that are the same on every system.
fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// Searches a file that is too large to be read whole, piece by piece, and not without an end.
fn large_file_is_wanted(path: &Path) -> bool {
    const PIECE: usize = 1 << 20;
    const OVERLAP: usize = 64;
    const MOST: u64 = 1 << 30;
    let Ok(mut file) = open(path).map(|file| file.take(MOST)) else { return true };
    let mut buffer = vec![0; PIECE + OVERLAP];
    let mut kept = 0;
    loop {
        let Some(space) = buffer.get_mut(kept..) else { return true };
        let Ok(n) = file.read(space) else { return true };
        if n == 0 {
            return false;
        }
        let filled = kept + n;
        if search::document(buffer.get(..filled).unwrap_or(&[])).is_some() {
            return true;
        }
        let keep_from = filled.saturating_sub(OVERLAP);
        buffer.copy_within(keep_from..filled, 0);
        kept = filled - keep_from;
    }
}

/// Examines files one by one, whatever ignore files say and whatever their names are.
pub(super) fn named(walk: &Walk<'_>, files: impl IntoIterator<Item = PathBuf>) -> Vec<Seen> {
    let (sender, receiver) = channel();
    let out = Out { sender, ignores: None };
    for path in files {
        match kind_of(&path) {
            FileKind::Variables => {}
            // A link may lead anywhere.
            _ if walk.files.check(&path).is_err() => out.send(Seen::Problem(path, OUTSIDE.to_owned())),
            kind => walk.read(path, kind, &out),
        }
    }
    drop(out);
    receiver.into_iter().collect()
}
