//! Ignore files: `.ignore`, `.gitignore` and `.git/info/exclude`, with the precedence that git and ripgrep give them.
//!
//! Most files of a tree are of no interest and most folders match no line of any ignore file. So nothing is asked about a
//! file before its bytes have made it interesting, and a matcher is built only when some line of the file might match.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};

use crate::source::{guarded, open};

/// The ignore files of the folders of a walk, each read when it is first needed.
#[derive(Default)]
pub(super) struct Ignores {
    /// Folders above which nothing is read.
    tops: HashSet<PathBuf>,
    folders: Mutex<HashMap<PathBuf, Arc<Folder>>>,
    /// Nothing outside of these folders is read.
    bounds: Vec<PathBuf>,
    odd: Mutex<BTreeSet<PathBuf>>,
    /// Paths of which nobody knows whether they are left out, each with the message of an internal error.
    broken: Mutex<Vec<(PathBuf, String)>>,
}

struct Folder {
    above: Option<Arc<Self>>,
    /// `.ignore`, `.gitignore`, `.git/info/exclude`.
    files: [Option<IgnoreFile>; 3],
}

struct IgnoreFile {
    folder: PathBuf,
    text: String,
    hints: Hints,
    matcher: OnceLock<Gitignore>,
}

/// Which names the lines of an ignore file could match.
#[derive(Default)]
struct Hints {
    names: HashSet<Box<[u8]>>,
    shapes: Vec<Shape>,
}

/// What a name needs to have so that a pattern with wildcards may match it.
#[derive(Default)]
struct Shape {
    start: String,
    middle: String,
    end: String,
}

impl Ignores {
    /// The rules for walks of these folders. Inside a repository the ignore files above them count too. A file that a
    /// link leads to is read when it lies in one of the bounds, whose own links are resolved.
    pub(super) fn new(folders: &[PathBuf], bounds: Vec<PathBuf>) -> Self {
        let top = |f: &PathBuf| crate::config::repository(f).map_or_else(|| f.clone(), Path::to_owned);
        Self { tops: folders.iter().map(top).collect(), folders: Mutex::default(), bounds, ..Self::default() }
    }

    /// Ignore files that are not kept to, because they are no plain files, lie outside or are too large.
    pub(super) fn odd(&self) -> Vec<PathBuf> {
        self.odd.lock().unwrap_or_else(|e| e.into_inner()).iter().cloned().collect()
    }

    /// Paths at which keeping to ignore files ended with an internal error, and its message.
    pub(super) fn broken(&self) -> Vec<(PathBuf, String)> {
        std::mem::take(&mut *self.broken.lock().unwrap_or_else(|e| e.into_inner()))
    }

    /// Whether a walk leaves a file or folder out.
    pub(super) fn excludes(&self, path: &Path, is_folder: bool) -> bool {
        guarded(|| self.says(path, is_folder)).unwrap_or_else(|cause| {
            self.broken.lock().unwrap_or_else(|e| e.into_inner()).push((path.to_owned(), cause));
            false
        })
    }

    fn says(&self, path: &Path, is_folder: bool) -> bool {
        crate::fault::fault("ignores", || path.display().to_string());
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return false };
        let name = name.as_encoded_bytes();
        let mut found: [Option<bool>; 3] = [None; 3];
        let mut next = Some(self.folder(parent));
        while let Some(folder) = next {
            for (i, file) in folder.files.iter().enumerate() {
                if let (Some(slot @ None), Some(file)) = (found.get_mut(i), file) {
                    *slot = file.excludes(path, name, is_folder);
                }
            }
            next = folder.above.clone();
        }
        found.into_iter().flatten().next().unwrap_or(false)
    }

    fn folder(&self, path: &Path) -> Arc<Folder> {
        let known = |p: &Path| self.folders.lock().unwrap_or_else(|e| e.into_inner()).get(p).cloned();
        let mut missing = Vec::new();
        let mut above = None;
        for folder in path.ancestors() {
            if let Some(known) = known(folder) {
                above = Some(known);
                break;
            }
            missing.push(folder);
            if self.tops.contains(folder) {
                break;
            }
        }
        let mut nearest = above.clone();
        for folder in missing.into_iter().rev() {
            let files = NAMES.map(|name| {
                IgnoreFile::read(folder, name, &self.bounds).unwrap_or_else(|Odd(path)| {
                    self.odd.lock().unwrap_or_else(|e| e.into_inner()).insert(path);
                    None
                })
            });
            let made = Arc::new(Folder { above: above.take(), files });
            self.folders.lock().unwrap_or_else(|e| e.into_inner()).insert(folder.to_owned(), made.clone());
            above = Some(made.clone());
            nearest = Some(made);
        }
        nearest.unwrap_or_else(|| Arc::new(Folder { above: None, files: [None, None, None] }))
    }
}

