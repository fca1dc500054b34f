use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::search::TerraformHints;
use crate::source::normalized;

/// The folders that hold Terraform files, with the module calls that lead from one to another, as bytes tell them.
#[derive(Default)]
pub(super) struct Graph {
    folders: BTreeMap<PathBuf, Folder>,
}

#[derive(Default)]
struct Folder {
    files: BTreeSet<PathBuf>,
    interesting: bool,
    calls: BTreeSet<PathBuf>,
}

/// What has to be evaluated.
#[derive(Default)]
pub(super) struct Plan {
    /// Folders to evaluate as root modules, sorted.
    pub roots: Vec<PathBuf>,
    /// The Terraform files of all folders that lead to a role, sorted.
    pub files: Vec<PathBuf>,
    /// Folders that may hold a role and that the roots lead to, sorted, each with the folders that call it.
    pub interesting: Vec<(PathBuf, Vec<PathBuf>)>,
}

impl Graph {
    pub(super) fn add(&mut self, file: &Path, hints: &TerraformHints) {
        crate::fault::fault("calls", || file.display().to_string());
        let Some(parent) = file.parent() else { return };
        let folder = self.folders.entry(parent.to_owned()).or_default();
        folder.files.insert(file.to_owned());
        folder.interesting |= hints.roles || hints.other_calls;
        folder.calls.extend(hints.local_calls.iter().map(|source| normalized(&parent.join(source))));
    }

    /// All files.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.folders.values().flat_map(|f| &f.files)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// The roots that lead both to something interesting and to a selected folder. A folder is a root when no other one
    /// calls it; of folders that only call each other the first is.
    pub(super) fn plan(&self, selected: impl Fn(&Path) -> bool) -> Plan {
        crate::fault::fault("graph", || self.folders.keys().map(|f| format!("{}\n", f.display())).collect());
        let mut callers: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
        for (path, folder) in &self.folders {
            for target in folder.calls.iter().filter(|t| *t != path && self.folders.contains_key(*t)) {
                callers.entry(target).or_default().push(path);
            }
        }
        let up = |p: &Path| callers.get(p).cloned().unwrap_or_default();
        let interesting = self.folders.iter().filter(|(_, f)| f.interesting).map(|(p, _)| p.as_path()).collect();
        let leads_to_roles = reach(interesting, up);
        let concerned = reach(self.folders.keys().map(PathBuf::as_path).filter(|p| selected(p)).collect(), up);

        let down = |p: &Path| -> Vec<&Path> {
            let calls = self.folders.get(p).map(|f| &f.calls);
            calls
                .into_iter()
                .flatten()
                .filter_map(|t| self.folders.get_key_value(t))
                .map(|(k, _)| k.as_path())
                .collect()
        };
        let uncalled = self.folders.keys().map(PathBuf::as_path).filter(|p| !callers.contains_key(p));
        let mut all_roots: Vec<&Path> = uncalled.collect();
        let mut reached = reach(all_roots.clone(), down);
        for path in self.folders.keys() {
            if !reached.contains(path.as_path()) {
                all_roots.push(path);
                reached.extend(reach(vec![path], down));
            }
        }
        let mut roots: Vec<&Path> =
            all_roots.into_iter().filter(|r| leads_to_roles.contains(r) && concerned.contains(r)).collect();
        roots.sort();
        let below = reach(roots.clone(), down);
        Plan {
            roots: roots.into_iter().map(Path::to_owned).collect(),
            files: self
                .folders
                .iter()
                .filter(|(p, _)| leads_to_roles.contains(p.as_path()))
                .flat_map(|(_, f)| f.files.iter().cloned())
                .collect(),
            interesting: self
                .folders
                .iter()
                .filter(|(p, f)| f.interesting && below.contains(p.as_path()))
                .map(|(p, _)| (p.clone(), up(p).into_iter().map(Path::to_owned).collect()))
                .collect(),
        }
    }
}

fn reach<'a>(starts: Vec<&'a Path>, next: impl Fn(&'a Path) -> Vec<&'a Path>) -> BTreeSet<&'a Path> {
    let mut seen: BTreeSet<&Path> = starts.iter().copied().collect();
    let mut todo = starts;
    while let Some(path) = todo.pop() {
        for following in next(path) {
            if seen.insert(following) {
                todo.push(following);
            }
        }
    }
    seen
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
        let plan = graph.plan(|p| p.starts_with(selected));
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
}
