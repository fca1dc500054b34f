use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    string::FromUtf8Error,
};

use super::{
    DocumentKind, FileKind,
    ignored::{Ignores, Rules},
    kind_of,
    order::sort_key,
    search::{self, Pieces, TerraformHints},
    tree::{Entry, Tree, Visitor},
};
use crate::source::{EntryKind, Files, Listing, MOST_BYTES, Opened, guarded};

/// What is said of a pipe.
const NOT_A_FILE: &str = "it is a pipe, a socket or a device";

/// What is said of a link that leads out of the root.
const OUTSIDE: &str = "it lies outside the root";

/// What is said of an ignore file that is not read.
const NOT_KEPT_TO: &str = "it is no plain file of at most 1 MB within the root, and is not kept to";

/// Of a larger file only the beginning is searched: it may have no end.
const MOST_SEARCHED: u64 = 1 << 30;

/// Larger files are searched in pieces of so many bytes.
const PIECE: usize = 256 << 10;

/// The text of a file that may be needed again. Whether it is text is found out where several threads are at it.
pub(super) type Kept = Result<String, FromUtf8Error>;

/// What a walk found, in no order.
pub(super) enum Seen {
    /// A Terraform file; its bytes when they may be needed again.
    Terraform(PathBuf, TerraformHints, Option<Kept>),
    /// A folder with Terraform files, and all that stands in it.
    Folder(PathBuf, Listing),
    /// A unit of Terragrunt.
    Terragrunt(PathBuf, Kept),
    /// A document worth parsing.
    Document(PathBuf, DocumentKind, Kept),
    /// A file with an inline suppression.
    Noted(PathBuf),
    /// A file or folder that should be read and cannot be, and why.
    Problem(PathBuf, String),
    /// A file whose search ended with an internal error.
    Broken(PathBuf, String),
}

impl Seen {
    fn path(&self) -> &Path {
        let (Self::Terraform(path, ..)
        | Self::Folder(path, _)
        | Self::Terragrunt(path, _)
        | Self::Document(path, ..)
        | Self::Noted(path)
        | Self::Problem(path, _)
        | Self::Broken(path, _)) = self;
        path
    }
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
    /// Threads; 0 for as many as there are cores.
    pub jobs: usize,
}

impl Walk<'_> {
    /// Walks folders in parallel, keeping to their ignore files.
    pub(super) fn run(&self, folders: &[PathBuf]) -> Vec<Seen> {
        let ignores = Ignores::new(self.files.bounds());
        let tree = Tree { ignores: &ignores, except: self.except, jobs: self.jobs };
        // Where a walk begins outside of the roots, what it sees may not be read.
        let may_be_read = folders.iter().all(|folder| self.files.check(folder).is_ok());
        let visitors =
            tree.walk(folders, || Searcher { keeps_listings: may_be_read, ..Searcher::new(self, Some(&ignores)) });
        let mut seen: Vec<Seen> = visitors.into_iter().flat_map(|v| v.seen).collect();
        seen.extend(ignores.broken().into_iter().map(|(path, cause)| Seen::Broken(path, cause)));
        seen.extend(ignores.odd().into_iter().map(|path| Seen::Problem(path, NOT_KEPT_TO.to_owned())));
        seen
    }

    fn wants(&self, kind: FileKind) -> bool {
        match kind {
            FileKind::Terraform | FileKind::TerraformJson | FileKind::Terragrunt => true,
            FileKind::Document => !matches!(self.documents, Documents::CallersOf([])),
            FileKind::Variables | FileKind::Other => false,
        }
    }
}

/// Searches files, one thread's part of a walk.
struct Searcher<'a> {
    walk: &'a Walk<'a>,
    /// The ignore files that what is seen has to pass.
    ignores: Option<&'a Ignores>,
    /// Whether it is of use what stands in a folder.
    keeps_listings: bool,
    /// Most files are read, searched and dropped: they share one buffer, of [`PIECE`] bytes once it is needed.
    buffer: Vec<u8>,
    seen: Vec<Seen>,
    /// Terraform files of the folder that say nothing of roles or modules themselves.
    plain: Plain,
}

/// Files that are read again when their module is evaluated. While a folder is searched nobody knows whether it is.
#[derive(Default)]
struct Plain {
    /// Their places in `seen`.
    held: Vec<usize>,
    /// How many bytes are held, those of folders before included.
    bytes: usize,
    /// Whether another file of the folder says more.
    promising: bool,
}

/// So much is held at most, by each thread: larger trees read again what they need.
const MOST_HELD: usize = 4 << 20;

