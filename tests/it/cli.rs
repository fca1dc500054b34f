use std::io::Read;

use crate::kit::{Tree, command, template};

#[test]
fn exit_codes_are_the_same_in_every_format() {
    let tree = Tree::new().file("bad/t.yaml", template("999988887777")).file("good/t.yaml", "Resources: {}\n");
    for format in ["pretty", "compact", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let code = |args: &[&str]| tree.run(&[&["--format", format], args].concat()).code;
        assert_eq!(code(&["bad"]), 1, "{format}");
        assert_eq!(code(&["good"]), 0, "{format}");
        assert_eq!(code(&["bad", "--fail-on", "critical"]), 0, "{format}");
        assert_eq!(code(&["bad", "missing"]), 2, "{format}");
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    for args in [
        &["--format", "xml"][..],
        &["--fail-on", "bad"],
        &["--select", "no-such-rule"],
        &["--ignore", "public-trusts"],
        &["--trust", "12345"],
        &["--own-account", "abc"],
        &["--output", "json"],
        &["--output", "xml=x"],
        &["--now", "tomorrow"],
        &["--baseline", "missing.json"],
        &["--files-from", "missing.txt"],
        &["--config", "missing.yaml"],
        &["--parameter", "x"],
        &["--no-such-option"],
        &["-"],
        &["explain", "no-such-rule"],
        &["*.nothing"],
        &["missing"],
    ] {
        let ran = tree.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stdout);
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn wrong_usage_is_said_once_and_plainly() {
    let tree = Tree::new().file("d/t.yaml", "").file(".iac-trust-lint.yaml", "");
    for (args, said) in [
        (&["nosuch"][..], "error: `nosuch` does not exist\n"),
        (&["rolse"], "error: `rolse` does not exist; did you mean the command `roles`?\n"),
        (&["lint"], "error: `lint` does not exist; linting needs no command\n"),
        (&["d/rolse"], "error: `d/rolse` does not exist\n"),
        (&["d/*.tf"], "error: no file matches the glob `d/*.tf`\n"),
        (&["roles", "nosuch"], "error: `nosuch` does not exist\n"),
        (&["--config", "nosuch"], "error: cannot read the config `nosuch`: "),
        (&["--stdin-filename", "d/t.yaml"], "error: `--stdin-filename` names what `-` reads: add `-` to the paths\n"),
        (
            &["--output", "yaml=x"],
            "error: `--output yaml=x`: `yaml` is no format: use pretty, compact, json, sarif, github, gitlab, junit or \
             markdown\n",
        ),
        (&["--jobs", "0"], "error: invalid value '0' for '--jobs <N>': it is a number from 1 on\n"),
        (&["--jobs", "x"], "error: invalid value 'x' for '--jobs <N>': it is a number from 1 on\n"),
        (&["init"], "error: `.iac-trust-lint.yaml` is there already; `--force` replaces it\n"),
        (&["init", "d"], "error: `.iac-trust-lint.yaml` is there already; `--force` replaces it\n"),
    ] {
        let ran = tree.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stdout);
        assert!(ran.stderr.starts_with(said), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn misspelt_rules_are_told_the_right_name() {
    let ran = Tree::new().run(&["explain", "public-trsut"]);
    assert!(ran.stderr.contains("did you mean `public-trust`?"), "{}", ran.stderr);
}

#[test]
fn a_missing_path_does_not_stop_the_others() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    let ran = tree.run(&["t.yaml", "missing", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(ran.code, 2);
    assert_eq!(json["findings"].as_array().unwrap().len(), 1);
    assert_eq!(json["errors"][0]["file"], "missing");
    assert_eq!(json["errors"][0]["message"], "`missing` does not exist");
}

#[test]
fn compact_is_one_line_a_finding() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    let ran = tree.run(&[]);
    let mut lines = ran.stdout.lines();
    assert_eq!(
        lines.next(),
        Some(
            "t.yaml:8:31: high untrusted-account: account 999988887777 can assume role `Audit` and is not in the zone \
             of trust"
        )
    );
    let summary = lines.next().unwrap();
    assert!(summary.contains("1 role") && summary.contains("no zone of trust is configured"), "{summary}");
    assert_eq!(tree.run(&["--quiet"]).stdout.lines().count(), 1);
}

#[test]
fn the_command_line_adds_to_the_zone() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    assert_eq!(tree.run(&["--trust", "999988887777"]).code, 0);
    assert_eq!(tree.run(&["--own-account", "999988887777"]).code, 0);
    assert!(tree.json(&["--trust", "999988887777"])["config"]["zone_configured"].as_bool().unwrap());
}

#[test]
fn a_config_mistake_is_one_line_on_standard_error() {
    let tree = Tree::new()
        .file("t.yaml", template("999988887777"))
        .file(".iac-trust-lint.yaml", "trust:\n  - account: 999988887777\n");
    for format in ["json", "compact", "pretty"] {
        let ran = tree.run(&["--format", format]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.starts_with(".iac-trust-lint.yaml:2:14: "), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1);
    }
    assert_eq!(tree.run(&["--no-config"]).code, 1);
}

#[test]
fn severities_filters_and_their_order() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    // The exit code is taken before the least severe are hidden.
    let ran = tree.run(&["--min-severity", "critical", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, json["findings"].as_array().unwrap().len()), (1, 0));
    assert_eq!(json["summary"]["hidden"], 2);
    assert!(tree.findings(&["--ignore", "untrusted-account"]).is_empty());
    assert_eq!(tree.findings(&["--select", "untrusted-account,public-trust"]), ["untrusted-account t.yaml:8"]);
    assert_eq!(tree.run(&["--select", "public-trust"]).code, 0);
    assert_eq!(tree.findings(&["--min-severity", "info"]).len(), 2);
}

#[test]
fn config_sets_severities_and_hides_files() {
    let tree = Tree::new().file("a/t.yaml", template("999988887777")).file("b/t.yaml", template("999988887777")).file(
        "c.yaml",
        "rules: {account-wide-trust: off, untrusted-account: low}\nexclude: [\"b/**\"]\nfail-on: high\n\
             overrides:\n  - paths: [\"a/**\"]\n    rules: {untrusted-account: critical}\n",
    );
    let json = tree.json(&["--config", "c.yaml"]);
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["severity"], "critical");
    assert_eq!(tree.run(&["--config", "c.yaml", "b"]).code, 0);
    assert_eq!(tree.run(&["--config", "c.yaml", "a"]).code, 1);
}

#[test]
fn one_more_report_into_a_file() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    let ran = tree.run(&["--output", "json=out.json", "--output", "sarif=out.sarif"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.starts_with("t.yaml:8:31:"));
    assert!(tree.read("out.json").contains("\"schema_version\": 1"));
    assert!(tree.read("out.sarif").contains("2.1.0"));
    assert_eq!(tree.run(&["--output", "json=no/such/folder/out.json"]).code, 2);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut tree = Tree::new();
    for i in 0..200 {
        tree = tree.file(&format!("t{i}.yaml"), template("999988887777"));
    }
    let mut child =
        command(&tree.root).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(1), ""));
}

