use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::{order::order, search::TerraformHints};
use crate::{source::normalized, tables::Table};

/// The folders that hold Terraform files, with the module calls that lead from one to another, as bytes tell them.
#[derive(Default)]
pub(super) struct Graph {
    folders: Vec<Folder>,
    /// The place of a folder in `folders`, by its normalized path.
    numbers: Table<OsString, usize>,
    /// The folder of the last file: files of one folder mostly come together.
    last: usize,
}

#[derive(Default)]
struct Folder {
    path: PathBuf,
    files: Vec<PathBuf>,
    interesting: bool,
    calls: Vec<PathBuf>,
}

/// What has to be evaluated.
#[derive(Default)]
pub(super) struct Plan {
    /// Folders to evaluate as root modules, sorted.
    pub roots: Vec<PathBuf>,
    /// The numbers of these folders.
    pub root_numbers: Vec<usize>,
    /// The Terraform files of all folders that lead to a role, sorted within their folders.
    pub files: Vec<PathBuf>,
    /// Folders that may hold a role and that the roots lead to, sorted, each with the folders that call it.
    pub interesting: Vec<(PathBuf, Vec<PathBuf>)>,
    /// Whether the roots lead to a folder, by its number.
    below: Vec<bool>,
}

impl Plan {
    /// Whether the roots lead to a folder.
    pub(super) fn leads_to(&self, number: usize) -> bool {
        self.below.get(number).copied().unwrap_or_default()
    }
}

impl Graph {
    /// Adds a file, whose path is normalized; gives the number of its folder.
    pub(super) fn add(&mut self, file: &Path, hints: &TerraformHints) -> Option<usize> {
        crate::fault::fault("calls", || file.display().to_string());
        let number = match self.folders.get(self.last) {
            Some(last) if is_in(file, &last.path) => self.last,
            _ => self.number(file.parent()?),
        };
        let folder = self.folders.get_mut(number)?;
        folder.files.push(file.to_owned());
        folder.interesting |= hints.roles || hints.other_calls;
        let called = hints.local_calls.iter().map(|source| normalized(&folder.path.join(source)));
        folder.calls.extend(called);
        Some(number)
    }

    /// The number of a folder.
    pub(super) fn find(&self, path: &Path) -> Option<usize> {
        self.numbers.get(path.as_os_str()).copied()
    }

    fn number(&mut self, path: &Path) -> usize {
        let next = self.folders.len();
        self.last = *self.numbers.entry(path.as_os_str().to_owned()).or_insert(next);
        if self.last == next {
            self.folders.push(Folder { path: path.to_owned(), ..Folder::default() });
        }
        self.last
    }

    /// All files.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.folders.iter().flat_map(|f| &f.files)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// The roots that lead both to something interesting and to a selected folder. A folder is a root when no other one
    /// calls it; of folders that only call each other the first is. `unseen` says of the target of a call that is none of
    /// the folders whether a module may be there.
    pub(super) fn plan(&self, selected: impl Fn(&Path) -> bool, unseen: impl Fn(&Path) -> bool) -> Plan {
        crate::fault::fault("graph", || self.folders.iter().map(|f| format!("{}\n", f.path.display())).collect());
        let mut sorted: Vec<(usize, &Folder)> = self.folders.iter().enumerate().collect();
        sorted.sort_by(|(_, a), (_, b)| order(&a.path, &b.path));
        // From here on a folder is its rank.
        let mut ranks = vec![0; sorted.len()];
        for (rank, (number, _)) in sorted.iter().enumerate() {
            if let Some(slot) = ranks.get_mut(*number) {
                *slot = rank;
            }
        }
        let folders: Vec<&Folder> = sorted.iter().map(|(_, folder)| *folder).collect();
        let rank_of = |path: &PathBuf| ranks.get(*self.numbers.get(path.as_os_str())?).copied();
        let mut calls: Vec<Vec<usize>> = Vec::with_capacity(folders.len());
        let mut callers: Vec<Vec<usize>> = vec![Vec::new(); folders.len()];
        for (rank, folder) in folders.iter().enumerate() {
            let mut called: Vec<usize> = folder.calls.iter().filter_map(rank_of).filter(|c| *c != rank).collect();
            called.sort_unstable();
            called.dedup();
            for target in &called {
                if let Some(callers) = callers.get_mut(*target) {
                    callers.push(rank);
                }
            }
            calls.push(called);
        }
        let all = |wanted: &dyn Fn(usize, &Folder) -> bool| -> Vec<usize> {
            let ranked = folders.iter().enumerate();
            ranked.filter(|(rank, folder)| wanted(*rank, folder)).map(|(rank, _)| rank).collect()
        };
        let mut leads_to_roles = Marks::new(folders.len());
        let leaves = |folder: &Folder| folder.calls.iter().any(|c| rank_of(c).is_none() && unseen(c));
        leads_to_roles.reach(all(&|_, folder| folder.interesting || leaves(folder)), &callers);
        let mut concerned = Marks::new(folders.len());
        concerned.reach(all(&|_, folder| selected(&folder.path)), &callers);

        let mut roots = all(&|rank, _| callers.get(rank).is_some_and(Vec::is_empty));
        let mut reached = Marks::new(folders.len());
        reached.reach(roots.clone(), &calls);
        for rank in 0..folders.len() {
            if !reached.has(rank) {
                roots.push(rank);
                reached.reach(vec![rank], &calls);
            }
        }
        roots.retain(|rank| leads_to_roles.has(*rank) && concerned.has(*rank));
        roots.sort_unstable();
        let mut below = Marks::new(folders.len());
        below.reach(roots.clone(), &calls);

        let path = |rank: usize| folders.get(rank).map(|folder| folder.path.clone());
        let callers_of = |rank: usize| callers.get(rank).into_iter().flatten().filter_map(|r| path(*r)).collect();
        let mut files = Vec::new();
        for rank in all(&|rank, _| leads_to_roles.has(rank)) {
            let mut own: Vec<&PathBuf> = folders.get(rank).into_iter().flat_map(|folder| &folder.files).collect();
            own.sort_by(|a, b| order(a, b));
            own.dedup_by(|a, b| order(a, b).is_eq());
            files.extend(own.into_iter().cloned());
        }
        let interesting = all(&|rank, folder| folder.interesting && below.has(rank));
        Plan {
            files,
            interesting: interesting.into_iter().filter_map(|rank| Some((path(rank)?, callers_of(rank)))).collect(),
            below: ranks.iter().map(|rank| below.has(*rank)).collect(),
            root_numbers: roots.iter().filter_map(|rank| sorted.get(*rank)).map(|(number, _)| *number).collect(),
            roots: roots.into_iter().filter_map(path).collect(),
        }
    }
}