impl Visitor for Searcher<'_> {
    fn wants(&self, name: &OsStr, entry: Entry) -> bool {
        let kind = kind_of(Path::new(name));
        match entry {
            Entry::File => self.walk.wants(kind),
            Entry::Link | Entry::Other => matches!(kind, FileKind::Terraform | FileKind::TerraformJson),
        }
    }

    fn listed(&mut self, folder: &Path, wanted: &[(Box<OsStr>, Entry)], all: Listing) {
        let is_terraform =
            |name: &OsStr| matches!(kind_of(Path::new(name)), FileKind::Terraform | FileKind::TerraformJson);
        if self.keeps_listings && all.is_small() && wanted.iter().any(|(name, _)| is_terraform(name)) {
            self.seen.push(Seen::Folder(folder.to_owned(), all.shrunk()));
        }
    }

    fn visit(&mut self, path: PathBuf, entry: Entry, rules: &Rules) {
        crate::fault::fault("visit", || path.display().to_string());
        match entry {
            Entry::File => self.read(path, rules),
            Entry::Link => self.link(path, rules),
            Entry::Other => self.send(Seen::Problem(path, NOT_A_FILE.to_owned()), rules),
        }
    }

    fn visited(&mut self) {
        let held = std::mem::take(&mut self.plain.held);
        if std::mem::take(&mut self.plain.promising) {
            return;
        }
        for at in held {
            if let Some(Seen::Terraform(_, _, text)) = self.seen.get_mut(at)
                && let Some(Ok(text)) = text.take()
            {
                self.plain.bytes = self.plain.bytes.saturating_sub(text.len());
            }
        }
    }

    /// What several threads have in order is soon in order all together.
    fn ended(&mut self) {
        self.seen.sort_by_cached_key(|seen| sort_key(seen.path()));
    }

    fn trouble(&mut self, folder: &Path, error: &io::Error) {
        if error.kind() != io::ErrorKind::NotFound {
            self.seen.push(Seen::Problem(folder.to_owned(), cause(error)));
        }
    }

    fn broken(&mut self, folder: &Path, cause: String) {
        self.seen.push(Seen::Broken(folder.to_owned(), cause));
    }
}

impl<'a> Searcher<'a> {
    fn new(walk: &'a Walk<'a>, ignores: Option<&'a Ignores>) -> Self {
        Self { walk, ignores, keeps_listings: false, buffer: Vec::new(), seen: Vec::new(), plain: Plain::default() }
    }

    fn send(&mut self, seen: Seen, rules: &Rules) {
        if !self.ignores.is_some_and(|i| i.excludes(rules, seen.path(), false)) {
            self.seen.push(seen);
        }
    }

    /// A link to a Terraform file belongs to the module that it stands in, as long as it does not lead out of the root.
    /// What other links lead to is met where it stands.
    fn link(&mut self, path: PathBuf, rules: &Rules) {
        let files = self.walk.files;
        match files.check(&path) {
            Ok(_) => match files.kind(&path) {
                Some(EntryKind::File) => self.read(path, rules),
                Some(EntryKind::Other) => self.send(Seen::Problem(path, NOT_A_FILE.to_owned()), rules),
                Some(EntryKind::Directory) | None => {}
            },
            Err(_) => self.send(Seen::Problem(path, OUTSIDE.to_owned()), rules),
        }
    }

