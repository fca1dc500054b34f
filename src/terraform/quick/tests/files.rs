use std::path::Path;

use super::reads;
use crate::syntax::hcl::outline::{Content, outline};

/// Calls with each attribute of a file or body, as they are cut out to be parsed.
fn attributes(text: &str, take: &mut impl FnMut(&str)) {
    for item in outline(text).unwrap_or_default() {
        match item.content {
            Content::Value(_) => take(&text[item.at.range()]),
            Content::Block(inner) => attributes(&text[inner.range()], take),
        }
    }
}

/// Calls with the text of each Terraform file below a folder.
fn files(folder: &Path, take: &mut impl FnMut(&str)) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().filter(|e| e.file_type().is_ok_and(|t| !t.is_symlink())).collect();
    paths.sort_by_key(std::fs::DirEntry::path);
    for path in paths.into_iter().map(|e| e.path()) {
        if path.is_dir() {
            files(&path, take);
        } else if path.extension().is_some_and(|e| e == "tf")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            take(&text);
        }
    }
}

#[test]
fn attributes_of_files_are_read_as_hcl_edit_reads_them() {
    let (mut all, mut read) = (0, 0);
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"), &mut |text| {
        attributes(text, &mut |attribute| {
            all += 1;
            read += usize::from(reads(attribute));
        });
    });
    assert!(all > 1000 && read * 100 > all * 95, "{read} of {all}");
}
