//! Plays the runner: the steps of `action.yml` on a scratch repository, with the environment files that a runner gives.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_yaml::Value;

const BAD: &str = r#"
resource "aws_iam_role" "audit" {
  name = "audit"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "999988887777" }, Action = "sts:AssumeRole" }]
  })
}
"#;

struct Runner {
    dir: tempfile::TempDir,
    inputs: BTreeMap<String, String>,
    github: BTreeMap<&'static str, String>,
    outputs: BTreeMap<String, String>,
    log: String,
    /// Programs that stand in for those of the machine.
    path: Option<PathBuf>,
    /// The checkout of the action, when it is not this one.
    action: Option<PathBuf>,
}

impl Runner {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for sub in ["workspace", "temp"] {
            fs::create_dir(dir.path().join(sub)).unwrap();
        }
        let mut runner = Self {
            dir,
            inputs: BTreeMap::new(),
            github: BTreeMap::new(),
            outputs: BTreeMap::new(),
            log: String::new(),
            path: None,
            action: None,
        };
        runner.inputs.insert("binary".into(), env!("CARGO_BIN_EXE_iac-trust-lint").into());
        runner.git(&["init", "--quiet", "--initial-branch=main"]);
        runner
    }

    fn workspace(&self) -> PathBuf {
        self.dir.path().join("workspace")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.workspace().join(name), text).unwrap();
    }

    fn git(&self, args: &[&str]) -> String {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let out = Command::new("git").args(identity).args(args).current_dir(self.workspace()).output().unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message=x"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs the steps in order; returns the exit code of the first that fails, else 0.
    fn run(&mut self) -> i32 {
        let root = self.action.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        let action: Value = serde_yaml::from_str(&fs::read_to_string(root.join("action.yml")).unwrap()).unwrap();
        for (name, input) in action["inputs"].as_mapping().unwrap() {
            let name = name.as_str().unwrap().to_owned();
            self.inputs.entry(name).or_insert_with(|| input["default"].as_str().unwrap().to_owned());
        }
        assert_eq!(action["runs"]["using"].as_str(), Some("composite"));
        for step in action["runs"]["steps"].as_sequence().unwrap() {
            assert_eq!(step["shell"].as_str(), Some("bash"));
            let temp = self.dir.path().join("temp");
            let outputs = temp.join("outputs");
            fs::write(&outputs, "").unwrap();
            let mut command = Command::new("bash");
            command
                .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()])
                .current_dir(self.workspace())
                .env_remove("GITHUB_BASE_REF")
                .env("RUNNER_TEMP", &temp)
                .env("RUNNER_OS", "Linux")
                .env("RUNNER_ARCH", "X64")
                .env("GITHUB_ACTION_PATH", &root)
                .env("GITHUB_WORKSPACE", self.workspace())
                .env("GITHUB_OUTPUT", &outputs)
                .env("GITHUB_STEP_SUMMARY", temp.join("summary"));
            if let Some(path) = &self.path {
                let rest = std::env::var_os("PATH").unwrap_or_default();
                let all = std::iter::once(path.clone()).chain(std::env::split_paths(&rest));
                command.env("PATH", std::env::join_paths(all).unwrap());
            }
            for (name, value) in step["env"].as_mapping().unwrap() {
                command.env(name.as_str().unwrap(), self.expression(value.as_str().unwrap()));
            }
            let out = command.output().unwrap();
            self.log.push_str(&String::from_utf8_lossy(&out.stdout));
            self.log.push_str(&String::from_utf8_lossy(&out.stderr));
            if let Some(id) = step["id"].as_str() {
                for line in fs::read_to_string(&outputs).unwrap().lines() {
                    let (key, value) = line.split_once('=').unwrap();
                    self.outputs.insert(format!("{id}.{key}"), value.to_owned());
                }
            }
            if !out.status.success() {
                return out.status.code().unwrap();
            }
        }
        0
    }

    fn expression(&self, text: &str) -> String {
        let name = text.strip_prefix("${{ ").and_then(|t| t.strip_suffix(" }}")).expect("inputs go through env alone");
        if let Some(input) = name.strip_prefix("inputs.") {
            self.inputs[input].clone()
        } else if let Some(output) = name.strip_prefix("steps.") {
            let (id, key) = output.split_once(".outputs.").unwrap();
            self.outputs.get(&format!("{id}.{key}")).cloned().unwrap_or_default()
        } else {
            self.github.get(name.strip_prefix("github.").unwrap()).cloned().unwrap_or_default()
        }
    }

    fn sarif(&self) -> serde_json::Value {
        let file = self.workspace().join(&self.outputs["lint.sarif-file"]);
        serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
    }

    fn summary(&self) -> String {
        fs::read_to_string(self.dir.path().join("temp/summary")).unwrap()
    }
}

