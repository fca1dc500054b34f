use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A folder of its own, in which the program is run with nothing of this machine's environment.
pub struct Tree {
    _dir: TempDir,
    pub root: PathBuf,
}

/// What a run gave.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Tree {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        Self { _dir: dir, root }
    }

    /// Writes a file and makes the folders above it.
    pub fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(path, text);
        self
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Runs the program in the root.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_in(".", args, b"")
    }

    /// Runs the program in a folder of the tree, with that standard input.
    pub fn run_in(&self, folder: &str, args: &[&str], input: &[u8]) -> Ran {
        ran(command(&self.root.join(folder)).args(args), input)
    }

    /// Runs the program with `--format json` and so little memory that 500 MB are left besides the stacks of its
    /// threads, where the system can set such a limit.
    pub fn bounded_json(&self, args: &[&str]) -> serde_json::Value {
        let ran = ran(self.bounded(1_100_000, &["--format", "json", "--jobs", "2"]).args(args), b"");
        serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {} {}{}", ran.code, ran.stdout, ran.stderr))
    }

    /// The program with so many kilobytes of memory, where the system can set such a limit.
    pub fn bounded(&self, memory: usize, args: &[&str]) -> Command {
        let program = command(&self.root);
        let mut shell = Command::new("sh");
        shell.current_dir(&self.root).env_clear().envs(program.get_envs().filter_map(|(k, v)| Some((k, v?))));
        let run = format!("ulimit -v {memory} 2>/dev/null; exec \"$0\" \"$@\"");
        shell.args(["-c", &run]).arg(program.get_program()).args(args);
        shell
    }

    /// Runs the program with `--format json`.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        let ran = self.run(&[&["--format", "json"], args].concat());
        serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", ran.stdout, ran.stderr))
    }

    /// `rule file:line` of each finding.
    pub fn findings(&self, args: &[&str]) -> Vec<String> {
        let json = self.json(args);
        let of = |f: &serde_json::Value| {
            format!("{} {}:{}", f["rule"].as_str().unwrap(), f["file"].as_str().unwrap(), f["line"])
        };
        json["findings"].as_array().unwrap().iter().map(of).collect()
    }

    pub fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"])
            .args(args)
            .current_dir(&self.root)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.root)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Runs a command with that standard input.
pub fn ran(command: &mut Command, input: &[u8]) -> Ran {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The program may end without reading all of it.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iac-trust-lint"));
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

/// A template with one role that trusts an account; the principal stands on line 8, column 22.
pub fn template(account: &str) -> String {
    format!(
        "Resources:
  Audit:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {{ AWS: \"arn:aws:iam::{account}:root\" }}
            Action: sts:AssumeRole
            Condition: {{ StringEquals: {{ \"sts:ExternalId\": k3j5h2-{account} }} }}
"
    )
}

/// A Terraform role that trusts what the expression says; the expression stands on line 7, column 27.
pub fn role(name: &str, principal: &str) -> String {
    format!(
        "resource \"aws_iam_role\" \"{name}\" {{
  name = \"{name}\"
  assume_role_policy = jsonencode({{
    Statement = [{{
      Effect    = \"Allow\"
      Action    = \"sts:AssumeRole\"
      Principal = {{ AWS = {principal} }}
      Condition = {{ StringEquals = {{ \"sts:ExternalId\" = \"k3j5h2k9s8\" }} }}
    }}]
  }})
}}
"
    )
}

/// A tree with good files, beside which hostile ones are put.
pub fn tree() -> Tree {
    Tree::new().file("good.yaml", template("999988887777")).file("good/main.tf", role("good", "\"999988887777\""))
}

/// The findings as `rule file`, after those of the good files were found among them and no internal error was.
pub fn found(tree: &Tree) -> Vec<String> {
    let json = tree.bounded_json(&["--ignore", "missing-mfa-or-external-id", "--min-severity", "info"]);
    assert_eq!(json["errors"], serde_json::json!([]), "{json:#}");
    let of = |f: &serde_json::Value| format!("{} {}", f["rule"].as_str().unwrap(), f["file"].as_str().unwrap());
    let all: Vec<String> = json["findings"].as_array().unwrap().iter().map(of).collect();
    for good in ["untrusted-account good.yaml", "untrusted-account good/main.tf"] {
        assert!(all.iter().any(|f| f == good), "{good} in {all:?}");
    }
    all.into_iter().filter(|f| !f.contains(" good")).collect()
}

pub fn has(found: &[String], wanted: &str) {
    assert!(found.iter().any(|f| f == wanted), "{wanted} in {found:?}");
}
