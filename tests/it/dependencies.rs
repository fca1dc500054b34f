//! What `deny.toml` asks of dependencies, kept where cargo-deny is not installed: licences, and nothing that opens a
//! socket.

use std::{fs, path::Path, process::Command};

/// The quoted words after a key of `deny.toml`, up to the closing bracket.
fn list(key: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml")).unwrap();
    let body = text.split(&format!("\n{key} = [")).nth(1).unwrap().split("\n[").next().unwrap();
    let body = body.split("]\n").next().unwrap();
    body.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The packages that are built on this platform, without those for tests alone: name, licence.
fn packages() -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal,build", "--prefix", "none"])
        .args(["--no-dedupe", "--format", "{p}\t{l}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |l: &str| {
        let (package, licence) = l.split_once('\t').unwrap();
        (package.split(' ').next().unwrap().to_owned(), licence.to_owned())
    };
    let mut all: Vec<_> = text.lines().filter(|l| !l.is_empty()).map(line).collect();
    all.sort();
    all.dedup();
    all
}

/// Whether a licence expression can be met with these licences. Old ones write `/` for `OR`.
fn met(expression: &str, allowed: &[String]) -> bool {
    let text = expression.replace('/', " OR ").replace(['(', ')'], " ");
    text.split(" AND ").all(|any| any.split(" OR ").any(|one| allowed.iter().any(|a| a == one.trim())))
}

#[test]
fn licences_are_those_that_are_allowed() {
    let allowed = list("allow");
    assert!(allowed.contains(&"MIT".to_owned()), "{allowed:?}");
    let packages = packages();
    assert!(packages.len() > 50, "{}", packages.len());
    let bad: Vec<_> = packages.iter().filter(|(_, licence)| !met(licence, &allowed)).collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert!(!met("GPL-3.0", &allowed) && !met("MIT AND GPL-3.0", &allowed) && met("GPL-3.0 OR MIT", &allowed));
}

#[test]
fn nothing_opens_a_socket() {
    let denied = list("deny");
    assert!(denied.contains(&"tokio".to_owned()), "{denied:?}");
    let bad: Vec<_> = packages().into_iter().filter(|(name, _)| denied.contains(name)).collect();
    assert!(bad.is_empty(), "{bad:?}");
}