#[test]
fn a_finding_fails_the_job_after_everything_is_written() {
    let mut runner = Runner::new();
    runner.write("main.tf", BAD);
    assert_eq!(runner.run(), 1, "{}", runner.log);
    assert!(runner.log.contains("::error file=main.tf,line=6,"), "{}", runner.log);
    assert_eq!(runner.outputs["lint.exit-code"], "1");
    let sarif = runner.sarif();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|r| r["ruleId"] == "untrusted-account"), "{results:?}");
    assert!(runner.summary().starts_with("<!-- iac-trust-lint -->"));
}

#[test]
fn a_clean_tree_passes_and_still_writes_its_reports() {
    let mut runner = Runner::new();
    runner.write("main.tf", "locals { a = 1 }\n");
    assert_eq!(runner.run(), 0, "{}", runner.log);
    assert_eq!(runner.sarif()["runs"][0]["results"].as_array().unwrap().len(), 0);
    assert!(runner.summary().contains("no findings"));
}

#[test]
fn inputs_are_data_and_never_shell() {
    let mut runner = Runner::new();
    let owned = runner.dir.path().join("owned");
    let evil = format!("$(touch {0}); `touch {0}`\n; touch {0} #", owned.display());
    runner.inputs.insert("paths".into(), evil);
    assert_eq!(runner.run(), 2, "{}", runner.log);
    assert!(!owned.exists());
}

#[test]
fn inputs_write_no_outputs_and_give_git_no_options() {
    let mut runner = Runner::new();
    runner.write("main.tf", BAD);
    runner.inputs.insert("sarif-file".into(), "a.sarif\nexit-code=0".into());
    assert_eq!(runner.run(), 2);
    assert!(runner.log.contains("`sarif-file` has a line break"), "{}", runner.log);
    assert_eq!(runner.outputs.get("lint.exit-code"), None);

    let mut runner = Runner::new();
    runner.write("main.tf", BAD);
    runner.commit();
    runner.git(&["remote", "add", "origin", "."]);
    let witness = runner.workspace().join("ran");
    runner.inputs.insert("changed-only".into(), "true".into());
    runner.github.insert("event.before", format!("--upload-pack=touch {}", witness.display()));
    assert_eq!(runner.run(), 2);
    assert!(!witness.exists(), "{}", runner.log);
}

