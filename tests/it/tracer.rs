#![cfg(target_os = "linux")]
//! What the program asks of the system, as a tracer sees it: no sockets, no other programs but git where the user asks
//! for changes, and no file outside of the root.

use std::{
    collections::{BTreeSet, HashSet},
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    hostile_values::reaching_out,
    kit::{Tree, role, template},
};

/// System files that every program opens, that tell how many threads make sense, or how the memory is set up.
const SYSTEM: [&str; 8] = [
    "/etc/ld.so",
    "/lib",
    "/usr/lib",
    "/proc/self/",
    "/proc/sys/vm/overcommit_memory",
    "/sys/fs/cgroup",
    "/sys/devices/system/cpu",
    "/sys/kernel/mm/transparent_hugepage/enabled",
];

/// What a run asked for.
struct Trace {
    /// All calls, one a line: process, then name and arguments.
    calls: Vec<String>,
    code: i32,
    stdout: String,
}

fn strace(folder: &Path, log: &Path, program: &str, args: &[&str]) -> Option<std::process::Output> {
    let wanted = "trace=network,execve,open,openat,openat2,creat";
    Command::new("strace")
        .args(["-f", "-qq", "-y", "-s", "4096", "-e", wanted, "-o"])
        .arg(log)
        .arg(program)
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", folder)
        .output()
        .ok()
}

/// Whether there is a tracer that may trace.
fn can_trace(tree: &Tree) -> bool {
    let log = tree.root.join("probe.log");
    let traced = strace(&tree.root, &log, "true", &[]).is_some_and(|o| o.status.success())
        && std::fs::read_to_string(&log).is_ok_and(|t| t.contains("execve("));
    if !traced {
        println!("skipped: there is no strace here, or it may not trace");
    }
    let _ = std::fs::remove_file(log);
    traced
}

/// The calls that a run makes; `None` where there is no tracer.
fn trace(tree: &Tree, folder: &str, args: &[&str]) -> Option<Trace> {
    if !can_trace(tree) {
        return None;
    }
    let log = tree.root.join("trace.log");
    let output = strace(&tree.root.join(folder), &log, env!("CARGO_BIN_EXE_iac-trust-lint"), args).unwrap();
    let text = std::fs::read_to_string(&log).unwrap();
    let calls: Vec<String> = text.lines().map(str::to_owned).collect();
    assert!(calls.iter().any(|c| c.contains("execve(")), "{text}");
    for call in &calls {
        for network in ["socket(", "connect(", "bind(", "sendto(", "socketpair("] {
            assert!(!call.contains(network), "{call}");
        }
    }
    let stdout = String::from_utf8(output.stdout).unwrap();
    Some(Trace { calls, code: output.status.code().unwrap_or(-1), stdout })
}

impl Trace {
    /// The programs that were started, this one first.
    fn programs(&self) -> Vec<String> {
        let started = self.calls.iter().filter(|c| c.contains("execve(") && c.ends_with(" = 0"));
        started.map(|c| c.split('"').nth(1).unwrap().rsplit('/').next().unwrap().to_owned()).collect()
    }

    /// The files that this program opened, and not one that it started.
    fn opened(&self) -> Vec<PathBuf> {
        let process = |call: &str| call.split_whitespace().next().unwrap_or_default().to_owned();
        let others: HashSet<String> =
            self.calls.iter().filter(|c| c.contains("execve(")).skip(1).map(|c| process(c)).collect();
        self.calls.iter().filter(|c| !others.contains(&process(c))).filter_map(|c| opened(c)).collect()
    }

    /// What was opened and lies neither in a folder nor among the system's files.
    fn outside(&self, root: &Path) -> BTreeSet<PathBuf> {
        let inside = |path: &Path| path.canonicalize().is_ok_and(|p| p.starts_with(root));
        let system = |path: &Path| SYSTEM.iter().any(|s| path.to_str().is_some_and(|p| p.starts_with(s)));
        self.opened().into_iter().filter(|p| !inside(p) && !system(p)).collect()
    }
}

/// The path that a call opens, if it opened one.
fn opened(call: &str) -> Option<PathBuf> {
    let (head, rest) = call.split_once('(')?;
    let name = head.rsplit(' ').next()?;
    // What is not there was not read; a call that another thread interrupts says nothing yet, and counts.
    if !(name.starts_with("open") || name == "creat") || call.contains(" = -1 E") {
        return None;
    }
    let path = Path::new(rest.split('"').nth(1)?);
    // A path is relative to the folder of the first argument: `AT_FDCWD</folder>` or `5</folder>`.
    let folder = rest.split('"').next()?.split_once('<').and_then(|(_, f)| f.rsplit_once('>')).map(|(f, _)| f);
    Some(folder.map_or_else(|| path.to_owned(), |f| Path::new(f).join(path)))
}

fn stays_inside(tree: &Tree, folder: &str, args: &[&str]) {
    let Some(trace) = trace(tree, folder, args) else { return };
    let root = tree.root.join(folder);
    assert!((0..=1).contains(&trace.code), "{args:?}: {}", trace.stdout);
    assert_eq!(trace.programs(), ["iac-trust-lint"], "{args:?} starts another program");
    assert_eq!(trace.outside(&root), BTreeSet::new(), "{args:?}");
    let opened = trace.opened();
    assert!(opened.iter().any(|p| p.ends_with("good/main.tf")), "the trace shows nothing: {opened:?}");
}

