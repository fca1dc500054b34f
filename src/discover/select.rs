use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::Target;

/// What the user asked about: folders with all that lies in them, and files that were named. All paths are absolute.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    folders: BTreeSet<PathBuf>,
    files: BTreeSet<PathBuf>,
}

impl Selection {
    /// The selection that these targets make.
    pub fn new(targets: &[Target]) -> Self {
        let mut selection = Self::default();
        for target in targets {
            match target {
                Target::Folder(p) => selection.folders.insert(p.clone()),
                Target::File(p) => selection.files.insert(p.clone()),
            };
        }
        selection
    }

    /// Whether a path was named or lies in a folder that was.
    pub fn has(&self, path: &Path) -> bool {
        self.files.contains(path) || self.has_folder_of(path)
    }

    /// Whether a path is, or lies in, a folder that was named.
    pub fn has_folder_of(&self, path: &Path) -> bool {
        // Nearly always there is one folder, and all lies in it: comparing bytes tells so at once.
        let below = |folder: &PathBuf| {
            let rest = path.as_os_str().as_encoded_bytes().strip_prefix(folder.as_os_str().as_encoded_bytes());
            rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'/')))
        };
        self.folders.iter().take(4).any(below) || path.ancestors().any(|a| self.folders.contains(a))
    }

    /// The files that were named.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    /// The folders that were named.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.iter().map(PathBuf::as_path)
    }
}