/// Where ignore files stand in a folder, the stronger one first.
const NAMES: [&str; 3] = [".ignore", ".gitignore", ".git/info/exclude"];

/// An ignore file that must not be read.
struct Odd(PathBuf);

/// A larger ignore file is no ignore file.
const MOST_BYTES: u64 = 1 << 20;

impl IgnoreFile {
    fn read(folder: &Path, name: &str, bounds: &[PathBuf]) -> Result<Option<Self>, Odd> {
        use std::io::Read as _;
        let path = folder.join(name);
        let Ok(meta) = std::fs::symlink_metadata(&path) else { return Ok(None) };
        // Opening a pipe waits for whoever writes it.
        let meta = if meta.is_symlink() || name.contains('/') {
            let Ok(real) = path.canonicalize() else { return Ok(None) };
            let own = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
            if !bounds.iter().chain([&own]).any(|b| real.starts_with(b)) {
                return Err(Odd(path));
            }
            let Ok(meta) = std::fs::metadata(real) else { return Ok(None) };
            meta
        } else {
            meta
        };
        if !meta.is_file() || meta.len() > MOST_BYTES {
            return if meta.is_dir() { Ok(None) } else { Err(Odd(path)) };
        }
        let Ok(file) = open(&path) else { return Ok(None) };
        let mut text = String::new();
        if file.take(MOST_BYTES).read_to_string(&mut text).is_err() {
            return Ok(None);
        }
        let hints = Hints::new(&text);
        Ok(Some(Self { folder: folder.to_owned(), text, hints, matcher: OnceLock::new() }))
    }

    /// Whether it says to leave something out or to keep it; `None` when it says nothing.
    fn excludes(&self, path: &Path, name: &[u8], is_folder: bool) -> Option<bool> {
        if !self.hints.may_match(name) {
            return None;
        }
        let matcher = self.matcher.get_or_init(|| {
            let mut builder = GitignoreBuilder::new(&self.folder);
            for line in self.text.lines() {
                // A line that is no pattern says nothing.
                let _ = builder.add_line(None, line);
            }
            builder.build().unwrap_or_else(|_| Gitignore::empty())
        });
        match matcher.matched(path, is_folder) {
            Match::None => None,
            Match::Ignore(_) => Some(true),
            Match::Whitelist(_) => Some(false),
        }
    }
}

impl Hints {
    fn new(text: &str) -> Self {
        let mut hints = Self::default();
        for line in text.lines() {
            let line = line.trim_start_matches('!').trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let pattern = line.trim_end_matches('/');
            let last = pattern.rsplit('/').next().unwrap_or(pattern);
            if !last.contains(['*', '?', '[', '{', '\\']) {
                hints.names.insert(last.as_bytes().into());
                continue;
            }
            hints.shapes.push(Shape::new(last));
        }
        hints
    }

    /// False only when no line can match something of that name.
    fn may_match(&self, name: &[u8]) -> bool {
        self.names.contains(name) || self.shapes.iter().any(|shape| shape.may_match(name))
    }
}

