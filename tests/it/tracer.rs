#![cfg(target_os = "linux")]
//! What the program asks of the system, as a tracer sees it: no sockets, no other programs, and no file outside of the
//! root.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{hostile_values::reaching_out, kit::Tree};

/// System files that every program opens, or that tell how many threads make sense.
const SYSTEM: [&str; 6] =
    ["/etc/ld.so", "/lib", "/usr/lib", "/proc/self/", "/sys/fs/cgroup", "/sys/devices/system/cpu"];

/// The calls that a run makes, one a line; `None` where there is no tracer or it may not trace.
fn trace(tree: &Tree, folder: &str, args: &[&str]) -> Option<Vec<String>> {
    let log = tree.root.join("trace.log");
    let wanted = "trace=network,execve,open,openat,openat2,opendir,readlink,readlinkat,creat";
    let output = Command::new("strace")
        .args(["-f", "-qq", "-s", "4096", "-e", wanted, "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_iac-trust-lint"))
        .args(args)
        .current_dir(tree.root.join(folder))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output();
    let text = std::fs::read_to_string(&log).unwrap_or_default();
    match output {
        Ok(output) if text.contains("execve(") => {
            assert!(output.status.code().is_some_and(|c| c <= 1), "{}", String::from_utf8_lossy(&output.stderr));
            Some(text.lines().map(str::to_owned).collect())
        }
        _ => {
            println!("skipped: there is no strace here, or it may not trace");
            None
        }
    }
}

/// The path that a call opens, if it opened one.
fn opened(call: &str) -> Option<PathBuf> {
    let name = call.split_once('(')?.0.rsplit(' ').next()?;
    if !name.starts_with("open") && name != "creat" {
        return None;
    }
    let path = call.split('"').nth(1)?;
    // What is not there was not read; a call that another thread interrupts says nothing yet.
    (!call.contains(" = -1 E")).then(|| PathBuf::from(path))
}

fn stays_inside(tree: &Tree, folder: &str, args: &[&str]) {
    let Some(calls) = trace(tree, folder, args) else { return };
    let root = tree.root.join(folder);
    assert_eq!(calls.iter().filter(|c| c.contains("execve(")).count(), 1, "it starts another program");
    for call in &calls {
        for network in ["socket(", "connect(", "bind(", "sendto(", "socketpair("] {
            assert!(!call.contains(network), "{call}");
        }
    }
    let paths: Vec<PathBuf> = calls.iter().filter_map(|c| opened(c)).collect();
    let inside = |path: &Path| root.join(path).canonicalize().is_ok_and(|p| p.starts_with(&root));
    let system = |path: &Path| SYSTEM.iter().any(|s| path.to_str().is_some_and(|p| p.starts_with(s)));
    let outside: Vec<&PathBuf> = paths.iter().filter(|p| !inside(p) && !system(p)).collect();
    assert!(outside.is_empty(), "{args:?} opens {outside:?}");
    assert!(paths.iter().any(|p| p.ends_with("good/main.tf")), "the trace shows nothing: {paths:?}");
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
