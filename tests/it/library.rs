use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use iac_trust_lint::{
    config::{Config, Effective},
    discover::{self, FileSet, Settings, Target, discover},
    lint::{Filters, Inputs, Options, Run, lint},
    source::{DirEntry, Disk, EntryKind, Files, Overlay, Provider},
};

use crate::kit::{Tree, role, template};

fn options(folder: &Path) -> Options {
    Options {
        config: Effective { config: Config::default(), folder: folder.to_owned(), now: "2026-11-21".parse().unwrap() },
        config_path: None,
        inputs: Inputs::default(),
        filters: Filters::default(),
        keep_worlds: false,
        jobs: 2,
    }
}

fn run(provider: Box<dyn Provider>, root: &Path) -> (Files, Run) {
    let files = Files::new(provider, root, root, false);
    let set = discover(&files, root, &[Target::Folder(root.to_owned())], &Settings::default());
    let run = lint(&files, set, &options(root));
    (files, run)
}

fn messages(run: &Run) -> Vec<(&'static str, String)> {
    run.outcome.findings.iter().map(|f| (f.rule, f.message.clone())).collect()
}

/// What a provider is asked.
#[derive(Clone, Copy, PartialEq)]
enum Ask {
    Read,
    List,
    Kind,
}

/// The disk, with a say in what is asked of it: `Some` is the answer instead, for what is read, or the error.
struct Meddled<F>(F);

impl<F: Fn(Ask, &Path) -> Option<io::Result<Vec<u8>>> + Send + Sync> Provider for Meddled<F> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        (self.0)(Ask::Read, path).unwrap_or_else(|| Disk.read(path))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        match (self.0)(Ask::List, path) {
            Some(Err(error)) => Err(error),
            _ => Disk.list(path),
        }
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        (self.0)(Ask::Kind, path);
        Disk.kind(path)
    }

    fn resolve(&self, path: &Path) -> PathBuf {
        Disk.resolve(path)
    }
}

/// Panics when a file of that name is read, or listed as a folder.
fn bomb(name: &'static str) -> Box<dyn Provider> {
    Box::new(Meddled(move |ask, path: &Path| {
        assert!(ask == Ask::Kind || !path.ends_with(name), "the bomb\nwent off");
        None
    }))
}

#[test]
fn a_panic_costs_one_file_its_verdict() {
    let tree = Tree::new()
        .file("a.yaml", template("999988887777"))
        .file("b.yaml", template("999988886666"))
        .file("m/main.tf", role("m", "\"999988885555\""))
        .file("n/main.tf", role("n", "\"999988884444\""));
    for (name, file, left) in [("a.yaml", "a.yaml", 3), ("m/main.tf", "m/main.tf", 3), ("n", "n", 3)] {
        let (_, run) = run(bomb(name), &tree.root);
        let errors = &run.outcome.errors;
        assert_eq!(errors.len(), 1, "{name}: {errors:?}");
        assert_eq!(errors[0].file, file);
        assert!(errors[0].message.starts_with("internal error: the bomb went off; "), "{}", errors[0].message);
        assert!(errors[0].message.contains("report it as a bug"), "{}", errors[0].message);
        let outside = messages(&run).iter().filter(|(rule, _)| *rule == "untrusted-account").count();
        assert_eq!(outside, left, "{name}");
    }
}

#[test]
fn a_set_of_files_need_not_be_on_disk() {
    let root = Path::new("/nowhere/at/all");
    let path = root.join("t.yaml");
    let provider = Overlay::new(Disk, BTreeMap::from([(path.clone(), template("999988887777").into_bytes())]));
    let files = Files::new(Box::new(provider), root, root, false);
    let kind = discover::DocumentKind::Template;
    let set = FileSet {
        documents: vec![discover::Document { path: path.clone(), kind, bytes: 0 }],
        selection: discover::Selection::new(&[Target::File(path)]),
        ..FileSet::default()
    };
    let run = lint(&files, set, &options(root));
    assert_eq!(run.outcome.summary.roles, 1);
    assert!(messages(&run).iter().any(|(rule, _)| *rule == "untrusted-account"));
}

#[test]
fn two_runs_live_in_one_process() {
    let trees: Vec<Tree> = (0..4).map(|i| Tree::new().file("t.yaml", template(&format!("99998888000{i}")))).collect();
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = trees.iter().map(|t| scope.spawn(|| messages(&run(Box::new(Disk), &t.root).1))).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    for (i, found) in results.iter().enumerate() {
        assert!(
            found.iter().all(|(_, m)| !m.contains("99998888") || m.contains(&format!("99998888000{i}"))),
            "{found:?}"
        );
    }
}

/// A disk on which a file goes away, changes or may not be read between the walk and the reading.
fn fickle(name: &'static str, then: fn(usize, &Path) -> io::Result<Vec<u8>>) -> Box<dyn Provider> {
    let reads = AtomicUsize::new(0);
    Box::new(Meddled(move |ask, path: &Path| {
        path.ends_with(name).then_some(())?;
        match ask {
            Ask::Read => Some(then(reads.fetch_add(1, Ordering::Relaxed), path)),
            Ask::List => Some(Err(io::ErrorKind::PermissionDenied.into())),
            Ask::Kind => None,
        }
    }))
}

