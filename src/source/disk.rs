use std::{
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};

use super::{DirEntry, EntryKind, Look, MOST_BYTES, Opened, Provider};

/// Files of this machine.
pub struct Disk;

impl Provider for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let (file, size) = open_regular(path)?;
        if size > MOST_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        // One byte more than the file has, so that a single call of the system meets its end.
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
        // The file may grow while it is read.
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn open(&self, path: &Path) -> io::Result<Opened<'_>> {
        let (file, size) = open_regular(path)?;
        Ok(Opened { size, reader: Box::new(file) })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let mut out = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = match entry.file_type() {
                Ok(t) if t.is_file() => Some(EntryKind::File),
                Ok(t) if t.is_dir() => Some(EntryKind::Directory),
                _ => self.kind(&entry.path()),
            };
            out.push(DirEntry { name, kind: kind.unwrap_or(EntryKind::Other) });
        }
        Ok(out)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        Some(kind_of(&fs::metadata(path).ok()?))
    }

    fn look_in(&self, real_folder: &Path, path: &Path) -> Look {
        match (fs::symlink_metadata(path), path.file_name()) {
            (Ok(meta), Some(name)) if !meta.is_symlink() => {
                Look { real: real_folder.join(name), kind: Some(kind_of(&meta)) }
            }
            (Err(e), Some(name)) if e.kind() == io::ErrorKind::NotFound => {
                Look { real: real_folder.join(name), kind: None }
            }
            _ => Look { real: self.resolve(path), kind: self.kind(path) },
        }
    }

    fn is_of_disk(&self, _folder: &Path) -> bool {
        true
    }

    fn resolve(&self, path: &Path) -> PathBuf {
        let mut missing = Vec::new();
        let mut existing = path;
        loop {
            if let Ok(real) = fs::canonicalize(existing) {
                return missing.iter().rev().fold(real, |p, part| p.join(part));
            }
            match (existing.parent(), existing.file_name()) {
                (Some(parent), Some(name)) => {
                    missing.push(name.to_owned());
                    existing = parent;
                }
                _ => return path.to_owned(),
            }
        }
    }
}

fn kind_of(meta: &fs::Metadata) -> EntryKind {
    if meta.is_file() {
        EntryKind::File
    } else if meta.is_dir() {
        EntryKind::Directory
    } else {
        EntryKind::Other
    }
}

/// A regular file and its size.
fn open_regular(path: &Path) -> io::Result<(fs::File, u64)> {
    let file = open(path)?;
    let meta = file.metadata()?;
    if meta.is_file() { Ok((file, meta.len())) } else { Err(io::Error::other("not a regular file")) }
}

/// Opens a file. Where a pipe has taken its place meanwhile, nobody waits for whoever writes it.
pub(crate) fn open(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    if let Some(flag) = NONBLOCK {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(flag);
    }
    options.open(path)
}

/// `O_NONBLOCK`, where its number is known.
#[cfg(unix)]
const NONBLOCK: Option<i32> = if cfg!(target_vendor = "apple") {
    Some(4)
} else if cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))) {
    Some(0o4000)
} else {
    None
};

/// Reads what the user named: a file, or a pipe that some other program writes. Of a device little is taken: it may
/// have no end.
///
/// # Errors
/// When it is not there, cannot be read, or has more than [`MOST_BYTES`].
pub fn read_named(path: &Path) -> io::Result<Vec<u8>> {
    let meta = fs::metadata(path)?;
    if meta.is_file() && meta.len() > MOST_BYTES {
        return Err(too_large(MOST_BYTES));
    }
    read_at_most(fs::File::open(path)?, if is_device(&meta) { 1 << 20 } else { MOST_BYTES })
}

/// Reads to the end.
///
/// # Errors
/// When there are more than [`MOST_BYTES`].
pub fn read_bounded(input: impl Read) -> io::Result<Vec<u8>> {
    read_at_most(input, MOST_BYTES)
}

fn read_at_most(input: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut input = input.take(most + 1);
    let mut bytes = Vec::new();
    // A terminal says but once that it ends.
    if input.by_ref().take(most / 8).read_to_end(&mut bytes)? as u64 == most / 8 {
        make_room(&mut bytes, 1, most + 1)?;
        input.read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(bytes) }
}

/// Makes room for so many more bytes, of `most` in all. When there are many it is room for all of them: a buffer that
/// doubles would take three times as much while it is moved.
///
/// # Errors
/// When they are more than `most`, or there is no memory for them.
pub(crate) fn make_room(bytes: &mut Vec<u8>, more: usize, most: u64) -> io::Result<()> {
    let wanted = bytes.len() as u64 + more as u64;
    if wanted > most {
        return Err(too_large(most));
    }
    if wanted > most / 8 && most > bytes.capacity() as u64 {
        bytes.try_reserve_exact(usize::try_from(most).map_or(more, |most| most - bytes.len()))?;
    }
    Ok(())
}

fn too_large(most: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes"))
}

#[cfg(unix)]
fn is_device(meta: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    meta.file_type().is_char_device() || meta.file_type().is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_is_read_as_may_be() {
        let read = |length: usize| read_at_most(&*vec![b'x'; length], 64);
        for length in [0, 1, 7, 8, 9, 63, 64] {
            assert_eq!(read(length).unwrap().len(), length);
        }
        for length in [65, 66, 1_000] {
            assert_eq!(read(length).unwrap_err().to_string(), "it has more than 64 bytes");
        }
    }

    #[cfg(any(target_vendor = "apple", target_os = "linux"))]
    #[test]
    fn a_pipe_that_took_a_files_place_is_not_waited_for() {
        if NONBLOCK.is_none() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("main.tf");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(Disk.read(&pipe).is_err());
    }
}
