use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use super::{DirEntry, EntryKind, Look, Opened, Provider};

/// Another provider with some files on top that are not there, or whose text is another: standard input, unsaved
/// buffers.
pub struct Overlay<P> {
    below: P,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl<P: Provider> Overlay<P> {
    /// Files by absolute path on top of a provider.
    pub fn new(below: P, files: BTreeMap<PathBuf, Vec<u8>>) -> Self {
        Self { below, files }
    }
}

impl<P: Provider> Provider for Overlay<P> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(path).map_or_else(|| self.below.read(path), |bytes| Ok(bytes.clone()))
    }

    fn open(&self, path: &Path) -> io::Result<Opened<'_>> {
        match self.files.get(path) {
            Some(bytes) => Ok(Opened { size: bytes.len() as u64, reader: Box::new(&**bytes) }),
            None => self.below.open(path),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let above: Vec<&str> = self
            .files
            .keys()
            .filter(|file| file.parent() == Some(path))
            .filter_map(|file| file.file_name()?.to_str())
            .collect();
        let mut entries = match self.below.list(path) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound && !above.is_empty() => Vec::new(),
            Err(e) => return Err(e),
        };
        entries.retain(|e| !above.contains(&e.name.as_str()));
        entries.extend(above.into_iter().map(|name| DirEntry { name: name.to_owned(), kind: EntryKind::File }));
        Ok(entries)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        if self.files.contains_key(path) { Some(EntryKind::File) } else { self.below.kind(path) }
    }

    fn resolve(&self, path: &Path) -> PathBuf {
        self.below.resolve(path)
    }

    fn look_in(&self, real_folder: &Path, path: &Path) -> Look {
        let look = self.below.look_in(real_folder, path);
        if self.files.contains_key(path) { Look { kind: Some(EntryKind::File), ..look } } else { look }
    }

    fn is_of_disk(&self, folder: &Path) -> bool {
        // What lies below a folder follows it in the order of paths.
        let next = self.files.range(folder.to_owned()..).next();
        self.below.is_of_disk(folder) && !next.is_some_and(|(path, _)| path.starts_with(folder))
    }
}
