//! Walking folders in parallel.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard},
    thread,
};

use super::{
    ignored::{Ignores, Present, Rules},
    search::SKIPPED,
};
use crate::source::{EntryKind, Listing, guarded};

/// What an entry of a folder is, besides a folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Entry {
    /// A regular file.
    File,
    /// A symbolic link.
    Link,
    /// A pipe, a socket, a device.
    Other,
}

/// One thread's part of a walk.
pub(super) trait Visitor: Send {
    /// Whether an entry with that name is to be visited.
    fn wants(&self, name: &OsStr, entry: Entry) -> bool;
    /// All entries of a folder, before those that are wanted are visited.
    fn listed(&mut self, _folder: &Path, _wanted: &[(Box<OsStr>, Entry)], _all: Listing) {}
    /// Visits an entry. Whether the rules leave it out has not been asked yet.
    fn visit(&mut self, path: PathBuf, entry: Entry, rules: &Rules);
    /// All that is visited together of a folder has been.
    fn visited(&mut self) {}
    /// There is nothing more to visit.
    fn ended(&mut self) {}
    /// A folder that cannot be read.
    fn trouble(&mut self, folder: &Path, error: &io::Error);
    /// An internal error about a file or folder.
    fn broken(&mut self, path: &Path, cause: String);
}

/// Which folders are walked.
pub(super) struct Tree<'a> {
    pub ignores: &'a Ignores,
    /// Folders that are not entered.
    pub except: &'a [PathBuf],
    /// Threads; 0 for as many as there are cores.
    pub jobs: usize,
}

/// More threads wait for each other and for the disk.
const MOST_JOBS: usize = 12;

/// So many files of a folder are visited by one thread before others take part.
const BATCH: usize = 64;

enum Job {
    Folder(PathBuf, Rules),
    Entries(PathBuf, Vec<(Box<OsStr>, Entry)>, Rules),
}

impl Tree<'_> {
    /// Walks folders, each entry once; gives back the visitors, one for each thread.
    pub(super) fn walk<V: Visitor>(&self, folders: &[PathBuf], visitor: impl Fn() -> V) -> Vec<V> {
        if folders.is_empty() {
            return Vec::new();
        }
        let jobs = match self.jobs {
            0 => thread::available_parallelism().map_or(1, std::num::NonZero::get).min(MOST_JOBS),
            jobs => jobs,
        };
        let first = folders.iter().rev().map(|f| Job::Folder(f.clone(), Rules::above(f))).collect();
        let queue = Queue { state: Mutex::new(State { jobs: first, busy: 0, waiting: 0 }), wake: Condvar::new() };
        let mut visitors: Vec<V> = (0..jobs).map(|_| visitor()).collect();
        let Some((own, others)) = visitors.split_first_mut() else { return visitors };
        thread::scope(|scope| {
            for other in others {
                let queue = &queue;
                // Where there are no more threads, those that there are do the work.
                let _ = thread::Builder::new().spawn_scoped(scope, move || self.work(queue, other));
            }
            self.work(&queue, own);
        });
        visitors
    }

    fn work<V: Visitor>(&self, queue: &Queue, visitor: &mut V) {
        while let Some(job) = queue.next() {
            let (Job::Folder(path, _) | Job::Entries(path, ..)) = &job;
            let path = path.clone();
            let done = guarded(|| match job {
                Job::Folder(path, rules) => self.folder(&path, &rules, queue, visitor),
                Job::Entries(path, entries, rules) => visit(&path, &entries, &rules, visitor),
            });
            if let Err(cause) = done {
                visitor.broken(&path, cause);
            }
            queue.done();
        }
        if let Err(cause) = guarded(|| visitor.ended()) {
            visitor.broken(Path::new("."), cause);
        }
    }

    fn folder<V: Visitor>(&self, path: &Path, rules: &Rules, queue: &Queue, visitor: &mut V) {
        let list = match fs::read_dir(path) {
            Ok(list) => list,
            Err(error) => return visitor.trouble(path, &error),
        };
        let mut present = Present::default();
        let mut folders: Vec<PathBuf> = Vec::new();
        let mut entries: Vec<(Box<OsStr>, Entry)> = Vec::new();
        let mut all = Listing::new();
        let mut is_whole = true;
        for found in list {
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    visitor.trouble(path, &error);
                    is_whole = false;
                    break;
                }
            };
            let name = found.file_name();
            present.note(&name);
            // Without a type it has vanished.
            let Ok(kind) = found.file_type() else { continue };
            all.push(name.as_encoded_bytes(), kind_of(kind));
            if kind.is_dir() {
                if !SKIPPED.iter().any(|s| name == *s) {
                    folders.push(path.join(name));
                }
                continue;
            }
            let entry = match kind {
                _ if kind.is_file() => Entry::File,
                _ if kind.is_symlink() => Entry::Link,
                _ => Entry::Other,
            };
            if visitor.wants(&name, entry) {
                entries.push((name.into_boxed_os_str(), entry));
            }
        }
        let rules = rules.entered(path, present);
        folders.retain(|f| !self.except.contains(f) && !self.ignores.excludes(&rules, f, true));
        if is_whole {
            visitor.listed(path, &entries, all);
        }
        let mut more: Vec<Job> = Vec::with_capacity(folders.len());
        while entries.len() > BATCH {
            let rest = entries.split_off(entries.len() - BATCH);
            more.push(Job::Entries(path.to_owned(), rest, rules.clone()));
        }
        more.extend(folders.into_iter().map(|f| Job::Folder(f, rules.clone())));
        queue.push(more);
        visit(path, &entries, &rules, visitor);
    }
}

