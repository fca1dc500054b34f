//! Files as frontends read them.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use proptest::prelude::*;

use super::{
    DirEntry, Disk, EntryKind, Files, Listing, Look, Overlay, Provider, ReadError, files::normalized_parts, normalized,
};

/// The disk, and how often a path was resolved from its beginning.
struct Counting(Arc<AtomicUsize>);

impl Provider for Counting {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Disk.read(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        Disk.list(path)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        Disk.kind(path)
    }

    fn resolve(&self, path: &Path) -> PathBuf {
        self.0.fetch_add(1, Ordering::Relaxed);
        Disk.resolve(path)
    }

    fn look_in(&self, real_folder: &Path, path: &Path) -> Look {
        Disk.look_in(real_folder, path)
    }
}

#[test]
fn folders_below_the_root_are_one_step_from_each_other() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
    std::fs::write(folder.path().join("a/b/main.tf"), "").unwrap();
    let resolved = Arc::new(AtomicUsize::new(0));
    let files = Files::new(Box::new(Counting(resolved.clone())), folder.path(), folder.path(), false);
    let before = resolved.load(Ordering::Relaxed);
    for (path, kind) in [
        ("a/b/main.tf", Some(EntryKind::File)),
        ("a/b", Some(EntryKind::Directory)),
        ("a/b/none.tf", None),
        ("a/.terraform/modules/modules.json", None),
        ("a/b/main.tf/inside", None),
    ] {
        assert_eq!(files.kind(path.as_ref()), kind, "{path}");
    }
    assert!(files.read("a/b/main.tf".as_ref()).is_ok());
    assert!(resolved.load(Ordering::Relaxed) - before <= 2, "the root, and what stands in a file's place");
}

#[cfg(unix)]
#[test]
fn a_link_on_the_way_leads_where_it_leads() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = folder.path().join("root");
    std::fs::create_dir_all(root.join("real/inner")).unwrap();
    std::fs::create_dir_all(outside.path().join("inner")).unwrap();
    for text in [root.join("real/inner/main.tf"), outside.path().join("inner/main.tf")] {
        std::fs::write(text, "").unwrap();
    }
    for (target, link) in [
        (root.join("real"), root.join("link")),
        (outside.path().to_owned(), root.join("out")),
        (outside.path().join("inner/main.tf"), root.join("real/out.tf")),
        (root.join("loop"), root.join("loop")),
    ] {
        std::os::unix::fs::symlink(target, link).unwrap();
    }
    let files = Files::new(Box::new(Disk), &root, folder.path(), false);
    let kind = |path: &str| files.kind(&root.join(path));
    assert_eq!(kind("link/inner/main.tf"), Some(EntryKind::File));
    assert_eq!(kind("link/inner"), Some(EntryKind::Directory));
    for path in ["out", "out/inner", "out/inner/main.tf", "link/out.tf", "real/out.tf", "../root2", "loop/main.tf"] {
        assert_eq!(kind(path), None, "{path}");
    }
    for path in ["out/inner/main.tf", "link/out.tf"] {
        assert!(matches!(files.read(&root.join(path)), Err(ReadError::OutsideRoot(_))), "{path}");
    }
    let open = Files::new(Box::new(Disk), &root, folder.path(), true);
    assert_eq!(open.kind(&root.join("out/inner/main.tf")), Some(EntryKind::File));
}

#[test]
fn a_file_that_is_only_laid_over_is_found_where_no_folder_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/main.tf");
    let overlay = Overlay::new(Disk, [(path.clone(), b"locals {}".to_vec())].into());
    let files = Files::new(Box::new(overlay), folder.path(), folder.path(), false);
    assert_eq!(files.kind(&path), Some(EntryKind::File));
    assert!(files.read(&path).is_ok());
}

#[cfg(unix)]
#[test]
fn what_a_walk_has_seen_is_not_asked_again() {
    /// A disk on which nobody may look.
    struct Closed;

    impl Provider for Closed {
        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            Disk.read(path)
        }

        fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
            panic!("{}", path.display())
        }

        fn kind(&self, path: &Path) -> Option<EntryKind> {
            assert!(path.ends_with("link.tf"), "{}", path.display());
            Disk.kind(path)
        }

        fn resolve(&self, path: &Path) -> PathBuf {
            path.to_owned()
        }

        fn look_in(&self, _: &Path, path: &Path) -> Look {
            panic!("{}", path.display())
        }

        fn is_of_disk(&self, _: &Path) -> bool {
            true
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_owned();
    std::fs::create_dir(root.join("inner")).unwrap();
    std::fs::write(root.join("main.tf"), "locals {}").unwrap();
    std::os::unix::fs::symlink("main.tf", root.join("link.tf")).unwrap();
    let mut listing = Listing::new();
    listing.push(b"main.tf", Some(EntryKind::File));
    listing.push(b"link.tf", None);
    listing.push(b"inner", Some(EntryKind::Directory));

    let files = Files::new(Box::new(Closed), &root, &root, false);
    files.take_listing(root.clone(), listing.clone());
    for (path, kind) in [
        ("main.tf", Some(EntryKind::File)),
        ("inner", Some(EntryKind::Directory)),
        ("", Some(EntryKind::Directory)),
        ("none", None),
        (".terraform/modules/modules.json", None),
    ] {
        assert_eq!(files.kind(&root.join(path)), kind, "{path}");
    }
    assert!(files.read("main.tf".as_ref()).is_ok());
    let names: Vec<String> =
        files.list(&root).unwrap().into_iter().map(|e| format!("{} {:?}", e.name, e.kind)).collect();
    assert_eq!(names, ["inner Directory", "link.tf File", "main.tf File"]);

    // Where files lie over it that are not on disk, what was seen there does not count.
    let over = root.join("new/main.tf");
    let overlay = Overlay::new(Disk, [(over.clone(), b"locals {}".to_vec())].into());
    let files = Files::new(Box::new(overlay), &root, &root, false);
    files.take_listing(root.clone(), listing);
    assert_eq!(files.kind(&over), Some(EntryKind::File));
    assert_eq!(files.kind(&root.join("link.tf")), Some(EntryKind::File));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_is_normalized_as_its_parts_are(path in "/?([a.é/]{0,3}|/|[.][.]|[.]){0,6}") {
        prop_assert_eq!(normalized(path.as_ref()).into_os_string(), normalized_parts(path.as_ref()).into_os_string());
    }
}