#[test]
fn options_and_paths_are_one_a_line() {
    let mut runner = Runner::new();
    for dir in ["a b", "c"] {
        fs::create_dir(runner.workspace().join(dir)).unwrap();
        runner.write(&format!("{dir}/main.tf"), BAD);
    }
    runner.inputs.insert("paths".into(), "a b\n".into());
    runner.inputs.insert("args".into(), "--trust\n999988887777\n--ignore=missing-mfa-or-external-id\n".into());
    assert_eq!(runner.run(), 0, "{}", runner.log);
    runner.inputs.insert("args".into(), "--fail-on=never".into());
    assert_eq!(runner.run(), 0, "{}", runner.log);
    let uri =
        runner.sarif()["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    assert_eq!(uri, "a%20b/main.tf");
    runner.inputs.insert("args".into(), String::new());
    runner.inputs.insert("fail-on".into(), "critical".into());
    assert_eq!(runner.run(), 0, "{}", runner.log);
}

#[test]
fn changed_only_reports_what_the_pull_request_touches() {
    let mut runner = Runner::new();
    runner.write("old.tf", BAD);
    let base = runner.commit();
    runner.write("new.tf", &BAD.replace("\"audit\"", "\"fresh\""));
    runner.commit();
    runner.inputs.insert("changed-only".into(), "true".into());
    runner.github.insert("event.pull_request.base.sha", base);
    assert_eq!(runner.run(), 1, "{}", runner.log);
    assert!(runner.log.contains("file=new.tf") && !runner.log.contains("file=old.tf"), "{}", runner.log);
}

#[test]
fn changed_only_fetches_the_base_that_a_shallow_checkout_lacks() {
    let origin = Runner::new();
    origin.write("old.tf", BAD);
    let base = origin.commit();
    origin.write("new.tf", &BAD.replace("\"audit\"", "\"fresh\""));
    origin.commit();
    origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let url = format!("file://{}", origin.workspace().display());

    let mut runner = Runner::new();
    runner.git(&["remote", "add", "origin", &url]);
    runner.git(&["fetch", "--quiet", "--depth=1", "origin", "main"]);
    runner.git(&["checkout", "--quiet", "FETCH_HEAD"]);
    assert_eq!(runner.git(&["rev-list", "--count", "HEAD"]), "1");
    runner.inputs.insert("changed-only".into(), "true".into());
    runner.github.insert("event.pull_request.base.sha", base);
    assert_eq!(runner.run(), 1, "{}", runner.log);
    assert!(runner.log.contains("file=new.tf") && !runner.log.contains("file=old.tf"), "{}", runner.log);
    assert!(runner.summary().contains("2 other findings on what did not change are left out"), "{}", runner.summary());
}

#[test]
fn a_wrong_config_is_exit_2() {
    let mut runner = Runner::new();
    runner.write("main.tf", BAD);
    runner.write("bad.yaml", "trust: [{account: \"123\"}]\n");
    runner.inputs.insert("config".into(), "bad.yaml".into());
    assert_eq!(runner.run(), 2, "{}", runner.log);
    assert!(runner.log.contains("bad.yaml:1:"), "{}", runner.log);
}

/// A program of that name that runs this script.
#[cfg(unix)]
fn stand_in(runner: &mut Runner, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let folder = runner.dir.path().join("programs");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    fs::write(&file, format!("#!/usr/bin/env bash\nset -eu\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    runner.path = Some(folder);
}

/// A checkout of the action with these checksums.
#[cfg(unix)]
fn checkout(runner: &mut Runner, checksums: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = runner.dir.path().join("checkout");
    fs::create_dir_all(copy.join("action")).unwrap();
    for name in ["action.yml", "Cargo.toml", "action/get.sh", "action/lint.sh"] {
        fs::copy(root.join(name), copy.join(name)).unwrap();
    }
    fs::write(copy.join("action/checksums.txt"), checksums).unwrap();
    runner.action = Some(copy);
}

#[cfg(unix)]
const ARCHIVE: &str = concat!("iac-trust-lint-", env!("CARGO_PKG_VERSION"), "-x86_64-unknown-linux-musl.tar.gz");

#[cfg(unix)]
#[test]
fn without_a_checksum_the_action_is_built_from_its_own_source() {
    let mut runner = Runner::new();
    runner.inputs.insert("binary".into(), String::new());
    runner.write("main.tf", BAD);
    checkout(&mut runner, "# none\n");
    stand_in(&mut runner, "curl", "echo 'nothing is downloaded' >&2; exit 9");
    let cargo = format!(
        "printf 'cargo %s\\n' \"$*\"\nwhile [[ $1 != --root ]]; do shift; done\nmkdir -p \"$2/bin\"\nln -s '{}' \
         \"$2/bin/iac-trust-lint\"",
        env!("CARGO_BIN_EXE_iac-trust-lint")
    );
    stand_in(&mut runner, "cargo", &cargo);
    assert_eq!(runner.run(), 1, "{}", runner.log);
    let from = runner.action.clone().unwrap();
    assert!(
        runner.log.contains(&format!("cargo install --locked --quiet --path {}", from.display())),
        "{}",
        runner.log
    );
    assert!(runner.log.contains("::error file=main.tf"), "{}", runner.log);
}

#[cfg(unix)]
#[test]
fn a_released_binary_is_used_only_with_the_right_checksum() {
    // The archive that the stand-in for curl serves.
    let download = "while [[ $1 != --output ]]; do shift; done\ncp \"$ARCHIVE\" \"$2\"";
    for is_right in [true, false] {
        let mut runner = Runner::new();
        runner.inputs.insert("binary".into(), String::new());
        runner.write("main.tf", BAD);
        let packed = runner.dir.path().join("packed");
        fs::create_dir(&packed).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_iac-trust-lint"), packed.join("iac-trust-lint")).unwrap();
        let archive = runner.dir.path().join("served.tar.gz");
        let tar = Command::new("tar").arg("-C").arg(&packed).arg("-czf").arg(&archive).arg(".").status().unwrap();
        assert!(tar.success());
        let sum = Command::new("sh").arg("-c").arg(SUM).arg("sum").arg(&archive).output().unwrap();
        let sum = String::from_utf8(sum.stdout).unwrap();
        let sum = if is_right { sum.trim().to_owned() } else { "0".repeat(64) };
        checkout(&mut runner, &format!("{sum}  {ARCHIVE}\n"));
        stand_in(&mut runner, "cargo", "echo 'nothing is built' >&2; exit 9");
        stand_in(&mut runner, "curl", &download.replace("$ARCHIVE", &archive.display().to_string()));
        let code = runner.run();
        if is_right {
            assert_eq!(code, 1, "{}", runner.log);
            assert!(runner.log.contains("::error file=main.tf"), "{}", runner.log);
        } else {
            assert_eq!(code, 2, "{}", runner.log);
            assert!(runner.log.contains("not used") && !runner.log.contains("main.tf"), "{}", runner.log);
        }
    }
}

#[cfg(unix)]
const SUM: &str =
    "if command -v sha256sum >/dev/null; then sha256sum \"$1\"; else shasum -a 256 \"$1\"; fi | cut -d ' ' -f 1";
