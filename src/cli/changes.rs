use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    process::Command,
};

use super::Fail;
use crate::lint::{Changes, Lines};

/// What changed in the working tree since a revision: since the point where the current branch left it, when there is
/// one. Untracked files are new as a whole.
pub(super) fn since(revision: &str, root: &Path) -> Result<Changes, Fail> {
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Fail::Usage(format!("`--changed-since {revision}` names no revision")));
    }
    let top = git(root, &["rev-parse", "--show-toplevel"])?;
    let top = PathBuf::from(top.trim_end_matches(['\n', '\r']));
    git(root, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
        .map_err(|_| Fail::Usage(format!("`--changed-since {revision}`: git knows no such revision")))?;
    let from = git(root, &["merge-base", revision, "HEAD"]).unwrap_or_else(|_| revision.to_owned());
    let mut diff = command(&top);
    diff.args(["diff", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames"]);
    // In a submodule other settings hold.
    diff.args(["--ignore-submodules=dirty", from.trim(), "--"]);
    // After the settings that the user's environment has.
    let mut count = std::env::var("GIT_CONFIG_COUNT").ok().and_then(|n| n.parse().ok()).unwrap_or(0_usize);
    for key in own_filters(&top) {
        let value = if key.ends_with(".required") { "false" } else { "" };
        diff.env(format!("GIT_CONFIG_KEY_{count}"), key).env(format!("GIT_CONFIG_VALUE_{count}"), value);
        count += 1;
        diff.env("GIT_CONFIG_COUNT", count.to_string());
    }
    let diff = output(diff)?;
    let mut changes = parse(&diff, &top);
    let untracked = git(&top, &["ls-files", "--others", "--exclude-standard", "-z"])?;
    for name in untracked.split('\0').filter(|n| !n.is_empty()) {
        changes.files.insert(top.join(name), Lines::All);
    }
    Ok(changes)
}

/// The settings by which the repository itself, and not the user, names filters for the content of files. A git that
/// cannot tell whose a setting is cannot be told to pass over it either.
fn own_filters(folder: &Path) -> Vec<String> {
    let listed = git(folder, &["config", "--null", "--show-scope", "--name-only", "--list"]).unwrap_or_default();
    let mut fields = listed.split('\0');
    let mut keys = Vec::new();
    while let (Some(scope), Some(key)) = (fields.next(), fields.next()) {
        let is_filter = key.starts_with("filter.")
            && [".clean", ".smudge", ".process", ".required"].iter().any(|end| key.ends_with(end));
        if is_filter && matches!(scope, "local" | "worktree") && !keys.iter().any(|k| k == key) {
            keys.push(key.to_owned());
        }
    }
    keys
}

/// A call of git. A repository's own settings must not make it start other programs.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for setting in ["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.quotePath=false"] {
        command.args(["-c", setting]);
    }
    command.current_dir(folder);
    command
}

fn git(folder: &Path, args: &[&str]) -> Result<String, Fail> {
    let mut command = command(folder);
    command.args(args);
    output(command)
}

fn output(mut command: Command) -> Result<String, Fail> {
    let output =
        command.output().map_err(|e| Fail::Usage(format!("`--changed-since` needs git, and it cannot be run: {e}")))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let why = String::from_utf8_lossy(&output.stderr);
        Err(Fail::Usage(format!("`--changed-since`: git says: {}", why.trim())))
    }
}

/// Reads the output of `git diff --unified=0`.
fn parse(diff: &str, top: &Path) -> Changes {
    let mut files: HashMap<PathBuf, Lines> = HashMap::new();
    let mut lost = HashSet::new();
    let mut before: Option<PathBuf> = None;
    let mut current: Option<PathBuf> = None;
    let mut is_header = false;
    for line in diff.lines() {
        if line.starts_with("diff --git ") {
            is_header = true;
            current = None;
        } else if is_header && let Some(name) = line.strip_prefix("--- ") {
            let name = unquoted(name.trim_end_matches('\t'));
            before = name.strip_prefix("a/").map(|n| top.join(n));
        } else if is_header && let Some(name) = line.strip_prefix("+++ ") {
            let name = unquoted(name.trim_end_matches('\t'));
            current = name.strip_prefix("b/").map(|n| top.join(n));
            is_header = false;
            if current.is_none() {
                lost.extend(before.take());
            }
        } else if let (Some(hunk), Some(path)) = (line.strip_prefix("@@ "), &current)
            && let Some(run) = run_of(hunk)
        {
            if !takes_nothing(hunk) {
                lost.insert(path.clone());
            }
            match files.entry(path.clone()).or_insert_with(|| Lines::Some(Vec::new())) {
                Lines::Some(runs) => runs.push(run),
                Lines::All => {}
            }
        }
    }
    Changes { files, lost }
}

/// Whether a hunk `-a,b +c,d @@` only adds lines.
fn takes_nothing(hunk: &str) -> bool {
    hunk.split(' ').next().is_some_and(|removed| removed.ends_with(",0"))
}

/// First and last line of `-a,b +c,d @@`.
fn run_of(hunk: &str) -> Option<(usize, usize)> {
    let added = hunk.split(' ').find_map(|part| part.strip_prefix('+'))?;
    let (start, count) = added.split_once(',').unwrap_or((added, "1"));
    let (start, count): (usize, usize) = (start.parse().ok()?, count.parse().ok()?);
    Some(if count == 0 { (start.max(1), start + 1) } else { (start, start + count - 1) })
}

/// A name as git quotes those with control characters, quotes or backslashes.
fn unquoted(name: &str) -> String {
    let Some(inner) = name.strip_prefix('"').and_then(|n| n.strip_suffix('"')) else { return name.to_owned() };
    let mut bytes = Vec::new();
    let mut rest = inner.bytes();
    while let Some(b) = rest.next() {
        if b != b'\\' {
            bytes.push(b);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'r') => bytes.push(b'\r'),
            Some(first @ b'0'..=b'7') => {
                let digits = [Some(first), rest.next(), rest.next()];
                let code = digits.into_iter().flatten().fold(0u32, |n, d| n * 8 + u32::from(d.wrapping_sub(b'0') & 7));
                bytes.push(u8::try_from(code & 0xff).unwrap_or(b'?'));
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diffs_are_read() {
        let diff = "diff --git a/x.tf b/x.tf\n--- a/x.tf\n+++ b/x.tf\n@@ -3 +3,2 @@ resource\n-a\n+++ b\n+c\n\
                    @@ -9,2 +10,0 @@\n-x\n-y\ndiff --git a/gone.tf b/gone.tf\n--- a/gone.tf\n+++ /dev/null\n@@ -1 +0,0 @@\n";
        let changes = parse(diff, Path::new("/r"));
        assert_eq!(changes.files.len(), 1);
        assert_eq!(changes.files.get(Path::new("/r/x.tf")), Some(&Lines::Some(vec![(3, 4), (10, 11)])));
        let mut lost: Vec<&Path> = changes.lost.iter().map(PathBuf::as_path).collect();
        lost.sort();
        assert_eq!(lost, [Path::new("/r/gone.tf"), Path::new("/r/x.tf")]);
        let only_more = "diff --git a/x.tf b/x.tf\n--- a/x.tf\n+++ b/x.tf\n@@ -3,0 +4,2 @@\n+a\n+b\n";
        assert!(parse(only_more, Path::new("/r")).lost.is_empty());
    }

    #[test]
    fn quoted_names_are_read() {
        assert_eq!(unquoted(r#""b/a\"b\\c\303\244""#), "b/a\"b\\cä");
        assert_eq!(unquoted("b/plain name"), "b/plain name");
    }
}