#[test]
fn standard_input_is_a_file_of_that_name() {
    let tree = Tree::new();
    let ran = tree.run_in(".", &["-", "--stdin-filename", "dir/x.yaml"], template("999988887777").as_bytes());
    assert!(ran.stdout.starts_with("dir/x.yaml:8:31: high untrusted-account"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.code, 1);
}

#[test]
fn version_help_and_completions() {
    let tree = Tree::new();
    assert_eq!(tree.run(&["--version"]).stdout, concat!("iac-trust-lint ", env!("CARGO_PKG_VERSION"), "\n"));
    let help = tree.run(&["--help"]).stdout;
    for option in ["--format", "--fail-on", "--changed-since", "--trust", "--parameter", "--var-file", "simulate"] {
        assert!(help.contains(option), "{option}");
    }
    assert!(tree.run(&["completions", "bash"]).stdout.contains("iac-trust-lint"));
}

#[test]
fn rules_and_their_pages() {
    let tree = Tree::new();
    let json: serde_json::Value = serde_json::from_str(&tree.run(&["rules", "--format", "json"]).stdout).unwrap();
    let rules = json["rules"].as_array().unwrap();
    let table = tree.run(&["rules"]).stdout;
    assert_eq!(table.lines().count(), rules.len());
    for rule in rules {
        let name = rule["name"].as_str().unwrap();
        let page = tree.run(&["explain", name]);
        assert!(page.code == 0 && page.stdout.contains(name), "{name}");
    }
}

#[test]
fn the_committed_schema_is_current() {
    let printed = Tree::new().run(&["schema"]).stdout;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/config.schema.json");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(printed == committed, "write it anew: cargo run -- schema > schema/config.schema.json");
}

#[test]
fn the_schema_accepts_what_the_reader_does() {
    let schema: serde_json::Value = serde_json::from_str(&Tree::new().run(&["schema"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (valid, text) in [
        (true, "trust: [{account: \"111122223333\", require: none, expires: \"2027-01-01\"}]\nfail-on: never\n"),
        (true, "rules: {untrusted-account: off}\noverrides: [{paths: [a], own-accounts: [\"111122223333\"]}]\n"),
        (false, "trust: [{account: \"11112222333\"}]\n"),
        (false, "trust: [{account: 111122223333}]\n"),
        (false, "trust: [{account: \"111122223333\", organization: o-a1b2c3d4e5}]\n"),
        (true, "trust:\nrules:\nexclude:\n"),
        (false, "trusts: []\n"),
        (false, "rules: {no-such-rule: off}\n"),
    ] {
        let value: serde_json::Value = serde_yaml::from_str(text).unwrap();
        assert_eq!(validator.is_valid(&value), valid, "{text}");
        assert_eq!(iac_trust_lint::config::Config::parse("c", text).is_ok(), valid, "{text}");
    }
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let mut tree = Tree::new();
    for i in 0..30 {
        tree = tree.file(&format!("d{}/t{i}.yaml", i % 7), template(&format!("9999888877{i:02}")));
    }
    let once = tree.run(&["--format", "json", "--jobs", "1"]).stdout;
    for jobs in ["1", "2", "8"] {
        assert!(tree.run(&["--format", "json", "--jobs", jobs]).stdout == once, "{jobs} jobs");
    }
}

#[test]
fn what_is_not_known_may_fail_the_run() {
    let unknown = format!("variable \"who\" {{}}\n{}", crate::kit::role("r", "var.who"));
    let tree = Tree::new().file("main.tf", unknown);
    assert_eq!(tree.json(&[])["summary"]["undecided"], 1);
    assert_eq!(tree.run(&[]).code, 0);
    assert_eq!(tree.run(&["--fail-on-unknown"]).code, 1);
    assert_eq!(tree.run(&["--fail-on-unknown", "--var", "who=*", "--fail-on", "never"]).code, 0);
    // A rule that is off makes nothing known.
    tree.write(".iac-trust-lint.yaml", "rules: {unresolved-trust: off}\n");
    let json = tree.json(&[]);
    assert_eq!((&json["summary"]["undecided"], json["findings"].as_array().unwrap().len()), (&1.into(), 0));
    tree.write(".iac-trust-lint.yaml", "trust: [{value: var.who}]\n");
    assert_eq!(tree.run(&["--fail-on-unknown"]).code, 0, "{}", tree.run(&[]).stdout);

    let absent =
        "module \"role\" {\n  source            = \"terraform-aws-modules/iam/aws\"\n  trusted_role_arns = []\n}\n";
    let tree = Tree::new().file("main.tf", absent);
    assert_eq!(tree.json(&[])["summary"]["absent_modules"], 1);
    assert_eq!(tree.run(&["--fail-on-unknown"]).code, 1);
}

#[test]
fn standard_input_is_part_of_the_module_on_disk() {
    let tree = Tree::new()
        .file("m/variables.tf", "variable \"who\" { default = \"999988887777\" }\n")
        .file("m/main.tf", "# not this text\n");
    let text = crate::kit::role("r", "var.who");
    let ran = tree.run_in(".", &["-", "--stdin-filename", "m/main.tf", "--format", "json"], text.as_bytes());
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["findings"][0]["file"], "m/main.tf", "{}{}", ran.stdout, ran.stderr);
    assert_eq!(json["findings"][0]["related"][0]["file"], "m/variables.tf");
}

#[test]
fn values_are_read_from_wherever_the_user_says() {
    let tree = Tree::new()
        .file("in/main.tf", format!("variable \"who\" {{}}\n{}", crate::kit::role("r", "var.who")))
        .file(
            "in/t.yaml",
            template("x")
                .replace("\"arn:aws:iam::x:root\"", "!Ref Who")
                .replace("Resources:", "Parameters: { Who: { Type: String } }\nResources:"),
        )
        .file("values.tfvars", "who = \"999988887777\"\n")
        .file("values.json", "{\"Parameters\": {\"Who\": \"999988886666\"}}");
    let args = ["--var-file", "../values.tfvars", "--parameter-file", "../values.json", "--format", "json"];
    let ran = tree.run_in("in", &args, b"");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr));
    assert_eq!(json["summary"]["undecided"], 0, "{}", ran.stdout);
    for account in ["999988887777", "999988886666"] {
        assert!(ran.stdout.contains(account), "{account}");
    }
    assert_eq!(tree.run_in("in", &["--var-file", "missing.tfvars"], b"").code, 2);
    assert_eq!(tree.run_in("in", &["--parameter-file", "missing.json"], b"").code, 2);
    assert_eq!(tree.run_in("in", &["--source", "missing"], b"").code, 2);
}

#[test]
fn mistakes_in_files_of_values_are_said_wherever_they_lie() {
    let tree = Tree::new()
        .file("in/a/main.tf", format!("variable \"who\" {{}}\n{}", crate::kit::role("r", "var.who")))
        .file("in/t.yaml", template("999988887777"))
        .file("values.tfvars", "who = \"999988887777\nx = 1\n")
        .file("values.json", "{\"Parameters\":\n {\"Who\": 1");
    for path in [".", "a", "a/main.tf"] {
        let ran = tree.run_in("in", &["--var-file", "../values.tfvars", path], b"");
        let said = "../values.tfvars:1:7: medium unparsable-file: the string is not closed on its line\n";
        assert!(ran.code == 1 && ran.stdout.contains(said), "{path}: {} {}", ran.code, ran.stdout);
    }
    let ran = tree.run_in("in", &["--parameter-file", "../values.json"], b"");
    assert_eq!((ran.code, ran.stderr.as_str()), (2, "error: ../values.json:2:2: this `{` is never closed\n"));
}

#[test]
fn a_config_of_another_name_is_not_passed_over_in_silence() {
    let tree = Tree::new()
        .file("in/t.yaml", template("999988887777"))
        .file("in/.iac-trust-lint.yml", "trust: [{account: \"999988887777\"}]\n");
    let said = "warning: `.iac-trust-lint.yml` is not read: the config is called `.iac-trust-lint.yaml`\n";
    let ran = tree.run_in("in", &[], b"");
    assert_eq!((ran.code, ran.stderr.as_str()), (1, said));
    for args in [&["--no-config"][..], &["--config", ".iac-trust-lint.yml"]] {
        assert_eq!(tree.run_in("in", args, b"").stderr, "", "{args:?}");
    }
    tree.write("in/iac-trust-lint.yaml", "");
    assert_eq!(tree.run_in("in", &[], b"").stderr, "");
}

#[test]
fn paths_outside_the_current_directory_bring_their_own_config() {
    let tree = Tree::new()
        .file("here/.iac-trust-lint.yaml", "trust: [\n")
        .file("there/.git/HEAD", "")
        .file("there/.iac-trust-lint.yaml", "trust: [{account: \"999988887777\", paths: [\"a/**\"]}]\n")
        .file("there/a/t.yaml", template("999988887777"))
        .file("there/b/t.yaml", template("999988887777"));
    let ran = tree.run_in("here", &["../there/a", "../there/b", "--format", "json"], b"");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr));
    assert_eq!(json["config"]["path"], "../there/.iac-trust-lint.yaml");
    let found: Vec<&str> = json["findings"].as_array().unwrap().iter().map(|f| f["file"].as_str().unwrap()).collect();
    assert_eq!(found, ["../there/b/t.yaml"]);
}