/// The same with values and settings that lead outside.
fn reaching_out_everywhere() -> Tree {
    let tree = reaching_out()
        .file("out/secret.tfvars", "who = \"432143214321\"\n")
        .file("out/parameters.json", "{\"Who\": \"432143214321\"}")
        .file("in/v/main.tf", format!("variable \"who\" {{}}\n{}", role("v", "var.who")))
        .file("in/v/x.tofu", "module \"up\" {\n  source = \"../../out\"\n}\n")
        .file("in/.git/HEAD", "ref: refs/heads/main\n")
        .file("in/sub/t.yaml", template("999988887777"))
        .file("in/sub/.git", "gitdir: ../../out\n");
    for (link, to) in [
        ("in/v/terraform.tfvars", "../../out/secret.tfvars"),
        ("in/v/x.auto.tfvars", "/dev/zero"),
        ("in/v/.terraform", "../../out"),
        ("in/.gitignore", "../out/secret.yaml"),
        ("in/.ignore", "/dev/zero"),
    ] {
        std::os::unix::fs::symlink(to, tree.root.join(link)).unwrap();
    }
    tree
}

#[test]
fn nothing_outside_the_root_is_opened_and_no_socket() {
    let tree = reaching_out();
    std::fs::write(tree.root.join(".gitignore"), "x\n").unwrap();
    std::fs::write(tree.root.join(".iac-trust-lint.yaml"), "fail-on: high\n").unwrap();
    for args in [&["--format", "json"][..], &["--jobs", "1", "m/main.tf", "nested.yaml", "good/main.tf"], &["roles"]] {
        stays_inside(&tree, "in", args);
    }
}

#[test]
fn a_folder_of_a_repository_is_the_root_when_it_is_the_current_one() {
    let tree = reaching_out();
    std::fs::create_dir_all(tree.root.join("in/.git/info")).unwrap();
    std::fs::write(tree.root.join(".gitignore"), "x\n").unwrap();
    std::fs::write(tree.root.join("in/.gitignore"), "x\n").unwrap();
    stays_inside(&tree, "in", &["--format", "sarif"]);
}

#[test]
fn links_of_values_and_settings_are_not_followed_outside() {
    let tree = reaching_out_everywhere();
    for args in [&["--format", "json"][..], &["v", "good"], &["roles", "--with-policy"], &["init", "--stdout", "."]] {
        stays_inside(&tree, "in", args);
    }
}

#[test]
fn what_the_user_names_outside_is_all_that_is_opened_there() {
    let tree = reaching_out_everywhere();
    let args = ["--var-file", "../out/secret.tfvars", "--parameter-file", "../out/parameters.json", "--no-config", "."];
    if let Some(trace) = trace(&tree, "in", &args) {
        let named = ["out/secret.tfvars", "out/parameters.json"].map(|f| tree.root.join(f));
        let shown: BTreeSet<PathBuf> =
            trace.outside(&tree.root.join("in")).iter().map(|p| p.canonicalize().unwrap()).collect();
        assert_eq!(shown, BTreeSet::from(named));
        assert!(trace.stdout.contains("432143214321"), "{}", trace.stdout);
    }
}

#[test]
fn allow_outside_widens_it() {
    let tree = reaching_out_everywhere();
    let args = ["--allow-outside", "--format", "json", "m/main.tf", "nested.yaml", "include.yaml", "v/main.tf"];
    if let Some(trace) = trace(&tree, "in", &args) {
        assert_eq!(trace.programs(), ["iac-trust-lint"]);
        let outside: BTreeSet<PathBuf> =
            trace.outside(&tree.root.join("in")).iter().filter_map(|p| p.canonicalize().ok()).collect();
        for file in ["out/secret.json", "out/secret.yaml", "out/main.tf", "out/secret.tfvars"] {
            assert!(outside.contains(&tree.root.join(file)), "{file} in {outside:?}");
        }
        assert!(trace.stdout.contains("432143214321"), "{}", trace.stdout);
        let device = |p: &&PathBuf| p.starts_with("/dev");
        assert_eq!(outside.iter().find(device), None);
    }
}

#[test]
fn changes_are_asked_of_git_alone() {
    let tree = reaching_out();
    tree.git(&["init", "-q", "in"]);
    tree.git(&["-C", "in", "add", "good", "good.yaml"]);
    tree.git(&["-C", "in", "commit", "-q", "-m", "one"]);
    let good = std::fs::read_to_string(tree.root.join("in/good/main.tf")).unwrap();
    std::fs::write(tree.root.join("in/good/main.tf"), good.replace("999988887777", "999988887778")).unwrap();
    if let Some(trace) = trace(&tree, "in", &["--changed-since", "HEAD", "good", "m"]) {
        assert!((0..=1).contains(&trace.code), "{}", trace.stdout);
        assert!(trace.stdout.contains("999988887778"), "{}", trace.stdout);
        let programs = trace.programs();
        assert!(programs.len() > 1 && programs.iter().skip(1).all(|p| p == "git"), "{programs:?}");
        // What git is given to read from.
        let outside: Vec<PathBuf> =
            trace.outside(&tree.root.join("in")).into_iter().filter(|p| p != Path::new("/dev/null")).collect();
        assert_eq!(outside, Vec::<PathBuf>::new());
    }
}

#[test]
fn other_commands_open_no_sockets_and_nothing_outside() {
    let tree = Tree::new().file("in/policy.json", "{}").file("in/requests.jsonl", "{}\n");
    let simulate = ["simulate", "--policy", "policy.json", "--request", "requests.jsonl"];
    for args in [&["--version"][..], &["rules"], &["explain", "public-trust"], &["schema"], &simulate] {
        if let Some(trace) = trace(&tree, "in", args) {
            assert_eq!(trace.programs(), ["iac-trust-lint"], "{args:?}");
            assert_eq!(trace.outside(&tree.root.join("in")), BTreeSet::new(), "{args:?}");
        }
    }
}