    fn read(&mut self, path: PathBuf, rules: &Rules) {
        let kind = kind_of(&path);
        if path.to_str().is_none() && kind != FileKind::Document {
            self.send(Seen::Problem(path, "its name is not UTF-8".to_owned()), rules);
            return;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(PIECE, 0);
        match guarded(|| self.search(&path, kind, &mut buffer, rules)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => match error.kind() {
                io::ErrorKind::NotFound => {}
                io::ErrorKind::FileTooLarge => {
                    self.send(Seen::Problem(path, format!("it has more than {MOST_BYTES} bytes")), rules);
                }
                _ => self.send(Seen::Problem(path, cause(&error)), rules),
            },
            Err(cause) => self.send(Seen::Broken(path, cause), rules),
        }
        self.buffer = buffer;
    }

    fn search(&mut self, path: &Path, kind: FileKind, buffer: &mut [u8], rules: &Rules) -> io::Result<()> {
        crate::fault::fault("walk", || path.display().to_string());
        let provider = self.walk.files.provider();
        let file = provider.open(path)?;
        let size = file.size;
        let mut reader = Reader::new(file);
        let (filled, ended) = reader.fill(buffer, 0)?;
        if ended {
            self.examine(path, kind, buffer.get(..filled).unwrap_or_default(), rules);
            return Ok(());
        }
        let all = matches!(self.walk.documents, Documents::All);
        if kind != FileKind::Document || !all && size <= MOST_BYTES {
            self.examine(path, kind, &provider.read(path)?, rules);
            return Ok(());
        }
        let pieces = reader.pieces(buffer, filled)?;
        if pieces.have_suppression() && size <= MOST_BYTES {
            self.send(Seen::Noted(path.to_owned()), rules);
        }
        if pieces.mention_trust() && all {
            let bytes = provider.read(path)?;
            if let Some(document) = search::document_of(&bytes) {
                self.send(Seen::Document(path.to_owned(), document, String::from_utf8(bytes)), rules);
            }
        }
        Ok(())
    }

    /// Sorts one file by its bytes.
    fn examine(&mut self, path: &Path, kind: FileKind, bytes: &[u8], rules: &Rules) {
        if search::has_suppression(bytes) {
            self.send(Seen::Noted(path.to_owned()), rules);
        }
        match kind {
            FileKind::Terraform | FileKind::TerraformJson => {
                let hints = search::terraform(bytes, kind == FileKind::TerraformJson);
                let says_more = hints.roles || hints.other_calls || !hints.local_calls.is_empty();
                self.plain.promising |= says_more;
                let text = match says_more {
                    true => Some(String::from_utf8(bytes.to_vec())),
                    // Of those who may call something named, few do.
                    false if !matches!(self.walk.documents, Documents::All) => None,
                    false if self.plain.bytes + bytes.len() > MOST_HELD => None,
                    false => String::from_utf8(bytes.to_vec()).ok().map(Ok),
                };
                if !says_more && text.is_some() {
                    self.plain.held.push(self.seen.len());
                    self.plain.bytes += bytes.len();
                }
                self.send(Seen::Terraform(path.to_owned(), hints, text), rules);
            }
            FileKind::Terragrunt => {
                self.send(Seen::Terragrunt(path.to_owned(), String::from_utf8(bytes.to_vec())), rules)
            }
            _ => {
                let wanted = match self.walk.documents {
                    Documents::All => true,
                    Documents::CallersOf(names) => search::nests(bytes, names),
                };
                if wanted && let Some(document) = search::document(bytes) {
                    self.send(Seen::Document(path.to_owned(), document, String::from_utf8(bytes.to_vec())), rules);
                }
            }
        }
    }
}

/// A file that is read piece by piece.
struct Reader<'f> {
    file: Opened<'f>,
    /// So many bytes are read at most: as many as it had when it was opened.
    left: u64,
}

impl<'f> Reader<'f> {
    fn new(file: Opened<'f>) -> Self {
        let left = if file.size == 0 { MOST_BYTES + 1 } else { file.size.min(MOST_SEARCHED) };
        Self { file, left }
    }

    /// Reads into a buffer, after the first `from` bytes, until it is full or the file ends. How many bytes are in it
    /// then, and whether the file has ended.
    fn fill(&mut self, buffer: &mut [u8], from: usize) -> io::Result<(usize, bool)> {
        let mut filled = from;
        while let Some(space) = buffer.get_mut(filled..).filter(|s| !s.is_empty()) {
            match self.file.reader.read(space) {
                Ok(0) => return Ok((filled, true)),
                Ok(n) => {
                    filled += n;
                    self.left = self.left.saturating_sub(n as u64);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if self.left == 0 {
                // To ask for more would cost a call of the system for nothing but the answer that there is no more.
                return Ok((filled, true));
            }
        }
        Ok((filled, false))
    }

    /// Searches a file piece by piece. The first has been read.
    fn pieces(&mut self, buffer: &mut [u8], first: usize) -> io::Result<Pieces> {
        let mut pieces = Pieces::default();
        let (mut filled, mut ended) = (first, false);
        loop {
            pieces.take(buffer.get(..filled).unwrap_or_default());
            if ended || pieces.mention_trust() && pieces.have_suppression() {
                return Ok(pieces);
            }
            let keep_from = filled.saturating_sub(Pieces::OVERLAP);
            buffer.copy_within(keep_from..filled, 0);
            (filled, ended) = self.fill(buffer, filled - keep_from)?;
        }
    }
}

/// The cause of an error in words that are the same on every system.
fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// Examines files one by one, whatever ignore files say and whatever their names are.
pub(super) fn named(walk: &Walk<'_>, files: impl IntoIterator<Item = PathBuf>) -> Vec<Seen> {
    let mut searcher = Searcher::new(walk, None);
    for path in files {
        let rules = Rules::default();
        match kind_of(&path) {
            FileKind::Variables => {}
            // A link may lead anywhere.
            _ if walk.files.check(&path).is_err() => searcher.send(Seen::Problem(path, OUTSIDE.to_owned()), &rules),
            _ => searcher.read(path, &rules),
        }
    }
    searcher.visited();
    searcher.seen
}
