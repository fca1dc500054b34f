use std::sync::{Arc, RwLock};

use super::{FileId, SourceFile};
use crate::tables::Table;

/// All files of one run, by id. Shared by threads; files are only ever added.
#[derive(Default)]
pub struct Sources {
    inner: RwLock<Inner>,
}

#[derive(Default)]
struct Inner {
    files: Vec<Arc<SourceFile>>,
    by_name: Table<Arc<str>, FileId>,
}

/// The run has met more files than an id can name.
#[derive(Debug, thiserror::Error)]
#[error("more than {} files in one run", FileId::MOST)]
pub struct TooManyFiles;

impl Sources {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file under the name it is shown by. A name that is already there keeps its first text, so that every
    /// span of a run speaks of the same bytes.
    pub fn add(&self, name: &str, text: String) -> Result<FileId, TooManyFiles> {
        let mut inner = self.inner.write().unwrap_or_else(|e| e.into_inner());
        if let Some(id) = inner.by_name.get(name) {
            return Ok(*id);
        }
        let id = u32::try_from(inner.files.len()).ok().filter(|id| *id < FileId::MOST).ok_or(TooManyFiles)?;
        let id = FileId(id);
        let name: Arc<str> = name.into();
        inner.files.push(Arc::new(SourceFile::new(name.clone(), text)));
        inner.by_name.insert(name, id);
        Ok(id)
    }

    /// Makes room for so many more files.
    pub(super) fn reserve(&self, count: usize) {
        let mut inner = self.inner.write().unwrap_or_else(|e| e.into_inner());
        inner.files.reserve(count);
        inner.by_name.reserve(count);
    }

    /// The file with that id. An id of another store gives an empty file.
    pub fn get(&self, id: FileId) -> Arc<SourceFile> {
        let inner = self.inner.read().unwrap_or_else(|e| e.into_inner());
        inner.files.get(id.0 as usize).cloned().unwrap_or_else(|| Arc::new(SourceFile::new("", String::new())))
    }

    /// The id of a file by the name it is shown by.
    pub fn find(&self, name: &str) -> Option<FileId> {
        self.inner.read().unwrap_or_else(|e| e.into_inner()).by_name.get(name).copied()
    }
}