#[test]
fn expired_trust_says_so() {
    let tree = Tree::new()
        .file("t.yaml", template("999988887777"))
        .file(".iac-trust-lint.yaml", "trust: [{account: \"999988887777\", name: Partner, expires: 2026-06-01}]\n");
    assert_eq!(tree.run(&["--now", "2026-05-31"]).code, 0);
    let ran = tree.run(&["--now", "2026-06-01"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains(
            "note: the trust entry for account `999988887777` (Partner) expired on 2026-06-01 and no longer counts"
        ),
        "{}",
        ran.stdout
    );
}

#[test]
fn verbose_shows_what_is_kept_quiet_and_the_detail() {
    let comment = "  # iac-trust-lint: ignore[untrusted-account] -- the auditors, SEC-1\n  Audit:\n";
    let tree = Tree::new()
        .file("a.yaml", template("999988887777").replace("  Audit:\n", comment))
        .file("b.yaml", template("999988886666"));
    let ran = tree.run(&["--verbose"]);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let findings = lines.iter().filter(|l| l.contains(": high untrusted-account: ") && !l.starts_with("quiet: "));
    assert_eq!(findings.count(), 1, "{}", ran.stdout);
    assert!(lines.iter().any(|l| l.starts_with("    request: `arn:aws:iam::999988886666:")), "{}", ran.stdout);
    assert!(lines.iter().any(|l| l.starts_with("    help: ")), "{}", ran.stdout);
    let quiet = lines.iter().find(|l| l.starts_with("quiet: a.yaml:9:31: high untrusted-account: "));
    assert!(quiet.is_some_and(|l| l.ends_with("(suppressed: the auditors, SEC-1)")), "{}", ran.stdout);
    assert!(lines.contains(&"config: none"), "{}", ran.stdout);

    assert!(tree.json(&[]).get("quieted").is_none());
    tree.run(&["b.yaml", "--write-baseline", "base.json"]);
    let json = tree.json(&["--verbose", "--baseline", "base.json"]);
    let quieted: Vec<_> = json["quieted"].as_array().unwrap().iter().map(|f| (&f["file"], &f["quieted"])).collect();
    let by = |by: &str, reason: Option<&str>| serde_json::json!({"by": by, "reason": reason});
    let suppressed = by("suppression", Some("the auditors, SEC-1"));
    assert_eq!(quieted.iter().filter(|(file, q)| *file == "a.yaml" && **q == suppressed).count(), 1, "{quieted:?}");
    assert!(quieted.iter().any(|(file, q)| *file == "b.yaml" && **q == by("baseline", None)), "{quieted:?}");
}

#[test]
fn commands_over_files_say_where_something_cannot_be_read() {
    let tree = Tree::new().file("d/main.tf", "resource \"aws_iam_role\" \"r\" {\n  name = = 1\n}\n");
    for args in [&["roles"][..], &["init", "--stdout"]] {
        let ran = tree.run(args);
        assert!(ran.stderr.starts_with("warning: d/main.tf:2:10: "), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn the_width_is_that_of_the_terminal_or_what_columns_says() {
    let tree = Tree::new().file("t.yaml", template("999988887777"));
    let widest = |columns: &str| {
        let mut run = command(&tree.root);
        let out = run.args(["--format", "pretty", "--quiet"]).env("COLUMNS", columns).output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        // Lines of code are never broken.
        let prose = text.lines().filter(|l| !l.contains(['│', '·', '╭', '─']));
        prose.map(|l| l.chars().count()).max().unwrap()
    };
    assert!(widest("60") <= 60 && widest("110") > 60, "{} {}", widest("60"), widest("110"));
    assert!(widest("nonsense") <= 100);
}

#[test]
fn the_environment_names_the_workspace_when_it_may() {
    let text = r#"
locals { accounts = { dev = "111111111111", prod = "222222222222" } }
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = local.accounts[terraform.workspace] }
  }] })
}
"#;
    let tree = Tree::new().file("main.tf", text);
    let principals = |args: &[&str]| {
        let mut command = command(&tree.root);
        let ran = command.args(["roles", "--format", "json"]).args(args).env("TF_WORKSPACE", "prod").output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        let grants = json["roles"][0]["grants"].as_array().cloned().unwrap_or_default();
        grants.iter().map(|g| g["principal"]["value"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(principals(&["--env-vars"]), ["222222222222"]);
    assert_eq!(principals(&[]), ["111111111111", "222222222222"]);
}

#[test]
fn the_callers_own_arn_is_of_the_own_account() {
    let text = r#"
data "aws_caller_identity" "me" {}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = data.aws_caller_identity.me.arn }
  }] })
}
"#;
    let tree = Tree::new().file("main.tf", text);
    let json: serde_json::Value = serde_json::from_str(&tree.run(&["roles", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["roles"][0]["grants"][0]["zone"], "own", "{json}");
    assert_eq!(json["roles"][0]["policy"]["status"], "partial");
    assert_eq!(tree.run(&["--format", "compact"]).code, 0);
}

#[test]
fn templates_that_terraform_renders_are_no_broken_json() {
    let text = r#"{"Statement": [%{ for id in ids ~} {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "${id}"}}, %{ endfor ~} ]}"#;
    let main = r#"
resource "aws_iam_role" "r" {
  assume_role_policy = templatefile("${path.module}/trust.json", { ids = ["999988887777"] })
}
"#;
    let alone = Tree::new().file("trust.json", text).json(&[]);
    assert_eq!(alone["findings"][0]["rule"], "unparsable-file", "{alone}");
    let both = Tree::new().file("trust.json", text).file("main.tf", main).json(&[]);
    let found: Vec<&str> = both["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    assert!(!found.contains(&"unparsable-file"), "{found:?}");
    assert_eq!(both["summary"]["unreadable"], 0);
}