/// What an entry is, when it is a file or a folder.
fn kind_of(kind: fs::FileType) -> Option<EntryKind> {
    match kind {
        _ if kind.is_file() => Some(EntryKind::File),
        _ if kind.is_dir() => Some(EntryKind::Directory),
        _ => None,
    }
}

fn visit<V: Visitor>(folder: &Path, entries: &[(Box<OsStr>, Entry)], rules: &Rules, visitor: &mut V) {
    for (name, entry) in entries {
        if let Err(cause) = guarded(|| visitor.visit(folder.join(&**name), *entry, rules)) {
            visitor.broken(&folder.join(&**name), cause);
        }
    }
    visitor.visited();
}

/// What is left to do.
struct Queue {
    state: Mutex<State>,
    wake: Condvar,
}

struct State {
    jobs: Vec<Job>,
    /// Threads that have a job, which may lead to more.
    busy: usize,
    /// Threads that wait for a job: telling nobody would cost a call of the system all the same.
    waiting: usize,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// The next job; `None` when there will be none.
    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop() {
                state.busy += 1;
                return Some(job);
            }
            if state.busy == 0 {
                return None;
            }
            state.waiting += 1;
            state = self.wake.wait(state).unwrap_or_else(|e| e.into_inner());
            state.waiting -= 1;
        }
    }

    fn push(&self, more: Vec<Job>) {
        if more.is_empty() {
            return;
        }
        let mut state = self.lock();
        state.jobs.extend(more);
        if state.waiting > 0 {
            self.wake.notify_all();
        }
    }

    fn done(&self) {
        let mut state = self.lock();
        state.busy -= 1;
        if state.busy == 0 && state.jobs.is_empty() && state.waiting > 0 {
            self.wake.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct All<'a>(&'a Ignores, Vec<PathBuf>);

    impl Visitor for All<'_> {
        fn wants(&self, _: &OsStr, _: Entry) -> bool {
            true
        }

        fn visit(&mut self, path: PathBuf, _: Entry, rules: &Rules) {
            if !self.0.excludes(rules, &path, false) {
                self.1.push(path);
            }
        }

        fn trouble(&mut self, folder: &Path, error: &io::Error) {
            panic!("{}: {error}", folder.display());
        }

        fn broken(&mut self, folder: &Path, cause: String) {
            panic!("{}: {cause}", folder.display());
        }
    }

    fn all(root: &Path, jobs: usize) -> Vec<PathBuf> {
        let ignores = Ignores::new(Vec::new());
        let tree = Tree { ignores: &ignores, except: &[], jobs };
        let found = tree.walk(&[root.to_owned()], || All(&ignores, Vec::new()));
        let mut found: Vec<PathBuf> = found.into_iter().flat_map(|v| v.1).collect();
        found.sort();
        found
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
            .map(|e| e.unwrap())
            .filter(|e| !e.file_type().unwrap().is_dir())
            .map(ignore::DirEntry::into_path)
            .collect();
        assert_eq!(all(&root, 1), wanted);
        assert_eq!(all(&root, 3), wanted);
        assert!(wanted.len() > 40, "{}", wanted.len());
    }

    #[test]
    fn a_full_folder_is_shared_and_nothing_is_met_twice() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let mut wanted = Vec::new();
        for i in 0..BATCH * 3 + 1 {
            let folder = root.join(format!("{}", i % 2));
            fs::create_dir_all(&folder).unwrap();
            wanted.push(folder.join(format!("{i}.txt")));
            fs::write(wanted.last().unwrap(), "").unwrap();
        }
        wanted.sort();
        assert_eq!(all(&root, 1), wanted);
        assert_eq!(all(&root, 4), wanted);
    }
}
