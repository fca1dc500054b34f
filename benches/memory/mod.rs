use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use iac_trust_lint::source::{DirEntry, EntryKind, Provider};

/// The folder that all files are in.
pub const ROOT: &str = "/tree";

/// Files in memory, so that the disk is not measured.
#[derive(Clone, Default)]
pub struct Memory {
    pub files: BTreeMap<PathBuf, String>,
    folders: BTreeMap<PathBuf, BTreeSet<DirEntry>>,
}

impl Memory {
    pub fn new(files: Vec<(String, String)>) -> Self {
        let mut all = Self::default();
        for (name, text) in files {
            let path = Path::new(ROOT).join(name);
            let mut below: &Path = &path;
            let mut kind = EntryKind::File;
            while let (Some(folder), Some(name)) = (below.parent(), below.file_name()) {
                let entry = DirEntry { name: name.to_string_lossy().into_owned(), kind };
                all.folders.entry(folder.to_owned()).or_default().insert(entry);
                (below, kind) = (folder, EntryKind::Directory);
            }
            all.files.insert(path, text);
        }
        all
    }
}

impl Provider for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(path).map(|t| t.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        Ok(self.folders.get(path).into_iter().flatten().cloned().collect())
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        if self.files.contains_key(path) {
            Some(EntryKind::File)
        } else {
            self.folders.contains_key(path).then_some(EntryKind::Directory)
        }
    }

    fn resolve(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }
}