/// Whether a file stands in a folder, as far as that can be told without taking paths apart.
fn is_in(file: &Path, folder: &Path) -> bool {
    let (file, folder) = (file.as_os_str().as_encoded_bytes(), folder.as_os_str().as_encoded_bytes());
    let name = file.strip_prefix(folder).and_then(|rest| rest.strip_prefix(b"/"));
    name.is_some_and(|name| memchr::memchr(b'/', name).is_none())
}

/// Which folders were met.
struct Marks(Vec<bool>);

impl Marks {
    fn new(count: usize) -> Self {
        Self(vec![false; count])
    }

    fn has(&self, rank: usize) -> bool {
        self.0.get(rank).copied().unwrap_or_default()
    }

    /// Marks these and all that edges lead to from them.
    fn reach(&mut self, starts: Vec<usize>, edges: &[Vec<usize>]) {
        let mut todo = starts;
        while let Some(rank) = todo.pop() {
            match self.0.get_mut(rank) {
                Some(mark) if !*mark => *mark = true,
                _ => continue,
            }
            todo.extend(edges.get(rank).into_iter().flatten());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(folders: &[(&str, bool, &[&str])]) -> Graph {
        let mut graph = Graph::default();
        for (path, roles, calls) in folders {
            let hints = TerraformHints {
                roles: *roles,
                local_calls: calls.iter().map(|c| (*c).to_owned()).collect(),
                other_calls: false,
            };
            graph.add(&Path::new(path).join("main.tf"), &hints);
        }
        graph
    }

    fn roots(graph: &Graph, selected: &str) -> Vec<String> {
        let plan = graph.plan(|p| p.starts_with(selected), |p| !p.ends_with("nothing"));
        plan.roots.iter().map(|r| r.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn callers_of_a_selected_module_are_roots() {
        let g = graph(&[
            ("/r/envs/prod", false, &["../../modules/audit"]),
            ("/r/envs/dev", false, &["../../modules/audit"]),
            ("/r/modules/audit", true, &[]),
            ("/r/other", true, &[]),
            ("/r/plain", false, &[]),
        ]);
        assert_eq!(roots(&g, "/r"), ["/r/envs/dev", "/r/envs/prod", "/r/other"]);
        assert_eq!(roots(&g, "/r/modules/audit"), ["/r/envs/dev", "/r/envs/prod"]);
        assert_eq!(roots(&g, "/r/envs/prod"), ["/r/envs/prod"]);
        assert!(roots(&g, "/r/plain").is_empty());
    }

    #[test]
    fn folders_that_call_each_other_have_one_root() {
        let g = graph(&[("/r/a", true, &["../b"]), ("/r/b", false, &["../a"]), ("/r/c", true, &["."])]);
        assert_eq!(roots(&g, "/r"), ["/r/a", "/r/c"]);
    }

    #[test]
    fn a_call_of_a_folder_without_terraform_is_no_edge() {
        let g = graph(&[("/r/a", true, &["./nothing"])]);
        assert_eq!(roots(&g, "/r"), ["/r/a"]);
    }

    #[test]
    fn what_may_be_where_nobody_looked_counts() {
        let g = graph(&[("/r/a", false, &["../../elsewhere"]), ("/r/b", false, &["./nothing"])]);
        assert_eq!(roots(&g, "/r"), ["/r/a"]);
    }
}