impl Shape {
    fn new(pattern: &str) -> Self {
        let mut shape = Self::default();
        let mut plain = String::new();
        let mut wild = false;
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            match c {
                '*' | '?' => shape.wildcard(&mut plain, &mut wild),
                '[' => {
                    shape.wildcard(&mut plain, &mut wild);
                    // `]` at the beginning of a class is one of its characters.
                    let first = chars.find(|c| !matches!(c, '!' | '^'));
                    if first.is_none() || !chars.any(|c| c == ']') {
                        return Self::default();
                    }
                }
                '{' | '\\' => {
                    shape.wildcard(&mut plain, &mut wild);
                    return shape;
                }
                c => plain.push(c),
            }
        }
        shape.end = plain;
        shape
    }

    fn wildcard(&mut self, plain: &mut String, wild: &mut bool) {
        let plain = std::mem::take(plain);
        if !*wild {
            self.start = plain;
        } else if plain.len() > self.middle.len() {
            self.middle = plain;
        }
        *wild = true;
    }

    fn may_match(&self, name: &[u8]) -> bool {
        name.starts_with(self.start.as_bytes())
            && name.ends_with(self.end.as_bytes())
            && (self.middle.is_empty() || memchr::memmem::find(name, self.middle.as_bytes()).is_some())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_line_that_might_match_is_asked() {
        for (line, name, wanted) in [
            ("node_modules/", "node_modules", true),
            ("/build", "build", true),
            ("a/b/c.tf", "c.tf", true),
            ("!keep.tf", "keep.tf", true),
            ("*.tf", "main.tf", true),
            ("gen*", "generated", true),
            ("**", "x", true),
            ("a/**", "x", true),
            ("[ab].tf", "a.tf", true),
            ("x\\ y", "x y", true),
            ("b ", "b", true),
            ("*.py[cod]", "a.pyc", true),
            ("[._]*.s[a-v][a-z]", "src", false),
            ("*.py[cod]", "src", false),
            ("*.js", "package.json", false),
            ("a[]]b*.c", "a]bx.c", true),
            ("a[", "b", true),
            ("x{a,b}y", "xay", true),
            ("a\\*b", "a*b", true),
            ("# main.tf", "main.tf", false),
            ("", "main.tf", false),
            ("*.js", "main.tf", false),
            ("gen*", "main.tf", false),
            ("other/", "main.tf", false),
        ] {
            assert_eq!(Hints::new(line).may_match(name.as_bytes()), wanted, "{line} {name}");
        }
    }

    /// The same tree by ripgrep's walker.
    #[test]
    fn it_leaves_out_what_ripgrep_leaves_out() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        for (path, text) in [
            (
                ".gitignore",
                "*.log\n/build\ngen*/\n!gen-kept/\na/b/x.tf\ndeep/**/t.tf\n\\#odd\n*.tmp \n[xy].tf\nq?.tf\n",
            ),
            (".ignore", "by-ignore.tf\n!x.tf\n"),
            ("a/.gitignore", "!y.log\n*.md\nb/z.tf\n/only-here.tf\n"),
            ("a/b/.ignore", "*\n!*.tf\n"),
            ("nested/.git/info/exclude", "excluded.tf\n"),
            (".git/info/exclude", "z.tf\n"),
            ("nested/.gitignore", "inner.tf\n"),
        ] {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), text).unwrap();
        }
        let names = ["main.tf", "x.tf", "y.log", "z.tf", "t.tf", "#odd", "c.tmp", "qq.tf", "r.md", "by-ignore.tf"];
        let more = ["excluded.tf", "inner.tf", "only-here.tf", "y.tf"];
        let folders = ["", "build", "generated", "gen-kept", "a", "a/b", "a/build", "deep", "deep/er/est", "nested/in"];
        for folder in folders {
            fs::create_dir_all(root.join(folder)).unwrap();
            for name in names.iter().chain(&more) {
                fs::write(root.join(folder).join(name), "").unwrap();
            }
        }
        let wanted: Vec<PathBuf> = ignore::WalkBuilder::new(&root)
            .hidden(false)
            .git_global(false)
            .require_git(false)
            .parents(false)
            .filter_entry(|e| e.file_name() != ".git")
            .sort_by_file_path(Path::cmp)
            .build()
            .map(|e| e.unwrap().into_path())
            .collect();
        let ignores = Arc::new(Ignores::new(std::slice::from_ref(&root), Vec::new()));
        let of_folder = ignores.clone();
        let ours: Vec<PathBuf> = ignore::WalkBuilder::new(&root)
            .standard_filters(false)
            .filter_entry(move |e| {
                let is_folder = e.file_type().unwrap().is_dir();
                e.depth() == 0 || e.file_name() != ".git" && !(is_folder && of_folder.excludes(e.path(), true))
            })
            .sort_by_file_path(Path::cmp)
            .build()
            .map(|e| e.unwrap())
            .filter(|e| e.depth() == 0 || e.file_type().unwrap().is_dir() || !ignores.excludes(e.path(), false))
            .map(ignore::DirEntry::into_path)
            .collect();
        assert_eq!(ours, wanted);
        assert!(wanted.len() > 40, "{}", wanted.len());
    }
}