#[test]
fn files_that_vanish_change_or_are_closed_cost_nobody_else() {
    let gone: fn(usize, &Path) -> io::Result<Vec<u8>> = |_, _| Err(io::ErrorKind::NotFound.into());
    let closed: fn(usize, &Path) -> io::Result<Vec<u8>> = |_, _| Err(io::ErrorKind::PermissionDenied.into());
    let gone_later: fn(usize, &Path) -> io::Result<Vec<u8>> =
        |n, path| if n == 0 { Disk.read(path) } else { Err(io::ErrorKind::NotFound.into()) };
    let cut: fn(usize, &Path) -> io::Result<Vec<u8>> = |n, path| {
        let mut bytes = Disk.read(path)?;
        bytes.truncate(if n == 0 { bytes.len() } else { bytes.len() / 2 });
        Ok(bytes)
    };
    let other: fn(usize, &Path) -> io::Result<Vec<u8>> =
        |n, path| if n == 0 { Disk.read(path) } else { Ok(b"\xff\xfe".to_vec()) };
    let tree = Tree::new()
        .file("a.yaml", template("999988887777"))
        .file("b.yaml", template("999988886666"))
        .file("m/main.tf", role("m", "\"999988885555\""))
        .file("n/main.tf", role("n", "file(\"p.json\")"))
        .file("n/p.json", "{}");
    for name in ["a.yaml", "m/main.tf", "n/p.json", "m", "n"] {
        for (i, then) in [gone, closed, gone_later, cut, other].into_iter().enumerate() {
            let (_, run) = run(fickle(name, then), &tree.root);
            assert_eq!(run.outcome.errors, [], "{name} {i}");
            let found = messages(&run);
            assert!(found.iter().any(|(_, m)| m.contains("999988886666")), "{name} {i}: {found:?}");
            let closed_file = i == 1 && name.contains('.') && name != "n/p.json";
            assert!(!closed_file || found.iter().any(|(rule, _)| *rule == "unparsable-file"), "{name}: {found:?}");
        }
    }
}

#[test]
fn what_a_search_has_read_is_not_read_again() {
    let tree = Tree::new()
        .file("a.yaml", template("999988887777"))
        .file("m/main.tf", role("m", "local.account"))
        .file("m/a.tf", "locals {\n  account = var.account\n}\n")
        .file("m/z.tf", "variable \"account\" {\n  default = \"999988886666\"\n}\n")
        .file("plain/a.tf", "locals {}\n")
        .file("called/a.tf", "output \"x\" {\n  value = 1\n}\n");
    let reads: Arc<Mutex<BTreeMap<PathBuf, usize>>> = Arc::default();
    let counted = reads.clone();
    let count = move |ask, path: &Path| {
        if ask == Ask::Read {
            *counted.lock().unwrap().entry(path.to_owned()).or_default() += 1;
        }
        None
    };
    let (files, run) = run(Box::new(Meddled(count)), &tree.root);
    assert!(messages(&run).iter().any(|(_, m)| m.contains("999988886666")));
    let reads = reads.lock().unwrap();
    assert_eq!(reads.len(), 6);
    assert!(reads.values().all(|n| *n == 1), "{reads:?}");
    for (name, kept) in [("m/z.tf", true), ("a.yaml", true), ("plain/a.tf", false), ("called/a.tf", false)] {
        assert_eq!(files.sources.find(name).is_some(), kept, "{name}");
    }
}

#[test]
fn a_panic_of_the_evaluator_costs_one_module() {
    let tree = Tree::new()
        .file("a.yaml", template("999988887777"))
        .file("n/main.tf", role("n", "file(\"bomb.txt\")"))
        .file("n/bomb.txt", "999988885555");
    let (_, run) = run(bomb("bomb.txt"), &tree.root);
    assert_eq!(run.outcome.errors.len(), 1, "{:?}", run.outcome.errors);
    assert!(run.outcome.errors[0].message.contains("report it as a bug"));
    assert!(messages(&run).iter().any(|(rule, _)| *rule == "untrusted-account"));
}

/// Panics when it is asked what stands at a path of that name, which frontends ask while they hold a lock.
fn trap(name: &'static str) -> Box<dyn Provider> {
    Box::new(Meddled(move |ask, path: &Path| {
        assert!(ask != Ask::Kind || !path.ends_with(name), "the trap");
        None
    }))
}

#[test]
fn a_panic_under_a_lock_costs_those_who_need_what_it_was_about() {
    let call = |to: &str, account: &str| {
        format!("module \"x\" {{\n  source = \"../{to}\"\n}}\n{}", role("r", &format!("\"{account}\"")))
    };
    let mut tree = Tree::new().file("sound/main.tf", role("s", "\"999988881111\"")).file("trap/main.tf", "");
    for i in 0..20 {
        let to = if i % 4 == 0 { "trap" } else { "sound" };
        tree = tree.file(&format!("m{i:02}/main.tf"), call(to, &format!("9999888800{i:02}")));
    }
    for jobs in [1, 4] {
        let provider: Box<dyn Provider> = trap("trap");
        let files = Files::new(provider, &tree.root, &tree.root, false);
        let set = discover(&files, &tree.root, &[Target::Folder(tree.root.clone())], &Settings::default());
        let run = lint(&files, set, &Options { jobs, ..options(&tree.root) });
        let broken: Vec<&str> = run.outcome.errors.iter().map(|e| e.file.as_str()).collect();
        assert_eq!(broken, ["m00", "m04", "m08", "m12", "m16"]);
        let found = messages(&run);
        for i in 0..20 {
            let account = format!("9999888800{i:02}");
            assert_eq!(found.iter().any(|(_, m)| m.contains(&account)), i % 4 != 0, "{account}");
        }
    }
}
